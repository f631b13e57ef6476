"""
The two ways out: withdraw what is public, reject what is not wanted.

A withdrawal is verified too: the reader must no longer see the page.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from connector.comparison import compare
from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    ItemChanged,
    NothingPublic,
    ReasonMissing,
    StillPublic,
    TargetError,
)
from connector.domain.item import Item, ItemId
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState
from connector.domain.verdict import Judgement
from connector.language import N_
from connector.ports.parts import Parts
from connector.procedure.advance import permitted
from connector.steps.leases import claim, released
from connector.steps.read_back import as_approved, as_page

AGAIN = timedelta(minutes=10)
"""When it is looked again whether that whose time is over is gone, if it was not."""

_GONE = frozenset({401, 403, 404, 410})


def withdraw(item_id: ItemId, *, by: Person, reason: str, parts: Parts) -> Item:
    """
    Take an item off every target, and look that readers no longer see it.

    Safe to repeat: what is down already stays down.

    Raises:
        ReasonMissing: a withdrawal is kept with its reason.
        OutcomeNotAllowed, RoleNotAllowed: `by` may not, or not now.
        NothingPublic: it was never meant for any target.
        ItemChanged: a worker is at it just now, and may be making it public.
        TargetError: a CMS did not take it down; what is down stays down.
        WebError: its page was not had, so nobody can say that it is gone.
        StillPublic: the CMS says it is down, and it can still be read.
    """
    with parts.staging.reading() as tx:
        item = tx.item(item_id)
        publications = tx.publications(item_id)
    role = _may(Step.WITHDRAW, item, by=by, reason=reason, parts=parts)
    if not publications:
        raise NothingPublic(item=item_id)
    down = [
        _take_down(publication, by=by, reason=reason, parts=parts)
        for publication in publications
    ]
    refuse_readable(down, parts)
    return _decide(Step.WITHDRAW, item_id, by=by, role=role, reason=reason, parts=parts)


def reject(item_id: ItemId, *, by: Person, reason: str, parts: Parts) -> Item:
    """
    Reject an item for good: it does not come back from where it was found.

    Raises:
        ReasonMissing: a rejection is kept with its reason.
        OutcomeNotAllowed, RoleNotAllowed: `by` may not, or not now.
        StillPublic: an earlier text of it is public; that is for `withdraw`.
        WebError: its page was not had, so nobody can say that it is gone.
    """
    with parts.staging.reading() as tx:
        item = tx.item(item_id)
        publications = tx.publications(item_id)
    role = _may(Step.REJECT, item, by=by, reason=reason, parts=parts)
    refuse_readable(publications, parts)
    return _decide(Step.REJECT, item_id, by=by, role=role, reason=reason, parts=parts)


def _may(step: Step, item: Item, *, by: Person, reason: str, parts: Parts) -> Role:
    role = permitted(item, step, Outcome.DONE, by=by, policy=parts.policy)
    if not reason.strip():
        raise ReasonMissing(step=step)
    return role


def _decide(
    step: Step, item_id: ItemId, *, by: Person, role: Role, reason: str, parts: Parts
) -> Item:
    with parts.staging.transaction() as tx:
        decision = Decision(
            step=step,
            outcome=Outcome.DONE,
            by=by.name,
            role=role,
            at=parts.clock.now(),
            digest=tx.revision(item_id).digest,
            reason=reason,
        )
        for one in tx.publications(item_id):
            if one.state is PublicationState.WITHDRAWN and one.due_at is not None:
                tx.save_publication(
                    replace(one, due_at=None), event=N_("put aside"), by=by.name
                )
        return tx.decide(tx.item(item_id), decision)


def _take_down(
    publication: Publication, *, by: Person, reason: str, parts: Parts
) -> Publication:
    """Take one post down, and return the row as it stands then."""
    with parts.staging.transaction() as tx:
        mine = claim(tx, publication, parts)
    if mine is None:
        raise ItemChanged(item=publication.item_id)
    route = parts.route(mine.target)
    try:
        stored = route.target.withdraw(mine.post_id) if mine.post_id else None
    except TargetError as error:
        with parts.staging.transaction() as tx:
            tx.save_publication(
                released(mine),
                event=N_("not withdrawn"),
                by=by.name,
                reason=str(error),
            )
        raise
    with parts.staging.transaction() as tx:
        now = tx.now()
        down = released(
            mine,
            state=PublicationState.WITHDRAWN,
            version=stored.version if stored else mine.version,
            # Until it is seen to be gone nobody but the row remembers that.
            due_at=now + AGAIN if _is_over(mine, now) else None,
            # A request to go live that was given up may still be carried out.
            settles_at=now + route.settles if mine.post is not None else None,
            problem=None,
        )
        tx.save_publication(down, event=N_("withdrawn"), by=by.name, reason=reason)
    return down


def _is_over(publication: Publication, now: datetime) -> bool:
    return publication.expire_at is not None and publication.expire_at <= now


def refuse_readable(publications: Sequence[Publication], parts: Parts) -> None:
    """Raise StillPublic if a reader still sees one of them at its address."""
    for publication in publications:
        if publication.url and _readable(publication, parts):
            raise StillPublic(item=publication.item_id, url=publication.url)


def _readable(publication: Publication, parts: Parts) -> bool:
    """
    Say whether a reader still sees the item at its address.

    Not by the status alone: some sites answer 200, or with their home page, for what
    they do not have.
    """
    fetched = parts.route(publication.target).web.get(publication.url, asks=3)
    if fetched.status in _GONE:
        return False
    with parts.staging.reading() as tx:
        revision = tx.revision(publication.item_id, publication.revision)
    approved = as_approved(revision, publication, parts)
    verdict = compare(approved, as_page(fetched, asked=publication.url))
    return verdict.judgement is not Judgement.NOT_LIVE
