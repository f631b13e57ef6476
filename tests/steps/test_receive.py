from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.errors import (
    AlreadyRejected,
    ItemNotFound,
    NoAnswer,
    NotAFeed,
    OutcomeNotAllowed,
    RoleNotAllowed,
    TooLarge,
)
from connector.domain.item import Draft, ItemId, Revision, Sha256, State, sha256
from connector.ports.archive import Archive
from connector.steps.approve import approve
from connector.steps.check import accurate, give_back
from connector.steps.receive import Reception, correct, receive
from connector.steps.withdraw import reject
from tests.steps.house import (
    BODY,
    CHECKER,
    CORRECTED,
    DEPUTY,
    FINDER,
    TITLE,
    WEBMASTER,
    House,
    Offers,
    with_pictures,
)

PICTURE = b"\x89PNG phong doc"


def outcomes(house: House, *drafts: Draft) -> list[Reception]:
    return [receipt.outcome for receipt in house.receive(*drafts)]


def test_a_new_offer_becomes_an_item_with_its_first_revision(house: House) -> None:
    draft = house.draft()

    [receipt] = house.receive(draft)

    assert receipt.item is not None
    assert (receipt.outcome, receipt.title) == (Reception.NEW, TITLE)
    assert receipt.item.state is State.RECEIVED
    assert house.revision(receipt.item.id) == Revision(
        number=1,
        title=TITLE,
        body=BODY,
        made_by=FINDER.name,
        made_at=house.clock.now(),
    )
    assert house.passages(receipt.item.id) == [
        (Step.RECEIVE, Outcome.DONE, FINDER.name)
    ]


def test_the_same_offer_again_is_already_received(house: House) -> None:
    draft = house.draft()

    told = outcomes(house, draft, draft)

    assert told == [Reception.NEW, Reception.KNOWN]
    with house.parts.staging.reading() as tx:
        assert len(tx.items()) == 1


def test_the_same_address_from_another_source_is_the_same_item(house: House) -> None:
    first = house.draft(link="https://bao.example/phong-doc")
    second = house.draft(link="https://bao.example/phong-doc", source="radio")

    told = outcomes(house, first, second)

    assert told == [Reception.NEW, Reception.KNOWN]


def test_the_same_bytes_from_another_place_are_the_same_item(house: House) -> None:
    first = house.draft(original=b"phong doc", link="")
    second = house.draft(original=b"phong doc", link="")

    told = outcomes(house, first, second)

    assert told == [Reception.NEW, Reception.KNOWN]


@pytest.mark.parametrize("returned", [False, True])
def test_a_change_at_the_source_is_taken_while_nobody_has_passed_it_on(
    house: House,
    returned: bool,  # noqa: FBT001 -- a case
) -> None:
    draft = house.draft()
    [first] = house.receive(draft)
    assert first.item is not None
    if returned:
        give_back(first.item.id, by=CHECKER, reason="sai giờ", parts=house.parts)

    told = outcomes(house, replace(draft, body=CORRECTED, original=b"sua"))

    assert told == [Reception.CORRECTED]
    assert house.item(first.item.id).state is State.RECEIVED
    assert house.revision(first.item.id).body == CORRECTED


def test_a_change_at_the_source_after_it_was_passed_on_is_told_and_not_taken(
    house: House,
) -> None:
    draft = house.draft()
    [first] = house.receive(draft)
    assert first.item is not None
    passed = accurate(first.item.id, by=CHECKER, parts=house.parts)

    told = outcomes(house, replace(draft, body=CORRECTED, original=b"sua"))

    assert told == [Reception.CHANGED]
    assert house.item(passed.id) == passed
    assert house.revision(passed.id).body == BODY


def test_an_earlier_version_that_a_source_offers_again_is_known(house: House) -> None:
    draft = house.draft()
    later = replace(draft, body=CORRECTED, original=b"sua")
    house.receive(draft, later)

    told = outcomes(house, draft)

    assert told == [Reception.KNOWN]


def test_a_rejected_item_does_not_come_back(house: House) -> None:
    draft = house.draft()
    [first] = house.receive(draft)
    assert first.item is not None
    rejected = reject(
        first.item.id, by=CHECKER, reason="không thuộc phạm vi", parts=house.parts
    )
    house.clock.tick(days=400)

    [receipt] = house.receive(replace(draft, body=CORRECTED, original=b"sua"))

    assert receipt.outcome is Reception.KNOWN
    assert isinstance(receipt.error, AlreadyRejected)
    assert receipt.error.facts == {
        "name": TITLE,
        "item": rejected.id,
        "reason": "không thuộc phạm vi",
    }
    assert house.item(rejected.id) == rejected


