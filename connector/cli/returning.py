"""`connector return`: inaccurate, back to *receive*, or to *publish*."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.language import N_
from connector.steps.check import give_back


@command(
    "return",
    help=N_(
        "Return an inaccurate item.\n\nBefore it is public it goes back to whoever"
        " received it; after, back to publishing. The reason is kept."
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
def return_command(desk: Desk, item: int, reason: str) -> None:
    """Return one item."""
    returned = give_back(
        ItemId(item), by=desk.person(), reason=reason, parts=desk.library.parts
    )
    told_state(desk, returned)
