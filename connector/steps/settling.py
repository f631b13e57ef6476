"""
Look once more, when a request that was given up can no longer be carried out.

Such a request may make a second post after ours was found: a draft, because nothing
else is ever created. The look puts it in the trash. Or it may make public again what
was taken down meanwhile; the look takes it down once more.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    LeaseLost,
    RoleNotAllowed,
    SeveralPosts,
    TargetError,
)
from connector.domain.item import ItemId
from connector.domain.message import Message
from connector.domain.person import CONNECTOR
from connector.domain.publication import (
    SETTLING,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.ports.target import Target
from connector.procedure.advance import acting_role
from connector.procedure.table import PASSED_PUBLISH
from connector.steps import circuits, many
from connector.steps.leases import claim, released

AGAIN = timedelta(minutes=10)
"""When it is looked for again, where the target did not answer."""


def settle(publications: Sequence[Publication], *, parts: Parts) -> None:
    """Look for the posts of these publications, where the time for that has come."""
    now = parts.clock.now()
    due = [
        one
        for one in publications
        if one.state in SETTLING and one.settles_at is not None
        if one.settles_at <= now
    ]
    due.sort(key=lambda one: (one.target, one.item_id))
    for target, some in groupby(due, key=lambda one: one.target):
        # A target that is gone, or not to be asked now, is not asked for this either.
        if target in parts.routes and circuits.waits(target, parts) is None:
            _settle(parts.route(target).target, list(some), parts)


def _settle(target: Target, due: Sequence[Publication], parts: Parts) -> None:
    mine = _claimed(due, parts)
    posts = [one.post for one in mine if one.post is not None]
    found = iter(many.find(target, posts, deep=False))
    outcomes = [next(found) if one.post is not None else None for one in mine]
    outcomes = [
        _nothing_left(one, outcome, target)
        for one, outcome in zip(mine, outcomes, strict=True)
    ]
    errors = [one if isinstance(one, TargetError) else None for one in outcomes]
    if errors:
        circuits.note(target.name, errors, parts)
    with parts.staging.transaction() as tx:
        for one, outcome in zip(mine, outcomes, strict=True):
            # Who lost the lease meanwhile has nothing to say any more.
            with suppress(LeaseLost):
                settled, event = _settled(one, outcome, now=tx.now())
                tx.save_publication(settled, event=event)
                if settled.state is PublicationState.CONFLICT:
                    _reopen(tx, one.item_id, parts)


def _reopen(tx: Transaction, item_id: ItemId, parts: Parts) -> None:
    """What is proved is proved no longer; it waits at *publish* again."""
    item = tx.item(item_id)
    if item.state not in PASSED_PUBLISH:
        return
    with suppress(RoleNotAllowed):
        tx.decide(
            item,
            Decision(
                step=Step.VERIFY,
                outcome=Outcome.INACCURATE,
                by=CONNECTOR.name,
                role=acting_role(Step.VERIFY, CONNECTOR, parts.policy),
                at=parts.clock.now(),
                digest=tx.revision(item.id).digest,
            ),
        )


def _nothing_left(
    publication: Publication, outcome: StoredPost | TargetError | None, target: Target
) -> StoredPost | TargetError | None:
    """
    Take away what came of a request after its item had been taken down.

    A draft whose id was never known, or our own post that went live too late.
    """
    taken_down = publication.state is PublicationState.WITHDRAWN
    if not taken_down or not isinstance(outcome, StoredPost):
        return outcome
    try:
        if outcome.state in {PostState.LIVE, PostState.SCHEDULED}:
            return target.withdraw(outcome.id)
        if outcome.state is PostState.DRAFT and not publication.post_id:
            target.trash(outcome.id)
    except TargetError as error:
        return error
    return outcome


def _claimed(due: Sequence[Publication], parts: Parts) -> list[Publication]:
    """Take the leases of those that nobody has settled in the meantime."""
    claimed = []
    with parts.staging.transaction() as tx:
        for one in due:
            mine = claim(tx, one, parts)
            if mine is None:
                continue
            if mine.settles_at == one.settles_at:
                claimed.append(mine)
            else:
                # Not kept: nothing would call anybody to a row that is left in hand.
                tx.save_publication(
                    released(mine), event=N_("looked at: nothing was to be done")
                )
    return claimed


def _settled(
    publication: Publication,
    outcome: StoredPost | TargetError | None,
    *,
    now: datetime,
) -> tuple[Publication, str]:
    """Return the publication after the look, and what to say of it."""
    match outcome:
        case SeveralPosts():
            conflict = released(
                publication,
                state=PublicationState.CONFLICT,
                settles_at=None,
                due_at=None,
                problem=Message.of(outcome.message, outcome.facts),
            )
            return conflict, N_("nothing is under way any more")
        case TargetError():
            later = released(publication, settles_at=now + AGAIN)
            return later, N_("to be looked for again")
        case _:
            settled = released(publication, settles_at=None)
            return settled, N_("nothing is under way any more")
