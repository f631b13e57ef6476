"""The schemas that were released, as Alembic migrations."""
