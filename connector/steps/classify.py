"""
Step 4: classify. Rules propose with their reason; a person decides.

Source: QT/TTTT-TV, step 4.
"""

from dataclasses import replace

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import UnknownCategory
from connector.domain.item import CategoryCode, Item, ItemId, State
from connector.domain.person import Person
from connector.ports.parts import Parts, Proposal
from connector.procedure.advance import permitted
from connector.steps.approve import approve_by_check


def propose(item_id: ItemId, *, parts: Parts) -> Proposal | None:
    """Return the category that the first matching rule proposes; None if none does."""
    with parts.staging.reading() as tx:
        return parts.propose(tx.item(item_id), tx.revision(item_id))


def classify(
    item_id: ItemId, category: CategoryCode, *, by: Person, parts: Parts
) -> Item:
    """
    Put an item into a category.

    The category is part of what is approved, so another one is a new revision and
    voids an approval; choosing the same one again changes nothing.

    Raises:
        UnknownCategory: it is not in categories.toml.
        OutcomeNotAllowed, RoleNotAllowed: `by` may not, or not now.
    """
    if category not in parts.labels:
        raise UnknownCategory(category=category, known=sorted(parts.labels))
    with parts.staging.transaction() as tx:
        item, revision = tx.item(item_id), tx.revision(item_id)
        role = permitted(item, Step.CLASSIFY, Outcome.DONE, by=by, policy=parts.policy)
        same = revision.category == category
        now = parts.clock.now()
        if not same:
            revision = replace(
                revision,
                number=revision.number + 1,
                category=category,
                made_by=by.name,
                made_at=now,
            )
            item = tx.add_revision(item, revision)
        if not same or item.state is State.CHECKED:
            decision = Decision(
                step=Step.CLASSIFY,
                outcome=Outcome.DONE,
                by=by.name,
                role=role,
                at=now,
                digest=revision.digest,
            )
            item = tx.decide(item, decision)
    if parts.policy.approval_by_check and item.state is State.CLASSIFIED:
        return approve_by_check(item_id, parts=parts)
    return item
