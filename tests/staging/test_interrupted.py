"""A connection that drops, a disk that is full, two that are in each other's way."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event, text

from connector.domain.errors import DatabaseBusy, DatabaseUnusable
from connector.domain.item import ItemId
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from connector.staging.trouble import named_errors
from tests.conftest import FrozenClock, MakeDecision, MakeDraft, MakeRevision
from tests.staging.news import News, publication

ROOT = Path(__file__).parents[2]


on_a_server = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def postgres(both: Engine) -> Engine:
    return both


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Engine]:
    engine = open_engine(sqlite_url)
    yield engine
    engine.dispose()


def dropped(connection: Connection, engine: Engine) -> None:
    """Let the server end the connection, as when it is restarted."""
    pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with engine.connect() as another:
        another.execute(text("SELECT pg_terminate_backend(:pid, 10000)"), {"pid": pid})


@on_a_server
def test_a_connection_that_drops_in_the_middle_leaves_no_trace_and_is_replaced(
    postgres: Engine, staging: SqlStaging, news: News
) -> None:
    item = news.received()
    revision = news.revision()

    def intend() -> None:
        with staging.transaction() as tx:
            tx.intend(publication(item, revision), by="pho-giam-doc")
            dropped(tx.connection, postgres)
            tx.intend(publication(item, revision, target="archive"), by="pho-giam-doc")

    with pytest.raises(DatabaseUnusable):
        intend()

    with staging.transaction() as tx:
        assert tx.publications(item.id) == []
        tx.intend(publication(item, revision), by="pho-giam-doc")
    with staging.reading() as tx:
        assert len(tx.publications(item.id)) == 1
        assert tx.broken_audit_row() is None


@on_a_server
def test_a_connection_that_drops_before_the_end_is_not_taken_for_success(
    postgres: Engine, staging: SqlStaging, news: News
) -> None:
    item = news.received()

    def intend() -> None:
        with staging.transaction() as tx:
            tx.intend(publication(item, news.revision()), by="pho-giam-doc")
            dropped(tx.connection, postgres)

    with pytest.raises(DatabaseUnusable):
        intend()

    with staging.reading() as tx:
        assert tx.publications(item.id) == []


@on_a_server
def test_a_reader_whose_connection_drops_is_told_and_reads_again(
    postgres: Engine, staging: SqlStaging, news: News
) -> None:
    item = news.received()

    def read() -> None:
        with staging.reading() as tx:
            dropped(tx.connection, postgres)
            tx.item(item.id)

    with pytest.raises(DatabaseUnusable):
        read()

    with staging.reading() as tx:
        assert tx.item(item.id) == item


@on_a_server
def test_a_connection_that_dropped_while_nobody_used_it_is_replaced_unnoticed(
    postgres: Engine, staging: SqlStaging, news: News
) -> None:
    item = news.received()
    with postgres.connect() as idle:
        pid = idle.execute(text("SELECT pg_backend_pid()")).scalar_one()
    other = open_engine(postgres.url.render_as_string(hide_password=False))
    with other.connect() as connection:
        end = text("SELECT pg_terminate_backend(:pid, 10000)")
        connection.execute(end, {"pid": pid})
    other.dispose()

    with staging.transaction() as tx:
        assert tx.item(item.id) == item


@on_a_server
def test_two_that_wait_for_each_other_are_told_that_the_database_is_busy(
    postgres: Engine,
) -> None:
    with postgres.begin() as connection:
        connection.execute(text("CREATE TABLE place (id INTEGER, n INTEGER)"))
        connection.execute(text("INSERT INTO place VALUES (1, 0), (2, 0)"))
    take = text("UPDATE place SET n = n + 1 WHERE id = :id")
    both_hold_one, busy = threading.Barrier(2), list[DatabaseBusy]()

    def work(first: int, second: int) -> None:
        try:
            with named_errors(), postgres.begin() as connection:
                connection.execute(take, {"id": first})
                both_hold_one.wait()
                connection.execute(take, {"id": second})
        except DatabaseBusy as error:
            busy.append(error)

    workers = [threading.Thread(target=work, args=order) for order in ((1, 2), (2, 1))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert [error.transient for error in busy] == [True]


@on_a_server
def test_a_transaction_that_read_what_is_no_longer_so_is_told_to_try_again(
    postgres: Engine,
) -> None:
    late = postgres.execution_options(isolation_level="REPEATABLE READ")
    move = text("UPDATE audit_head SET number = number")

    def read_then_write() -> None:
        with named_errors(), late.begin() as connection:
            connection.execute(text("SELECT number FROM audit_head"))
            with postgres.begin() as another:
                another.execute(move)
            connection.execute(move)

    with pytest.raises(DatabaseBusy):
        read_then_write()


@contextmanager
def held(engine: Engine) -> Iterator[subprocess.Popen[str]]:
    """Let another process hold the database."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.staging.holder", str(engine.url.database)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        yield holder


def impatient(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _wait_for_nobody(connection: object, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")  # type: ignore[attr-defined]


@pytest.mark.parametrize("killed", [False, True])
def test_a_file_that_another_process_holds_is_busy_until_that_ends(
    sqlite: Engine, clock: FrozenClock, *, killed: bool
) -> None:
    impatient(sqlite)
    staging = SqlStaging(sqlite, clock)

    with held(sqlite) as holder:
        with pytest.raises(DatabaseBusy), staging.transaction():
            pass
        with staging.reading() as tx:
            seen = list(tx.items())
        if killed:
            holder.kill()
        else:
            holder.communicate("")
        holder.wait()

    with staging.transaction() as tx:
        assert list(tx.items()) == seen == []


def test_a_full_disk_is_named_and_nothing_is_torn(
    sqlite: Engine,
    clock: FrozenClock,
    make_draft: MakeDraft,
    make_revision: MakeRevision,
    make_decision: MakeDecision,
) -> None:
    staging = SqlStaging(sqlite, clock)
    news = News(staging, make_draft, make_revision, make_decision)
    item = news.received()
    intended = news.intended(item)
    with sqlite.begin() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages + 2}"))

    with pytest.raises(DatabaseUnusable, match="disk is full"):
        _fill(staging, item.id)

    with staging.reading() as tx:
        assert tx.publications(item.id) == [intended]
        assert [row.event for row in tx.audit()] == ["receive", "publication intended"]
        assert tx.broken_audit_row() is None
    with sqlite.begin() as connection:
        connection.execute(text("PRAGMA max_page_count = 1000000"))
        assert connection.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    _fill(staging, item.id)


def _fill(staging: SqlStaging, item_id: ItemId) -> None:
    """Make many changes in one transaction."""
    with staging.transaction() as tx:
        (one,) = tx.publications(item_id)
        for _ in range(100):
            tx.save_publication(one, event="sending", reason="Lý do " * 100)
