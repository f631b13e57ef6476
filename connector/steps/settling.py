"""
Look once more, when a request that was given up can no longer be carried out.

Such a request may make a second post after ours was found: a draft, because nothing
else is ever created. The look puts it in the trash.
"""

from dataclasses import replace
from datetime import timedelta

from connector.domain.errors import SeveralPosts, TargetError
from connector.domain.item import ItemId
from connector.domain.message import Message
from connector.domain.publication import Publication, PublicationState
from connector.language import N_
from connector.ports.parts import Parts

AGAIN = timedelta(minutes=10)
"""When it is looked for again, where the target did not answer."""

SETTLING = frozenset(
    {
        PublicationState.DRAFTED,
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.HELD,
        PublicationState.CONFLICT,
        PublicationState.MISMATCH,
        PublicationState.WITHDRAWN,
    }
)
"""In all others the next attempt looks anyway."""


def settle(item_id: ItemId, *, parts: Parts) -> None:
    """Look for the item's posts, wherever the time for that has come."""
    now = parts.clock.now()
    with parts.staging.reading() as tx:
        due = [
            one
            for one in tx.publications(item_id)
            if one.state in SETTLING
            if one.settles_at is not None and one.settles_at <= now
        ]
    for publication in due:
        _settle(publication, parts)


def _settle(publication: Publication, parts: Parts) -> None:
    with parts.staging.transaction() as tx:
        now = tx.now()
        mine = tx.claim(
            publication.item_id,
            publication.target,
            owner=parts.worker,
            until=now + parts.lease,
            now=now,
        )
    if mine is None or mine.post is None:
        return
    released = replace(mine, lease_owner="", lease_until=None)
    event = N_("nothing is under way any more")
    try:
        parts.route(mine.target).target.find(mine.post)
    except SeveralPosts as error:
        changed = replace(
            released,
            state=PublicationState.CONFLICT,
            settles_at=None,
            due_at=None,
            problem=Message.of(error.message, error.facts),
        )
    except TargetError:
        changed = replace(released, settles_at=now + AGAIN)
        event = N_("to be looked for again")
    else:
        changed = replace(released, settles_at=None)
    with parts.staging.transaction() as tx:
        tx.save_publication(changed, event=event)
