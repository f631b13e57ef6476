"""`connector diff`: approved, as we last sent it, as the CMS holds it now."""

import difflib
from typing import NamedTuple

import click

from connector.cli.command import argument, command
from connector.cli.desk import Desk, Exit
from connector.domain.item import ItemId, Revision, changed_parts, part_name
from connector.domain.message import listed
from connector.domain.publication import (
    Post,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_, say


@command(
    "diff",
    help=N_(
        "Show what differs.\n\nBetween the last two revisions of an item, and, for each"
        " target, between what is approved, what we last sent, and what it holds now."
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
            _at_target(desk, publication, revisions[-1])


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


def _at_target(desk: Desk, publication: Publication, latest: Revision) -> None:
    from connector.markup import refer  # noqa: PLC0415 -- slow import

    target = desk.library.parts.route(publication.target).target
    stored = target.read(publication.post_id)
    sent = publication.post
    if sent is None:
        return
    ours = target.unprepared(as_stored(sent), sent)
    theirs = target.unprepared(stored, sent)
    media = {f"attachment:{m.sha256}": m.url for m in sent.media}
    new = {file.address: file.name for file in latest.files}
    now = Said(latest.title, refer(latest.body, new | media))
    if (now.title, _text(now.body)) != (ours.title, _text(ours.body)):
        desk.say(
            N_("What the item says now was not sent to {target} yet:"),
            target=publication.target,
        )
        _lines(desk, [ours.title], [now.title])
        _lines(desk, _text(ours.body), _text(now.body))
    losses = target.losses(sent, stored)
    if not losses:
        desk.say(N_("{target} holds exactly what was sent."), target=publication.target)
    else:
        desk.say(
            N_("{target} holds something else than what was sent:"),
            target=publication.target,
        )
        for loss in losses:
            desk.show(f"  {say(loss.message.template, loss.message.facts)}")
        _lines(desk, [ours.title], [theirs.title])
        _lines(desk, _text(ours.body), _text(theirs.body))
        desk.ends(Exit.MISMATCH)
    if publication.state is PublicationState.CONFLICT:
        _choices(desk, publication)
    desk.result(
        {
            "target": publication.target,
            "approved": {"title": now.title, "body": now.body},
            "sent": {"title": ours.title, "body": ours.body},
            "theirs": {"title": theirs.title, "body": theirs.body},
            "losses": [
                {"part": loss.part, "sent": loss.sent, "stored": loss.stored}
                for loss in losses
            ],
        }
    )


class Said(NamedTuple):
    """A title and a body, as the reader of the difference reads them."""

    title: str
    body: str


def as_stored(sent: Post) -> StoredPost:
    """Return a post as a target would hold it that changed nothing."""
    return StoredPost(
        id="",
        state=PostState.DRAFT,
        url="",
        slug=sent.slug,
        title=sent.title,
        body=sent.body,
        excerpt=sent.excerpt,
        terms=sent.terms,
        featured=sent.featured,
        version="",
    )


def _choices(desk: Desk, publication: Publication) -> None:
    """Tell the three ways out of a conflict."""
    desk.say(
        N_(
            "Choose one, with --reason: `connector publish {item} --overwrite` sends"
            " ours again; `connector adopt {item}` takes theirs as a new revision;"
            " `connector withdraw {item}` takes it down."
        ),
        item=publication.item_id,
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
