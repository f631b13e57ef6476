"""
What follows for a target from how it answered: whether it is asked again, and when.

Three budgets, counted apart. A busy target costs nobody an attempt: it is asked when it
said. One that is not to be had is left alone after the third time in a row. One that
refuses us is left alone at once, because its webmaster must act. In each case its
items wait together, one worker asks again, and then all go on by themselves.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from connector.domain.circuit import Circuit
from connector.domain.errors import (
    Busy,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    NotSent,
    TargetError,
    Unclear,
)
from connector.domain.message import Message

PROBE = timedelta(minutes=10)
"""How often a target that refuses us is asked whether it still does."""

LOST_IN_A_ROW = 3
"""After so many unanswered requests a target counts as not to be had."""

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_BUSY = timedelta(hours=1)
"""A date that lies further ahead is taken for a mistake of the server."""


def after(circuit: Circuit, error: TargetError | None, *, now: datetime) -> Circuit:
    """
    Return the circuit after one attempt.

    Args:
        circuit: before it.
        error: what the attempt ended with; None if the target did what was asked. An
            error that is about the post, not the target, shows that the target is
            well.
        now: aware.
    """
    match error:
        case Busy():
            until = now + _asked(error)
            later = max(until, circuit.resume_at or until)
            since = circuit.since or now
            # Nobody is told of a moment; of a site that never has time, somebody is.
            told = circuit.problem
            if now - since >= _LONGEST_BUSY:
                told = Message.of(error.message, error.facts)
            return replace(
                circuit,
                busy=circuit.busy + 1,
                resume_at=later,
                since=since,
                problem=told,
            )
        case CredentialsRefused() | Denied() | NotOurAnswer():
            return _opened(circuit, error, now=now, pause=PROBE)
        case NotSent() | Unclear():
            lost = circuit.lost + 1
            missed = replace(circuit, lost=lost)
            if lost < LOST_IN_A_ROW:
                return missed
            pause = min(_FIRST_PAUSE * 2 ** min(lost - LOST_IN_A_ROW, 4), PROBE)
            return _opened(missed, error, now=now, pause=pause)
        case _:
            return Circuit(target=circuit.target, next_slot_at=circuit.next_slot_at)


def _opened(
    circuit: Circuit, error: TargetError, *, now: datetime, pause: timedelta
) -> Circuit:
    return replace(
        circuit,
        problem=Message.of(error.message, error.facts),
        since=circuit.since or now,
        resume_at=now + pause,
    )


def _asked(error: Busy) -> timedelta:
    seconds = error.facts.get("retry_after_s")
    asked = timedelta(seconds=seconds) if isinstance(seconds, int | float) else PROBE
    return min(max(asked, timedelta(seconds=1)), _LONGEST_BUSY)


def slots(
    circuit: Circuit, *, wanted: int, per_minute: int, now: datetime
) -> tuple[int, Circuit]:
    """
    Return how many posts may be sent now, and the circuit that remembers it.

    Never more than a tenth of a minute's worth at once, and then none until their time
    has passed: in no minute are more than `per_minute` and a tenth sent.
    """
    if circuit.next_slot_at is not None and circuit.next_slot_at > now:
        return 0, circuit
    granted = min(wanted, max(1, per_minute // 10))
    until = now + timedelta(minutes=1) * granted / per_minute
    return granted, replace(circuit, next_slot_at=until)
