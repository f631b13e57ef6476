"""
Which schema a database has, and how it gets the present one.

Alembic is imported when there is something to migrate: to look costs every command
time, and needs no more than the names of the files.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from connector.domain.errors import DatabaseNewer, DatabaseOutOfDate
from connector.staging.trouble import named_errors

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
_ANY_NUMBER = 7_306_141
"""Names the lock under which a PostgreSQL database is migrated."""


def state(engine: Engine) -> tuple[str | None, str]:
    """Return the schema found, None in an empty database, and the one wanted."""
    reader = engine.execution_options(write=False)
    with named_errors(), reader.connect() as connection:
        return _found(connection), wanted()


def wanted() -> str:
    """Return the schema that this connector works with."""
    return schemas()[-1]


def schemas() -> list[str]:
    """Return every schema there ever was: a migration's file begins with its number."""
    files = (MIGRATIONS / "versions").glob("[0-9]*_*.py")
    return sorted(file.name.partition("_")[0] for file in files)


def ready(engine: Engine) -> None:
    """
    Make sure that the database can be used: an empty one is given its tables.

    Raises:
        DatabaseUnusable: it cannot be opened.
        DatabaseNewer: it was made by a newer connector.
        DatabaseOutOfDate: it wants an `upgrade`, which is not begun unasked.
    """
    found, present = state(engine)
    if found is None:
        upgrade(engine)
    elif found != present:
        _refuse_unknown(found)
        raise DatabaseOutOfDate(found=found, wanted=present)


def upgrade(engine: Engine) -> None:
    """
    Give the database the present schema, in one transaction; all rows are kept.

    Raises:
        DatabaseNewer: it was made by a newer connector.
    """
    from alembic import command  # noqa: PLC0415 -- slow import

    with named_errors(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": _ANY_NUMBER})
        _refuse_unknown(_found(connection))
        command.upgrade(configuration(connection), "head")


def configuration(connection: Connection | None = None) -> "Config":
    """Return what alembic.ini would say, for `connection`."""
    from alembic.config import Config  # noqa: PLC0415 -- slow import

    config = Config(attributes={"connection": connection})
    # Percent signs mean interpolation there.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _found(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return None if found is None else str(found)


def _refuse_unknown(found: str | None) -> None:
    if found is not None and found not in schemas():
        raise DatabaseNewer(found=found)
