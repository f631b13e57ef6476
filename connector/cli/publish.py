"""`connector publish`: step 5."""

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit, as_json
from connector.domain.errors import NotApproved, TargetError
from connector.domain.item import ItemId, State
from connector.domain.publication import Publication, PublicationState
from connector.language import N_, say, translate
from connector.steps.publish import PUBLIC, Attempt, Orders, pass_publish, publish


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
    )
    waiting = [ItemId(number) for number in items]
    if not items:
        waiting = desk.library.waiting(State.APPROVED)

    # Who names an item wants it tried, whatever the target said before.
    refusing = set() if items else _refusing(desk)

    def one(desk: Desk, item_id: ItemId) -> None:
        for publication in _to_send(desk, item_id):
            if publication.target in refusing:
                _tell_waits(desk, publication)
                continue
            attempt = publish(publication, orders=orders, parts=desk.library.parts)
            if attempt is None:
                tell_busy(desk, publication)
                continue
            told(desk, attempt)
            if not items and attempt.publication.state is PublicationState.BLOCKED:
                # One refused log-in is enough: the next items wait with this one.
                refusing.add(publication.target)
        pass_publish(item_id, by=orders.by, parts=desk.library.parts)

    desk.each(waiting, N_("Publishing"), one)


def _to_send(desk: Desk, item_id: ItemId) -> list[Publication]:
    """Return what is not public yet; all, where a person sent the item back."""
    with desk.library.parts.staging.reading() as tx:
        tx.item(item_id)
        publications = list(tx.publications(item_id))
    if not publications:
        raise NotApproved(item=item_id)
    return [p for p in publications if p.state not in PUBLIC] or publications


def _refusing(desk: Desk) -> set[str]:
    """Return the targets that refused us, and still do."""
    parts = desk.library.parts
    with parts.staging.reading() as tx:
        refusing = set(tx.refusing(parts.clock.now()))
    for target in list(refusing):
        try:
            parts.route(target).target.probe()
        except TargetError as error:
            desk.warn(error)
        else:
            refusing.remove(target)
    return refusing


def _tell_waits(desk: Desk, publication: Publication) -> None:
    desk.say(
        N_("Item {item} waits: {target} refuses us."),
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


def told(desk: Desk, attempt: Attempt) -> None:
    """Tell how far a publication came, and what stopped it."""
    publication = attempt.publication
    desk.say(
        N_("Item {item} on {target}: {state} {url}"),
        item=publication.item_id,
        target=publication.target,
        state=publication.state,
        url=publication.url if publication.state in PUBLIC else "",
    )
    for loss in publication.losses:
        if not loss.harmless or publication.state is PublicationState.HELD:
            desk.show(f"  {say(loss.message.template, loss.message.facts)}")
            desk.difference(loss.sent, loss.stored)
    row: dict[str, object] = {
        "item": publication.item_id,
        "target": publication.target,
        "state": publication.state.name.lower(),
        "url": publication.url,
        "losses": [
            {"part": loss.part, "sent": loss.sent, "stored": loss.stored}
            for loss in publication.losses
        ],
    }
    if attempt.error is not None:
        desk.warn(attempt.error)
        row |= as_json(attempt.error)
        desk.ends(desk.exit_for(attempt.error))
    elif publication.state is PublicationState.HELD:
        if publication.problem is not None:
            desk.warn(publication.problem)
        desk.ends(Exit.FINDINGS)
    desk.result(row)
