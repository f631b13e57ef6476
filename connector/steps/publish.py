"""
Step 5: publish approved items on their targets, exactly once, whatever fails.

The protocol: every attempt begins by looking for our key; what is to be sent is stored
before anything is sent; what is found is adopted, and only what is surely not there is
created, as a draft; then it is looked for again, and read back; its id is saved under
the fence number of our lease; only the saved id goes live. A lost answer is the state
*unknown*, and is resolved by looking.

Many publications on one target go through it together: each phase takes one transaction
and, where the target can, one request.

Source: QT/TTTT-TV, step 5.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from connector.domain.circuit import Circuit
from connector.domain.decision import Step
from connector.domain.errors import (
    Busy,
    ConnectorError,
    CredentialsRefused,
    LeaseLost,
    NotApproved,
    NotOurAnswer,
    NotSent,
    PostChanged,
    ReasonMissing,
    TargetError,
    TimePast,
    Unclear,
    Unreadable,
)
from connector.domain.item import (
    ItemId,
)
from connector.domain.publication import (
    Loss,
    Post,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.ports.parts import GoLive, Parts, Route
from connector.procedure.advance import acting_role
from connector.steps import circuits, many
from connector.steps.composing import Composer
from connector.steps.holding import (
    held,
    not_public,
    other_date,
    wait_for_its_time,
    wait_for_webmaster,
)
from connector.steps.leases import claim, released
from connector.steps.passing import PUBLIC, pass_in
from connector.steps.placing import place
from connector.steps.sending import Job, Orders, Sending, Store, approved_text

__all__ = ["Attempt", "Orders", "publish", "publish_all"]


_OF_ALL = (Busy, CredentialsRefused, NotOurAnswer, NotSent, Unclear)
"""Errors with which the next question would end as well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """How far one publication came, and what stopped it."""

    publication: Publication
    error: ConnectorError | None = None
    taken: bool = False
    """Another worker is at it; nothing was done here."""
    waits: Circuit | None = None
    """Its target is not asked now; nothing was done."""


def publish(
    publication: Publication, *, orders: Orders, parts: Parts
) -> Attempt | None:
    """
    Carry one publication as far as it goes now; safe to repeat at any time.

    Returns:
        How far it came; None if another worker is at it.

    Raises:
        RoleNotAllowed: publishing is not for this person.
        ReasonMissing: losses or an overwriting are accepted with a reason only.
        NotApproved: the revision is not, or no longer, approved.
    """
    [attempt] = publish_all([publication], orders=orders, parts=parts)
    if isinstance(attempt.error, NotApproved):
        raise attempt.error
    return None if attempt.taken else attempt


def publish_all(
    publications: Iterable[Publication], *, orders: Orders, parts: Parts
) -> Iterator[Attempt]:
    """
    Carry publications as far as they go now; yield one attempt for each.

    Those on one target go together, as many at once as it takes well; nothing is held
    that is not being worked at. Whoever stops asking for attempts stops between two
    batches.

    Raises:
        RoleNotAllowed: publishing is not for this person.
        ReasonMissing: losses or an overwriting are accepted with a reason only.
    """
    acting_role(Step.PUBLISH, orders.by, parts.policy)
    if (orders.accept_losses or orders.overwrite) and not orders.reason.strip():
        raise ReasonMissing(step=Step.PUBLISH)
    for target, wanted in _by_target(publications):
        run = _Run(route=parts.route(target), orders=orders, parts=parts)
        yield from run.attempts(wanted)


def _by_target(
    publications: Iterable[Publication],
) -> Iterator[tuple[str, list[Publication]]]:
    ordered = sorted(publications, key=lambda publication: publication.target)
    for target, some in groupby(ordered, key=lambda publication: publication.target):
        yield target, list(some)


