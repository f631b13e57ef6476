"""What the steps ask of the world, as Protocols."""
