"""Where news is published: one file per kind of CMS."""
