"""What publishing costs, measured on this machine; docs/performance.md tells of it."""
