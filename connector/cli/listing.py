"""`connector list`: the items there are."""

import click

from connector.cli.command import command, option
from connector.cli.desk import Desk, columns
from connector.domain.item import ItemId, State
from connector.language import N_, translate, word


@command(
    "list",
    help=N_(
        "List items.\n\nA page at a time, in the order of their numbers; the last"
        " line says how to see the next page."
    ),
)
@option(
    "--state",
    "states",
    multiple=True,
    type=click.Choice([state.value for state in State]),
    help=N_("Only items in this state; may be given more than once."),
)
@option("--text", default="", help=N_("Only items whose title contains this."))
@option("--after", type=int, help=N_("Begin after this item."))
@option(
    "--limit",
    type=click.IntRange(min=1),
    default=50,
    help=N_("At most so many items."),
)
@click.pass_obj
def list_command(
    desk: Desk, states: tuple[str, ...], text: str, after: int | None, limit: int
) -> None:
    """List one page of items."""
    with desk.library.parts.staging.reading() as tx:
        items = tx.items(
            *map(State, states),
            after=None if after is None else ItemId(after),
            limit=limit,
            text=text,
        )
        rows = [
            (item, tx.revision(item.id), tx.publications(item.id)) for item in items
        ]
    for item, revision, publications in rows:
        desk.result(
            {
                "item": item.id,
                "state": item.state.value,
                "category": revision.category,
                "title": revision.title,
                "urls": [p.url for p in publications if p.url],
            }
        )
    heads = [N_("No"), N_("State"), N_("Category"), N_("Title"), N_("Address")]
    table = [[translate(head) for head in heads]] + [
        [
            str(item.id),
            word(item.state),
            desk.label(revision.category) if revision.category else "–",
            revision.title,
            " ".join(p.url for p in publications if p.url),
        ]
        for item, revision, publications in rows
    ]
    for line in columns(table):
        desk.show(line)
    if len(items) == limit:
        desk.say(N_("More: connector list --after {last}"), last=items[-1].id)
