"""`connector withdraw`: off the public website."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.language import N_
from connector.steps.withdraw import withdraw


@command(
    "withdraw",
    help=N_(
        "Take an item off the public website.\n\nThen looks, as a reader, whether it"
        " is gone. The reason is kept."
    ),
)
@argument("item", N_("ITEM"), type=int)
@option(
    "--reason",
    metavar=N_("TEXT"),
    default="",
    help=N_("Why; kept in the item's history."),
)
@click.pass_obj
def withdraw_command(desk: Desk, item: int, reason: str) -> None:
    """Withdraw one item."""
    gone = withdraw(
        ItemId(item), by=desk.person(), reason=reason, parts=desk.library.parts
    )
    told_state(desk, gone)
