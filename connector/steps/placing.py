"""
Make a target hold exactly one post that says what was approved.

Look, and adopt what is there. Create only what is surely not there, and not while a
request that was given up may still be carried out. Then look again: such a request may
be carried out just now, and the oldest post is the one that counts.
"""

from collections.abc import Sequence
from datetime import timedelta

from connector.domain.errors import (
    Busy,
    CredentialsRefused,
    Denied,
    LeaseLost,
    NotSent,
    PostChanged,
    PostMissing,
    TargetError,
    Unclear,
)
from connector.domain.message import Message
from connector.domain.publication import (
    Post,
    PostState,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.ports.parts import Route
from connector.steps import many
from connector.steps.sending import Job, Orders, Sending

MAKES_NONE_TWICE = frozenset({"refuse", "replay"})
"""What a target does with a second request for a key, where no second post comes of
it."""

_SURELY_NOT_CREATED = (Busy, CredentialsRefused, Denied, NotSent)
"""Of all other answers, 400 and 500 too, there was one to a post that was made."""


def place(sending: Sending, route: Route) -> None:
    """Leave every job that goes on with `found`: the one post, saying what is sent."""
    if sending.orders.accept_losses or sending.orders.overwrite:
        # What a person decided outlives whatever may fail now.
        _promise(sending, event=_event(sending.orders))
    _look(sending, route)
    _wait(sending, route)
    _promise(sending, event=N_("sending"), settles=route.settles)
    missing = [job for job in sending.going if job.found is None]
    others = [job for job in sending.going if job.found is not None]
    if missing:
        _create(sending, missing, route)
    for job in others:
        try:
            job.found = _adopt(job, _post(job), sending.orders, route)
        except TargetError as error:
            sending.stopped(job, error)


def _look(sending: Sending, route: Route) -> None:
    """Ask what is there; what was never sent cannot have been moved by anybody."""
    for deep in (False, True):
        jobs = [j for j in sending.going if (j.before.post is not None) is deep]
        _find(sending, jobs, route, deep=deep)
    overwrite = sending.orders.overwrite
    failed: list[tuple[Job, TargetError]] = []
    for job in sending.going:
        found = job.found
        if found is not None and found.state is PostState.TRASHED and overwrite:
            # What somebody threw away stays there; it is written anew.
            job.found = None
        elif found is None and job.before.post_id and not overwrite:
            failed.append((job, _missing(job, route)))
        elif found is not None and not overwrite:
            # Before what was sent last is forgotten: it may be what is there.
            try:
                _refuse_foreign_hand(job, found, _post(job), route)
            except PostChanged as error:
                failed.append((job, error))
    sending.fail(failed)


def _find(sending: Sending, jobs: Sequence[Job], route: Route, *, deep: bool) -> None:
    if not jobs:
        return
    outcomes = many.find(route.target, [_post(job) for job in jobs], deep=deep)
    failed = []
    for job, outcome in zip(jobs, outcomes, strict=True):
        if isinstance(outcome, TargetError):
            failed.append((job, outcome))
        else:
            job.found = outcome
    sending.fail(failed)


def _promise(sending: Sending, *, event: str, settles: timedelta | None = None) -> None:
    """
    Store what is about to be sent, if it is still approved.

    Args:
        sending: the jobs.
        event: what is about to be done.
        settles: how long a request that creates may be under way; None if none is
            about to be sent.
    """
    with sending.storing() as store:
        now = store.tx.now()
        for job in sending.going:
            before = job.before
            decided = (
                sending.orders.accept_losses
                or before.state is not PublicationState.HELD
            )
            creates = job.found is None
            until = now + settles if settles is not None and creates else None
            store.promise(
                job,
                event,
                state=PublicationState.SENDING,
                post=job.post,
                version=job.found.version if job.found else before.version,
                losses=before.losses if decided else (),
                settles_at=before.settles_at if until is None else until,
                # From here on it goes on by itself, also where a person began it.
                due_at=before.due_at or now,
            )


def _wait(sending: Sending, route: Route) -> None:
    """
    Let those wait whose earlier request may still make the post that was not found.

    Not where the target itself sees to it that a second request makes nothing new.
    """
    # Where an id is known the request was answered, and nothing hangs on waiting.
    doubtful = [
        job
        for job in sending.going
        if job.found is None and job.before.settles_at and not job.before.post_id
    ]
    if not doubtful or route.target.capabilities.key_conflict in MAKES_NONE_TWICE:
        return
    with sending.storing() as store:
        now = store.tx.now()
        for job in doubtful:
            settles_at = job.before.settles_at
            if settles_at is not None and settles_at > now:
                store.release(
                    job,
                    N_("waits for an earlier request"),
                    state=PublicationState.UNKNOWN,
                    due_at=settles_at,
                    problem=Message(
                        N_("A request that was given up may still be carried out.")
                    ),
                )
                job.done = True


def _create(sending: Sending, jobs: Sequence[Job], route: Route) -> None:
    jobs = _still_ours(sending, jobs)
    outcomes = many.put_draft(route.target, [_post(job) for job in jobs])
    failed: list[tuple[Job, TargetError]] = []
    unclear: dict[int, Unclear] = {}
    for job, outcome in zip(jobs, outcomes, strict=True):
        match outcome:
            case StoredPost():
                job.created = outcome
            case Unclear():
                unclear[id(job)] = outcome
            case TargetError():
                failed.append((job, outcome))
    for job, error in failed:
        if isinstance(error, _SURELY_NOT_CREATED):
            job.changes["settles_at"] = job.before.settles_at
    sending.fail(failed)
    looked = [job for job in jobs if not job.done]
    _find(sending, looked, route, deep=False)
    for job in [job for job in looked if not job.done]:
        try:
            _judge(sending, job, unclear.get(id(job)), route)
        except TargetError as error:
            sending.stopped(job, error)


def _still_ours(sending: Sending, jobs: Sequence[Job]) -> list[Job]:
    """
    Return those whose lease has not run out; the others end here.

    A machine that stood still, or was suspended, must not go on with what it promised
    long ago: others have looked and created since.
    """
    with sending.parts.staging.reading() as tx:
        now = tx.now()
    ours = []
    for job in jobs:
        until = job.now.lease_until
        if until is not None and until > now:
            ours.append(job)
        else:
            job.error = LeaseLost(item=job.item.id, target=job.now.target)
            job.done = True
    return ours


def _judge(sending: Sending, job: Job, unclear: Unclear | None, route: Route) -> None:
    """Take the post that was found after creating; raise what says that none was."""
    if job.found is None and unclear is not None:
        raise unclear
    if job.found is None and job.created is not None:
        # Lists may lag behind, or a plugin may have moved it: its id does not lie.
        job.found = route.target.read(job.created.id)
    if job.found is None:  # pragma: no cover -- one of the two above is always there
        raise Unclear(
            target=route.target.name, problem=Message(N_("the post was not found"))
        )
    if job.created is None or job.found.id != job.created.id:
        job.found = _adopt(job, _post(job), sending.orders, route)
    elif route.target.capabilities.key_conflict in MAKES_NONE_TWICE:
        job.changes["settles_at"] = None
    # Elsewhere a request that was answered may still be delivered again, by whatever
    # stands between: `settling` looks once more.


def _adopt(job: Job, post: Post, orders: Orders, route: Route) -> StoredPost:
    """Make a post that was there say what is sent, and return it."""
    found, target, before = job.found, route.target, job.before
    if found is None:  # pragma: no cover -- callers have looked
        raise _missing(job, route)
    if not orders.overwrite:
        _refuse_foreign_hand(job, found, post, route)
    losses = target.losses(post, found)
    if not before.post_id and not losses:
        return found
    if before.state is PublicationState.DRAFTED and losses == before.losses:
        # It waits for the webmaster, who may have it open, or for its time.
        return found
    try:
        # Also where nothing differs: a page that came out wrong is made again by it.
        return target.update(found.id, post, expect=found.version)
    except PostChanged:
        return _update_again(job, found, orders, route)


def _update_again(
    job: Job, found: StoredPost, orders: Orders, route: Route
) -> StoredPost:
    """
    Say whose hand it was that changed the post just before our update.

    It may have been that of a worker whose lease we took over, and who made it public.
    """
    target, post = route.target, _post(job)
    now = target.read(found.id)
    if not orders.overwrite:
        _refuse_foreign_hand(job, now, post, route)
    if not target.losses(post, now):
        return now
    return target.update(now.id, post, expect=now.version)


def _refuse_foreign_hand(job: Job, found: StoredPost, post: Post, route: Route) -> None:
    """
    Raise PostChanged if somebody else made the post what it is.

    Another version alone is no change: the webmaster may have made our draft public,
    or our own last answer was lost. What counts is whether it says what we sent.
    """
    target, before = route.target, job.before
    ours = [sent for sent in (before.post, post) if sent is not None]
    same = any(target.losses(sent, found) in ((), before.losses) for sent in ours)
    if found.state is not PostState.TRASHED:
        if same or found.version == before.version:
            return
        if not before.post_id and found.state is PostState.DRAFT:
            # No id was ever saved: a draft with our key is our own earlier attempt.
            return
    raise PostChanged(target=target.name, post=found.id, item=job.item.id)


def _missing(job: Job, route: Route) -> PostMissing:
    return PostMissing(
        target=route.target.name, post=job.before.post_id, item=job.item.id
    )


def _post(job: Job) -> Post:
    assert job.post is not None, "composed before it is placed"  # noqa: S101 -- for mypy
    return job.post


def _event(orders: Orders) -> str:
    if orders.accept_losses and orders.overwrite:
        return N_("losses accepted, to be sent over what is there")
    if orders.accept_losses:
        return N_("losses accepted")
    return N_("to be sent over what is there")
