"""The audit trail shows the first row at which it was touched."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, text

from connector.staging.audit import SqlAudit, hash_of
from connector.staging.engine import open_engine
from connector.staging.schema import audit, audit_head
from tests.conftest import FrozenClock

LENGTH = 8
rows = st.integers(1, LENGTH)
Touch = Callable[[Connection], int]
"""Touch the trail, and return the row that is the first not to follow."""


@pytest.fixture(scope="module")
def connection(
    empty_sqlite: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Connection]:
    """A trail of LENGTH rows, without the triggers that would refuse to touch it."""
    path = tmp_path_factory.mktemp("audit") / "staging.db"
    path.write_bytes(empty_sqlite.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    clock = FrozenClock()
    with engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_no_update"))
        connection.execute(text("DROP TRIGGER audit_no_delete"))
        trail = SqlAudit(connection, clock)
        for number in range(LENGTH):
            trail.record(
                "check",
                {"reason": f"Sai chính tả, dòng {number}"},
                item_id=None,
                by="thu-thu",
                at=clock.tick(minutes=1),
            )
        trail.tell()
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def broken(connection: Connection) -> int | None:
    return SqlAudit(connection, FrozenClock()).broken_audit_row()


def edited(number: int, values: dict[str, Any]) -> Touch:
    def touch(connection: Connection) -> int:
        connection.execute(
            audit.update().where(audit.c.number == number).values(values)
        )
        return number

    return touch


def removed(number: int) -> Touch:
    def touch(connection: Connection) -> int:
        connection.execute(audit.delete().where(audit.c.number == number))
        return number

    return touch


def cut_off(number: int) -> Touch:
    def touch(connection: Connection) -> int:
        connection.execute(audit.delete().where(audit.c.number >= number))
        return number

    return touch


def closed_up(number: int) -> Touch:
    """Remove a row, and number those after it anew."""

    def touch(connection: Connection) -> int:
        connection.execute(audit.delete().where(audit.c.number == number))
        for later in range(number + 1, LENGTH + 1):
            edited(later, {"number": later - 1})(connection)
        return number

    return touch


def swapped(one: int, other: int) -> Touch:
    def touch(connection: Connection) -> int:
        edited(one, {"number": 1000})(connection)
        edited(other, {"number": one})(connection)
        edited(1000, {"number": other})(connection)
        return min(one, other)

    return touch


def forged(number: int) -> Touch:
    """Edit a row, and give it the hash that fits."""

    def touch(connection: Connection) -> int:
        query = select(audit).where(audit.c.number == number)
        row = dict(connection.execute(query).mappings().one()) | {"by": "ai đó"}
        edited(number, row | {"hash": hash_of(row)})(connection)
        return min(number + 1, LENGTH)

    return touch


def added(number: int) -> Touch:
    """Put forged rows at the end."""

    def touch(connection: Connection) -> int:
        head = connection.execute(select(audit_head)).mappings().one()
        trail = SqlAudit(connection, FrozenClock())
        for _ in range(number):
            trail.record("check", {}, item_id=None, by="x", at=FrozenClock().now())
        trail.tell()
        connection.execute(audit_head.update().values(dict(head)))
        return LENGTH + 1

    return touch


edits = st.sampled_from(
    [
        {"by": "ai đó"},
        {"event": "approve"},
        {"facts": '{"reason":"Đúng"}'},
        {"facts": "no JSON at all"},
        {"at": FrozenClock().now()},
        {"hash": "f" * 64},
        {"previous": "f" * 64},
    ]
)
touches = st.one_of(
    st.builds(edited, rows, edits),
    st.builds(removed, rows),
    st.builds(cut_off, rows),
    st.builds(closed_up, rows),
    st.lists(rows, min_size=2, max_size=2, unique=True).map(lambda two: swapped(*two)),
    st.builds(forged, rows),
    st.builds(added, rows),
)


def test_a_trail_that_nobody_touched_is_whole(connection: Connection) -> None:
    assert broken(connection) is None
    connection.rollback()


@given(touch=touches)
def test_the_first_row_that_was_touched_is_found(
    connection: Connection, touch: Touch
) -> None:
    first = touch(connection)
    found = broken(connection)
    connection.rollback()

    assert found == first


def test_an_end_that_was_moved_is_found(connection: Connection) -> None:
    connection.execute(audit_head.update().values(hash="f" * 64))
    found = broken(connection)
    connection.rollback()

    assert found == LENGTH


def test_a_new_trail_is_whole(empty_sqlite: Path) -> None:
    engine = open_engine(f"sqlite:///{empty_sqlite}")

    with engine.connect().execution_options(write=False) as connection:
        assert broken(connection) is None

    engine.dispose()
