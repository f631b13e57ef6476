"""
Step 2: receive what a source offers, or a person's correction.

Source: QT/TTTT-TV, step 2.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import AlreadyRejected, ConnectorError
from connector.domain.item import (
    Draft,
    Item,
    ItemId,
    Revision,
    State,
    changed_parts,
    sha256,
)
from connector.domain.person import Person, Role
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.source import Source
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role, permitted


class Reception(StrEnum):
    """What became of one offer."""

    NEW = N_("new")
    CORRECTED = N_("corrected")
    KNOWN = N_("already received")
    CHANGED = N_("changed at its source")
    """It changed after it was passed on here; nothing is taken without a person."""
    REFUSED = N_("refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one offer, to be told to whoever asked."""

    outcome: Reception
    title: str = ""
    item: Item | None = None
    changed: tuple[str, ...] = ()
    """The parts that a correction changed: what was decided about them is void."""
    error: ConnectorError | None = None


def receive(source: Source, *, by: Person, parts: Parts) -> Iterator[Receipt]:
    """
    Receive everything `source` offers, one at a time; a bad one stops nothing.

    Yields:
        One receipt for each offer, as soon as it is stored.

    Raises:
        RoleNotAllowed: `by` may not receive.
        WebError, IntakeError: the source as a whole was not had.
    """
    role = acting_role(Step.RECEIVE, by, parts.policy)
    for offer in source.offers():
        if isinstance(offer, ConnectorError):
            yield Receipt(outcome=Reception.REFUSED, error=offer)
        else:
            yield _receive_one(offer, by=by, role=role, parts=parts)


def correct(item_id: ItemId, draft: Draft, *, by: Person, parts: Parts) -> Receipt:
    """
    Receive a corrected document as the next revision of an item.

    What was decided about the earlier text is void; its category is kept as it was
    proposed or chosen. A document that says the same changes nothing.

    Raises:
        ItemNotFound: there is no such item.
        OutcomeNotAllowed: the item was rejected or withdrawn.
        RoleNotAllowed: `by` may not receive.
    """
    _keep(draft, parts)
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        role = permitted(item, Step.RECEIVE, Outcome.DONE, by=by, policy=parts.policy)
        return _correct(tx, item, draft, by=by, role=role, parts=parts)


def _receive_one(draft: Draft, *, by: Person, role: Role, parts: Parts) -> Receipt:
    # Bytes first: a row must never point at a file that a crash kept from the disk.
    _keep(draft, parts)
    with parts.staging.transaction() as tx:
        known = tx.find_item(
            source=draft.source,
            source_id=draft.source_id,
            link=draft.link,
            original=sha256(draft.original),
        )
        if known is None:
            revision = _revision(draft, number=1, by=by, parts=parts)
            decision = _received(revision, by=by, role=role)
            item = tx.add_item(draft, decision, revision)
            return Receipt(outcome=Reception.NEW, title=draft.title, item=item)
        if known.state is State.REJECTED:
            return _rejected_before(tx, known, draft)
        same_place = (known.source, known.source_id) == (draft.source, draft.source_id)
        if not same_place or _has_original(tx, known, draft):
            return Receipt(outcome=Reception.KNOWN, title=draft.title, item=known)
        if known.state not in {State.RETURNED, State.RECEIVED}:
            return Receipt(outcome=Reception.CHANGED, title=draft.title, item=known)
        return _correct(tx, known, draft, by=by, role=role, parts=parts)


def _correct(
    tx: Transaction, item: Item, draft: Draft, *, by: Person, role: Role, parts: Parts
) -> Receipt:
    latest = tx.revision(item.id)
    revision = _revision(draft, number=latest.number + 1, by=by, parts=parts)
    revision = replace(revision, category=latest.category)
    changed = changed_parts(latest, revision)
    if not changed:
        return Receipt(outcome=Reception.KNOWN, title=draft.title, item=item)
    item = tx.add_revision(item, revision, original=sha256(draft.original))
    item = tx.decide(item, _received(revision, by=by, role=role))
    return Receipt(
        outcome=Reception.CORRECTED,
        title=draft.title,
        item=item,
        changed=tuple(changed),
    )


def _rejected_before(tx: Transaction, known: Item, draft: Draft) -> Receipt:
    reasons = [d.reason for d in tx.decisions(known.id) if d.step is Step.REJECT]
    error = AlreadyRejected(name=draft.title, item=known.id, reason=reasons[-1])
    return Receipt(outcome=Reception.KNOWN, title=draft.title, item=known, error=error)


def _has_original(tx: Transaction, known: Item, draft: Draft) -> bool:
    return sha256(draft.original) in tx.originals(known.id)


def _keep(draft: Draft, parts: Parts) -> None:
    for content in (draft.original, *draft.blobs.values()):
        parts.archive.put(content)


def _revision(draft: Draft, *, number: int, by: Person, parts: Parts) -> Revision:
    return Revision(
        number=number,
        title=draft.title,
        body=draft.body,
        excerpt=draft.excerpt,
        language=draft.language,
        files=draft.files,
        made_by=by.name,
        made_at=parts.clock.now(),
    )


def _received(revision: Revision, *, by: Person, role: Role) -> Decision:
    return Decision(
        step=Step.RECEIVE,
        outcome=Outcome.DONE,
        by=by.name,
        role=role,
        at=revision.made_at,
        digest=revision.digest,
    )
