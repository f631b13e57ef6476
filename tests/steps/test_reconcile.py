"""What a target holds and what the rows say: each way in which they can disagree."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from connector.domain.discrepancy import Kind, Repair
from connector.domain.errors import NotSent, TargetGone
from connector.domain.item import key_of
from connector.domain.publication import PublicationState, StoredPost
from connector.steps.check import give_back
from connector.steps.reconcile import Report, reconcile
from connector.steps.withdraw import reject, withdraw
from tests.steps.adrift import (
    TITLES,
    WHY,
    drafted,
    hide,
    kinds,
    report,
    set_row,
    stray,
)
from tests.steps.faulty import FaultyTarget, raising, without
from tests.steps.house import BODY, CHECKER, DEPUTY, House


def test_where_all_is_in_order_nothing_is_found(house: House) -> None:
    house.complete(title=TITLES[0])
    house.published(title=TITLES[1])
    house.approved(title=TITLES[2])

    assert report(house) == Report(
        target="portal", posts=2, items=3, busy=(), conflicts=(), found=()
    )


def test_nothing_is_changed_by_looking(house: House) -> None:
    item = house.complete()
    stray(house, item.id)
    before = house.portal.everything(), house.publication(item.id)
    house.portal.calls.clear()

    report(house)

    assert (house.portal.everything(), house.publication(item.id)) == before
    assert set(house.portal.calls) == {"ours", "read"}


def test_what_is_in_order_costs_no_request_of_its_own(house: House) -> None:
    for title in TITLES:
        house.complete(title=title)
    house.portal.calls.clear()

    report(house)

    assert house.portal.calls == ["ours"]


def test_a_post_without_an_item_is_told_and_left_alone(house: House) -> None:
    item = house.complete()
    foreign = stray(house, item.id, key=key_of("press", "elsewhere"))

    [found] = report(house).found

    assert (found.kind, found.item, found.posts) == (Kind.UNKNOWN, None, (foreign.id,))
    assert found.repair is Repair.NONE
    assert str(found.message) == (
        f"Post {foreign.id} on portal has a mark of ours, and no item here."
    )


def test_a_post_of_an_item_that_is_not_meant_for_the_target_is_told(
    house: House,
) -> None:
    public = house.complete()
    other = house.classified(title=TITLES[0])
    post = stray(house, public.id, key=other.key)

    [found] = report(house).found

    assert (found.kind, found.item, found.posts) == (
        Kind.NOT_MEANT,
        other.id,
        (post.id,),
    )


def test_a_post_that_is_gone_is_found(house: House) -> None:
    item = house.complete()
    house.route(target=FaultyTarget("portal"))

    [found] = report(house).found

    assert (found.kind, found.item, found.repair) == (
        Kind.GONE,
        item.id,
        Repair.CONFLICT,
    )


def test_a_post_in_the_trash_is_found(house: House) -> None:
    item = house.complete()
    post_id = house.publication(item.id).post_id
    house.portal.throw_away(post_id)

    assert kinds(house) == [(Kind.TRASHED, (post_id,))]


def test_a_draft_in_the_trash_is_found_too(house: House) -> None:
    item_id = drafted(house)
    house.portal.throw_away(house.publication(item_id).post_id)

    assert [kind for kind, _ in kinds(house)] == [Kind.TRASHED]


def test_the_trash_of_what_was_withdrawn_is_in_order(house: House) -> None:
    item = house.complete()
    withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.portal.throw_away(house.publication(item.id).post_id)

    assert kinds(house) == []


def test_a_post_that_somebody_unpublished_is_found(house: House) -> None:
    item = house.complete()
    post_id = house.publication(item.id).post_id
    house.portal.by_hand.withdraw(post_id)

    assert kinds(house) == [(Kind.UNPUBLISHED, (post_id,))]


def test_drafts_beside_the_public_post_are_found(house: House) -> None:
    item = house.complete()
    first, second = stray(house, item.id), stray(house, item.id)

    [found] = report(house).found

    assert (found.kind, found.posts) == (Kind.SPARE_DRAFTS, (first.id, second.id))
    assert found.repair is Repair.TRASH


def test_the_draft_whose_id_was_saved_is_never_the_spare_one(house: House) -> None:
    item_id = drafted(house)
    other = stray(house, item_id)

    assert kinds(house) == [(Kind.SPARE_DRAFTS, (other.id,))]


def test_not_even_where_the_other_draft_is_older(house: House) -> None:
    item_id = drafted(house)
    older, saved = house.publication(item_id).post_id, stray(house, item_id).id
    set_row(house, item_id, post_id=saved)

    assert kinds(house) == [(Kind.SPARE_DRAFTS, (older,))]


def test_two_public_posts_are_found(house: House) -> None:
    item = house.complete()
    other = stray(house, item.id)
    house.portal.by_hand.go_live(other.id)

    [found] = report(house).found

    assert (found.kind, found.repair) == (Kind.SEVERAL, Repair.CONFLICT)
    assert found.posts == (house.publication(item.id).post_id, other.id)


def test_another_public_post_than_the_saved_one_is_found(house: House) -> None:
    item = house.complete()
    saved = house.publication(item.id).post_id
    other = stray(house, item.id)
    house.portal.by_hand.withdraw(saved)
    house.portal.by_hand.go_live(other.id)

    assert kinds(house) == [(Kind.OTHER, (other.id,))]


def test_a_public_post_that_was_edited_is_found(house: House) -> None:
    item = house.complete()
    post_id = house.publication(item.id).post_id
    house.portal.edit(post_id, body=BODY.replace("21 giờ", "20 giờ"))

    [found] = report(house).found

    assert (found.kind, found.posts) == (Kind.CHANGED, (post_id,))
    assert str(found.message) == (
        "What portal shows of item 1 is not what was sent: body."
    )


def test_a_loss_that_was_accepted_is_no_change(house: House) -> None:
    item = house.approved()
    house.portal.keeps = without("mỗi ngày")
    house.publish(item.id)
    house.publish(item.id, accept_losses=True, by=CHECKER, reason=WHY)

    assert house.publication(item.id).state is PublicationState.LIVE
    assert kinds(house) == []


def test_the_post_that_was_sent_before_a_correction_is_in_order(house: House) -> None:
    item = house.complete()
    house.correct(item.id)
    being_corrected = kinds(house)
    house.again(item.id)

    assert (being_corrected, kinds(house)) == ([], [])


def test_the_post_that_was_sent_before_a_correction_was_put_aside_is_in_order(
    house: House,
) -> None:
    item = house.complete()
    house.correct(item.id)
    house.again(item.id)
    give_back(item.id, by=CHECKER, reason="sai giờ", parts=house.parts)
    house.advance(item.id)

    assert house.publication(item.id).due_at is None
    assert kinds(house) == []


def test_what_a_webmaster_made_public_is_no_surprise(house: House) -> None:
    item_id = drafted(house)
    house.portal.by_hand.go_live(house.publication(item_id).post_id)

    assert kinds(house) == []


def test_what_is_public_before_its_time_is_found(house: House) -> None:
    item = house.approved()
    set_row(house, item.id, go_live_at=house.clock.now() + timedelta(days=1))
    house.publish(item.id)
    post_id = house.publication(item.id).post_id
    house.portal.by_hand.go_live(post_id)

    [found] = report(house).found

    assert (found.kind, found.posts) == (Kind.EARLY, (post_id,))
    assert found.repair is Repair.DUE


def test_what_is_public_and_held_is_found(house: House) -> None:
    item = house.approved()
    house.portal.keeps = without("mỗi ngày")
    house.publish(item.id)
    house.portal.by_hand.go_live(house.publication(item.id).post_id)

    [found] = report(house).found

    assert (found.kind, found.repair) == (Kind.UNAPPROVED, Repair.CONFLICT)


def test_what_is_public_and_not_approved_any_more_is_found(house: House) -> None:
    item_id = drafted(house)
    house.correct(item_id)
    house.portal.by_hand.go_live(house.publication(item_id).post_id)

    assert [kind for kind, _ in kinds(house)] == [Kind.UNAPPROVED]


def test_what_was_withdrawn_and_is_public_is_found(house: House) -> None:
    item = house.complete()
    withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    post_id = house.publication(item.id).post_id
    house.portal.by_hand.go_live(post_id)

    [found] = report(house).found

    assert (found.kind, found.posts) == (Kind.STILL_PUBLIC, (post_id,))
    assert found.repair is Repair.WITHDRAW


def test_what_was_rejected_and_is_public_is_found(house: House) -> None:
    item_id = drafted(house)
    reject(item_id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.portal.by_hand.go_live(house.publication(item_id).post_id)

    assert [kind for kind, _ in kinds(house)] == [Kind.STILL_PUBLIC]


@pytest.mark.parametrize(
    "state",
    [
        PublicationState.INTENDED,
        PublicationState.SENDING,
        PublicationState.UNKNOWN,
        PublicationState.BLOCKED,
    ],
)
def test_a_row_that_nobody_goes_on_with_is_found(
    house: House, state: PublicationState
) -> None:
    item = house.approved()
    set_row(house, item.id, state=state)
    going_on = kinds(house)
    set_row(house, item.id, due_at=None)

    assert (going_on, kinds(house)) == ([], [(Kind.STUCK, ())])


def test_a_row_that_waits_for_a_person_is_not_stuck(house: House) -> None:
    held, returned = (house.approved(title=title) for title in TITLES[:2])
    set_row(house, held.id, state=PublicationState.HELD, due_at=None)
    set_row(house, returned.id, due_at=None)
    house.correct(returned.id)

    assert kinds(house) == []


def test_what_is_a_conflict_already_is_counted_and_not_told_again(
    house: House,
) -> None:
    item = house.complete()
    house.portal.throw_away(house.publication(item.id).post_id)
    set_row(house, item.id, state=PublicationState.CONFLICT, due_at=None)

    told = report(house)

    assert (told.conflicts, told.found) == ((item.id,), ())


def test_what_a_worker_is_at_is_not_compared(house: House) -> None:
    item = house.complete()
    house.portal.throw_away(house.publication(item.id).post_id)
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        tx.claim(
            item.id, "portal", owner="may-2", until=now + house.parts.lease, now=now
        )

    busy = report(house)
    house.wait_for_lease()

    assert (busy.busy, busy.found) == ((item.id,), ())
    assert [kind for kind, _ in kinds(house)] == [Kind.TRASHED]


def moved_while_listed(
    house: House, move: Callable[[], object]
) -> Callable[[], Iterator[tuple[str, StoredPost]]]:
    """Let somebody move a post after it was listed."""
    listed = list(house.portal.by_hand.ours())

    def ours() -> Iterator[tuple[str, StoredPost]]:
        yield from listed
        move()

    return ours


def test_what_was_put_right_since_it_was_listed_is_not_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    item = house.complete()
    post_id = house.publication(item.id).post_id
    house.portal.by_hand.withdraw(post_id)
    ours = moved_while_listed(house, lambda: house.portal.by_hand.go_live(post_id))
    monkeypatch.setattr(house.portal, "ours", ours)

    assert kinds(house) == []


def test_what_the_list_leaves_out_is_asked_for_by_its_id(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.complete()
    monkeypatch.setattr(house.portal, "ours", lambda: iter(()))

    assert kinds(house) == []


def test_what_a_moving_list_shows_twice_is_one_post(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.complete()
    twice = 2 * list(house.portal.by_hand.ours())
    monkeypatch.setattr(house.portal, "ours", lambda: iter(twice))

    told = report(house)

    assert (told.posts, told.found) == (1, ())


def test_more_rows_and_posts_than_are_held_at_once_are_all_compared(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.steps.reconcile._AT_ONCE", 2)
    items = [house.complete(title=title) for title in TITLES]
    for item in items:
        house.portal.throw_away(house.publication(item.id).post_id)

    told = report(house)

    assert (told.items, [one.item for one in told.found]) == (
        len(TITLES),
        [item.id for item in items],
    )


def test_a_target_that_is_not_to_be_had_proves_nothing(house: House) -> None:
    house.complete()
    house.portal.always["ours"] = raising(NotSent(target="portal", problem="đứt cáp"))

    with pytest.raises(NotSent):
        report(house)


def test_a_hidden_post_beside_ours_is_left_to_a_person(house: House) -> None:
    item = house.complete()
    other = stray(house, item.id)
    hide(house, other.id)

    [found] = report(house).found

    assert (found.kind, found.repair) == (Kind.HIDDEN_BESIDE, Repair.NONE)


def test_a_target_that_there_is_not_is_told(house: House) -> None:
    with pytest.raises(TargetGone):
        reconcile("cong-cu", parts=house.parts)
