"""
Whether a target is asked now, and what its answers mean for all that is due there.

One refused log-in, one alarm: whatever else is to go to that target waits with it. When
the time has come one worker asks; if the target is well, all items go on.
"""

from collections.abc import Sequence
from contextlib import suppress

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
from connector.language import N_
from connector.ports.parts import Parts, Route
from connector.procedure.circuit import PROBE, after, slots

_OF_THE_TARGET = (Busy, CredentialsRefused, Denied, NotOurAnswer)
_NOT_HAD = (NotSent, Unclear)


def waits(target: str, parts: Parts, *, insist: bool = False) -> Circuit | None:
    """
    Return the circuit if the target is not to be asked now; None if it is.

    Args:
        target: its name.
        parts: a target that refused us is asked with its `probe`, by one worker, when
            its time has come.
        insist: ask one that refused us even before; a person has mended it.
    """
    with parts.staging.reading() as tx:
        now, circuit = tx.now(), tx.circuit(target)
    if not circuit.is_open:
        return circuit if circuit.waits(now) else None
    if circuit.waits(now) and not insist:
        return circuit
    with parts.staging.transaction() as tx:
        mine = tx.ask_again(target, now=now, until=now + PROBE)
    if not mine and not insist:
        return circuit
    try:
        parts.route(target).target.probe()
    except TargetError as error:
        return note(target, [error], parts)
    note(target, [None], parts)
    return None


def note(target: str, outcomes: Sequence[TargetError | None], parts: Parts) -> Circuit:
    """
    Remember how a target answered, and return its circuit.

    Args:
        target: its name.
        outcomes: of one batch; None for what went well.
        parts: where it is kept.
    """
    telling = _telling(outcomes)
    with parts.staging.reading() as tx:
        known = tx.circuit(target)
        if after(known, telling, now=tx.now()) == known:
            return known
    with parts.staging.transaction() as tx:
        before = tx.circuit(target)
        told = after(before, telling, now=tx.now())
        tx.save_circuit(told, event=_event(before, told))
    return told


def about_the_post(error: TargetError, route: Route) -> bool:
    """
    Return whether a target that does not allow something is well otherwise.

    An account that may do all it needs can still be refused one post, such as one that
    was given to another author: that is no reason to let all the others wait.
    """
    if not isinstance(error, Denied):
        return False
    with suppress(TargetError):
        probe = route.target.probe()
        return probe.may_create and probe.may_publish and probe.may_upload
    return False


def granted(target: str, wanted: int, parts: Parts) -> int:
    """Return how many posts may be sent to a target now, by its rate."""
    per_minute = parts.route(target).per_minute
    if per_minute is None:
        return wanted
    with parts.staging.transaction() as tx:
        number, circuit = slots(
            tx.circuit(target), wanted=wanted, per_minute=per_minute, now=tx.now()
        )
        if number:
            tx.save_circuit(circuit)
    return number


def closed(target: str, parts: Parts) -> None:
    """Let the items of a target go on: somebody saw that it is well."""
    with parts.staging.transaction() as tx:
        before = tx.circuit(target)
        well = Circuit(target=target, next_slot_at=before.next_slot_at)
        if before != well:
            tx.save_circuit(well, event=_event(before, well))


def _telling(outcomes: Sequence[TargetError | None]) -> TargetError | None:
    """Return the outcome of a batch that says most about the target."""
    errors = [error for error in outcomes if error is not None]
    of_the_target = [one for one in errors if isinstance(one, _OF_THE_TARGET)]
    if of_the_target:
        return of_the_target[0]
    not_had = [one for one in errors if isinstance(one, _NOT_HAD)]
    return not_had[0] if len(not_had) == len(outcomes) else None


def _event(before: Circuit, told: Circuit) -> str:
    """Return the one line that the audit trail gets for a whole outage."""
    if told.is_open and not before.is_open:
        return N_("target does not let us in, or is not to be had")
    if before.is_open and not told.is_open:
        return N_("target is well again")
    return ""
