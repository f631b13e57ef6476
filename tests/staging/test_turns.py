"""What can go on now, and whose turn it is."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, text

from connector.domain.circuit import Circuit
from connector.domain.item import ItemId
from connector.domain.publication import SETTLING, Publication, PublicationState
from connector.ports.staging import Staging
from connector.staging.repository import SqlStaging
from connector.staging.schema import publications
from tests.conftest import FrozenClock
from tests.staging.news import News

PUBLIC = {
    PublicationState.LIVE,
    PublicationState.VERIFIED,
    PublicationState.MISMATCH,
}
MINUTE = timedelta(minutes=1)


def ids(found: Sequence[Publication]) -> list[ItemId]:
    return [one.item_id for one in found]


@pytest.mark.parametrize("state", PublicationState)
def test_what_settled_is_looked_for_once_more_where_nothing_else_is_due(
    staging: Staging, news: News, clock: FrozenClock, state: PublicationState
) -> None:
    now = clock.now()
    settled = news.intended(news.received(), state=state, settles_at=now)
    news.intended(news.received(), state=state, settles_at=now + MINUTE)

    with staging.reading() as tx:
        due = tx.due(now)

    assert due == ([settled] if state in SETTLING else [])


@pytest.mark.parametrize("state", PublicationState)
def test_only_what_readers_can_see_is_due_when_its_time_is_over(
    staging: Staging, news: News, clock: FrozenClock, state: PublicationState
) -> None:
    now = clock.now()
    over = news.intended(news.received(), state=state, expire_at=now)
    news.intended(news.received(), state=state, expire_at=now + MINUTE)

    with staging.reading() as tx:
        due = tx.due(now)

    assert due == ([over] if state in PUBLIC else [])


def test_what_is_due_for_three_reasons_has_one_turn_by_the_earliest(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    thrice = news.intended(
        news.received(),
        state=PublicationState.LIVE,
        due_at=now,
        settles_at=now - 3 * MINUTE,
        expire_at=now - MINUTE,
    )
    once = news.intended(news.received(), due_at=now - 2 * MINUTE)

    with staging.reading() as tx:
        due = tx.due(now)

    assert due == [thrice, once]


def test_a_time_that_lies_ahead_gives_nobody_an_earlier_turn(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    held = news.intended(
        news.received(),
        state=PublicationState.VERIFIED,
        settles_at=now,
        expire_at=now + MINUTE,
    )
    earlier = news.intended(news.received(), due_at=now - MINUTE)

    with staging.reading() as tx:
        due = tx.due(now)

    assert due == [earlier, held]


def test_what_somebody_works_on_is_not_due(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    live = {"state": PublicationState.LIVE, "settles_at": now, "expire_at": now}
    item = news.received()
    news.intended(item, due_at=now, **live)
    with staging.transaction() as tx:
        tx.claim(item.id, "portal", owner="worker 1", until=now + MINUTE, now=now)

    with staging.reading() as tx:
        due = tx.due(now), tx.due(now + MINUTE)

    assert list(map(ids, due)) == [[], [item.id]]


def test_the_items_of_a_target_wait_until_it_is_asked_again(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    times = {"due_at": now, "settles_at": now, "expire_at": now}
    item = news.received()
    waits = news.intended(item, state=PublicationState.LIVE, **times)
    other = news.intended(item, target="archive", due_at=now)
    with staging.transaction() as tx:
        tx.save_circuit(Circuit(target="portal", resume_at=now + MINUTE))
        tx.save_circuit(Circuit(target="archive", lost=2))

    with staging.reading() as tx:
        before, after = tx.due(now), tx.due(now + MINUTE)

    assert (before, after) == ([other], [other, waits])


def test_of_one_target_only_its_own_are_due(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    portal, _ = (
        news.intended(item, target=target, due_at=clock.now())
        for target in ("portal", "archive")
    )

    with staging.reading() as tx:
        assert tx.due(clock.now(), target="portal") == [portal]
        assert tx.due(clock.now(), target="nowhere") == []


def test_five_hundred_items_of_one_source_do_not_hold_up_three_of_another(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    many = [news.received(source="press") for _ in range(20)]
    few = [news.received(source="mail") for _ in range(3)]
    for item in many:
        news.intended(item, due_at=now - MINUTE)
    for item in few:
        news.intended(item, due_at=now)

    with staging.reading() as tx:
        due = tx.due(now, limit=8)

    first, second, third, *rest = (
        (m.id, f.id) for m, f in zip(many, few, strict=False)
    )
    assert rest == []
    assert ids(due) == [*first, *second, *third, many[3].id, many[4].id]


@dataclass(frozen=True, slots=True)
class Due:
    """One publication, in short."""

    source: str
    urgent: bool
    minutes: int
    """Since it has been due; negative for not yet."""


dues = st.lists(
    st.builds(Due, st.sampled_from("abc"), st.booleans(), st.integers(-1, 4)),
    min_size=1,
    max_size=12,
)


@given(dues=dues, limit=st.integers(1, 14))
@settings(
    max_examples=60,
    deadline=None,
    # What the example before made due is so no longer.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_urgent_ones_come_first_and_no_source_starves(
    crowd: "Crowd", dues: list[Due], limit: int
) -> None:
    of = crowd.intended(dues)

    found = [of[one.item_id] for one in crowd.due(limit)]

    everything = [of[one.item_id] for one in crowd.due(len(dues))]
    assert found == everything[:limit]
    assert Counter(everything) == Counter(one for one in dues if one.minutes >= 0)
    # No urgent one after one that is not.
    assert everything == sorted(everything, key=lambda one: not one.urgent)
    for _, group in groupby(everything, key=lambda one: one.urgent):
        alike = list(group)
        _takes_turns([one.source for one in alike])
        for source in "abc":
            waited = [one.minutes for one in alike if one.source == source]
            assert waited == sorted(waited, reverse=True)


def _takes_turns(sources: Sequence[str]) -> None:
    """Assert that nobody comes again while another one waits for its first turn."""
    total, seen = Counter(sources), Counter[str]()
    for source in sources:
        waiting = [seen[one] for one in total if seen[one] < total[one]]
        assert seen[source] == min(waiting)
        seen[source] += 1


class Crowd:
    """Items of three sources, whose publications are made anew each time."""

    def __init__(self, engine: Engine, news: News, clock: FrozenClock) -> None:
        self.staging = SqlStaging(engine, clock)
        self.engine = engine
        self.now = clock.now()
        self.stored = [
            (source, news.intended(news.received(source=source)))
            for source in "abc"
            for _ in range(12)
        ]

    def intended(self, dues: Sequence[Due]) -> dict[ItemId, Due]:
        """Make as many due, and return which is which."""
        free = {s: [p for of, p in self.stored if of == s] for s in "abc"}
        taken = [(free[one.source].pop(), one) for one in dues]
        with self.engine.begin() as connection:
            connection.execute(publications.update().values(due_at=None))
            for publication, one in taken:
                connection.execute(
                    publications.update()
                    .where(publications.c.item_id == publication.item_id)
                    .values(urgent=one.urgent, due_at=self.now - one.minutes * MINUTE)
                )
        return {publication.item_id: one for publication, one in taken}

    def due(self, limit: int) -> Sequence[Publication]:
        with self.staging.reading() as tx:
            return tx.due(self.now, limit=limit)


@pytest.fixture
def crowd(both: Engine, news: News, clock: FrozenClock) -> Crowd:
    return Crowd(both, news, clock)


def test_what_is_due_is_found_without_reading_what_is_not(
    both: Engine, staging: Staging, clock: FrozenClock
) -> None:
    asked = list[tuple[str, Any]]()

    @event.listens_for(both, "before_cursor_execute")
    def _keep(*given: Any) -> None:  # noqa: ANN401 -- SQLAlchemy's signature
        asked.append((given[2], given[3]))

    with staging.reading() as tx:
        tx.due(clock.now())
    query, values = asked[-1]
    sqlite = both.dialect.name == "sqlite"
    with both.begin() as connection:
        if not sqlite:
            # It does not look at the index of a table that is as good as empty.
            connection.execute(text("SET LOCAL enable_seqscan = off"))
        explain = "EXPLAIN QUERY PLAN" if sqlite else "EXPLAIN"
        plan = str(connection.exec_driver_sql(f"{explain} {query}", values).all())

    for column in ("due_at", "settles_at", "expire_at"):
        assert f"ix_publications_{column}" in plan
    assert "SCAN publications" not in plan
    assert "Seq Scan on publications" not in plan
