"""
When an approved item is public: at a time, until a time, before all others.

The times are ours, not the CMS's: its own clockwork stands still while nobody visits
the site. Whoever may approve may change them.
"""

from connector.domain.decision import Step
from connector.domain.errors import ItemChanged, NotApproved
from connector.domain.item import ItemId
from connector.domain.person import Person
from connector.domain.publication import Publication, PublicationState, Timing
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role
from connector.steps.approve import retimed
from connector.steps.leases import claim, released
from connector.steps.passing import PUBLIC


def schedule(
    item_id: ItemId, timing: Timing, *, by: Person, parts: Parts
) -> list[Publication]:
    """
    Change when an item is public, on every target; return its publications.

    What is public stays so: only its end can still be moved.

    Raises:
        RoleNotAllowed: the times belong to those who approve.
        NotApproved: nothing of it was ever approved.
        TimePast, TimesCrossed: the times cannot be.
        ItemChanged: a worker is at it just now.
    """
    acting_role(Step.APPROVE, by, parts.policy)
    with parts.staging.transaction() as tx:
        meant = [
            one
            for one in tx.publications(item_id)
            if one.state is not PublicationState.WITHDRAWN
        ]
        if not meant:
            raise NotApproved(item=tx.item(item_id).id)
        return [_changed(tx, one, timing, by=by, parts=parts) for one in meant]


def _changed(
    tx: Transaction,
    publication: Publication,
    timing: Timing,
    *,
    by: Person,
    parts: Parts,
) -> Publication:
    now = tx.now()
    mine = claim(tx, publication, parts)
    if mine is None:
        raise ItemChanged(item=publication.item_id)
    timed = retimed(mine, timing, before=mine, now=now)
    waits = mine.state not in PUBLIC and mine.due_at is not None
    changed = released(
        timed,
        # Looked at again now: it may have been waiting for another time.
        due_at=now if waits else mine.due_at,
    )
    tx.save_publication(changed, event=N_("times changed"), by=by.name)
    return changed
