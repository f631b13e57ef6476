"""`connector run`: every item as far as it may go without a person."""

import time

import click

from connector.cli import publish, verify
from connector.cli.command import command, option
from connector.cli.desk import Desk
from connector.language import N_
from connector.steps.advance import Advance


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
    metavar="SECONDS",
    help=N_("Go on until Ctrl-C, looking again after so many seconds."),
)
@click.pass_obj
def run_command(desk: Desk, every: int | None) -> None:
    """Advance what waits for nobody."""
    from connector.worker.runner import sweep  # noqa: PLC0415 -- slow import

    parts = desk.library.parts
    while True:
        moved = False
        for one in sweep(parts):
            _tell(desk, one)
            moved = True
        if every is None:
            if not moved:
                desk.say(N_("Nothing waits."))
            return
        time.sleep(every)


def _tell(desk: Desk, advance: Advance) -> None:
    for attempt in advance.attempts:
        publish.told(desk, attempt)
    for seen in advance.seen:
        verify.told(desk, seen)
    desk.say(
        N_("Item {item} is now “{state}”."),
        item=advance.item.id,
        state=advance.item.state,
    )
    desk.result({"item": advance.item.id, "state": advance.item.state.value})
