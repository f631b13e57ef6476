"""The live page against the approved source: pure, no I/O."""
