"""Form and content: one file per family of rules."""
