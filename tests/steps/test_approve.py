from dataclasses import replace

import pytest

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    Blocked,
    FourEyes,
    NoTarget,
    NotChecked,
    OutcomeNotAllowed,
    RoleNotAllowed,
    TargetLeft,
)
from connector.domain.item import Item, Revision, State
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState
from connector.steps.approve import approve, approved
from connector.steps.check import accurate, waive
from connector.steps.classify import classify
from tests.steps.house import (
    ACQUISITIONS,
    ANNOUNCEMENT,
    CHECKER,
    CORRECTED,
    DEPUTY,
    FINDER,
    NEWS,
    TERMS,
    WEBMASTER,
    House,
)

BOTH = frozenset({Role.LIBRARIAN, Role.DEPUTY_DIRECTOR})


def smuggle(house: House, item: Item, **changes: object) -> Revision:
    """Change the text past every step, as somebody with the database could."""
    with house.parts.staging.transaction() as tx:
        latest = tx.revision(item.id)
        changed = replace(latest, number=latest.number + 1, **changes)  # type: ignore[arg-type]  # fields of a test
        tx.add_revision(tx.item(item.id), changed)
        return changed


def test_an_approval_is_bound_to_the_text(house: House) -> None:
    item = house.classified()

    result = approve(item.id, by=DEPUTY, parts=house.parts)

    assert result.state is State.APPROVED
    decision = house.decisions(item.id)[-1]
    assert decision == Decision(
        step=Step.APPROVE,
        outcome=Outcome.DONE,
        by=DEPUTY.name,
        role=Role.DEPUTY_DIRECTOR,
        at=house.clock.now(),
        digest=house.revision(item.id).digest,
    )
    with house.parts.staging.reading() as tx:
        assert approved(tx, item.id) == house.revision(item.id)


def test_an_approval_does_not_stand_for_another_text(house: House) -> None:
    item = house.approved()

    smuggle(house, item, body=CORRECTED)

    with house.parts.staging.reading() as tx:
        assert approved(tx, item.id) is None


def test_a_publication_is_intended_on_every_target_of_the_category(
    house: House,
) -> None:
    house.second_site()
    house.second_site("khoa")
    house.route("khoa", terms={NEWS: "tin-tuc"})

    item = house.approved()

    revision = house.revision(item.id)
    assert house.publications(item.id) == [
        Publication(
            item_id=item.id,
            target=target,
            state=PublicationState.INTENDED,
            revision=revision.number,
            digest=revision.digest,
            due_at=house.clock.now(),
        )
        for target in ("chi-nhanh", "portal")
    ]
    assert house.portal.calls == []


def test_a_category_without_a_target_is_said_at_once(house: House) -> None:
    item = house.classified(ACQUISITIONS)

    with pytest.raises(NoTarget) as refused:
        approve(item.id, by=DEPUTY, parts=house.parts)

    assert refused.value.facts == {"category": ACQUISITIONS}
    assert house.item(item.id) == item
    assert house.publications(item.id) == []


@pytest.mark.parametrize(
    ("changes", "parts"),
    [
        ({"body": CORRECTED}, ["body"]),
        ({"title": "Thông báo khác", "language": "en"}, ["title", "language"]),
        ({"body": CORRECTED, "category": NEWS}, ["body"]),
    ],
    ids=["body", "title and language", "body beside the category"],
)
def test_what_changed_since_the_check_is_named(
    house: House, changes: dict[str, object], parts: list[str]
) -> None:
    item = house.classified()
    smuggle(house, item, **changes)

    with pytest.raises(NotChecked) as refused:
        approve(item.id, by=DEPUTY, parts=house.parts)

    assert str(refused.value.facts["parts"]) == ", ".join(parts)
    assert house.item(item.id).state is State.CLASSIFIED


def test_a_rule_of_the_chosen_category_can_block(house: House) -> None:
    house.blocks("title-length", in_category=NEWS, min=200)
    item = house.checked()
    classify(item.id, NEWS, by=CHECKER, parts=house.parts)

    with pytest.raises(Blocked) as refused:
        approve(item.id, by=DEPUTY, parts=house.parts)
    classify(item.id, ANNOUNCEMENT, by=CHECKER, parts=house.parts)
    result = approve(item.id, by=DEPUTY, parts=house.parts)

    assert refused.value.facts == {"item": item.id, "rules": ["title-length"]}
    assert result.state is State.APPROVED


