from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.decision import Outcome, Step
from connector.domain.errors import OutcomeNotAllowed, ProcedureError, RoleNotAllowed
from connector.domain.item import State
from connector.domain.person import CONNECTOR, Person, Role
from connector.procedure.advance import acting_role, advance, allowed
from connector.procedure.policy import Policy
from connector.procedure.table import PROCEDURE, RESPONSIBLE, Arrow


@pytest.mark.parametrize("arrow", PROCEDURE, ids=lambda a: f"{a.at}-{a.step}-{a.on}")
def test_an_arrow_is_followed(arrow: Arrow) -> None:
    assert advance(arrow.at, arrow.step, arrow.on, item=1) is arrow.to


def test_a_step_without_an_arrow_is_told_what_can_be_done() -> None:
    with pytest.raises(OutcomeNotAllowed) as caught:
        advance(State.RETURNED, Step.PUBLISH, Outcome.DONE, item=7)

    assert caught.value.facts["allowed"] == [
        Step.RECEIVE,
        Step.REJECT,
        Step.WITHDRAW,
    ]


def test_nothing_can_be_done_with_a_rejected_item() -> None:
    assert allowed(State.REJECTED) == []


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("role", Role)
def test_every_role_takes_its_own_steps_and_no_others(step: Step, role: Role) -> None:
    person = Person("bien-tap", frozenset({role}))

    if role in RESPONSIBLE[step]:
        assert acting_role(step, person, Policy()) is role
    else:
        with pytest.raises(RoleNotAllowed):
            acting_role(step, person, Policy())


def test_an_automatic_step_may_be_taken_by_the_connector() -> None:
    policy = Policy(automatic=frozenset({Step.CHECK}))

    assert acting_role(Step.CHECK, CONNECTOR, policy) is Role.CONNECTOR
    with pytest.raises(RoleNotAllowed):
        acting_role(Step.CLASSIFY, CONNECTOR, policy)


@given(
    st.sampled_from([None, *State]),
    st.lists(st.tuples(st.sampled_from(Step), st.sampled_from(Outcome))),
)
def test_nothing_is_complete_that_was_not_verified_nor_public_unapproved(
    start: State | None, moves: list[tuple[Step, Outcome]]
) -> None:
    state, passed = start, [start]
    for step, outcome in moves:
        try:
            state = advance(state, step, outcome, item=1)
        except ProcedureError:
            continue
        passed.append(state)

    for before, after in pairwise(passed):
        if after is State.COMPLETE:
            assert before is State.VERIFIED
        if after is State.PUBLISHED:
            assert before is State.APPROVED
