"""`connector adopt`: what somebody made of a post in the CMS becomes a revision."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import ItemId
from connector.domain.publication import Publication, PublicationState
from connector.language import N_, say
from connector.steps.adopt import adopt


@command(
    "adopt",
    help=N_(
        "Take over what somebody changed in the CMS.\n\nIt becomes a new revision,"
        " which is checked and approved like any other. `connector diff` shows it"
        " first."
    ),
)
@argument("item", N_("ITEM"), type=int)
@option(
    "--target",
    metavar=N_("TARGET"),
    default="",
    help=N_("Where it was changed; needed only if there are several."),
)
@option(
    "--reason",
    metavar=N_("TEXT"),
    default="",
    help=N_("Why; kept in the item's history."),
)
@click.pass_obj
def adopt_command(desk: Desk, item: int, target: str, reason: str) -> None:
    """Adopt the text of one post."""
    item_id = ItemId(item)
    parts = desk.library.parts
    with parts.staging.reading() as tx:
        tx.item(item_id)
        publications = [one for one in tx.publications(item_id) if one.post_id]
    chosen = target or _the_one(publications)
    adopted = adopt(item_id, chosen, by=desk.person(), reason=reason, parts=parts)
    told_state(desk, adopted)


def _the_one(publications: list[Publication]) -> str:
    conflicts = [
        one.target for one in publications if one.state is PublicationState.CONFLICT
    ]
    names = conflicts or [one.target for one in publications]
    if len(names) > 1:
        problem = say(N_("Say which with --target: {targets}."), {"targets": names})
        raise click.UsageError(problem)
    return names[0] if names else ""
