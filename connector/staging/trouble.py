"""What a database, a disk or a network does, told as our own errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, OperationalError

from connector.domain.errors import DatabaseBusy, DatabaseUnusable

_BUSY_SQLSTATES = {
    "40001",  # serialization failure
    "40P01",  # deadlock
    "55P03",  # lock not available: lock_timeout has passed
}
"""What PostgreSQL says of two transactions that were in each other's way."""

_BUSY_SQLITE = "database is locked"

_TROUBLE = {OperationalError, DatabaseError}
"""
DatabaseError itself is SQLite's for a file that is damaged, or no database. Its other
subclasses tell of a statement that is wrong, which is nobody's disk.
"""


@contextmanager
def named_errors() -> Iterator[None]:
    """
    Raise our own errors for what the surroundings of the database do.

    Raises:
        DatabaseBusy: somebody else holds it too long; nothing was changed.
        DatabaseUnusable: it cannot be opened, read or written, or the connection to it
            was lost; if it was lost while committing, all was stored, or nothing.
    """
    try:
        yield
    except DBAPIError as error:
        if type(error) not in _TROUBLE and not error.connection_invalidated:
            raise
        if _is_busy(error):
            raise DatabaseBusy from error
        raise DatabaseUnusable(problem=str(error.orig)) from error


def _is_busy(error: DBAPIError) -> bool:
    # By code where there is one: a server may speak another language than English.
    state = getattr(error.orig, "sqlstate", None)
    return state in _BUSY_SQLSTATES or _BUSY_SQLITE in str(error.orig)
