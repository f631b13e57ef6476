"""How a target answered is known to all workers."""

import json
import threading
from dataclasses import replace
from datetime import timedelta

from connector.domain.circuit import Circuit
from connector.domain.message import Message
from connector.ports.staging import Staging
from tests.conftest import FrozenClock

WORKERS = 4
MINUTE = timedelta(minutes=1)


def test_a_target_of_which_nothing_is_known_is_asked(staging: Staging) -> None:
    with staging.reading() as tx:
        assert tx.circuit("portal") == Circuit(target="portal")


def test_a_circuit_is_kept_whole_and_its_place_is_taken(
    staging: Staging, clock: FrozenClock
) -> None:
    now = clock.now()
    first = Circuit(
        target="portal",
        resume_at=now + 10 * MINUTE,
        problem=Message("{target} refused the user.", {"target": "portal"}),
        since=now,
        busy=1,
        lost=3,
        next_slot_at=now + MINUTE,
    )
    other = Circuit(target="archive", busy=2)
    second = Circuit(target="portal")

    with staging.transaction() as tx:
        tx.save_circuit(first)
        tx.save_circuit(other)
        before = tx.circuit("portal")
        tx.save_circuit(second)

    assert before == first
    with staging.reading() as tx:
        assert (tx.circuit("portal"), tx.circuit("archive")) == (second, other)
        assert list(tx.audit()) == []


def test_an_alarm_stands_in_the_audit_trail_once(
    staging: Staging, clock: FrozenClock
) -> None:
    problem = Message("{target} refused the user.", {"target": "portal"})
    opened = Circuit(
        target="portal", problem=problem, resume_at=clock.now() + MINUTE, lost=3
    )

    with staging.transaction() as tx:
        tx.save_circuit(opened, event="target refuses us")
        tx.save_circuit(replace(opened, lost=4))

    with staging.reading() as tx:
        (row,) = tx.audit()
        assert tx.broken_audit_row() is None
    assert (row.event, row.by, row.item_id, row.at) == (
        "target refuses us",
        "connector",
        None,
        clock.now(),
    )
    assert json.loads(row.facts) == {
        "target": "portal",
        "problem": {"template": problem.template, "facts": {"target": "portal"}},
        "resume_at": (clock.now() + MINUTE).isoformat(),
        "busy": 0,
        "lost": 3,
    }


def test_nobody_asks_before_its_time_and_nobody_need_where_none_waits(
    staging: Staging, clock: FrozenClock
) -> None:
    now = clock.now()
    waiting = Circuit(target="portal", resume_at=now + MINUTE)
    with staging.transaction() as tx:
        tx.save_circuit(waiting)
        tx.save_circuit(Circuit(target="archive"))

        asked = [
            tx.ask_again(target, now=now, until=now + 10 * MINUTE)
            for target in ("portal", "archive", "never heard of")
        ]

    assert asked == [False, False, False]
    with staging.reading() as tx:
        assert tx.circuit("portal") == waiting


def test_of_several_workers_exactly_one_asks_again(
    staging: Staging, clock: FrozenClock
) -> None:
    now, until = clock.now(), clock.now() + 10 * MINUTE
    waited = Circuit(target="portal", resume_at=now, busy=2, lost=1)
    with staging.transaction() as tx:
        tx.save_circuit(waited)
    together, asked = threading.Barrier(WORKERS), list[bool]()

    def ask() -> None:
        together.wait()
        with staging.transaction() as tx:
            asked.append(tx.ask_again("portal", now=now, until=until))

    workers = [threading.Thread(target=ask) for _ in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(asked) == [False] * (WORKERS - 1) + [True]
    with staging.reading() as tx:
        assert tx.circuit("portal") == replace(waited, resume_at=until)
