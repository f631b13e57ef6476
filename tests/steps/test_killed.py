"""
The process ends at any point whatever, and another one goes on.

The points are counted, not chosen: before and after every call to the target, every
page that is asked for, and around and within every transaction that writes.
"""

import itertools
from dataclasses import replace

import pytest

from connector.domain.errors import Unclear
from connector.domain.item import ItemId, State
from connector.domain.publication import (
    Post,
    PostState,
    PublicationState,
    StoredPost,
)
from connector.ports.parts import GoLive
from connector.steps.passing import PUBLIC
from connector.steps.withdraw import withdraw
from tests.steps.faulty import Fuse, Killed, KilledStaging, raising
from tests.steps.house import BODY, CORRECTED, DEPUTY, TITLE, WEBMASTER, House


def kill(house: House, fuse: Fuse, item_id: ItemId) -> bool:
    """Advance an item until the fuse blows; say whether it did."""
    quiet = house.parts
    house.parts = replace(
        quiet, staging=KilledStaging(quiet.staging, fuse), worker="may-1"
    )
    house.portal.always = {"*": fuse.point, "*:done": fuse.point}
    house.web.before = fuse.point
    try:
        house.advance(item_id)
    except Killed:
        return True
    finally:
        house.parts = replace(quiet, worker="may-2")
        house.portal.always = {}
        house.web.before = lambda: None
    return False


def posts(house: House, key: str) -> list[StoredPost]:
    """Return the posts that carry a key and are not in the trash."""
    return [
        post
        for post in house.portal.everything()
        if post.slug.endswith(key) and post.state is not PostState.TRASHED
    ]


def test_killed_anywhere_an_item_ends_as_one_proved_public_post(house: House) -> None:
    for at in itertools.count():
        item = house.approved(title=f"{TITLE}, đợt {at}")

        killed = kill(house, Fuse(at), item.id)
        house.wait_for_lease()
        told = house.advance(item.id)

        assert told.item.state is State.COMPLETE, at
        assert [p.state for p in posts(house, item.key)] == [PostState.LIVE], at
        assert posts(house, item.key)[0].body == BODY
        assert house.publication(item.id).post_id == posts(house, item.key)[0].id
        if not killed:
            break
    assert at > 30
    assert house.audit_is_whole()


def test_killed_anywhere_a_correction_ends_in_the_same_post(house: House) -> None:
    for at in itertools.count():
        item = house.complete(title=f"{TITLE}, đợt {at}")
        [before] = posts(house, item.key)
        house.correct(item.id, title=f"{TITLE}, đợt {at}", body=CORRECTED)
        house.again(item.id)

        killed = kill(house, Fuse(at), item.id)
        house.wait_for_lease()
        told = house.advance(item.id)

        assert told.item.state is State.COMPLETE, at
        [after] = posts(house, item.key)
        assert (after.id, after.url, after.body) == (before.id, before.url, CORRECTED)
        if not killed:
            break
    assert at > 20
    assert house.audit_is_whole()


def test_killed_anywhere_nothing_is_public_that_the_webmaster_did_not_make_so(
    house: House,
) -> None:
    house.route(go_live=GoLive.WEBMASTER)
    for at in itertools.count():
        item = house.approved(title=f"{TITLE}, đợt {at}")

        killed = kill(house, Fuse(at), item.id)
        house.wait_for_lease()
        told = house.advance(item.id)

        assert told.item.state is State.APPROVED
        assert [p.state for p in posts(house, item.key)] == [PostState.DRAFT], at
        if not killed:
            break
    assert at > 15


def test_killed_and_then_an_answer_is_lost_it_still_is_one_post(house: House) -> None:
    lost = Unclear(target="portal", problem="time-out")
    for at in itertools.count():
        item = house.approved(title=f"{TITLE}, đợt {at}")

        killed = kill(house, Fuse(at), item.id)
        house.wait_for_lease()
        house.portal.once = {
            "put_draft:done": raising(lost),
            "go_live:done": raising(lost),
        }
        for _ in range(3):
            told = house.advance(item.id)
            house.clock.tick(hours=1)

        assert told.item.state is State.COMPLETE, at
        assert [p.state for p in posts(house, item.key)] == [PostState.LIVE], at
        if not killed:
            break


def test_killed_anywhere_what_a_person_decided_goes_on_or_waits_for_one(
    house: House,
) -> None:
    def shorter(post: Post) -> Post:
        return replace(post, body=post.body.replace("mỗi ngày", ""))

    quiet = house.parts
    for at in itertools.count():
        house.portal.keeps = shorter
        item = house.approved(title=f"{TITLE}, đợt {at}")
        house.advance(item.id)
        fuse = Fuse(at)
        house.parts = replace(quiet, staging=KilledStaging(quiet.staging, fuse))
        house.portal.always = {"*": fuse.point, "*:done": fuse.point}

        try:
            house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="không cần")
        except Killed:
            killed = True
        else:
            killed = False
        house.parts, house.portal.always = quiet, {}
        house.wait_for_lease()
        house.advance(item.id)

        row = house.publication(item.id)
        waits_for_a_person = row.state is PublicationState.HELD
        assert waits_for_a_person or len(posts(house, item.key)) == 1
        assert waits_for_a_person or row.state in PUBLIC | {PublicationState.MISMATCH}
        if not killed:
            break
    assert at > 8


def test_killed_anywhere_a_withdrawal_can_be_repeated(house: House) -> None:
    quiet = house.parts
    for at in itertools.count():
        item = house.complete(title=f"{TITLE}, đợt {at}")
        fuse = Fuse(at)
        house.parts = replace(quiet, staging=KilledStaging(quiet.staging, fuse))
        house.portal.always = {"*": fuse.point, "*:done": fuse.point}

        try:
            withdraw(item.id, by=DEPUTY, reason="bị hoãn", parts=house.parts)
        except Killed:
            killed = True
        else:
            killed = False
        house.parts, house.portal.always = quiet, {}
        house.wait_for_lease()
        if house.item(item.id).state is not State.WITHDRAWN:
            withdraw(item.id, by=DEPUTY, reason="bị hoãn", parts=house.parts)

        assert house.item(item.id).state is State.WITHDRAWN
        assert [p.state for p in posts(house, item.key)] == [PostState.DRAFT], at
        if not killed:
            break
    assert at > 8


def test_the_fuse_is_real(house: House) -> None:
    item = house.approved()
    house.portal.always["*"] = Fuse(0).point

    with pytest.raises(Killed):
        house.advance(item.id)

    # Nobody tidied up: the row is still in the hand of the process that ended.
    assert house.publication(item.id).lease_owner == "may-1"
    assert house.publish(item.id) is None