class _Run:
    """The publications on one target, in batches."""

    def __init__(self, *, route: Route, orders: Orders, parts: Parts) -> None:
        self.route = route
        self.orders = orders
        self.parts = parts
        self._composer = Composer(route=route, parts=parts)

    def attempts(self, publications: Sequence[Publication]) -> Iterator[Attempt]:
        left = list(publications)
        name = self.route.target.name
        while left:
            circuit = circuits.waits(name, self.parts, insist=self.orders.insist)
            size = 0
            if circuit is None:
                size = min(len(left), many.at_once(self.route.target))
                size = circuits.granted(name, size, self.parts)
            if size == 0:
                for publication in left:
                    yield Attempt(
                        publication=publication, waits=circuit or self._circuit()
                    )
                return
            batch, left = left[:size], left[size:]
            yield from self._batch(batch)

    def _circuit(self) -> Circuit:
        with self.parts.staging.reading() as tx:
            return tx.circuit(self.route.target.name)

    def _batch(self, publications: Sequence[Publication]) -> Iterator[Attempt]:
        jobs, refused = self._claim(publications)
        sending = Sending(jobs=jobs, orders=self.orders, parts=self.parts)
        try:
            self._compose(sending)
            place(sending, self.route)
            self._save(sending)
            self._go_live(sending)
        except (KeyboardInterrupt, Exception):
            # Whatever it was: nobody has to wait until these leases are over.
            sending.drop()
            raise
        self._remember(sending)
        circuit = self._circuit() if any(job.untried for job in jobs) else None
        by_row = {_row(job.before): _attempt_of(job, circuit) for job in jobs}
        for publication in publications:
            yield (by_row | refused)[_row(publication)]

    def _claim(
        self, publications: Sequence[Publication]
    ) -> tuple[list[Job], dict[tuple[ItemId, str], Attempt]]:
        """Take the leases, and read what stands approved in the same transaction."""
        jobs: list[Job] = []
        refused: dict[tuple[ItemId, str], Attempt] = {}
        with self.parts.staging.transaction() as tx:
            # Always in the same order, so that two workers never wait for each other.
            for publication in sorted(publications, key=_row):
                try:
                    item, revision = approved_text(tx, publication)
                    _refuse_ended(publication, tx.now())
                except (NotApproved, TimePast) as error:
                    refused[_row(publication)] = Attempt(
                        publication=publication, error=error
                    )
                    continue
                mine = claim(tx, publication, self.parts)
                if mine is None or mine.state is PublicationState.WITHDRAWN:
                    if mine is not None:
                        free = released(mine)
                        tx.save_publication(free, event=N_("no longer approved"))
                    refused[_row(publication)] = Attempt(
                        publication=publication, taken=True
                    )
                    continue
                if mine.state in PUBLIC and publication.state not in PUBLIC:
                    # Another worker has published it since it was listed as due.
                    free = released(mine)
                    tx.save_publication(free, event=N_("public already"))
                    refused[_row(publication)] = Attempt(publication=free, taken=True)
                    continue
                jobs.append(Job(item=item, revision=revision, before=mine, now=mine))
        return jobs, refused

    def _compose(self, sending: Sending) -> None:
        failed: list[tuple[Job, ConnectorError]] = []
        trouble = False
        for job in sending.going:
            if trouble:
                job.untried = True
                continue
            try:
                job.post = self._composer.post(job)
            except (TargetError, Unreadable) as error:
                failed.append((job, error))
                # A log-in that was refused is not tried again for each item.
                trouble = isinstance(error, _OF_ALL)
        sending.fail(failed)
        self._put_back(sending)

    def _put_back(self, sending: Sending) -> None:
        """Let go of what was not tried: it is as due as it was before."""
        untried = [job for job in sending.going if job.untried]
        if not untried:
            return
        with sending.storing() as store:
            for job in untried:
                store.release(job, N_("waits for the target"))
                job.done = True

    def _save(self, sending: Sending) -> None:
        """Store the ids, and what the CMS made of the drafts; promise to go live."""
        with sending.storing() as store:
            for job in sending.going:
                if job.post is not None and job.found is not None:
                    self._save_one(store, job, job.post, job.found)

    def _save_one(self, store: Store, job: Job, post: Post, stored: StoredPost) -> None:
        job.losses = self.route.target.losses(post, stored)
        saved: dict[str, object] = job.changes | {
            "post_id": stored.id,
            "url": stored.url,
            "version": stored.version,
            "losses": job.losses,
        }
        if lost := _not_accepted(job.losses, job.before, self.orders):
            store.release(job, N_("held"), **held(lost), **saved)
            job.done = True
            return
        live = stored.state is PostState.LIVE
        store.store(
            job,
            N_("updated") if live else N_("drafted"),
            state=PublicationState.DRAFTED,
            problem=None,
            **saved,
        )
        if live:
            self._live(store, job, stored)
        elif self.route.go_live is GoLive.WEBMASTER:
            wait_for_webmaster(store, job)
        elif job.before.go_live_at and job.before.go_live_at > store.tx.now():
            wait_for_its_time(store, job)
        else:
            store.promise(job, "going live", state=PublicationState.GOING_LIVE)

    def _go_live(self, sending: Sending) -> None:
        jobs = sending.going
        if not jobs:
            return
        posts = [(job.now.post_id, job.now.go_live_at) for job in jobs]
        outcomes = many.go_live(self.route.target, posts)
        failed: list[tuple[Job, ConnectorError]] = []
        with sending.storing() as store:
            for job, outcome in zip(jobs, outcomes, strict=True):
                if isinstance(outcome, TargetError):
                    failed.append((job, outcome))
                elif outcome.state is not PostState.LIVE:
                    not_public(store, job, outcome)
                elif self._changed(job, outcome):
                    error = PostChanged(
                        target=self.route.target.name,
                        post=outcome.id,
                        item=job.item.id,
                    )
                    failed.append((job, error))
                else:
                    self._live(store, job, outcome)
        sending.fail(failed)

    def _changed(self, job: Job, stored: StoredPost) -> bool:
        """Say whether somebody edited the post between our look and its going live."""
        if job.post is None:
            return False
        return self.route.target.losses(job.post, stored) != job.losses

    def _live(self, store: Store, job: Job, stored: StoredPost) -> None:
        store.release(
            job,
            "live",
            state=PublicationState.LIVE,
            url=stored.url,
            version=stored.version,
            attempt=0,
            lost=0,
            problem=other_date(job, stored),
            due_at=store.tx.now(),
        )
        job.done = True
        if not store.holds(job):
            return
        with suppress(NotApproved):
            item, digest = store.approved(job), job.before.digest
            pass_in(store.tx, item, digest, by=self.orders.by, parts=self.parts)

    def _remember(self, sending: Sending) -> None:
        outcomes: list[TargetError | None] = []
        for job in sending.jobs:
            if job.untried:
                continue
            error = job.error if isinstance(job.error, TargetError) else None
            if error is not None and circuits.about_the_post(error, self.route):
                _leave_to_a_person(sending, job)
                error = None
            outcomes.append(error)
        if outcomes:
            circuits.note(self.route.target.name, outcomes, self.parts)


