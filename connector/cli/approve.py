"""`connector approve`: the decision with which step 5 begins."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.language import N_
from connector.steps.approve import approve


@command(
    "approve",
    help=N_(
        "Approve items as they stand.\n\nThe approval holds for exactly this text,"
        " these pictures and this category; any change voids it."
    ),
)
@argument("items", N_("ITEM..."), nargs=-1, type=int, required=True)
@click.pass_obj
def approve_command(desk: Desk, items: tuple[int, ...]) -> None:
    """Approve one or more items."""
    desk.each([ItemId(number) for number in items], N_("Approving"), _approve)


def _approve(desk: Desk, item_id: ItemId) -> None:
    item = approve(item_id, by=desk.person(), parts=desk.library.parts)
    told_state(desk, item)
