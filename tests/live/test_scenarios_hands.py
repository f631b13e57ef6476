"""S28: somebody edited the post in the CMS. The table stands in test_scenarios."""

from collections.abc import Iterator

import pytest

from connector.cli.desk import Exit
from connector.domain.item import ItemId, State
from connector.domain.publication import PostState, PublicationState
from connector.markup import text_of
from tests.live.office import Office, opened
from tests.live.places import KINDS, Place, place_of

pytestmark = pytest.mark.live

APPROVED, SENT, THEIRS = "22 giờ", "21 giờ", "20 giờ"
WHY = ("--reason", "Đã hỏi phòng đọc")


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    with place_of(request.param, request) as place:
        yield place


@pytest.fixture
def office(place: Place, request: pytest.FixtureRequest) -> Iterator[Office]:
    with opened(request, place) as office:
        yield office


@pytest.fixture
def edited(office: Office, place: Place) -> ItemId:
    """An item that was published, edited in the CMS, and then corrected by us."""
    item = office.approves()
    office.runs()
    [post] = place.held()
    place.eyes.change_behind(post.id, body=post.body.replace(SENT, THEIRS))
    office.corrects(item)
    return item


def said(place: Place) -> str:
    """Return what the one post of the CMS says."""
    [post] = place.held()
    return text_of(post.body)


def seen(office: Office, place: Place, item: ItemId) -> tuple[int, str]:
    """Return what a reader gets at the address of the item."""
    page = place.web.get(office.row(item).url)
    return page.status, page.body.decode()


def test_s28_an_approved_correction_does_not_overwrite_and_three_texts_are_shown(
    office: Office, place: Place, edited: ItemId
) -> None:
    [before] = place.held()

    ended, rows = office.runs()
    again, _ = office.runs()
    shown, told = office.types("diff", str(edited))
    text = office.reads("diff", str(edited))

    assert (ended, rows[0]["state"]) == (Exit.FAILED, "conflict")
    assert again == Exit.DONE
    assert office.row(edited).state is PublicationState.CONFLICT
    assert place.held() == [before]
    assert shown == Exit.MISMATCH
    three = {name: told[-1][name] for name in ("approved", "sent", "theirs")}
    assert APPROVED in str(three["approved"])
    assert SENT in str(three["sent"])
    assert THEIRS in str(three["theirs"])
    for way in ("--overwrite", "connector adopt", "connector withdraw"):
        assert way in text


def test_s28_ours_is_sent_again_where_a_person_says_so(
    office: Office, place: Place, edited: ItemId
) -> None:
    office.runs()

    number = str(edited)
    refused, _ = office.types("publish", number, "--overwrite", "--as", "bien-tap")
    kept = said(place)
    sent, _ = office.types("publish", number, "--overwrite", *WHY, "--as", "bien-tap")
    office.runs()

    assert refused == Exit.FAILED
    assert THEIRS in kept
    assert sent == Exit.DONE
    assert APPROVED in said(place)
    assert office.state(edited) is State.COMPLETE
    assert APPROVED in seen(office, place, edited)[1]


def test_s28_theirs_becomes_a_revision_that_is_checked_and_approved_like_any_other(
    office: Office, place: Place, edited: ItemId
) -> None:
    office.runs()

    adopted, _ = office.types("adopt", str(edited), *WHY, "--as", "bien-tap")
    office.runs()
    state, kept = office.state(edited), said(place)
    office.approves_as_it_stands(edited)
    office.runs()

    assert adopted == Exit.DONE
    assert state is State.RECEIVED
    assert THEIRS in kept
    assert office.state(edited) is State.COMPLETE
    assert THEIRS in said(place)
    assert THEIRS in seen(office, place, edited)[1]
    assert office.types("diff", str(edited))[0] == Exit.DONE


def test_s28_the_post_is_taken_down_where_a_person_says_so(
    office: Office, place: Place, edited: ItemId
) -> None:
    office.runs()

    down, _ = office.types("withdraw", str(edited), *WHY, "--as", "pho-giam-doc")
    office.runs()

    assert down == Exit.DONE
    assert office.state(edited) is State.WITHDRAWN
    assert place.states() == [PostState.DRAFT]
    # Nothing of what they wrote is lost.
    assert THEIRS in said(place)
    assert seen(office, place, edited)[0] == 404
