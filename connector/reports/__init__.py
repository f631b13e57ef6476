"""What people read: diffs, registers, record forms."""
