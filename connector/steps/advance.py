"""
Carry one item as far as it may go without a person.

Idempotent: everything it needs is read from staging, and each step stores its own
outcome. Whatever was interrupted is found again by its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from connector.domain.decision import Step
from connector.domain.errors import ConnectorError, StillPublic, TargetError, WebError
from connector.domain.finding import Level
from connector.domain.item import Item, ItemId, State
from connector.domain.person import CONNECTOR, Person
from connector.domain.publication import Publication, PublicationState
from connector.language import N_, say
from connector.ports.parts import Parts
from connector.steps.approve import approve_by_check
from connector.steps.check import accurate, up_to_date_check
from connector.steps.classify import classify, propose
from connector.steps.complete import complete, proved
from connector.steps.leases import claim, released
from connector.steps.passing import PUBLIC, pass_publish
from connector.steps.publish import Attempt, Orders, publish_all
from connector.steps.settling import settle
from connector.steps.verify import Seen, verify
from connector.steps.withdraw import withdraw

EXPIRED = N_("The time that it was approved for is over.")
"""The reason with which the connector itself takes an item down."""

_ENDED = frozenset({State.WITHDRAWN, State.REJECTED})
_SENT = frozenset({State.APPROVED, State.PUBLISHED, State.VERIFIED, State.COMPLETE})
"""The states of an item whose publications go on; elsewhere its text is in doubt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """What one call did."""

    item: Item
    attempts: tuple[Attempt, ...] = ()
    seen: tuple[Seen, ...] = ()
    error: ConnectorError | None = None
    """What stopped it, where the rows do not say so themselves."""


def advance(
    item_id: ItemId,
    *,
    parts: Parts,
    by: Person = CONNECTOR,
    attempts: Sequence[Attempt] = (),
) -> Advance:
    """
    Take every step that waits for nobody: publish, verify, complete.

    *Check* and *classify* too, where procedure.toml says `automatic`: an item with no
    finding at all counts as accurate, and the first matching rule decides. And what
    was approved for a time only is taken down when that time is over.

    Args:
        item_id: the item.
        parts: what the steps work with.
        by: who acts.
        attempts: what has just been done for it, together with other items.

    Raises:
        ItemNotFound: there is no such item.
    """
    _automatic(item_id, by=by, parts=parts)
    if _expired(item_id, parts):
        return _take_down(item_id, by=by, parts=parts)
    tried = {attempt.publication.target for attempt in attempts}
    waiting = [p for p in to_publish(item_id, parts) if p.target not in tried]
    if waiting:
        made = publish_all(waiting, orders=Orders(by=by), parts=parts)
        told = [one for one in made if not one.taken and not one.waits]
        attempts = (*attempts, *told)
    pass_publish(item_id, by=by, parts=parts)
    seen = [
        one
        for publication in _due(item_id, parts)
        if publication.state in PUBLIC
        if (one := verify(publication, by=by, parts=parts))
    ]
    settle(_publications(item_id, parts), parts=parts)
    item = _item(item_id, parts)
    if item.state is State.VERIFIED and _proved(item, parts):
        item = complete(item_id, by=by, parts=parts)
    return Advance(item=item, attempts=tuple(attempts), seen=tuple(seen))


def to_publish(item_id: ItemId, parts: Parts) -> list[Publication]:
    """Return the item's publications that are due and not public yet."""
    return [one for one in _due(item_id, parts) if one.state not in PUBLIC]


def _expired(item_id: ItemId, parts: Parts) -> bool:
    """Say whether the time is over that the item was approved for."""
    now = parts.clock.now()
    with parts.staging.reading() as tx:
        if tx.item(item_id).state in _ENDED:
            return False
        return _over(tx.publications(item_id), now)


def _over(publications: Sequence[Publication], now: datetime) -> bool:
    return any(
        one.expire_at is not None and one.expire_at <= now
        for one in publications
        # What is down and still due was not yet seen to be gone.
        if one.state is not PublicationState.WITHDRAWN or one.due_at is not None
    )


def _take_down(item_id: ItemId, *, by: Person, parts: Parts) -> Advance:
    try:
        item = withdraw(item_id, by=by, reason=say(EXPIRED, {}), parts=parts)
    except (TargetError, WebError, StillPublic) as error:
        # The rows stay due until it is seen to be gone.
        return Advance(item=_item(item_id, parts), error=error)
    return Advance(item=item)


def _automatic(item_id: ItemId, *, by: Person, parts: Parts) -> None:
    item = _item(item_id, parts)
    if item.state is State.RECEIVED and Step.CHECK in parts.policy.automatic:
        with parts.staging.reading() as tx:
            revision = tx.revision(item_id)
        result = up_to_date_check(item, revision, parts=parts)
        # A blocking rule that could not be tried has not been passed either.
        untried = [one for one in result.unchecked if one.level is Level.BLOCK]
        if not result.findings and not untried:
            item = accurate(item_id, by=by, parts=parts)
    if item.state is State.CHECKED and Step.CLASSIFY in parts.policy.automatic:
        proposal = propose(item_id, parts=parts)
        if proposal is not None:
            item = classify(item_id, proposal.category, by=by, parts=parts)
    if item.state is State.CLASSIFIED and parts.policy.approval_by_check:
        approve_by_check(item_id, parts=parts)


def _due(item_id: ItemId, parts: Parts) -> list[Publication]:
    """Return what is to be done now; only an approved or public item has any."""
    now = parts.clock.now()
    with parts.staging.reading() as tx:
        state, digest = tx.item(item_id).state, tx.revision(item_id).digest
        publications = tx.publications(item_id)
        waits = {one.target: tx.circuit(one.target).waits(now) for one in publications}
    if state not in _ENDED and _over(publications, now):
        return []
    due = [p for p in publications if p.due_at is not None and p.due_at <= now]
    current = [
        p
        for p in due
        if state in _SENT and p.digest == digest
        if p.state is not PublicationState.WITHDRAWN
    ]
    for publication in due:
        if publication not in current:
            _put_aside(publication, parts)
    return [p for p in current if not waits[p.target]]


def _put_aside(publication: Publication, parts: Parts) -> None:
    """Let a row not be due any more; the next approval makes it due again."""
    with parts.staging.transaction() as tx:
        mine = claim(tx, publication, parts)
        if mine is not None:
            aside = released(mine, due_at=None)
            tx.save_publication(aside, event=N_("put aside"), by=parts.worker)


def _proved(item: Item, parts: Parts) -> bool:
    with parts.staging.reading() as tx:
        return proved(tx, item)


def _publications(item_id: ItemId, parts: Parts) -> Sequence[Publication]:
    with parts.staging.reading() as tx:
        return tx.publications(item_id)


def _item(item_id: ItemId, parts: Parts) -> Item:
    with parts.staging.reading() as tx:
        return tx.item(item_id)
