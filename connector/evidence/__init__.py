"""What was received, sent and seen, kept."""
