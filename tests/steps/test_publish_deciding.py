"""What the CMS, its editors or its webmaster do to a post of ours."""

from dataclasses import replace
from datetime import datetime

import pytest

from connector.domain.errors import (
    Busy,
    PostChanged,
    PostMissing,
    ReasonMissing,
    TargetError,
    Unclear,
)
from connector.domain.item import State
from connector.domain.publication import (
    Post,
    PostState,
    PublicationState,
    StoredPost,
)
from connector.ports.parts import GoLive
from tests.steps.faulty import FaultyTarget, raising, without
from tests.steps.house import (
    BODY,
    CORRECTED,
    WEBMASTER,
    House,
)

LOST = Unclear(target="portal", problem="time-out")
EDITED = BODY.replace("21 giờ", "20 giờ")


def untrashed(house: House) -> list[StoredPost]:
    posts = house.portal.everything()
    return [post for post in posts if post.state is not PostState.TRASHED]


def test_a_loss_holds_the_draft_until_a_person_decides(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    item = house.approved()

    house.publish(item.id)
    house.clock.tick(days=1)
    told = house.advance(item.id)

    held = house.publication(item.id)
    assert (held.state, held.due_at) == (PublicationState.HELD, None)
    assert [loss.part for loss in held.losses] == ["body"]
    assert held.problem is not None
    assert str(held.problem).endswith("something in the draft: body.")
    assert held.post_id == untrashed(house)[0].id
    assert told.attempts == ()
    assert house.public() == []


def test_a_person_accepts_a_loss_with_a_reason_that_is_kept(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    item = house.approved()
    house.publish(item.id)

    with pytest.raises(ReasonMissing):
        house.publish(item.id, by=WEBMASTER, accept_losses=True, reason=" ")
    house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="câu này không cần")

    assert house.item(item.id).state is State.PUBLISHED
    assert len(house.public()) == 1
    assert ("losses accepted", "câu này không cần") in house.reasons(item.id)


@pytest.mark.parametrize(
    "trouble",
    [Busy(target="portal", retry_after_s=5), LOST],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("place", ["find", "update", "go_live"])
def test_what_a_person_accepted_stays_accepted_whatever_fails_then(
    house: House, trouble: TargetError, place: str
) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    item = house.approved()
    house.publish(item.id)
    house.portal.once[place] = raising(trouble)
    house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="không cần")

    house.clock.tick(minutes=1)
    told = house.advance(item.id)

    assert [a.publication.state for a in told.attempts] == [PublicationState.LIVE]


def test_trying_again_accepts_nothing(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    item = house.approved()
    house.publish(item.id)

    house.publish(item.id, by=WEBMASTER)

    assert house.publication(item.id).state is PublicationState.HELD
    assert house.public() == []


def test_an_attempt_that_accepts_nothing_makes_no_loss_accepted(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    item = house.approved()
    house.publish(item.id)
    house.portal.once["update"] = raising(LOST)
    house.publish(item.id)

    house.clock.tick(minutes=1)
    told = house.advance(item.id)

    assert [a.publication.state for a in told.attempts] == [PublicationState.HELD]
    assert house.public() == []


def test_another_loss_than_the_accepted_one_holds_again(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()
    house.publish(item.id)
    house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="không cần")
    house.route(go_live=GoLive.CONNECTOR)
    house.portal.keeps = without("Từ ngày 20/3")
    house.correct(item.id)
    house.again(item.id)

    house.publish(item.id)

    assert house.publication(item.id).state is PublicationState.HELD


def test_a_harmless_change_holds_nothing(house: House) -> None:
    class Tidy(FaultyTarget):
        def losses(self, sent: Post, stored: StoredPost) -> tuple[object, ...]:  # type: ignore[override]  # every loss made harmless
            found = super().losses(sent, stored)
            return tuple(replace(loss, harmless=True) for loss in found)

    site = Tidy("portal")
    site.keeps = without("<p>Nguồn: Trung tâm Thông tin – Thư viện</p>")
    house.route(target=site)
    item = house.approved()

    house.publish(item.id)

    publication = house.publication(item.id)
    assert publication.state is PublicationState.LIVE
    assert [loss.harmless for loss in publication.losses] == [True]


def test_a_post_that_does_not_become_public_is_held(house: House) -> None:
    class Reviews(FaultyTarget):
        def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
            del at
            return self.read(post_id)

    house.route(target=Reviews("portal"))
    item = house.approved()

    house.publish(item.id)

    publication = house.publication(item.id)
    assert (publication.state, publication.due_at) == (PublicationState.HELD, None)
    assert publication.problem is not None
    assert str(publication.problem).endswith("it says “draft”.")
    assert house.item(item.id).state is State.APPROVED


def test_an_edit_behind_our_back_is_a_conflict_and_not_overwritten(
    house: House,
) -> None:
    item = house.complete()
    [post] = house.public()
    house.portal.edit(post.id, body=EDITED)
    house.correct(item.id)
    house.again(item.id)

    attempt = house.publish(item.id)
    house.clock.tick(days=1)
    told = house.advance(item.id)

    assert attempt is not None
    assert isinstance(attempt.error, PostChanged)
    assert attempt.error.facts["item"] == item.id
    conflict = house.publication(item.id)
    assert (conflict.state, conflict.due_at) == (PublicationState.CONFLICT, None)
    assert told.attempts == ()
    assert [post.body for post in house.public()] == [EDITED]


def test_an_edit_between_our_look_and_our_request_is_a_conflict(house: House) -> None:
    item = house.complete()
    [post] = house.public()
    house.correct(item.id)
    house.again(item.id)
    house.portal.once["update"] = lambda: house.portal.edit(post.id, body=EDITED)

    house.publish(item.id)

    assert house.publication(item.id).state is PublicationState.CONFLICT
    assert [post.body for post in house.public()] == [EDITED]


def test_an_edited_draft_is_a_conflict_too(house: House) -> None:
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()
    house.publish(item.id)
    [draft] = untrashed(house)
    house.portal.edit(draft.id, body=EDITED)
    house.clock.tick(minutes=10)

    house.advance(item.id)

    assert house.publication(item.id).state is PublicationState.CONFLICT
    assert [post.body for post in house.portal.everything()] == [EDITED]


def test_a_person_overwrites_with_a_reason_that_is_kept(house: House) -> None:
    item = house.complete()
    [post] = house.public()
    house.portal.edit(post.id, body=EDITED)
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)

    with pytest.raises(ReasonMissing):
        house.publish(item.id, by=WEBMASTER, overwrite=True, reason="")
    house.publish(item.id, by=WEBMASTER, overwrite=True, reason="sửa nhầm trên web")
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert [post.body for post in house.portal.everything()] == [CORRECTED]
    assert ("to be sent over what is there", "sửa nhầm trên web") in house.reasons(
        item.id
    )


def test_a_trashed_post_is_a_conflict_until_a_person_has_it_written_anew(
    house: House,
) -> None:
    item = house.complete()
    [post] = house.public()
    house.portal.throw_away(post.id)
    house.correct(item.id)
    house.again(item.id)

    house.publish(item.id)

    assert house.publication(item.id).state is PublicationState.CONFLICT
    assert [p.state for p in house.portal.everything()] == [PostState.TRASHED]

    house.publish(item.id, overwrite=True, reason="bị xoá nhầm")

    assert [p.state for p in house.portal.everything()] == [
        PostState.TRASHED,
        PostState.LIVE,
    ]
    assert house.publication(item.id).post_id != post.id


def test_a_post_that_is_gone_for_good_is_not_made_again(house: House) -> None:
    item = house.complete()
    house.correct(item.id)
    house.again(item.id)
    empty = FaultyTarget("portal")
    house.route(target=empty)

    attempt = house.publish(item.id)

    assert attempt is not None
    assert isinstance(attempt.error, PostMissing)
    assert attempt.publication.state is PublicationState.CONFLICT
    assert empty.everything() == []

    # Unless a person says so, with why.
    house.publish(item.id, overwrite=True, reason="trang web bị mất dữ liệu")

    assert [post.state for post in empty.everything()] == [PostState.LIVE]


def test_a_public_post_of_ours_whose_number_was_never_kept_is_adopted(
    house: House,
) -> None:
    item = house.approved()
    house.portal.once["put_draft:done"] = raising(LOST)
    house.portal.once["find"] = lambda: house.portal.once.update(find=raising(LOST))
    house.publish(item.id)
    [draft] = untrashed(house)
    house.portal.by_hand.go_live(draft.id)

    told = house.publish(item.id)

    assert told is not None
    assert told.publication.post_id == draft.id
    assert told.publication.state is PublicationState.LIVE
    assert len(house.portal.everything()) == 1


def test_the_connector_waits_for_the_webmaster_and_writes_nothing_meanwhile(
    house: House,
) -> None:
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()

    house.publish(item.id)
    waiting = house.publication(item.id)
    [before] = untrashed(house)
    house.clock.tick(minutes=10)
    house.advance(item.id)

    assert waiting.state is PublicationState.DRAFTED
    assert waiting.due_at == house.clock.now()
    assert waiting.problem is not None
    assert (waiting.lease_owner, waiting.lease_until) == ("", None)
    assert untrashed(house) == [before]
    assert house.public() == []
    assert house.web.asked == []
    assert house.item(item.id).state is State.APPROVED


def test_what_the_webmaster_made_public_is_found_and_verified(house: House) -> None:
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()
    house.publish(item.id)
    [draft] = untrashed(house)
    house.portal.by_hand.go_live(draft.id)
    [live] = house.public()
    house.clock.tick(minutes=10)

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert house.public() == [live]
    assert "go_live" not in house.portal.calls


def test_an_accepted_loss_still_waits_for_the_webmaster(house: House) -> None:
    house.portal.keeps = without("Bạn đọc mang theo thẻ thư viện")
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()
    house.publish(item.id)
    house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="không cần")
    house.clock.tick(minutes=10)

    told = house.advance(item.id)

    assert [a.publication.state for a in told.attempts] == [PublicationState.DRAFTED]
