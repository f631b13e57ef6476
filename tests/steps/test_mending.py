"""What was found not to agree is mended once, under a lease, by a person."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.discrepancy import Kind
from connector.domain.errors import (
    ItemChanged,
    PostChanged,
    RoleNotAllowed,
    StillPublic,
    Unclear,
)
from connector.domain.item import ItemId, State, key_of
from connector.domain.person import Person, Role
from connector.domain.publication import PostState, PublicationState
from connector.steps.mending import mend
from connector.steps.withdraw import withdraw
from tests.steps.adrift import (
    WHY,
    kinds,
    report,
    set_row,
    stray,
)
from tests.steps.faulty import FaultyTarget, raising, without
from tests.steps.house import BODY, CHECKER, DEPUTY, WEBMASTER, House

DOES_ALL = Person("pho-giam-doc", frozenset({Role.LIBRARIAN, Role.DEPUTY_DIRECTOR}))


def mended(house: House, by: Person = DOES_ALL) -> list[bool]:
    return [mend(one, by=by, parts=house.parts) for one in report(house).found]


def gone(house: House) -> ItemId:
    item = house.complete()
    house.route(target=FaultyTarget("portal"))
    return item.id


def thrown_away(house: House) -> ItemId:
    item = house.complete()
    house.portal.throw_away(house.publication(item.id).post_id)
    return item.id


def unpublished(house: House) -> ItemId:
    item = house.complete()
    house.portal.by_hand.withdraw(house.publication(item.id).post_id)
    return item.id


def edited(house: House) -> ItemId:
    item = house.complete()
    house.portal.edit(
        house.publication(item.id).post_id, body=BODY.replace("21 giờ", "20 giờ")
    )
    return item.id


def twice_public(house: House) -> ItemId:
    item = house.complete()
    house.portal.by_hand.go_live(stray(house, item.id).id)
    return item.id


def held_and_public(house: House) -> ItemId:
    item = house.approved()
    house.portal.keeps = without("mỗi ngày")
    house.publish(item.id)
    house.portal.by_hand.go_live(house.publication(item.id).post_id)
    return item.id


def early(house: House) -> ItemId:
    item = house.approved()
    set_row(house, item.id, go_live_at=house.clock.now() + timedelta(days=1))
    house.publish(item.id)
    house.portal.by_hand.go_live(house.publication(item.id).post_id)
    return item.id


def stuck(house: House) -> ItemId:
    item = house.approved()
    set_row(house, item.id, state=PublicationState.UNKNOWN, due_at=None)
    return item.id


def spare(house: House) -> ItemId:
    item = house.complete()
    stray(house, item.id)
    return item.id


def still_public(house: House) -> ItemId:
    item = house.complete()
    withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.portal.by_hand.go_live(house.publication(item.id).post_id)
    return item.id


ADRIFT = [
    gone,
    thrown_away,
    unpublished,
    edited,
    twice_public,
    held_and_public,
    early,
    stuck,
    spare,
    still_public,
]
CONFLICTS = ADRIFT[:6]


@pytest.mark.parametrize("adrift", ADRIFT)
def test_what_was_mended_is_found_no_more(
    house: House, adrift: Callable[[House], ItemId]
) -> None:
    item_id = adrift(house)

    first = mended(house)
    second = report(house).found

    assert (first, second) == ([True], ())
    row = house.publication(item_id)
    assert (row.lease_owner, row.lease_until) == ("", None)
    assert house.audit_is_whole()


@pytest.mark.parametrize("adrift", ADRIFT)
def test_what_was_put_right_meanwhile_is_left_alone(
    house: House, adrift: Callable[[House], ItemId]
) -> None:
    item_id = adrift(house)
    [found] = report(house).found
    mend(found, by=DOES_ALL, parts=house.parts)
    before = house.portal.everything(), house.publication(item_id).state

    again = mend(found, by=DOES_ALL, parts=house.parts)

    assert not again
    assert (house.portal.everything(), house.publication(item_id).state) == before
    assert house.publication(item_id).lease_until is None


@pytest.mark.parametrize("adrift", CONFLICTS)
def test_a_conflict_says_why_and_touches_no_post(
    house: House, adrift: Callable[[House], ItemId]
) -> None:
    item_id = adrift(house)
    site = house.parts.route("portal").target
    assert isinstance(site, FaultyTarget)
    before = site.everything()
    [found] = report(house).found

    mend(found, by=DOES_ALL, parts=house.parts)

    row = house.publication(item_id)
    assert (row.state, row.problem, row.due_at) == (
        PublicationState.CONFLICT,
        found.message,
        None,
    )
    assert site.everything() == before
    assert ("not as the target has it", str(found.message)) in house.reasons(item_id)


def test_what_is_proved_no_longer_waits_at_publish_again(house: House) -> None:
    item_id = thrown_away(house)

    mended(house, by=CHECKER)

    assert house.item(item_id).state is State.APPROVED
    last = (Step.VERIFY, Outcome.INACCURATE, CHECKER.name)
    assert house.passages(item_id)[-1] == last


def test_a_person_can_send_again_what_was_thrown_away(house: House) -> None:
    item_id = thrown_away(house)
    mended(house)

    house.publish(item_id, overwrite=True, reason=WHY, by=CHECKER)
    told = house.advance(item_id)

    assert told.item.state is State.COMPLETE
    assert len(house.public()) == 1
    assert kinds(house) == []


def test_a_person_can_take_down_what_somebody_edited(house: House) -> None:
    item_id = edited(house)
    mended(house)

    withdraw(item_id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert house.public() == []
    assert kinds(house) == []


def test_losses_that_nobody_accepted_are_not_accepted_by_a_conflict(
    house: House,
) -> None:
    item_id = held_and_public(house)
    mended(house)

    house.publish(item_id, overwrite=True, reason=WHY, by=CHECKER)

    assert house.publication(item_id).state is PublicationState.HELD


def test_drafts_beside_the_public_post_go_to_the_trash(house: House) -> None:
    item = house.complete()
    drafts = {stray(house, item.id).id, stray(house, item.id).id}

    mended(house)

    trashed = {
        post.id for post in house.portal.everything() if post.state is PostState.TRASHED
    }
    assert trashed == drafts
    assert len(house.public()) == 1
    assert house.item(item.id).state is State.COMPLETE


def test_a_spare_draft_that_became_public_meanwhile_stays(house: House) -> None:
    item_id = spare(house)
    [found] = report(house).found
    house.portal.once["trash"] = lambda: house.portal.by_hand.go_live(found.posts[0])

    with pytest.raises(PostChanged):
        mend(found, by=DOES_ALL, parts=house.parts)

    assert len(house.public()) == 2
    assert house.publication(item_id).lease_until is None


def test_two_public_posts_and_a_draft_are_two_repairs(house: House) -> None:
    item_id = twice_public(house)
    draft = stray(house, item_id)

    done = mended(house)

    assert done == [True, True]
    assert house.publication(item_id).state is PublicationState.CONFLICT
    assert house.portal.read(draft.id).state is PostState.TRASHED
    assert len(house.public()) == 2


@pytest.mark.parametrize("adrift", [early, stuck])
def test_what_is_due_again_is_done_by_the_next_sweep(
    house: House, adrift: Callable[[House], ItemId]
) -> None:
    item_id = adrift(house)

    mended(house)
    told = house.advance(item_id)

    assert told.item.state is State.COMPLETE
    assert len(house.public()) == 1


def test_what_is_still_public_is_taken_down_and_looked_for(house: House) -> None:
    item_id = still_public(house)
    url = house.publication(item_id).url
    house.web.asked.clear()

    mended(house, by=DEPUTY)

    assert house.public() == []
    assert house.web.asked == [url]
    assert house.publication(item_id).state is PublicationState.WITHDRAWN


def test_what_a_cache_still_shows_is_not_taken_for_gone(house: House) -> None:
    still_public(house)
    house.web.keep_in_cache()

    with pytest.raises(StillPublic):
        mended(house)

    assert house.public() == []


def test_the_public_copy_of_what_was_withdrawn_is_taken_down(house: House) -> None:
    item = house.complete()
    withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    copy = stray(house, item.id, slug="ban-sao")
    house.portal.by_hand.go_live(copy.id)

    mended(house)

    assert house.public() == []
    assert f"{copy.url}" in house.web.asked


@pytest.mark.parametrize(
    ("adrift", "by"),
    [(still_public, CHECKER), (edited, WEBMASTER)],
    ids=["librarian", "webmaster"],
)
def test_who_may_not_do_what_follows_changes_nothing(
    house: House, adrift: Callable[[House], ItemId], by: Person
) -> None:
    item_id = adrift(house)
    before = house.publication(item_id)

    with pytest.raises(RoleNotAllowed):
        mended(house, by=by)

    assert house.publication(item_id) == before


def test_who_may_not_publish_may_not_mend(house: House) -> None:
    item_id = stuck(house)

    with pytest.raises(RoleNotAllowed):
        mended(house, by=DEPUTY)

    assert house.publication(item_id).due_at is None


def test_a_post_without_an_item_is_not_touched(house: House) -> None:
    item = house.complete()
    stray(house, item.id, key=key_of("press", "elsewhere"))
    before = house.portal.everything()

    done = mended(house)

    assert done == [False]
    assert house.portal.everything() == before


def test_what_a_worker_is_at_meanwhile_is_not_mended(house: House) -> None:
    item_id = edited(house)
    [found] = report(house).found
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        tx.claim(
            item_id, "portal", owner="may-2", until=now + house.parts.lease, now=now
        )

    with pytest.raises(ItemChanged):
        mend(found, by=DOES_ALL, parts=house.parts)

    assert house.publication(item_id).state is PublicationState.VERIFIED


@pytest.mark.parametrize(
    ("adrift", "asked"),
    [(edited, "read"), (spare, "trash:done"), (still_public, "withdraw:done")],
)
def test_a_lost_answer_leaves_no_lease_and_can_be_repeated(
    house: House, adrift: Callable[[House], ItemId], asked: str
) -> None:
    item_id = adrift(house)
    [found] = report(house).found
    lost = Unclear(target="portal", problem="time-out")
    house.portal.once[asked] = raising(lost)

    with pytest.raises(Unclear):
        mend(found, by=DOES_ALL, parts=house.parts)
    free = house.publication(item_id)
    mended(house)

    assert free.lease_until is None
    assert ("not reconciled", str(lost)) in house.reasons(item_id)
    assert kinds(house) == []


def test_another_trouble_of_the_same_repair_is_mended_as_it_is_now(
    house: House,
) -> None:
    item_id = edited(house)
    [found] = report(house).found
    house.portal.throw_away(house.publication(item_id).post_id)

    done = mend(found, by=DOES_ALL, parts=house.parts)

    problem = house.publication(item_id).problem
    assert done
    assert str(problem) == f"The post of item {item_id} is in the trash of portal."
    assert found.kind is Kind.CHANGED