def test_a_refused_offer_stops_nothing(house: House) -> None:
    refused = TooLarge(name="ảnh.docx", size_mb=80, limit_mb=20)

    told = house.receive(house.draft(), refused, house.draft())

    assert [receipt.outcome for receipt in told] == [
        Reception.NEW,
        Reception.REFUSED,
        Reception.NEW,
    ]
    assert told[1].error is refused


def test_a_source_that_breaks_off_keeps_what_it_gave_before(house: House) -> None:
    @dataclass(frozen=True)
    class BreaksOff:
        name = "press"

        def offers(self) -> Iterator[Draft | NotAFeed]:
            yield house.draft()
            raise NoAnswer(url="https://bao.example/rss", problem="time-out")

    with pytest.raises(NoAnswer):
        list(receive(BreaksOff(), by=FINDER, parts=house.parts))

    with house.parts.staging.reading() as tx:
        assert [item.state for item in tx.items()] == [State.RECEIVED]


def test_receiving_is_not_for_the_webmaster(house: House) -> None:
    with pytest.raises(RoleNotAllowed):
        list(receive(Offers((house.draft(),)), by=WEBMASTER, parts=house.parts))

    with house.parts.staging.reading() as tx:
        assert tx.items() == []


def test_original_and_files_are_in_the_archive(house: House) -> None:
    house.received(original=b"ban goc", **with_pictures(PICTURE))

    archive = house.parts.archive
    assert archive.get(sha256(b"ban goc")) == b"ban goc"
    assert archive.get(sha256(PICTURE)) == PICTURE


@dataclass(frozen=True)
class FullDisk:
    """An archive that has no room for one of the files."""

    archive: Archive
    refuses: bytes

    def put(self, content: bytes) -> Sha256:
        if content == self.refuses:
            raise OSError(28, "No space left on device")
        return self.archive.put(content)

    def get(self, sha256: Sha256) -> bytes:
        return self.archive.get(sha256)


@pytest.mark.parametrize("lost", [b"ban goc", PICTURE])
def test_no_row_points_at_bytes_that_were_not_kept(house: House, lost: bytes) -> None:
    full = FullDisk(house.parts.archive, lost)
    house.parts = replace(house.parts, archive=full)

    with pytest.raises(OSError, match="No space"):
        house.received(original=b"ban goc", **with_pictures(PICTURE))

    with house.parts.staging.reading() as tx:
        assert tx.items() == []


def test_a_correction_voids_the_approval_and_keeps_the_category(house: House) -> None:
    item = house.approved()

    receipt = house.correct(item.id)

    assert receipt.outcome is Reception.CORRECTED
    assert receipt.item == house.item(item.id)
    assert house.item(item.id).state is State.RECEIVED
    assert house.revision(item.id).category == "announcement"
    assert house.passages(item.id)[-1] == (Step.RECEIVE, Outcome.DONE, FINDER.name)
    with pytest.raises(OutcomeNotAllowed):
        approve(item.id, by=DEPUTY, parts=house.parts)


@pytest.mark.parametrize(
    "changes",
    [
        {"body": BODY.replace("21", "22")},
        {"title": TITLE + " "},
        {"excerpt": "Phòng đọc mới"},
        {"language": "en"},
        with_pictures(PICTURE),
    ],
)
def test_any_change_voids_the_approval(
    house: House, changes: dict[str, object]
) -> None:
    item = house.approved()

    house.correct(item.id, **{"body": BODY} | changes)

    assert house.item(item.id).state is State.RECEIVED


def test_one_changed_picture_voids_the_approval(house: House) -> None:
    item = house.approved(**with_pictures(PICTURE))

    house.correct(item.id, **with_pictures(PICTURE + b"."))

    assert house.item(item.id).state is State.RECEIVED


def test_a_correction_that_says_the_same_keeps_the_approval(house: House) -> None:
    item = house.approved(**with_pictures(PICTURE))

    receipt = house.correct(item.id, original=b"luu lai", **with_pictures(PICTURE))

    assert receipt.outcome is Reception.KNOWN
    assert house.item(item.id) == item
    assert house.revision(item.id).number == 2


def test_a_public_item_can_be_corrected(house: House) -> None:
    item = house.complete()

    house.correct(item.id)

    assert house.item(item.id).state is State.RECEIVED
    assert [post.body for post in house.public()] == [BODY]


def test_a_rejected_item_takes_no_correction(house: House) -> None:
    item = house.received()
    reject(item.id, by=CHECKER, reason="trùng", parts=house.parts)

    with pytest.raises(OutcomeNotAllowed):
        house.correct(item.id)


def test_what_is_not_there_takes_no_correction(house: House) -> None:
    with pytest.raises(ItemNotFound):
        house.correct(ItemId(7))


def test_a_correction_is_not_for_the_webmaster(house: House) -> None:
    item = house.approved()

    with pytest.raises(RoleNotAllowed):
        correct(item.id, house.draft(), by=WEBMASTER, parts=house.parts)

    assert house.item(item.id) == item
