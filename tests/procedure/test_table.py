from connector.domain.decision import Outcome, Step
from connector.domain.item import State
from connector.procedure.table import PROCEDURE, RESPONSIBLE, mermaid

ORDER = [
    State.RETURNED,
    State.RECEIVED,
    State.CHECKED,
    State.CLASSIFIED,
    State.APPROVED,
    State.PUBLISHED,
    State.VERIFIED,
    State.COMPLETE,
]


def test_the_procedure_has_two_loops_and_no_others() -> None:
    back = {
        (arrow.step, arrow.to) for arrow in PROCEDURE if arrow.on is Outcome.INACCURATE
    }

    assert back == {(Step.CHECK, State.RETURNED), (Step.VERIFY, State.APPROVED)}


def test_every_way_back_is_inaccurate_or_a_new_text_or_another_category() -> None:
    back = {
        (arrow.step, arrow.on)
        for arrow in PROCEDURE
        if arrow.at in ORDER
        and arrow.to in ORDER
        and ORDER.index(arrow.to) < ORDER.index(arrow.at)
    }

    assert back == {
        (Step.CHECK, Outcome.INACCURATE),
        (Step.VERIFY, Outcome.INACCURATE),
        (Step.RECEIVE, Outcome.DONE),
        (Step.CLASSIFY, Outcome.DONE),
    }


def test_complete_is_reached_from_verified_alone() -> None:
    assert {a.at for a in PROCEDURE if a.to is State.COMPLETE} == {State.VERIFIED}
    assert {(a.at, a.step, a.on) for a in PROCEDURE if a.to is State.VERIFIED} == {
        (State.PUBLISHED, Step.VERIFY, Outcome.ACCURATE)
    }


def test_published_is_reached_from_approved_alone() -> None:
    assert {a.at for a in PROCEDURE if a.to is State.PUBLISHED} == {State.APPROVED}


def test_only_rejected_and_withdrawn_are_ends() -> None:
    ends = set(State) - {arrow.at for arrow in PROCEDURE}

    assert ends == {State.REJECTED, State.WITHDRAWN}


def test_no_step_ends_twice_in_the_same_way() -> None:
    ways = [(arrow.at, arrow.step, arrow.on) for arrow in PROCEDURE]

    assert len(ways) == len(set(ways))


def test_somebody_is_responsible_for_every_step() -> None:
    assert set(RESPONSIBLE) == set(Step)
    assert all(RESPONSIBLE.values())


def test_the_flow_chart_has_one_line_for_each_arrow() -> None:
    assert len(mermaid().splitlines()) == len(PROCEDURE) + 1
    assert "received -- check: inaccurate --> returned" in mermaid()
