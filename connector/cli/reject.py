"""`connector reject`: not wanted, for good."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.language import N_
from connector.steps.withdraw import reject


@command(
    "reject",
    help=N_(
        "Reject an item for good.\n\nIt is remembered, so that its source does not"
        " bring it back. The reason is kept."
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
def reject_command(desk: Desk, item: int, reason: str) -> None:
    """Reject one item."""
    rejected = reject(
        ItemId(item), by=desk.person(), reason=reason, parts=desk.library.parts
    )
    told_state(desk, rejected)
