"""The staging database, as the steps see it: ports/staging.py on SQLAlchemy."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Engine, func, select

from connector.ports.clock import Clock
from connector.staging.checks import SqlCheckResults
from connector.staging.circuits import SqlCircuits
from connector.staging.decisions import SqlDecisions
from connector.staging.publications import SqlPublications
from connector.staging.schema import UtcDateTime
from connector.staging.trouble import named_errors
from connector.staging.verifications import SqlVerifications

# Not now(): that stands still from the beginning of the transaction, and a writer may
# have waited for its turn since.
_TIME = select(func.clock_timestamp(type_=UtcDateTime))


class SqlTransaction(
    SqlDecisions, SqlCheckResults, SqlPublications, SqlCircuits, SqlVerifications
):
    """Reads and writes that are kept together or not at all."""

    def now(self) -> datetime:
        """Return the time that leases are measured by: the server's if it is one."""
        if self.connection.dialect.name == "postgresql":
            return self.connection.execute(_TIME).scalar_one()
        return self.clock.now()


class SqlStaging:
    """Staging on SQLite or PostgreSQL; `migrate.ready` has prepared the database."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        # As on SQLite, a reader sees one state of the database, and cannot write.
        reader = (
            {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            if engine.dialect.name == "postgresql"
            else {}
        )
        self._reader = engine.execution_options(write=False, **reader)

    @contextmanager
    def transaction(self) -> Iterator[SqlTransaction]:
        """Write: begin as the only writer; commit, or roll back if it raises."""
        with named_errors(), self._engine.begin() as connection:
            transaction = SqlTransaction(connection, self._clock)
            transaction.lock()
            yield transaction
            transaction.tell()

    @contextmanager
    def reading(self) -> Iterator[SqlTransaction]:
        """Read: never waits for a writer; the database refuses to write."""
        with named_errors(), self._reader.begin() as connection:
            yield SqlTransaction(connection, self._clock)
