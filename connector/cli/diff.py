"""`connector diff`: approved, as we last sent it, as the CMS holds it now."""

import difflib

import click

from connector.cli.command import argument, command
from connector.cli.desk import Desk, Exit
from connector.domain.item import ItemId, Revision, changed_parts, part_name
from connector.domain.message import listed
from connector.domain.publication import Publication
from connector.language import N_, say


@command(
    "diff",
    help=N_(
        "Show what differs.\n\nBetween the last two revisions of an item, and between"
        " what was sent to each target and what it holds now."
    ),
)
@argument("item", N_("ITEM"), type=int)
@click.pass_obj
def diff_command(desk: Desk, item: int) -> None:
    """Show the differences of one item."""
    item_id = ItemId(item)
    with desk.library.parts.staging.reading() as tx:
        tx.item(item_id)
        revisions = tx.revisions(item_id)
        publications = tx.publications(item_id)
    if len(revisions) > 1:
        _between(desk, revisions[-2], revisions[-1])
    for publication in publications:
        if publication.post_id:
            _at_target(desk, publication)


def _between(desk: Desk, before: Revision, after: Revision) -> None:
    parts = changed_parts(before, after)
    desk.say(
        N_("Revision {after} differs from revision {before} in: {parts}."),
        before=before.number,
        after=after.number,
        parts=listed(map(part_name, parts)),
    )
    _lines(desk, [before.title], [after.title])
    _lines(desk, _text(before.body), _text(after.body))
    desk.result({"before": before.number, "after": after.number, "parts": parts})


def _at_target(desk: Desk, publication: Publication) -> None:
    target = desk.library.parts.route(publication.target).target
    stored = target.read(publication.post_id)
    if publication.post is None:
        return
    losses = target.losses(publication.post, stored)
    if not losses:
        desk.say(N_("{target} holds exactly what was sent."), target=publication.target)
    else:
        desk.say(
            N_("{target} holds something else than what was sent:"),
            target=publication.target,
        )
        for loss in losses:
            desk.show(f"  {say(loss.message.template, loss.message.facts)}")
        _lines(desk, [publication.post.title], [stored.title])
        _lines(desk, _text(publication.post.body), _text(stored.body))
        desk.ends(Exit.MISMATCH)
    desk.result(
        {
            "target": publication.target,
            "losses": [
                {"part": loss.part, "sent": loss.sent, "stored": loss.stored}
                for loss in losses
            ],
        }
    )


def _text(html: str) -> list[str]:
    from connector.markup import text_of  # noqa: PLC0415 -- slow import

    return text_of(html).splitlines()


def _lines(desk: Desk, before: list[str], after: list[str]) -> None:
    for line in difflib.unified_diff(before, after, lineterm="", n=1):
        if line.startswith(("---", "+++", "@@")):
            continue
        colour = {"-": "red", "+": "green"}.get(line[0])
        desk.show(f"  {line}", colour=colour)