def test_a_rule_of_the_chosen_category_can_be_waived(house: House) -> None:
    house.blocks("title-length", in_category=NEWS, min=200)
    item = house.checked()
    classify(item.id, NEWS, by=CHECKER, parts=house.parts)
    waive(item.id, "title-length", by=DEPUTY, reason="tên sự kiện", parts=house.parts)

    result = approve(item.id, by=DEPUTY, parts=house.parts)

    assert result.state is State.APPROVED


@pytest.mark.parametrize("person", [FINDER, WEBMASTER], ids=lambda p: p.name)
def test_approving_is_for_the_deputy_director(house: House, person: Person) -> None:
    item = house.classified()

    with pytest.raises(RoleNotAllowed):
        approve(item.id, by=person, parts=house.parts)

    assert house.item(item.id) == item


@pytest.mark.parametrize(
    ("hand", "earlier"), [(FINDER, Step.RECEIVE), (CHECKER, Step.CHECK)]
)
def test_whose_hand_is_on_it_already_does_not_approve(
    house: House, hand: Person, earlier: Step
) -> None:
    item = house.classified()

    with pytest.raises(FourEyes) as refused:
        approve(item.id, by=Person(hand.name, BOTH), parts=house.parts)

    assert refused.value.facts["earlier"] is earlier
    assert house.item(item.id) == item


def test_what_was_not_classified_is_not_approved(house: House) -> None:
    item = house.checked()

    with pytest.raises(OutcomeNotAllowed):
        approve(item.id, by=DEPUTY, parts=house.parts)


def test_an_approval_is_given_once(house: House) -> None:
    item = house.approved()

    with pytest.raises(OutcomeNotAllowed):
        approve(item.id, by=DEPUTY, parts=house.parts)

    assert len(house.publications(item.id)) == 1


def test_the_next_approval_gives_the_same_publication_a_new_text(
    house: House,
) -> None:
    item = house.complete()
    before = house.publication(item.id)
    house.correct(item.id)

    house.again(item.id)

    after = house.publication(item.id)
    assert after == replace(
        before,
        state=PublicationState.INTENDED,
        revision=3,
        digest=house.revision(item.id).digest,
        due_at=house.clock.now(),
    )


def test_a_target_that_is_no_longer_meant_holds_nothing_up(house: House) -> None:
    site = house.second_site()
    house.route("chi-nhanh", terms={ANNOUNCEMENT: "thong-bao"})
    house.route(terms=TERMS)
    item = house.approved()
    classify(item.id, NEWS, by=CHECKER, parts=house.parts)
    approve(item.id, by=DEPUTY, parts=house.parts)

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert site.calls == []
    assert house.publication(item.id, "chi-nhanh").state is PublicationState.WITHDRAWN


def test_the_check_of_an_earlier_round_does_not_count(house: House) -> None:
    item = house.classified()
    house.correct(item.id)
    accurate(item.id, by=CHECKER, parts=house.parts)
    classify(item.id, ANNOUNCEMENT, by=CHECKER, parts=house.parts)

    result = approve(item.id, by=DEPUTY, parts=house.parts)

    assert result.state is State.APPROVED
    assert house.revision(item.id).body == CORRECTED


def test_no_post_is_left_behind_where_the_new_category_does_not_go(
    house: House,
) -> None:
    house.second_site("khoa")
    house.route(terms={ANNOUNCEMENT: "thong-bao"})
    item = house.complete()
    house.correct(item.id)
    accurate(item.id, by=CHECKER, parts=house.parts)
    house.classify(item.id, NEWS)

    with pytest.raises(TargetLeft) as refused:
        house.approve(item.id)
    house.classify(item.id, ANNOUNCEMENT)

    assert refused.value.facts == {
        "item": item.id,
        "targets": ["portal"],
        "category": NEWS,
    }
    assert house.approve(item.id).state is State.APPROVED
