"""
Step 7: complete, which means proved.

Source: QT/TTTT-TV, step 7.
"""

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import NotProved
from connector.domain.item import Item, ItemId
from connector.domain.person import Person
from connector.domain.publication import PublicationState
from connector.domain.verdict import Judgement, Verification
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import permitted


def complete(item_id: ItemId, *, by: Person, parts: Parts) -> Item:
    """
    Complete an item whose every public page is proved to show what was approved.

    Raises:
        OutcomeNotAllowed, RoleNotAllowed: `by` may not, or not now.
        NotProved: a target has no PASS and no accepted REVIEW for this very digest.
        Unreadable: the evidence is not in the archive any more.
    """
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        role = permitted(item, Step.COMPLETE, Outcome.DONE, by=by, policy=parts.policy)
        proofs = _proofs(tx, item)
        missing = [target for target, proof in proofs.items() if proof is None]
        if missing or not proofs:
            raise NotProved(item=item_id, targets=missing)
        for proof in proofs.values():
            if proof and proof.page:
                parts.archive.get(proof.page)
        decision = Decision(
            step=Step.COMPLETE,
            outcome=Outcome.DONE,
            by=by.name,
            role=role,
            at=parts.clock.now(),
            digest=tx.revision(item_id).digest,
        )
        return tx.decide(item, decision)


def proved(tx: Transaction, item: Item) -> bool:
    """Say whether every publication of the item is proved, and there is one."""
    proofs = _proofs(tx, item)
    return bool(proofs) and None not in proofs.values()


def _proofs(tx: Transaction, item: Item) -> dict[str, Verification | None]:
    """Return, by target, the verification that proves the latest revision there."""
    digest = tx.revision(item.id).digest
    latest = {v.target: v for v in tx.verifications(item.id)}
    return {
        publication.target: proof
        if (proof := latest.get(publication.target))
        and proof.digest == digest == publication.digest
        and proof.page is not None
        and publication.state is PublicationState.VERIFIED
        and _convinces(proof)
        else None
        for publication in tx.publications(item.id)
        if publication.state is not PublicationState.WITHDRAWN
    }


def _convinces(proof: Verification) -> bool:
    match proof.verdict.judgement:
        case Judgement.PASS:
            return True
        case Judgement.REVIEW:
            return bool(proof.accepted_by)
        case _:
            return False
