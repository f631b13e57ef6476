"""`connector run`: every item as far as it may go without a person."""

import click

from connector.cli import publish, verify
from connector.cli.command import command, option
from connector.cli.desk import Desk, Exit, as_json
from connector.domain.errors import ConnectorError, DatabaseUnusable, RoleNotAllowed
from connector.language import N_
from connector.steps.advance import Advance

_SHORTEST_PAUSE_S = 1


@command(
    "run",
    help=N_(
        "Carry every item as far as it may go without a person.\n\nPublishes what is"
        " approved, verifies what is public, completes what is proved. A second run"
        " changes nothing and sends nothing."
    ),
)
@option(
    "--every",
    type=click.IntRange(min=1),
    metavar=N_("SECONDS"),
    help=N_("Go on until Ctrl-C, looking again after so many seconds."),
)
@click.pass_obj
def run_command(desk: Desk, every: int | None) -> None:
    """Advance what waits for nobody."""
    if every is None:
        if not _sweep(desk) and not _tell_waiting(desk):
            desk.say(N_("Nothing waits."))
        return
    try:
        while True:
            desk.library.parts.clock.sleep(_sweep_and_go_on(desk, every))
    except KeyboardInterrupt:
        # The way this is meant to end; whatever was interrupted is found again.
        desk.say(N_("Ended."))


def _sweep(desk: Desk) -> bool:
    """Advance everything once; tell whether there was anything."""
    from connector.worker.runner import sweep  # noqa: PLC0415 -- slow import

    moved = False
    for one in sweep(desk.library.parts):
        _tell(desk, one)
        moved = True
    return moved


def _tell_waiting(desk: Desk) -> bool:
    """Tell which targets are not asked now, and why; return whether there are any."""
    parts = desk.library.parts
    with parts.staging.reading() as tx:
        now = tx.now()
        circuits = [tx.circuit(target) for target in parts.routes]
    waiting = [circuit for circuit in circuits if circuit.waits(now)]
    for circuit in waiting:
        if circuit.problem is not None:
            desk.warn(circuit.problem)
        desk.say(
            N_("{target} is asked again at {time}; its items wait until then."),
            target=circuit.target,
            time=circuit.resume_at,
        )
        desk.ends(Exit.UNREACHABLE)
    return bool(waiting)


def _pause_s(desk: Desk, every: int) -> float:
    """Return how long to sleep: not over the minute at which something is due."""
    parts = desk.library.parts
    with parts.staging.reading() as tx:
        now = tx.now()
        circuits = [tx.circuit(target) for target in parts.routes]
        times = [tx.next_due(now), *(one.resume_at for one in circuits)]
        times += [one.next_slot_at for one in circuits]
    due = min((time for time in times if time and time > now), default=None)
    left = (due - now).total_seconds() if due else every
    return min(every, max(left, _SHORTEST_PAUSE_S))


def _sweep_and_go_on(desk: Desk, every: int) -> float:
    """Advance everything once, and return how long to sleep then."""
    try:
        _sweep(desk)
        return _pause_s(desk, every)
    except ConnectorError as error:
        # A database that was restarted, or a disk that was full, is tried again.
        if not error.transient and not isinstance(error, DatabaseUnusable):
            raise
        desk.warn(error)
        return every


def _tell(desk: Desk, advance: Advance) -> None:
    for attempt in advance.attempts:
        publish.told(desk, attempt)
    for seen in advance.seen:
        verify.told(desk, seen)
    row: dict[str, object] = {
        "item": advance.item.id,
        "state": advance.item.state.value,
    }
    if advance.error is not None:
        desk.warn(advance.error)
        row |= as_json(advance.error)
        # A step that belongs to people only has not failed: it waits for one of them.
        if not isinstance(advance.error, RoleNotAllowed):
            desk.ends(desk.exit_for(advance.error))
    desk.say(
        N_("Item {item} is now “{state}”."),
        item=advance.item.id,
        state=advance.item.state,
    )
    desk.result(row)
