from datetime import UTC, datetime

import pytest

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import FourEyes
from connector.domain.item import ItemId, Sha256
from connector.domain.person import CONNECTOR, Person, Role
from connector.procedure.policy import Policy, four_eyes, last, this_round

EDITOR = Person("bien-tap", frozenset({Role.LIBRARIAN}))
CHECKER = Person("kiem-tra", frozenset({Role.LIBRARIAN}))
DEPUTY = Person("pho-giam-doc", frozenset({Role.DEPUTY_DIRECTOR}))


def took(step: Step, by: Person, outcome: Outcome = Outcome.DONE) -> Decision:
    return Decision(
        step=step,
        outcome=outcome,
        by=by.name,
        role=min(by.roles),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        digest=Sha256("0" * 64),
    )


ROUND = [
    took(Step.RECEIVE, EDITOR),
    took(Step.CHECK, CHECKER, Outcome.ACCURATE),
    took(Step.CLASSIFY, EDITOR),
    took(Step.APPROVE, DEPUTY),
]


@pytest.mark.parametrize(
    ("step", "by"),
    [
        (Step.CHECK, EDITOR),
        (Step.APPROVE, EDITOR),
        (Step.APPROVE, CHECKER),
        (Step.VERIFY, CHECKER),
        (Step.VERIFY, DEPUTY),
    ],
)
def test_a_hand_that_is_on_the_item_already_is_refused(step: Step, by: Person) -> None:
    with pytest.raises(FourEyes) as caught:
        four_eyes(ItemId(1), step, by=by, decisions=ROUND, policy=Policy())

    assert caught.value.facts["user"] == by.name


@pytest.mark.parametrize(
    ("step", "by"),
    [(Step.CHECK, CHECKER), (Step.APPROVE, DEPUTY), (Step.VERIFY, EDITOR)],
)
def test_another_hand_is_welcome(step: Step, by: Person) -> None:
    four_eyes(ItemId(1), step, by=by, decisions=ROUND, policy=Policy())


@pytest.mark.parametrize("step", [Step.CHECK, Step.APPROVE, Step.VERIFY])
def test_each_rule_can_be_switched_off(step: Step) -> None:
    policy = Policy(four_eyes=Policy().four_eyes - {step})

    for by in (EDITOR, CHECKER, DEPUTY):
        four_eyes(ItemId(1), step, by=by, decisions=ROUND, policy=policy)


def test_the_connector_is_no_person() -> None:
    decisions = [took(Step.RECEIVE, CONNECTOR)]

    four_eyes(ItemId(1), Step.CHECK, by=CONNECTOR, decisions=decisions, policy=Policy())


def test_a_new_text_begins_a_new_round() -> None:
    decisions = [*ROUND, took(Step.RECEIVE, CHECKER)]

    assert this_round(decisions) == decisions[-1:]
    assert last(decisions, Step.CHECK, Outcome.ACCURATE) is None
    four_eyes(ItemId(1), Step.CHECK, by=EDITOR, decisions=decisions, policy=Policy())


def test_the_last_decision_of_a_kind_is_found() -> None:
    again = took(Step.CHECK, EDITOR, Outcome.ACCURATE)

    assert last([*ROUND, again], Step.CHECK, Outcome.ACCURATE) == again
    assert last(ROUND, Step.VERIFY, Outcome.ACCURATE) is None
