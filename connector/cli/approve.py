"""`connector approve`: the decision with which step 5 begins."""

from functools import partial

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command
from connector.cli.desk import Desk
from connector.cli.schedule import timing_of, when
from connector.domain.item import ItemId
from connector.domain.publication import Timing
from connector.language import N_
from connector.steps.approve import approve


@command(
    "approve",
    help=N_(
        "Approve items as they stand.\n\nThe approval holds for exactly this text,"
        " these pictures and this category; any change voids it. It may say when they"
        " are to be public; `connector schedule` changes that."
    ),
)
@argument("items", N_("ITEM..."), nargs=-1, type=int, required=True)
@when
@click.pass_obj
def approve_command(
    desk: Desk,
    items: tuple[int, ...],
    at: str,
    until: str,
    urgent: bool | None,  # noqa: FBT001 -- Click's signature
) -> None:
    """Approve one or more items."""
    timing = timing_of(desk, at=at, until=until, urgent=urgent)
    desk.each(
        [ItemId(number) for number in items],
        N_("Approving"),
        partial(_approve, timing),
    )


def _approve(timing: Timing, desk: Desk, item_id: ItemId) -> None:
    item = approve(item_id, by=desk.person(), parts=desk.library.parts, timing=timing)
    told_state(desk, item)
