"""The staging database: schema, repository, migrations."""
