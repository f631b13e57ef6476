"""`connector list`: the items there are."""

import shlex
from collections.abc import Sequence
from dataclasses import dataclass

import click

from connector.cli.command import command, option
from connector.cli.desk import Desk
from connector.cli.screen import cells, columns, cut, plain, width
from connector.domain.item import Item, ItemId, Revision, State
from connector.domain.publication import Publication, PublicationState
from connector.language import N_, translate, word
from connector.steps.passing import PUBLIC

DEFAULT_LIMIT = 50
SHORTEST_TITLE = 20
"""Columns that a title keeps, rather than making room for the address."""

_TITLE = 3
"""Which column it is."""


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
@option(
    "--text",
    metavar=N_("TEXT"),
    default="",
    help=N_("Only items whose title contains this."),
)
@option(
    "--after", metavar=N_("ITEM"), type=int, help=N_("Begin after this item's number.")
)
@option(
    "--limit",
    metavar=N_("NUMBER"),
    type=click.IntRange(min=1),
    default=DEFAULT_LIMIT,
    help=N_("At most so many items."),
)
@click.pass_obj
def list_command(
    desk: Desk, states: tuple[str, ...], text: str, after: int | None, limit: int
) -> None:
    """List one page of items."""
    with desk.library.parts.staging.reading() as tx:
        found = tx.items(
            *map(State, states),
            after=None if after is None else ItemId(after),
            limit=limit + 1,
            text=text,
        )
        rows = [
            _Row(item, tx.revision(item.id), tx.publications(item.id))
            for item in found[:limit]
        ]
        circuits = [
            circuit
            for target in desk.library.parts.routes
            if (circuit := tx.circuit(target)).is_open
        ]
    for circuit in circuits:
        desk.say(
            N_("! {target} has been waiting since {since}: {problem}"),
            target=circuit.target,
            since=circuit.since,
            problem=circuit.problem,
        )
    for row in rows:
        desk.result(row.for_programs())
    for line in _table(desk, rows):
        desk.show(line)
    if len(found) > limit:
        asked = [f"--state {state}" for state in states]
        asked += [f"--text {shlex.quote(text)}"] if text else []
        asked += [f"--limit {limit}"] if limit != DEFAULT_LIMIT else []
        command = " ".join(["connector list", *asked, f"--after {rows[-1].item.id}"])
        desk.say(N_("More: {command}"), command=command)


@dataclass(frozen=True, slots=True)
class _Row:
    item: Item
    revision: Revision
    publications: Sequence[Publication]

    @property
    def urls(self) -> list[str]:
        # A draft has an address too, where readers find nothing yet.
        public = PUBLIC | {PublicationState.MISMATCH, PublicationState.CONFLICT}
        return [one.url for one in self.publications if one.url and one.state in public]

    def for_programs(self) -> dict[str, object]:
        return {
            "item": self.item.id,
            "state": self.item.state.value,
            "category": self.revision.category,
            "title": self.revision.title,
            "urls": self.urls,
        }

    def for_people(self, desk: Desk) -> list[str]:
        category = self.revision.category
        return [
            str(self.item.id),
            word(self.item.state),
            desk.label(category) if category else "–",
            plain(self.revision.title),
            " ".join(self.urls),
        ]


def _table(desk: Desk, rows: list[_Row]) -> list[str]:
    """Return the lines; titles give way where the terminal is narrow."""
    if not rows:
        return [translate(N_("No items."))]
    heads = [N_("No"), N_("State"), N_("Category"), N_("Title"), N_("Address")]
    table = [[translate(head) for head in heads]]
    table += [row.for_people(desk) for row in rows]
    columns_there = width()
    if columns_there is not None:
        # An address that is cut leads nowhere: it stands whole, or not at all.
        others = columns([line[:_TITLE] for line in table])
        longest = max(cells(line[-1]) for line in table)
        room = columns_there - max(map(cells, others)) - len("  ")
        if room - longest - len("  ") >= SHORTEST_TITLE:
            room -= longest + len("  ")
        else:
            table = [line[:-1] for line in table]
        for line in table:
            line[_TITLE] = cut(line[_TITLE], max(room, SHORTEST_TITLE))
    return columns(table)