def _row(publication: Publication) -> tuple[ItemId, str]:
    return publication.item_id, publication.target


def _attempt_of(job: Job, circuit: Circuit | None) -> Attempt:
    if job.untried:
        return Attempt(publication=job.now, waits=circuit)
    lost = isinstance(job.error, LeaseLost)
    return Attempt(publication=job.now, error=None if lost else job.error, taken=lost)


def _refuse_ended(publication: Publication, now: datetime) -> None:
    """What was taken down, or is over, is not public again but by a new approval."""
    if publication.state is PublicationState.WITHDRAWN:
        raise NotApproved(item=publication.item_id)
    if publication.expire_at is not None and publication.expire_at <= now:
        raise TimePast(time=publication.expire_at)


def _leave_to_a_person(sending: Sending, job: Job) -> None:
    """The target is well, and does not allow this: its webmaster or we must act."""
    with sending.storing() as store:
        store.store(job, N_("held"), state=PublicationState.HELD, due_at=None)


def _not_accepted(
    losses: tuple[Loss, ...], before: Publication, orders: Orders
) -> list[Loss]:
    """Return what a reader would miss, and nobody has decided to do without."""
    if orders.accept_losses:
        return []
    # Only accepted losses ever leave the state *held*.
    known = () if before.state is PublicationState.HELD else before.losses
    return [loss for loss in losses if not loss.harmless and loss not in known]
