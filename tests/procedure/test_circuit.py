"""When a target is asked again: three budgets, counted apart."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.circuit import Circuit
from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    NotSent,
    PostChanged,
    TargetError,
    Unclear,
)
from connector.procedure.circuit import PROBE, after, slots

NOW = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)
CLOSED = Circuit(target="portal")
LOST = Unclear(target="portal", problem="time-out")
DOWN = NotSent(target="portal", problem="DNS")
REFUSED = CredentialsRefused(target="portal", user="thuvien")
ERRORS: list[TargetError | None] = [
    None,
    LOST,
    DOWN,
    REFUSED,
    Busy(target="portal", retry_after_s=120),
    ContentRefused(target="portal", problem="400"),
]


def told(*errors: TargetError | None) -> Circuit:
    circuit = CLOSED
    for error in errors:
        circuit = after(circuit, error, now=NOW)
    return circuit


@pytest.mark.parametrize(
    "refusal",
    [
        REFUSED,
        Denied(target="portal", user="thuvien", action="publish"),
        NotOurAnswer(target="portal", problem="403", hint="WAF"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_one_refusal_is_enough(refusal: TargetError) -> None:
    circuit = told(refusal)

    assert circuit.is_open
    assert circuit.resume_at == NOW + PROBE
    assert str(circuit.problem) == str(refusal)


def test_a_busy_target_is_asked_when_it_said_and_has_no_problem() -> None:
    circuit = told(Busy(target="portal", retry_after_s=120))

    assert not circuit.is_open
    assert circuit.resume_at == NOW + timedelta(seconds=120)


def test_a_target_that_is_busy_for_an_hour_is_a_trouble_to_be_told() -> None:
    busy = Busy(target="portal", retry_after_s=120)
    circuit = after(CLOSED, busy, now=NOW)

    almost = after(circuit, busy, now=NOW + timedelta(minutes=59))
    at_last = after(almost, busy, now=NOW + timedelta(hours=1))

    assert not almost.is_open
    assert at_last.is_open
    assert at_last.since == NOW


def test_another_answer_of_busy_never_shortens_the_wait() -> None:
    circuit = told(
        Busy(target="portal", retry_after_s=120), Busy(target="portal", retry_after_s=5)
    )

    assert circuit.resume_at == NOW + timedelta(seconds=120)


@pytest.mark.parametrize(
    ("seconds", "wait"),
    [
        (None, PROBE),
        ("bald", PROBE),
        (-5, timedelta(seconds=1)),
        (10**9, timedelta(hours=1)),
    ],
)
def test_a_senseless_time_is_brought_to_its_senses(
    seconds: object, wait: timedelta
) -> None:
    circuit = told(Busy(target="portal", retry_after_s=seconds))

    assert circuit.resume_at == NOW + wait


def test_two_lost_answers_are_bad_luck_the_third_is_a_target_that_is_not_had() -> None:
    assert not told(LOST, DOWN).is_open
    assert told(LOST, DOWN, LOST).is_open
    assert not told(LOST, DOWN, None, LOST).is_open


def test_the_pauses_of_a_target_that_is_not_had_grow_to_ten_minutes() -> None:
    pauses = []
    for times in range(3, 10):
        resume_at = told(*[DOWN] * times).resume_at
        assert resume_at is not None
        pauses.append((resume_at - NOW).total_seconds() / 60)

    assert pauses == [1, 2, 4, 8, 10, 10, 10]


def test_an_error_about_the_post_shows_that_the_target_is_well() -> None:
    changed = PostChanged(target="portal", post="3", item=1)

    assert told(LOST, LOST, changed) == CLOSED


@given(st.lists(st.sampled_from(ERRORS)))
def test_whatever_came_before_one_good_answer_closes_it(
    errors: list[TargetError | None],
) -> None:
    assert told(*errors, None) == CLOSED


@given(st.lists(st.sampled_from(ERRORS)))
def test_an_open_circuit_always_has_its_time_and_its_beginning(
    errors: list[TargetError | None],
) -> None:
    circuit = told(*errors)

    if circuit.is_open:
        assert circuit.resume_at is not None
        assert circuit.since == NOW


@given(
    st.integers(1, 600),
    st.lists(st.tuples(st.integers(1, 60), st.floats(0, 90)), max_size=60),
)
def test_no_minute_is_sent_more_than_its_rate_and_a_tenth(
    per_minute: int, asked: list[tuple[int, float]]
) -> None:
    circuit, now = CLOSED, NOW
    sent: list[tuple[datetime, int]] = []
    for wanted, pause in asked:
        now += timedelta(seconds=pause)
        number, circuit = slots(circuit, wanted=wanted, per_minute=per_minute, now=now)
        assert 0 <= number <= wanted
        sent.append((now, number))

    for start, _ in sent:
        end = start + timedelta(minutes=1)
        in_a_minute = sum(number for at, number in sent if start <= at < end)
        assert in_a_minute <= per_minute + max(1, per_minute // 10)


@given(st.integers(1, 600))
def test_the_rate_is_made_use_of(per_minute: int) -> None:
    circuit, now, sent = CLOSED, NOW, 0
    while now < NOW + timedelta(minutes=10):
        number, circuit = slots(circuit, wanted=25, per_minute=per_minute, now=now)
        sent += number
        now += timedelta(seconds=0.1)

    assert sent >= 10 * min(per_minute, 600) * 0.9
