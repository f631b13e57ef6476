"""Many at once: one request a phase, and each item for itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from connector.domain.errors import (
    ContentRefused,
    NotSent,
    TargetError,
    Unclear,
)
from connector.domain.item import Item, State
from connector.domain.publication import PostState, PublicationState
from connector.ports.staging import Staging, Transaction
from connector.steps.publish import Attempt, Orders, publish_all
from connector.worker.runner import sweep
from tests.steps.faulty import raising
from tests.steps.house import BODY, WEBMASTER, House

LOST = Unclear(target="portal", problem="time-out")


@pytest.fixture
def items(house: House) -> list[Item]:
    house.portal.with_bulk = True
    return [
        house.approved(title=f"Thông báo: đợt {n}", body=f"<p>Đợt {n}.</p>{BODY}")
        for n in range(30)
    ]


def publish_them(house: House, items: list[Item]) -> list[Attempt]:
    rows = [house.publication(item.id) for item in items]
    return list(publish_all(rows, orders=Orders(by=WEBMASTER), parts=house.parts))


def test_thirty_items_go_live_by_two_batches_of_four_requests(
    house: House, items: list[Item]
) -> None:
    told = list(sweep(house.parts))

    assert house.portal.calls[:9] == [
        "resolve_terms",
        *["bulk.find", "bulk.put_draft", "bulk.find", "bulk.go_live"] * 2,
    ]
    assert {one.item.state for one in told} == {State.COMPLETE}
    assert len(house.public()) == len(items)


def test_the_attempts_come_in_the_order_they_were_asked_for(
    house: House, items: list[Item]
) -> None:
    backwards = list(reversed(items))

    told = publish_them(house, backwards)

    assert [one.publication.item_id for one in told] == [one.id for one in backwards]


def test_one_bad_post_spoils_no_other(house: House, items: list[Item]) -> None:
    bad = ContentRefused(target="portal", problem="400")

    def outcome(hook: str, which: str) -> TargetError | None:
        return bad if (hook, which) == ("bulk.put_draft", items[3].key) else None

    house.portal.outcome = outcome
    told = publish_them(house, items)

    states = [one.publication.state for one in told]
    assert states.count(PublicationState.LIVE) == 29
    assert (told[3].publication.state, told[3].error) == (PublicationState.HELD, bad)
    assert len(house.public()) == 29


@pytest.mark.parametrize("phase", ["bulk.find", "bulk.put_draft", "bulk.go_live"])
@pytest.mark.parametrize("when", ["", ":done"])
def test_a_lost_answer_to_a_whole_batch_makes_no_second_post(
    house: House, items: list[Item], phase: str, when: str
) -> None:
    house.portal.once[f"{phase}{when}"] = raising(LOST)

    publish_them(house, items)
    for _ in range(3):
        house.clock.tick(minutes=2)
        list(sweep(house.parts))

    assert len(house.portal.everything()) == 30
    assert {house.item(one.id).state for one in items} == {State.COMPLETE}


def test_where_half_a_batch_was_created_the_other_half_is_created_later(
    house: House, items: list[Item]
) -> None:
    created = {item.key for item in items[:12]}

    def outcome(hook: str, which: str) -> TargetError | None:
        if hook == "bulk.put_draft" and which not in created:
            return LOST
        return LOST if hook == "bulk.put_draft:done" else None

    house.portal.outcome = outcome
    told = publish_them(house, items[:25])
    house.portal.outcome = lambda _hook, _which: None
    live_at_once = len(house.public())
    house.clock.tick(minutes=2)
    list(sweep(house.parts))

    assert live_at_once == 12
    assert [one.publication.state for one in told].count(PublicationState.UNKNOWN) == 13
    assert len(house.portal.everything()) == 30
    assert len(house.public()) == 30


def test_who_presses_ctrl_c_lets_go_of_all_that_was_begun(
    house: House, items: list[Item]
) -> None:
    house.portal.once["bulk.go_live"] = raising(KeyboardInterrupt())

    with pytest.raises(KeyboardInterrupt):
        publish_them(house, items)
    held = [house.publication(one.id).lease_owner for one in items]
    list(sweep(house.parts))

    assert set(held) == {""}
    assert len(house.portal.everything()) == 30
    assert {house.item(one.id).state for one in items} == {State.COMPLETE}


def test_what_another_worker_holds_is_left_to_it(
    house: House, items: list[Item]
) -> None:
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        for item in items[:5]:
            tx.claim(
                item.id, "portal", owner="may-2", until=now + house.parts.lease, now=now
            )

    told = publish_them(house, items)

    assert [one.taken for one in told] == [True] * 5 + [False] * 25
    assert len(house.public()) == 25


def test_a_worker_that_lost_some_of_its_leases_stores_only_the_others(
    house: House, items: list[Item]
) -> None:
    def others_take_two() -> None:
        house.wait_for_lease()
        now = house.clock.now()
        with house.parts.staging.transaction() as tx:
            for item in items[:2]:
                tx.claim(
                    item.id,
                    "portal",
                    owner="may-2",
                    until=now + house.parts.lease,
                    now=now,
                )

    house.portal.once["bulk.put_draft:done"] = others_take_two
    told = publish_them(house, items[:25])

    assert [one.taken for one in told] == [True] * 2 + [False] * 23
    assert [house.publication(item.id).post_id for item in items[:2]] == ["", ""]
    assert len(house.public()) == 23


def test_what_is_no_longer_approved_stops_and_the_others_go_on(
    house: House, items: list[Item]
) -> None:
    house.correct(items[0].id)

    told = publish_them(house, items[:3])

    assert [type(one.error).__name__ for one in told] == [
        "NotApproved",
        "NoneType",
        "NoneType",
    ]
    assert len(house.public()) == 2


@dataclass
class Counting:
    """Counts the transactions that write."""

    staging: Staging
    writes: int = 0

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.writes += 1
        with self.staging.transaction() as tx:
            yield tx

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self.staging.reading() as tx:
            yield tx


def test_a_batch_takes_as_many_transactions_as_one_item(
    house: House, items: list[Item]
) -> None:
    counting = Counting(house.parts.staging)
    house.parts = replace(house.parts, staging=counting)

    publish_them(house, items[:1])
    one = counting.writes
    publish_them(house, items[1:26])

    assert counting.writes - one == one


def test_where_the_site_stops_taking_many_the_rest_is_sent_alone(
    house: House, items: list[Item]
) -> None:
    def no_more() -> None:
        house.portal.with_bulk = False
        raise NotSent(target="portal", problem="no batch/v1")

    house.portal.once["bulk.put_draft"] = no_more
    told = publish_them(house, items)

    assert {one.publication.state for one in told} == {PublicationState.LIVE}
    assert house.portal.calls.count("put_draft") == 30
    assert {p.state for p in house.portal.everything()} == {PostState.LIVE}


def test_a_machine_that_stood_still_sends_nothing_it_promised_long_ago(
    house: House, items: list[Item]
) -> None:
    class Suspends(Counting):
        @contextmanager
        def transaction(self) -> Iterator[Transaction]:
            with super().transaction() as tx:
                yield tx
            if self.writes == 2:  # just after it is stored what is about to be sent
                house.wait_for_lease()

    house.parts = replace(house.parts, staging=Suspends(house.parts.staging))

    told = publish_them(house, items[:3])

    assert [one.taken for one in told] == [True] * 3
    assert house.portal.everything() == []
