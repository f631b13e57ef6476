"""`connector schedule`: when approved items are public."""

from collections.abc import Callable
from functools import partial
from typing import Any

import click

from connector.cli import moment
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.domain.publication import Publication, Timing
from connector.language import N_, translate
from connector.steps.schedule import schedule


def when(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say when items are public."""
    options = (
        option(
            "--at",
            metavar=N_("TIME"),
            default="",
            help=N_("Go live then, not before; such as 25/11/2026 08:00."),
        ),
        option(
            "--until",
            metavar=N_("TIME"),
            default="",
            help=N_("Take them down then."),
        ),
        option(
            "--urgent/--not-urgent",
            default=None,
            help=N_("Publish before, or after, what waits already."),
        ),
    )
    for add in reversed(options):
        command = add(command)
    return command


def timing_of(desk: Desk, *, at: str, until: str, urgent: bool | None) -> Timing:
    """Return what the options say, in the library's time zone."""
    zone = desk.library.settings.library.timezone
    return Timing(
        go_live_at=moment.read(at, zone, option="--at"),
        expire_at=moment.read(until, zone, option="--until"),
        urgent=urgent,
    )


@command(
    "schedule",
    help=N_(
        "Say when approved items are public.\n\nThe draft is made at once; it goes live"
        " at the minute that is given, in the library's time zone, while"
        " `connector run --every 30` is running. Later corrections do not move it."
    ),
)
@argument("items", N_("ITEM..."), nargs=-1, type=int, required=True)
@when
@click.pass_obj
def schedule_command(
    desk: Desk,
    items: tuple[int, ...],
    at: str,
    until: str,
    urgent: bool | None,  # noqa: FBT001 -- Click's signature
) -> None:
    """Change the times of one or more items."""
    if not at and not until and urgent is None:
        raise click.UsageError(translate(N_("Say when: --at, --until or --urgent.")))
    timing = timing_of(desk, at=at, until=until, urgent=urgent)
    desk.each(
        [ItemId(number) for number in items],
        N_("Scheduling"),
        partial(_schedule, timing),
    )


def _schedule(timing: Timing, desk: Desk, item_id: ItemId) -> None:
    for one in schedule(item_id, timing, by=desk.person(), parts=desk.library.parts):
        told_times(desk, one)
        desk.result(
            {
                "item": item_id,
                "target": one.target,
                "go_live_at": one.go_live_at.isoformat() if one.go_live_at else None,
                "expire_at": one.expire_at.isoformat() if one.expire_at else None,
                "urgent": one.urgent,
            }
        )


def told_times(desk: Desk, publication: Publication) -> None:
    """Tell when an item is public on one target."""
    facts = {
        "item": publication.item_id,
        "target": publication.target,
        "at": publication.go_live_at,
        "until": publication.expire_at,
    }
    if publication.go_live_at:
        desk.say(N_("Item {item} goes live on {target} at {at}."), **facts)
    if publication.expire_at:
        desk.say(N_("Item {item} is taken down from {target} at {until}."), **facts)
    if publication.urgent:
        desk.say(N_("Item {item} goes before all others on {target}."), **facts)
