"""What somebody made of a post in the CMS can become ours, by the usual way."""

import pytest

from connector.domain.errors import (
    NothingToAdopt,
    OutcomeNotAllowed,
    PostMissing,
    ReasonMissing,
    RoleNotAllowed,
)
from connector.domain.item import ItemId, State
from connector.domain.publication import PublicationState
from connector.steps.adopt import adopt
from connector.steps.withdraw import withdraw
from tests.steps.house import (
    BODY,
    CORRECTED,
    DEPUTY,
    FINDER,
    WEBMASTER,
    House,
    with_pictures,
)

THEIRS = BODY.replace("21 giờ", "20 giờ")
WHY = "quản trị web đã sửa đúng"


def in_conflict(house: House, **fields: object) -> ItemId:
    """An item whose post somebody edited, and whose own correction was refused."""
    item = house.complete(**fields)
    [post] = house.public()
    house.portal.edit(post.id, body=post.body.replace("21 giờ", "20 giờ"))
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)
    assert house.publication(item.id).state is PublicationState.CONFLICT
    return item.id


def test_theirs_becomes_a_revision_that_must_be_approved(house: House) -> None:
    item_id = in_conflict(house)

    item = adopt(item_id, "portal", by=FINDER, reason=WHY, parts=house.parts)
    meanwhile = house.advance(item_id)

    assert item.state is State.RECEIVED
    assert house.revision(item_id).body == THEIRS
    assert meanwhile.attempts == ()
    assert ("receive", WHY) in house.reasons(item_id)
    assert ("theirs adopted", WHY) in house.reasons(item_id)

    house.again(item_id)
    told = house.advance(item_id)

    assert told.item.state is State.COMPLETE
    [post] = house.public()
    assert post.body == THEIRS


def test_another_edit_after_adopting_is_a_conflict_again(house: House) -> None:
    item_id = in_conflict(house)
    adopt(item_id, "portal", by=FINDER, reason=WHY, parts=house.parts)
    [post] = house.public()
    house.portal.edit(post.id, body=THEIRS.replace("20 giờ", "19 giờ"))
    house.again(item_id)

    house.publish(item_id)

    assert house.publication(item_id).state is PublicationState.CONFLICT
    assert "19 giờ" in house.public()[0].body


def test_pictures_of_ours_are_ours_again(house: House) -> None:
    item = house.complete(**with_pictures(b"\x89PNG 1"))
    [post] = house.public()
    house.portal.edit(post.id, body=post.body.replace("21 giờ", "20 giờ"))
    before = house.revision(item.id)

    adopt(item.id, "portal", by=FINDER, reason=WHY, parts=house.parts)

    after = house.revision(item.id)
    assert after.files == before.files
    assert after.body == before.body.replace("21 giờ", "20 giờ")


def test_a_picture_that_they_took_out_goes(house: House) -> None:
    item = house.complete(**with_pictures(b"\x89PNG 1"))
    [post] = house.public()
    house.portal.edit(post.id, body=BODY)

    adopt(item.id, "portal", by=FINDER, reason=WHY, parts=house.parts)

    assert house.revision(item.id).files == ()


def test_what_they_put_in_is_cleaned(house: House) -> None:
    item = house.complete()
    [post] = house.public()
    house.portal.edit(post.id, body=f"{THEIRS}<script>alert(1)</script>")

    adopt(item.id, "portal", by=FINDER, reason=WHY, parts=house.parts)

    assert house.revision(item.id).body == THEIRS


def test_ours_can_be_sent_again_or_taken_down_instead(house: House) -> None:
    item_id = in_conflict(house)

    house.publish(item_id, by=WEBMASTER, overwrite=True, reason="sửa nhầm")
    sent = [post.body for post in house.public()]
    withdraw(item_id, by=DEPUTY, reason="bị hoãn", parts=house.parts)

    assert sent == [CORRECTED]
    assert house.public() == []


def test_where_nothing_differs_there_is_nothing_to_adopt(house: House) -> None:
    item = house.complete()

    with pytest.raises(NothingToAdopt):
        adopt(item.id, "portal", by=FINDER, reason=WHY, parts=house.parts)
    with pytest.raises(NothingToAdopt):
        adopt(item.id, "chi-nhanh", by=FINDER, reason=WHY, parts=house.parts)


def test_it_is_refused_to_those_who_may_not_and_without_a_reason(house: House) -> None:
    item_id = in_conflict(house)

    with pytest.raises(RoleNotAllowed):
        adopt(item_id, "portal", by=WEBMASTER, reason=WHY, parts=house.parts)
    with pytest.raises(ReasonMissing):
        adopt(item_id, "portal", by=FINDER, reason=" ", parts=house.parts)
    withdraw(item_id, by=DEPUTY, reason="bị hoãn", parts=house.parts)
    with pytest.raises(OutcomeNotAllowed):
        adopt(item_id, "portal", by=FINDER, reason=WHY, parts=house.parts)


def test_a_post_that_is_gone_cannot_be_adopted(house: House) -> None:
    item_id = in_conflict(house)
    house.portal._posts.clear()  # noqa: SLF001 -- as the site's owner could

    with pytest.raises(PostMissing):
        adopt(item_id, "portal", by=FINDER, reason=WHY, parts=house.parts)
