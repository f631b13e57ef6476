from dataclasses import replace

import pytest

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    NotProved,
    OutcomeNotAllowed,
    RoleNotAllowed,
    Unreadable,
)
from connector.domain.item import Item, Revision, Sha256, State
from connector.domain.person import CONNECTOR, Role
from connector.domain.publication import PublicationState
from connector.domain.verdict import Judgement, Verdict
from connector.steps.complete import complete
from tests.steps.house import BODY, DEPUTY, FINDER, WEBMASTER, House

DOUBTFUL = ("mang theo", "<strong>mang theo</strong>")


def verified(house: House) -> Item:
    item = house.published()
    house.verify(item.id)
    return house.item(item.id)


def look_again(house: House, item: Item, **changes: object) -> None:
    """Keep one more verdict, past every step, as somebody with the database could."""
    latest = house.verifications(item.id)[-1]
    with house.parts.staging.transaction() as tx:
        tx.save_verification(replace(latest, **changes))  # type: ignore[arg-type]  # fields of a test


def test_what_is_proved_is_complete(house: House) -> None:
    item = verified(house)

    done = complete(item.id, by=FINDER, parts=house.parts)

    assert done.state is State.COMPLETE
    assert house.decisions(item.id)[-1] == Decision(
        step=Step.COMPLETE,
        outcome=Outcome.DONE,
        by=FINDER.name,
        role=Role.LIBRARIAN,
        at=house.clock.now(),
        digest=house.revision(item.id).digest,
    )


@pytest.mark.parametrize(
    "judgement", [one for one in Judgement if one is not Judgement.PASS]
)
def test_nothing_but_a_match_is_a_proof(house: House, judgement: Judgement) -> None:
    item = verified(house)
    look_again(house, item, verdict=Verdict(judgement=judgement))

    with pytest.raises(NotProved) as refused:
        complete(item.id, by=DEPUTY, parts=house.parts)

    assert refused.value.facts == {"item": item.id, "targets": ["portal"]}
    assert house.item(item.id) == item


def test_an_accepted_difference_is_a_proof(house: House) -> None:
    item = verified(house)
    look_again(
        house,
        item,
        verdict=Verdict(judgement=Judgement.REVIEW),
        accepted_by=FINDER.name,
        accepted_reason="giao diện tự in đậm",
    )

    done = complete(item.id, by=DEPUTY, parts=house.parts)

    assert done.state is State.COMPLETE


def test_an_accepted_failure_is_no_proof(house: House) -> None:
    item = verified(house)
    look_again(
        house,
        item,
        verdict=Verdict(judgement=Judgement.FAIL),
        accepted_by=FINDER.name,
        accepted_reason="không sao",
    )

    with pytest.raises(NotProved):
        complete(item.id, by=DEPUTY, parts=house.parts)


def test_a_match_without_its_page_is_no_proof(house: House) -> None:
    item = verified(house)
    look_again(house, item, page=None)

    with pytest.raises(NotProved):
        complete(item.id, by=DEPUTY, parts=house.parts)


def test_a_match_of_another_text_is_no_proof(house: House) -> None:
    item = verified(house)
    look_again(house, item, digest=Sha256("0" * 64))

    with pytest.raises(NotProved):
        complete(item.id, by=DEPUTY, parts=house.parts)


def test_the_proof_of_an_earlier_text_is_none(house: House) -> None:
    item = verified(house)
    with house.parts.staging.transaction() as tx:
        latest = tx.revision(item.id)
        later: Revision = replace(latest, number=3, body=BODY + "<p>Thêm.</p>")
        tx.add_revision(item, later)

    with pytest.raises(NotProved):
        complete(item.id, by=DEPUTY, parts=house.parts)


def test_a_match_from_before_it_was_published_again_is_no_proof(house: House) -> None:
    item = verified(house)
    with house.parts.staging.transaction() as tx:
        again = replace(house.publication(item.id), state=PublicationState.LIVE)
        tx.save_publication(again, event="live", by="connector")

    with pytest.raises(NotProved):
        complete(item.id, by=DEPUTY, parts=house.parts)


def test_every_target_needs_its_own_proof(house: House) -> None:
    house.second_site()
    item = house.published()
    house.verify(item.id)
    house.verify(item.id, "chi-nhanh")
    latest = house.verifications(item.id)[-1]
    with house.parts.staging.transaction() as tx:
        tx.save_verification(
            replace(latest, verdict=Verdict(judgement=Judgement.STALE))
        )

    with pytest.raises(NotProved) as refused:
        complete(item.id, by=DEPUTY, parts=house.parts)

    assert refused.value.facts["targets"] == ["chi-nhanh"]


@pytest.mark.parametrize("damage", ["gone", "changed"])
def test_without_its_evidence_nothing_is_complete(house: House, damage: str) -> None:
    item = verified(house)
    page = house.verifications(item.id)[-1].page
    assert page is not None
    if damage == "gone":
        house.lose_from_archive(page)
    else:
        (house.archive / page[:2] / page[2:]).write_bytes(b"<p>khac</p>")

    with pytest.raises(Unreadable):
        complete(item.id, by=DEPUTY, parts=house.parts)

    assert house.item(item.id) == item


def test_completing_is_not_for_the_webmaster(house: House) -> None:
    item = verified(house)

    with pytest.raises(RoleNotAllowed):
        complete(item.id, by=WEBMASTER, parts=house.parts)


@pytest.mark.parametrize("state", ["received", "approved", "published", "complete"])
def test_only_what_is_verified_can_be_completed(house: House, state: str) -> None:
    item = getattr(house, state)()

    with pytest.raises(OutcomeNotAllowed):
        complete(item.id, by=DEPUTY, parts=house.parts)

    assert house.item(item.id) == item


def test_a_difference_that_nobody_accepted_waits_and_stops_no_sweep(
    house: House,
) -> None:
    item = verified(house)
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    told = house.advance(item.id)

    assert told.item.state is State.VERIFIED
    with pytest.raises(NotProved):
        complete(item.id, by=CONNECTOR, parts=house.parts)
