"""`connector receive`: step 2."""

from pathlib import Path

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit, as_json
from connector.domain.errors import ConnectorError, Empty
from connector.domain.item import Draft, ItemId, part_name
from connector.domain.message import listed
from connector.language import N_, translate, word
from connector.ports.source import Source
from connector.steps.receive import Receipt, Reception, correct, receive


@command(
    "receive",
    help=N_(
        "Step 2: receive news.\n\nFROM is a file (.docx, .html, .md), or the name of"
        " a source in sources.toml; without it, all sources are asked. What was"
        " received before is not received again."
    ),
)
@argument("where", N_("[FROM]..."), nargs=-1)
@option(
    "--item",
    type=int,
    metavar=N_("ITEM"),
    help=N_("The file is a correction of this item."),
)
@click.pass_obj
def receive_command(desk: Desk, where: tuple[str, ...], item: int | None) -> None:
    """Receive from files and sources."""
    person, parts = desk.person(), desk.library.parts
    if item is not None:
        for draft in _one_file(desk, where):
            _tell(desk, correct(ItemId(item), draft, by=person, parts=parts))
        return
    sources = _sources(desk, where)
    for source in desk.progress(sources, N_("Receiving"), of=len(sources)):
        try:
            for receipt in receive(source, by=person, parts=parts):
                _tell(desk, receipt)
        except ConnectorError as error:
            # One source that is down must not keep the others from being asked.
            _tell(desk, Receipt(outcome=Reception.REFUSED, error=error))


def _sources(desk: Desk, where: tuple[str, ...]) -> list[Source]:
    library = desk.library
    # A file is named from where the reader stands, not from the library's home.
    files = [Path(one).absolute() for one in where if one not in library.sources]
    named = [library.source(one) for one in where if one in library.sources]
    if not where:
        named = [library.source(name) for name in library.sources]
    return [*([library.documents(files)] if files else []), *named]


def _one_file(desk: Desk, where: tuple[str, ...]) -> list[Draft]:
    if len(where) != 1:
        raise click.UsageError(translate(N_("--item takes exactly one file.")))
    offers = list(desk.library.documents([Path(where[0]).absolute()]).offers())
    for offer in offers:
        if isinstance(offer, ConnectorError):
            raise offer
    drafts = [offer for offer in offers if isinstance(offer, Draft)]
    if not drafts:
        raise Empty(name=where[0])
    return drafts


def _tell(desk: Desk, receipt: Receipt) -> None:
    row: dict[str, object] = {"outcome": receipt.outcome.name.lower()}
    if receipt.item is not None:
        row |= {"item": receipt.item.id, "title": receipt.title}
        desk.say(
            N_("{outcome}: item {item}, {title}"),
            outcome=word(receipt.outcome),
            item=receipt.item.id,
            title=receipt.title,
        )
    if receipt.changed:
        row["changed"] = list(receipt.changed)
        desk.say(
            N_("  Changed: {parts}. It has to be checked and approved again."),
            parts=listed(map(part_name, receipt.changed)),
        )
    if receipt.outcome is Reception.CHANGED and receipt.item is not None:
        desk.say(
            N_("  It is not taken by itself: connector receive FILE --item {item}"),
            item=receipt.item.id,
        )
    if receipt.error is not None:
        row |= as_json(receipt.error)
        desk.warn(receipt.error)
    if receipt.outcome is Reception.REFUSED:
        desk.ends(Exit.FAILED)
    desk.result(row)
