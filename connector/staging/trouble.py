"""What a database, a disk or a network does, told as our own errors."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, OperationalError

from connector.domain.errors import DatabaseBusy, DatabaseUnusable

_BUSY = ("database is locked", "lock timeout")
"""What SQLite and PostgreSQL say when somebody else holds a lock too long."""

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
        DatabaseBusy: somebody else holds it too long.
        DatabaseUnusable: it cannot be opened, read or written.
    """
    try:
        yield
    except DatabaseError as error:
        if type(error) not in _TROUBLE:
            raise
        problem = str(error.orig)
        if any(words in problem for words in _BUSY):
            raise DatabaseBusy from error
        raise DatabaseUnusable(problem=problem) from error
