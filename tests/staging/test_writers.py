"""Four processes write at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from connector.domain.item import ItemId
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from tests.conftest import FrozenClock, MakeDecision, MakeDraft, MakeRevision

WRITERS = 4
TIMES = 50
ROOT = Path(__file__).parents[2]


def acknowledged(way: str, url: str) -> int:
    """Let the writers begin together; return how many updates they were told of."""
    command = [sys.executable, "-m", "tests.staging.writer", way, url, str(TIMES)]
    writers = [
        subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(WRITERS)
    ]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    answers = [writer.communicate()[0] for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS
    return sum(map(int, answers))


@pytest.fixture
def counter_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'counter.db'}"
    engine = open_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE counter (number INTEGER NOT NULL)"))
        connection.execute(text("INSERT INTO counter VALUES (0)"))
    engine.dispose()
    return url


def counted(url: str) -> int:
    engine = open_engine(url)
    with engine.begin() as connection:
        number = connection.execute(text("SELECT number FROM counter")).scalar_one()
    engine.dispose()
    return int(number)


def test_no_acknowledged_update_is_lost(counter_url: str) -> None:
    told = acknowledged("recipe", counter_url)

    assert (told, counted(counter_url)) == (WRITERS * TIMES, WRITERS * TIMES)


def test_updates_are_lost_or_refused_where_transactions_begin_too_late(
    counter_url: str,
) -> None:
    acknowledged("no recipe", counter_url)

    assert counted(counter_url) < WRITERS * TIMES


def test_no_revision_is_lost_and_the_audit_trail_stays_whole(
    database_url: str,
    clock: FrozenClock,
    make_draft: MakeDraft,
    make_revision: MakeRevision,
    make_decision: MakeDecision,
) -> None:
    engine = open_engine(database_url)
    staging = SqlStaging(engine, clock)
    revision = make_revision()
    with staging.transaction() as tx:
        tx.add_item(make_draft(), make_decision(revision), revision)

    told = acknowledged("staging", database_url)

    assert told == WRITERS * TIMES
    with staging.reading() as tx:
        numbers = [one.number for one in tx.revisions(ItemId(1))]
        assert numbers == list(range(1, told + 2))
        assert tx.item(ItemId(1)).version == told + 1
        assert len(list(tx.audit())) == told + 1
        assert tx.broken_audit_row() is None
    engine.dispose()
