"""`connector publish`: step 5."""

from functools import partial

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit, as_json
from connector.cli.schedule import told_times
from connector.domain.circuit import Circuit
from connector.domain.errors import NotApproved
from connector.domain.item import ItemId, State
from connector.domain.publication import Publication, PublicationState
from connector.language import N_, say, translate
from connector.steps.passing import PUBLIC, pass_publish
from connector.steps.publish import Attempt, Orders, publish_all


@command(
    "publish",
    help=N_(
        "Step 5: publish approved items.\n\nFirst as a draft, which is read back;"
        " what the CMS changed in it is shown before anything is public. Safe to"
        " repeat at any time: an item never gets a second post."
    ),
)
@argument("items", N_("[ITEM]..."), nargs=-1, type=int)
@option(
    "--accept-losses",
    is_flag=True,
    help=N_("Go live although the CMS changed the draft; needs --reason."),
)
@option(
    "--overwrite",
    is_flag=True,
    help=N_("Send ours again over a change made in the CMS; needs --reason."),
)
@option(
    "--reason",
    metavar=N_("TEXT"),
    default="",
    help=N_("Why; kept in the item's history."),
)
@click.pass_obj
def publish_command(
    desk: Desk,
    items: tuple[int, ...],
    accept_losses: bool,  # noqa: FBT001 -- Click's signature
    overwrite: bool,  # noqa: FBT001 -- Click's signature
    reason: str,
) -> None:
    """Publish what is approved."""
    if (accept_losses or overwrite) and not items:
        raise click.UsageError(translate(N_("Say which items: nobody decides unseen.")))
    orders = Orders(
        by=desk.person(),
        reason=reason,
        accept_losses=accept_losses,
        overwrite=overwrite,
        # A person who types this may have mended what the target refused us for.
        insist=True,
    )
    if items:
        desk.each([ItemId(n) for n in items], N_("Publishing"), partial(_one, orders))
        return
    waiting = _waiting(desk)
    if not waiting:
        desk.say(N_("Nothing waits."))
    attempts = publish_all(waiting, orders=orders, parts=desk.library.parts)
    for attempt in desk.progress(attempts, N_("Publishing"), of=len(waiting)):
        told(desk, attempt)


def _one(orders: Orders, desk: Desk, item_id: ItemId) -> None:
    parts = desk.library.parts
    for attempt in publish_all(_to_send(desk, item_id), orders=orders, parts=parts):
        if isinstance(attempt.error, NotApproved):
            raise attempt.error
        told(desk, attempt)
    pass_publish(item_id, by=orders.by, parts=parts)


def _to_send(desk: Desk, item_id: ItemId) -> list[Publication]:
    """Return what is not public yet; all, where a person sent the item back."""
    with desk.library.parts.staging.reading() as tx:
        tx.item(item_id)
        publications = [
            one
            for one in tx.publications(item_id)
            if one.state is not PublicationState.WITHDRAWN
        ]
    if not publications:
        raise NotApproved(item=item_id)
    return [p for p in publications if p.state not in PUBLIC] or publications


def _waiting(desk: Desk) -> list[Publication]:
    """Return all that is approved and not public, in the order of its turn."""
    parts = desk.library.parts
    approved = desk.library.waiting(State.APPROVED)
    with parts.staging.reading() as tx:
        now = tx.now()
        due = tx.due(
            now, limit=len(approved) * len(parts.routes) + 1, until=now + parts.lease
        )
        turns = {(one.item_id, one.target): turn for turn, one in enumerate(due)}
        waiting = [
            publication
            for item_id in approved
            for publication in tx.publications(item_id)
            if publication.state not in PUBLIC
            and publication.state is not PublicationState.WITHDRAWN
        ]
    # What waits for a person comes last: trying it again tells what it waits for.
    return sorted(waiting, key=lambda p: turns.get((p.item_id, p.target), len(turns)))


def tell_waits(desk: Desk, publication: Publication, circuit: Circuit) -> None:
    """Tell that a target is not asked now, and why."""
    if circuit.problem is not None:
        desk.say(
            N_("Item {item} waits for {target}: {problem}"),
            item=publication.item_id,
            target=publication.target,
            problem=circuit.problem,
        )
    elif time := circuit.resume_at or circuit.next_slot_at:
        desk.say(
            N_("Item {item} waits until {target} may be asked again ({time})."),
            item=publication.item_id,
            target=publication.target,
            time=time,
        )
    else:
        desk.say(
            N_("Item {item} waits: {target} has just failed to answer."),
            item=publication.item_id,
            target=publication.target,
        )
    desk.result(
        {"item": publication.item_id, "target": publication.target, "state": "waits"}
    )
    desk.ends(Exit.UNREACHABLE)


def tell_busy(desk: Desk, publication: Publication) -> None:
    """Tell that somebody else is at it, so that nothing was done here."""
    desk.say(
        N_("Item {item} on {target}: another process is at it; nothing was done."),
        item=publication.item_id,
        target=publication.target,
    )
    desk.result(
        {"item": publication.item_id, "target": publication.target, "state": "busy"}
    )


def told_losses(desk: Desk, publication: Publication) -> None:
    """Show what the CMS changed or dropped, word by word."""
    for loss in publication.losses:
        if not loss.harmless or publication.state is PublicationState.HELD:
            desk.show(f"  {say(loss.message.template, loss.message.facts)}")
            desk.difference(loss.sent, loss.stored)


def told(desk: Desk, attempt: Attempt) -> None:
    """Tell how far a publication came, and what stopped it."""
    if attempt.taken:
        tell_busy(desk, attempt.publication)
        return
    if attempt.waits is not None:
        tell_waits(desk, attempt.publication, attempt.waits)
        return
    publication = attempt.publication
    desk.say(
        N_("Item {item} on {target}: {state} {url}"),
        item=publication.item_id,
        target=publication.target,
        state=publication.state,
        url=publication.url if publication.state in PUBLIC else "",
    )
    told_losses(desk, publication)
    row: dict[str, object] = {
        "item": publication.item_id,
        "target": publication.target,
        "state": publication.state.name.lower(),
        "url": publication.url if publication.state in PUBLIC else "",
        "losses": [
            {"part": loss.part, "sent": loss.sent, "stored": loss.stored}
            for loss in publication.losses
        ],
    }
    if attempt.error is not None:
        desk.warn(attempt.error)
        row |= as_json(attempt.error)
        desk.ends(desk.exit_for(attempt.error))
    elif publication.problem is not None:
        desk.warn(publication.problem)
        told_times(desk, publication)
        if publication.state is PublicationState.HELD:
            desk.ends(Exit.FINDINGS)
    desk.result(row)
