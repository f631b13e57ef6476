"""Which schema a database has, and how it gets the present one."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from connector.domain.errors import DatabaseNewer, DatabaseOutOfDate

MIGRATIONS = Path(__file__).parent / "migrations"
_ANY_NUMBER = 7_306_141
"""Names the lock under which a PostgreSQL database is migrated."""


def state(engine: Engine) -> tuple[str | None, str]:
    """Return the schema found, None in an empty database, and the one wanted."""
    with engine.connect().execution_options(write=False) as connection:
        return _found(connection), wanted()


def wanted() -> str:
    """Return the schema that this connector works with."""
    return str(_scripts().get_current_head())


def ready(engine: Engine) -> None:
    """
    Make sure that the database can be used: an empty one is given its tables.

    Raises:
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
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            lock = text("SELECT pg_advisory_xact_lock(:number)")
            connection.execute(lock, {"number": _ANY_NUMBER})
        _refuse_unknown(_found(connection))
        command.upgrade(configuration(connection), "head")


def configuration(connection: Connection | None = None) -> Config:
    """Return what alembic.ini would say, for `connection`."""
    config = Config(attributes={"connection": connection})
    # Percent signs mean interpolation there.
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _refuse_unknown(found: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if found is not None and found not in known:
        raise DatabaseNewer(found=found)


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(MIGRATIONS))
