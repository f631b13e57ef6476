"""What Alembic runs: the migrations, on the connection that migrate.py gives."""

from alembic import context

from connector.staging.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot change a table in place; Alembic then copies it.
    render_as_batch=True,
)
context.run_migrations()
