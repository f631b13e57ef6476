"""A real CMS on this machine, for the demonstration and for the live tests."""
