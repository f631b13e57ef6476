"""What a database, a disk or a colleague's program does is told as our own errors."""

import pytest
from sqlalchemy import event

from connector.domain.errors import DatabaseBusy, DatabaseUnusable
from connector.ports.clock import Clock
from connector.staging.engine import open_engine
from connector.staging.migrate import ready
from connector.staging.repository import SqlStaging


def test_a_database_that_somebody_holds_is_busy(sqlite_url: str, clock: Clock) -> None:
    engine, impatient = open_engine(sqlite_url), open_engine(sqlite_url)
    ready(engine)

    @event.listens_for(impatient, "connect")
    def _wait_for_nobody(connection: object, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]

    with (
        SqlStaging(engine, clock).transaction(),
        pytest.raises(DatabaseBusy),
        SqlStaging(impatient, clock).transaction(),
    ):
        pass


def test_a_database_that_is_not_there_cannot_be_used(clock: Clock) -> None:
    staging = SqlStaging(open_engine("sqlite:////nowhere/connector.db"), clock)

    with pytest.raises(DatabaseUnusable) as caught, staging.reading():
        pass

    assert "unable to open database file" in str(caught.value)
