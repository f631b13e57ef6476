"""What a database, a disk or a colleague's program does is told as our own errors."""

from pathlib import Path

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from connector.domain.errors import DatabaseBusy, DatabaseUnusable
from connector.ports.clock import Clock
from connector.staging.engine import open_engine
from connector.staging.migrate import ready, upgrade
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


def test_what_cannot_be_opened_is_told_before_anything_is_done() -> None:
    engine = open_engine("sqlite:////nowhere/connector.db")

    with pytest.raises(DatabaseUnusable, match="unable to open database file"):
        ready(engine)
    with pytest.raises(DatabaseUnusable, match="unable to open database file"):
        upgrade(engine)


def test_a_file_that_is_no_database_cannot_be_used(tmp_path: Path) -> None:
    file = tmp_path / "connector.db"
    file.write_text("Danh mục sách mới\n" * 100, encoding="utf-8")

    with pytest.raises(DatabaseUnusable, match="file is not a database"):
        ready(open_engine(f"sqlite:///{file}"))


def test_a_statement_that_is_wrong_is_no_trouble_of_the_database(
    sqlite_url: str, clock: Clock
) -> None:
    engine = open_engine(sqlite_url)
    ready(engine)

    with (
        pytest.raises(IntegrityError),
        SqlStaging(engine, clock).transaction() as tx,
    ):
        tx.connection.execute(text("INSERT INTO audit (number) VALUES (1)"))


def test_a_database_that_is_not_there_cannot_be_used(clock: Clock) -> None:
    staging = SqlStaging(open_engine("sqlite:////nowhere/connector.db"), clock)

    with pytest.raises(DatabaseUnusable) as caught, staging.reading():
        pass

    assert "unable to open database file" in str(caught.value)
