import pytest

from connector.domain.errors import (
    NotApproved,
    RoleNotAllowed,
    Unclear,
)
from connector.domain.item import State
from connector.domain.person import Role
from connector.domain.publication import (
    Post,
    PostState,
    PublicationState,
    StoredPost,
)
from connector.steps.check import check, give_back
from connector.steps.publish import Attempt, Orders, publish
from tests.steps.faulty import raising
from tests.steps.house import (
    ANNOUNCEMENT,
    BODY,
    CHECKER,
    CORRECTED,
    DEPUTY,
    TERMS,
    TITLE,
    WEBMASTER,
    House,
    with_pictures,
)

LOST = Unclear(target="portal", problem="time-out")


def untrashed(house: House) -> list[StoredPost]:
    posts = house.portal.everything()
    return [post for post in posts if post.state is not PostState.TRASHED]


def test_an_approved_item_becomes_one_public_post(house: House) -> None:
    item = house.approved()

    attempt = house.publish(item.id)

    [post] = house.public()
    assert (post.title, post.body, post.terms) == (TITLE, BODY, ("14",))
    assert house.item(item.id).state is State.PUBLISHED
    publication = house.publication(item.id)
    assert attempt == Attempt(publication=publication)
    assert publication.state is PublicationState.LIVE
    assert (publication.post_id, publication.url) == (post.id, post.url)
    assert publication.version == post.version
    assert (publication.attempt, publication.problem) == (0, None)
    assert publication.due_at == house.clock.now()
    assert (publication.lease_owner, publication.lease_until) == ("", None)
    assert publication.post is not None
    assert publication.post.key == item.key


def test_nothing_is_public_before_the_draft_was_read_back(house: House) -> None:
    item = house.approved()
    seen: list[tuple[PublicationState, str, int]] = []

    def look() -> None:
        row = house.publication(item.id)
        seen.append((row.state, row.post_id, len(house.public())))

    house.portal.once = {"put_draft": look, "put_draft:done": look, "go_live": look}
    house.publish(item.id)

    [draft] = untrashed(house)
    assert house.portal.calls == [
        "resolve_terms",
        "find",
        "put_draft",
        "find",
        "go_live",
    ]
    assert seen == [
        (PublicationState.SENDING, "", 0),
        (PublicationState.SENDING, "", 0),
        (PublicationState.GOING_LIVE, draft.id, 0),
    ]


def test_what_is_sent_is_stored_before_the_target_is_asked_to_hold_it(
    house: House,
) -> None:
    item = house.approved()
    stored: list[Post | None] = []
    house.portal.once["put_draft"] = lambda: stored.append(
        house.publication(item.id).post
    )

    house.publish(item.id)

    assert stored == [house.publication(item.id).post]
    assert stored[0] is not None
    assert stored[0].body == BODY


def test_others_write_while_the_target_is_asked(house: House) -> None:
    pictured = house.approved(**with_pictures(b"\x89PNG"))
    other = house.received(title="Thông báo khác", body="<p>Nguồn: báo.</p>")
    written: list[str] = []

    def write() -> None:
        # With a transaction left open, this would wait for it and fail.
        check(other.id, parts=house.parts)
        written.append(house.portal.calls[-1])

    house.portal.always["*"] = write
    house.advance(pictured.id)

    assert written == house.portal.calls
    assert set(written) == {
        "resolve_terms",
        "put_media",
        "find",
        "put_draft",
        "go_live",
        "read",
    }


def test_pictures_are_named_by_their_address_at_the_target(house: House) -> None:
    item = house.approved(**with_pictures(b"\x89PNG"))

    house.publish(item.id)

    [post] = house.public()
    publication = house.publication(item.id)
    assert publication.post is not None
    [media] = publication.post.media
    assert f'src="{media.url}"' in post.body
    assert "attachment:" not in post.body
    assert house.portal.public()[media.url] == b"\x89PNG"


def test_a_second_run_sends_nothing(house: House) -> None:
    item = house.complete()
    before = list(house.portal.calls)

    told = house.advance(item.id)

    assert house.portal.calls == before
    assert (told.attempts, told.seen) == ((), ())


def test_what_is_not_approved_is_not_sent(house: House) -> None:
    item = house.approved()
    publication = house.publication(item.id)
    give_back(item.id, by=CHECKER, reason="sai ngày", parts=house.parts)

    with pytest.raises(NotApproved):
        publish(publication, orders=Orders(by=WEBMASTER), parts=house.parts)

    assert house.portal.calls == []


def test_an_earlier_approval_sends_nothing(house: House) -> None:
    item = house.approved()
    earlier = house.publication(item.id)
    house.correct(item.id)
    house.again(item.id)

    with pytest.raises(NotApproved):
        publish(earlier, orders=Orders(by=WEBMASTER), parts=house.parts)

    assert house.portal.calls == []


@pytest.mark.parametrize("void", ["returned", "corrected", "approved again"])
def test_what_is_voided_while_it_is_sent_does_not_go_live(
    house: House, void: str
) -> None:
    item = house.approved()

    def change_of_mind() -> None:
        if void == "returned":
            give_back(item.id, by=CHECKER, reason="bị hoãn", parts=house.parts)
            return
        house.correct(item.id)
        if void == "approved again":
            house.again(item.id)

    house.portal.once["put_draft:done"] = change_of_mind
    try:
        attempt = house.publish(item.id)
    except NotApproved:
        attempt = None

    assert attempt is None
    assert house.public() == []
    assert "go_live" not in house.portal.calls
    house.wait_for_lease()
    if void == "corrected":
        house.again(item.id)
    if void != "returned":
        assert house.advance(item.id).item.state is State.COMPLETE
        assert [post.body for post in house.public()] == [CORRECTED]
        assert len(untrashed(house)) == 1


def test_what_is_voided_while_files_are_sent_changes_no_public_post(
    house: House,
) -> None:
    item = house.complete()
    house.correct(item.id)
    house.again(item.id)
    house.portal.once["resolve_terms"] = lambda: give_back(
        item.id, by=CHECKER, reason="bị hoãn", parts=house.parts
    )

    with pytest.raises(NotApproved):
        house.publish(item.id)

    assert [post.body for post in house.public()] == [BODY]
    publication = house.publication(item.id)
    assert publication.due_at is None
    assert (publication.lease_owner, publication.lease_until) == ("", None)


def test_publishing_is_not_for_the_deputy_director(house: House) -> None:
    item = house.approved()

    with pytest.raises(RoleNotAllowed) as refused:
        house.publish(item.id, by=DEPUTY)

    assert refused.value.facts["owners"] == sorted(
        {Role.LIBRARIAN, Role.WEBMASTER, Role.CONNECTOR}
    )
    assert house.portal.calls == []


def test_every_row_of_the_story_is_in_an_unbroken_audit_trail(house: House) -> None:
    house.portal.once["put_draft"] = raising(LOST)
    item = house.approved()
    house.publish(item.id)
    house.clock.tick(seconds=120)
    house.advance(item.id)

    assert house.events(item.id)[6:] == [
        "sending",
        "stopped",
        "sending",
        "drafted",
        "going live",
        "live",
        "publish",
        "page compared",
        "page looked at",
        "verify",
        "complete",
    ]
    assert house.audit_is_whole()


def test_the_category_is_sent_by_the_sites_own_number(house: House) -> None:
    house.route(terms={**TERMS, ANNOUNCEMENT: "14"})
    item = house.approved()

    house.publish(item.id)

    assert [post.terms for post in house.public()] == [("14",)]
