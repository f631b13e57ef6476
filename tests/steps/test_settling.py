"""A request that was given up, or delivered twice, leaves nothing behind."""

import pytest

from connector.domain.errors import NotSent, Unclear
from connector.domain.item import State
from connector.domain.publication import (
    Capabilities,
    PostState,
    PublicationState,
)
from connector.steps.settling import settle
from connector.steps.withdraw import withdraw
from connector.worker.runner import sweep
from tests.steps.faulty import FaultyTarget, raising
from tests.steps.house import BODY, CORRECTED, DEPUTY, House

LOST = Unclear(target="portal", problem="time-out")


def states(house: House) -> list[PostState]:
    return [post.state for post in house.portal.everything()]


def delivered_again(house: House, item_id: int) -> None:
    """The request to create the item's draft arrives once more."""
    post = house.publication(item_id).post  # type: ignore[arg-type]
    assert post is not None
    house.portal.by_hand.put_draft(post)


def test_a_request_that_was_answered_and_comes_again_leaves_no_draft(
    house: House,
) -> None:
    item = house.complete()
    delivered_again(house, item.id)

    list(sweep(house.parts))
    early = states(house)
    house.clock.tick(minutes=2)
    list(sweep(house.parts))

    assert early == [PostState.LIVE, PostState.DRAFT]
    assert states(house) == [PostState.LIVE, PostState.TRASHED]
    assert house.publication(item.id).settles_at is None
    assert house.item(item.id).state is State.COMPLETE


def test_it_is_looked_for_once_and_no_more(house: House) -> None:
    house.complete()
    house.clock.tick(minutes=2)
    list(sweep(house.parts))
    house.portal.calls.clear()

    house.clock.tick(days=1)
    list(sweep(house.parts))

    assert house.portal.calls == []


def test_many_are_looked_for_with_one_request(house: House) -> None:
    house.portal.with_bulk = True
    for n in range(20):
        house.approved(title=f"Thông báo: đợt {n}", body=f"<p>Đợt {n}.</p>{BODY}")
    list(sweep(house.parts))
    house.portal.calls.clear()

    house.clock.tick(minutes=2)
    list(sweep(house.parts))

    assert house.portal.calls == ["bulk.find"]


def test_what_another_worker_has_settled_is_not_left_in_hand(house: House) -> None:
    item = house.complete()
    stale = house.publication(item.id)
    house.clock.tick(minutes=2)
    list(sweep(house.parts))
    house.portal.calls.clear()

    settle([stale], parts=house.parts)

    assert house.portal.calls == []
    assert house.publication(item.id).lease_owner == ""


def test_a_site_that_does_not_answer_then_is_asked_later(house: House) -> None:
    item = house.complete()
    delivered_again(house, item.id)
    house.clock.tick(minutes=2)
    house.portal.once["find"] = raising(NotSent(target="portal", problem="DNS"))

    list(sweep(house.parts))
    waits = house.publication(item.id).settles_at
    house.clock.tick(minutes=10)
    list(sweep(house.parts))

    assert waits == house.clock.now()
    assert states(house) == [PostState.LIVE, PostState.TRASHED]


def test_a_second_public_post_is_told_to_a_person(house: House) -> None:
    item = house.complete()
    delivered_again(house, item.id)
    [_, second] = house.portal.everything()
    house.portal.by_hand.go_live(second.id)
    house.clock.tick(minutes=2)

    list(sweep(house.parts))

    row = house.publication(item.id)
    assert (row.state, row.due_at) == (PublicationState.CONFLICT, None)
    assert "several public posts" in str(row.problem)
    assert house.item(item.id).state is State.APPROVED


def test_where_the_site_makes_nothing_twice_nothing_is_looked_for(
    house: House,
) -> None:
    class Replays(FaultyTarget):
        capabilities = Capabilities(key_conflict="replay")

    site = Replays("portal")
    house.route(target=site)
    house.portal = site
    house.web.target = site

    item = house.complete()

    assert house.publication(item.id).settles_at is None


def test_the_draft_of_an_item_that_was_taken_down_before_it_was_known_goes_too(
    house: House,
) -> None:
    item = house.approved()
    house.portal.once["put_draft"] = raising(LOST)
    house.publish(item.id)
    withdraw(item.id, by=DEPUTY, reason="bị hoãn", parts=house.parts)
    delivered_again(house, item.id)

    house.clock.tick(minutes=2)
    list(sweep(house.parts))

    assert states(house) == [PostState.TRASHED]


@pytest.mark.parametrize("corrected", [False, True])
def test_a_worker_that_was_taken_over_and_goes_on_is_no_foreign_hand(
    house: House, *, corrected: bool
) -> None:
    """It had promised to go live, and does so between our look and our update."""
    item = house.approved()
    house.portal.once["go_live"] = raising(LOST)
    house.publish(item.id)
    [draft] = house.portal.everything()
    if corrected:
        house.correct(item.id, body=CORRECTED)
        house.again(item.id)
    house.portal.once["update"] = lambda: house.portal.by_hand.go_live(draft.id)
    house.clock.tick(minutes=1)

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    [post] = house.public()
    assert post.body == (CORRECTED if corrected else BODY)


def test_what_goes_live_after_it_was_taken_down_is_taken_down_again(
    house: House,
) -> None:
    item = house.approved()
    house.portal.once["go_live"] = raising(LOST)
    house.publish(item.id)
    withdraw(item.id, by=DEPUTY, reason="bị hoãn", parts=house.parts)
    [draft] = house.portal.everything()

    # The request to go live, given up long ago, is carried out only now.
    house.portal.by_hand.go_live(draft.id)
    house.clock.tick(minutes=2)
    list(sweep(house.parts))

    assert house.public() == []
    assert house.publication(item.id).state is PublicationState.WITHDRAWN
    assert house.publication(item.id).settles_at is None


def test_where_it_cannot_be_taken_down_again_that_is_tried_later(house: House) -> None:
    item = house.complete()
    house.clock.tick(minutes=2)
    list(sweep(house.parts))
    withdraw(item.id, by=DEPUTY, reason="bị hoãn", parts=house.parts)
    [draft] = house.portal.everything()
    house.portal.by_hand.go_live(draft.id)
    house.clock.tick(minutes=2)
    house.portal.once["withdraw"] = raising(LOST)

    list(sweep(house.parts))
    house.clock.tick(minutes=10)
    list(sweep(house.parts))

    assert house.public() == []
