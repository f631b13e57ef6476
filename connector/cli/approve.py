"""`connector approve`: the decision with which step 5 begins."""

import click

from connector.cli.check import told_state
from connector.cli.command import command
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
@click.argument("items", metavar="ITEM...", nargs=-1, type=int, required=True)
@click.pass_obj
def approve_command(desk: Desk, items: tuple[int, ...]) -> None:
    """Approve one or more items."""
    for number in items:
        item = approve(ItemId(number), by=desk.person(), parts=desk.library.parts)
        told_state(desk, item)
