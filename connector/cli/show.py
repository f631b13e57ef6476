"""`connector show`: one item, and what it waits for."""

import click

from connector.cli.check import as_row, lines
from connector.cli.command import argument, command
from connector.cli.desk import Desk
from connector.cli.publish import told_losses
from connector.cli.schedule import told_times
from connector.domain.item import ItemId
from connector.language import N_, say
from connector.procedure.advance import allowed


@command(
    "show",
    help=N_("Show one item: what it says, how far it has come, what it waits for."),
)
@argument("item", N_("ITEM"), type=int)
@click.pass_obj
def show_command(desk: Desk, item: int) -> None:
    """Show one item."""
    from connector.markup import text_of  # noqa: PLC0415 -- slow import

    item_id = ItemId(item)
    with desk.library.parts.staging.reading() as tx:
        found, revision = tx.item(item_id), tx.revision(item_id)
        publications = tx.publications(item_id)
        result = tx.check_of(item_id, revision.digest)
    category = desk.label(revision.category) if revision.category else "–"
    desk.say(N_("Item {item}: {title}"), item=item, title=revision.title)
    desk.say(
        N_("State: {state}. Can be done now: {allowed}."),
        state=found.state,
        allowed=allowed(found.state),
    )
    desk.say(
        N_("Category: {category}. Revision {number}, received from {source}, {at}."),
        category=category,
        number=revision.number,
        source=found.source,
        at=found.received_at,
    )
    if found.link:
        desk.say(N_("Found at: {link}"), link=found.link)
    for file in revision.files:
        desk.say(N_("File: {name}, {size} bytes"), name=file.name, size=file.size)
    for publication in publications:
        desk.say(
            N_("On {target}: {state} {url}"),
            target=publication.target,
            state=publication.state,
            url=publication.url,
        )
        if publication.problem is not None:
            desk.show(
                f"  {say(publication.problem.template, publication.problem.facts)}"
            )
        told_losses(desk, publication)
        told_times(desk, publication)
    if result is not None:
        for line in lines(result):
            desk.show(line)
    desk.show()
    desk.show(text_of(revision.body))
    desk.result(
        {
            "item": item,
            "key": found.key,
            "state": found.state.value,
            "allowed": [step.value for step in allowed(found.state)],
            "title": revision.title,
            "body": revision.body,
            "excerpt": revision.excerpt,
            "category": revision.category,
            "language": revision.language,
            "revision": revision.number,
            "digest": revision.digest,
            "source": found.source,
            "link": found.link,
            "received_at": found.received_at.isoformat(),
            "files": [
                {"name": f.name, "sha256": f.sha256, "size": f.size, "use": f.use.value}
                for f in revision.files
            ],
            "publications": [
                {"target": p.target, "state": p.state.name.lower(), "url": p.url}
                for p in publications
            ],
            "check": as_row(item_id, result) if result else None,
        }
    )
