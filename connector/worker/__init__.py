"""When something runs, and who takes it."""
