import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.errors import (
    Blocked,
    NoTarget,
    OutcomeNotAllowed,
    RoleNotAllowed,
    UnknownCategory,
)
from connector.domain.item import CategoryCode, State
from connector.domain.message import Message
from connector.domain.person import Person
from connector.ports.parts import Proposal
from connector.steps.approve import approve
from connector.steps.classify import classify, propose
from tests.steps.house import (
    ACQUISITIONS,
    ANNOUNCEMENT,
    BODY,
    CHECKER,
    DEPUTY,
    FINDER,
    NEWS,
    WEBMASTER,
    House,
)


def test_a_rule_proposes_and_decides_nothing(house: House) -> None:
    item = house.checked()

    proposal = propose(item.id, parts=house.parts)

    assert proposal == Proposal(
        category=ANNOUNCEMENT,
        rule="thong-bao",
        reason=Message(
            "Rule “{rule}”: the title begins with “{title_starts}”.",
            {"rule": "thong-bao", "title_starts": "Thông báo"},
        ),
    )
    assert house.item(item.id) == item


def test_nothing_is_proposed_where_no_rule_fits(house: House) -> None:
    item = house.checked(title="Phòng đọc mới của thư viện")

    assert propose(item.id, parts=house.parts) is None


def test_the_chosen_category_is_part_of_the_next_revision(house: House) -> None:
    item = house.checked()
    before = house.revision(item.id)

    classified = classify(item.id, ANNOUNCEMENT, by=FINDER, parts=house.parts)

    after = house.revision(item.id)
    assert classified.state is State.CLASSIFIED
    assert (after.number, after.category, after.body) == (2, ANNOUNCEMENT, BODY)
    assert after.made_by == FINDER.name
    assert after.digest != before.digest
    assert house.decisions(item.id)[-1].digest == after.digest


def test_another_category_voids_the_approval(house: House) -> None:
    item = house.approved()

    classified = classify(item.id, NEWS, by=CHECKER, parts=house.parts)
    house.advance(item.id)

    assert classified.state is State.CLASSIFIED
    assert house.revision(item.id).category == NEWS
    assert house.portal.calls == []


def test_the_same_category_again_changes_nothing(house: House) -> None:
    item = house.approved()

    again = classify(item.id, ANNOUNCEMENT, by=CHECKER, parts=house.parts)

    assert again == item == house.item(item.id)
    assert house.revision(item.id).number == 2


def test_a_corrected_item_keeps_its_category_and_is_classified_again(
    house: House,
) -> None:
    item = house.approved()
    house.correct(item.id)

    house.again(item.id)

    assert house.item(item.id).state is State.APPROVED
    assert house.revision(item.id).number == 3


def test_a_category_that_there_is_not_is_refused(house: House) -> None:
    item = house.checked()

    with pytest.raises(UnknownCategory) as refused:
        classify(item.id, CategoryCode("tin"), by=CHECKER, parts=house.parts)

    assert refused.value.facts == {
        "category": "tin",
        "known": ["announcement", "new-acquisitions", "news"],
    }
    assert house.item(item.id) == item


def test_what_was_not_checked_is_not_classified(house: House) -> None:
    item = house.received()

    with pytest.raises(OutcomeNotAllowed):
        classify(item.id, NEWS, by=CHECKER, parts=house.parts)


@pytest.mark.parametrize("person", [DEPUTY, WEBMASTER], ids=lambda p: p.name)
def test_classifying_is_for_librarians(house: House, person: Person) -> None:
    item = house.checked()

    with pytest.raises(RoleNotAllowed):
        classify(item.id, NEWS, by=person, parts=house.parts)

    assert house.item(item.id) == item


def test_where_the_check_is_the_approval_classifying_ends_with_it(
    house: House,
) -> None:
    house.policy(approval_by_check=True)
    item = house.checked()

    approved = classify(item.id, ANNOUNCEMENT, by=FINDER, parts=house.parts)

    assert approved.state is State.APPROVED
    assert house.passages(item.id)[-2:] == [
        (Step.CLASSIFY, Outcome.DONE, FINDER.name),
        (Step.APPROVE, Outcome.DONE, CHECKER.name),
    ]
    assert [p.target for p in house.publications(item.id)] == ["portal"]


def test_where_the_check_is_the_approval_nothing_else_is_easier(house: House) -> None:
    house.policy(approval_by_check=True)
    item = house.checked()

    with pytest.raises(NoTarget):
        classify(item.id, ACQUISITIONS, by=CHECKER, parts=house.parts)

    assert house.item(item.id).state is State.CLASSIFIED
    assert house.publications(item.id) == []


def test_an_approval_by_check_that_failed_is_made_up_for(house: House) -> None:
    house.policy(approval_by_check=True)
    item = house.checked()
    with pytest.raises(NoTarget):
        classify(item.id, ACQUISITIONS, by=CHECKER, parts=house.parts)
    house.route(terms={ACQUISITIONS: "tai-lieu-moi"})

    approved = classify(item.id, ACQUISITIONS, by=CHECKER, parts=house.parts)

    assert approved.state is State.APPROVED


def test_a_rule_of_the_category_is_tried_before_the_approval(house: House) -> None:
    item = house.classified(NEWS, body=BODY)
    house.blocks("title-length", in_category=NEWS, min=200)

    with pytest.raises(Blocked):
        approve(item.id, by=DEPUTY, parts=house.parts)
