"""When step 5 is passed: the item is public wherever it was approved for."""

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.item import Item, ItemId, Sha256, State
from connector.domain.person import Person
from connector.domain.publication import PublicationState
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role
from connector.steps.approve import approved

PUBLIC = frozenset({PublicationState.LIVE, PublicationState.VERIFIED})
"""The states of a publication that readers can see."""


def pass_publish(item_id: ItemId, *, by: Person, parts: Parts) -> None:
    """Move the item on, if every one of its publications is public."""
    with parts.staging.reading() as tx:
        waits = tx.item(item_id).state is State.APPROVED
    if not waits:
        return
    with parts.staging.transaction() as tx:
        item, revision = tx.item(item_id), approved(tx, item_id)
        if item.state is State.APPROVED and revision is not None:
            pass_in(tx, item, revision.digest, by=by, parts=parts)


def pass_in(
    tx: Transaction, item: Item, digest: Sha256, *, by: Person, parts: Parts
) -> None:
    """
    Move an item on within a transaction, if it is public everywhere.

    Args:
        tx: the transaction.
        item: one that is approved, as the transaction has it.
        digest: of the approved revision.
        by: who publishes.
        parts: what the steps work with.
    """
    if not _all_public(tx, item, digest):
        return
    passed = Decision(
        step=Step.PUBLISH,
        outcome=Outcome.DONE,
        by=by.name,
        role=acting_role(Step.PUBLISH, by, parts.policy),
        at=parts.clock.now(),
        digest=digest,
    )
    tx.decide(item, passed)


def _all_public(tx: Transaction, item: Item, digest: Sha256) -> bool:
    publications = [
        publication
        for publication in tx.publications(item.id)
        if publication.state is not PublicationState.WITHDRAWN
    ]
    return bool(publications) and all(
        publication.state in PUBLIC and publication.digest == digest
        for publication in publications
    )
