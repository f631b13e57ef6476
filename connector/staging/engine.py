"""
How the staging database is opened.

SQLAlchemy's own SQLite transactions begin too late: of 600 acknowledged updates by
four writers they lost 303. Here a writer begins as a writer, so that what it reads
stays true until it commits.
"""

import sqlite3
from types import ModuleType
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

SAFE_SQLITE = (3, 51, 3)
"""Earlier ones can corrupt a WAL database under two writers (sqlite.org/wal.html)."""

_PRAGMAS = (
    # First: the change to WAL, too, has to wait for its turn.
    "busy_timeout = 30000",
    "journal_mode = WAL",
    # What was acknowledged survives a power cut.
    "synchronous = FULL",
    "foreign_keys = ON",
    "journal_size_limit = 67108864",
)
_POSTGRES_OPTIONS = "-c timezone=UTC -c lock_timeout=30000"


def open_engine(url: str) -> Engine:
    """
    Return an engine for the staging database; nothing is opened yet.

    Args:
        url: `sqlite:///FILE` or `postgresql://…`, as SQLAlchemy reads it.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    # A connection that the server dropped while nobody used it is replaced unnoticed.
    return create_engine(
        parsed, connect_args={"options": _POSTGRES_OPTIONS}, pool_pre_ping=True
    )


def sqlite_version() -> str:
    """Return the version of the SQLite that is used, such as `3.53.4`."""
    return str(_driver().sqlite_version)


def sqlite_is_safe() -> bool:
    """Return whether several processes may write to a SQLite file of this version."""
    return bool(_driver().sqlite_version_info >= SAFE_SQLITE)


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, module=_driver())
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _driver() -> ModuleType:
    try:
        from pysqlite3 import dbapi2  # noqa: PLC0415 -- not on every platform
    except ImportError:
        return sqlite3
    return dbapi2  # type: ignore[no-any-return]  # it ships no types


def _set_up(dbapi_connection: Any, _record: object) -> None:  # noqa: ANN401 -- DB-API
    # The driver is to begin nothing by itself.
    dbapi_connection.isolation_level = None
    for pragma in _PRAGMAS:
        dbapi_connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writes else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
