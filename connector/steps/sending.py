"""
Publications while they are being sent: every step forward is stored before the next.

Under the fence number of one lease: a worker that lost it writes nothing. What the
target refused, did not answer, or did not get becomes a state, and a time to go on.
Those that are sent together are stored together, in one transaction, each for itself:
what stops one stops no other.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from connector.domain.errors import (
    Busy,
    ConnectorError,
    ContentRefused,
    CredentialsRefused,
    Denied,
    LeaseLost,
    NotApproved,
    NotOurAnswer,
    NotSent,
    PostChanged,
    PostMissing,
    SeveralPosts,
    TermMissing,
    Unclear,
    Unreadable,
)
from connector.domain.item import Item, Revision, State
from connector.domain.message import Message
from connector.domain.person import Person
from connector.domain.publication import (
    Loss,
    Post,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.steps.approve import approved
from connector.steps.passing import PUBLIC

AGAIN = timedelta(seconds=30)
"""The first wait after a failure; doubled each time, an hour at most."""

LONGEST = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """What a person decides for one attempt, with the reason that is kept."""

    by: Person
    reason: str = ""
    accept_losses: bool = False
    """Go live although the CMS changed or dropped something in the draft."""
    overwrite: bool = False
    """Send ours again, over what somebody changed or deleted in the CMS."""
    insist: bool = False
    """Ask also a target that refused us: a person has mended it."""


@dataclass(slots=True, kw_only=True, eq=False)
class Job:
    """One publication on its way through one attempt."""

    item: Item
    """As it was when its lease was taken: approved."""
    revision: Revision
    """What was approved then."""
    before: Publication
    """As it was when its lease was taken."""
    now: Publication
    """As last stored."""
    post: Post | None = None
    """What is sent."""
    found: StoredPost | None = None
    """What the target was found to hold."""
    created: StoredPost | None = None
    losses: tuple[Loss, ...] = ()
    error: ConnectorError | None = None
    """What stopped it."""
    done: bool = False
    """Nothing more is to be done in this attempt, or can be."""
    untried: bool = False
    """Its target was found to be in trouble before it was this one's turn."""
    changes: dict[str, object] = field(default_factory=dict)
    """What has been learned on the way, to be stored with the next step."""


@dataclass(slots=True, kw_only=True, eq=False)
class Sending:
    """The jobs of one batch, all on one target."""

    jobs: list[Job]
    orders: Orders
    parts: Parts

    @property
    def going(self) -> list[Job]:
        """The jobs that nothing has stopped, and that are not done."""
        return [job for job in self.jobs if not job.done]

    @contextmanager
    def storing(self) -> Iterator["Store"]:
        """Open one transaction for all that is stored now."""
        with self.parts.staging.transaction() as tx:
            store = Store(tx, self.orders, until=tx.now() + self.parts.lease)
            yield store
        # Only now is it stored: a commit that fails leaves every job as it was.
        for job, now in store.saved.values():
            job.now = now
        for job, error in store.stopped:
            job.error, job.done = error, True

    def stopped(self, job: Job, error: ConnectorError) -> None:
        """Keep what stopped a job, and let go of its lease."""
        self.fail([(job, error)])

    def fail(self, failed: Iterable[tuple[Job, ConnectorError]]) -> None:
        """Keep what stopped each job: a state, and when to go on, if ever."""
        failed = [(job, error) for job, error in failed if not job.done]
        if not failed:
            return
        with self.storing() as store:
            now = store.tx.now()
            for job, error in failed:
                changes = _after(store.last(job), error, now) | job.changes
                store.release(job, N_("stopped"), **changes)
        for job, error in failed:
            job.error, job.done = job.error or error, True

    def drop(self) -> None:
        """Let go of all leases: somebody stops here, and goes on at any time."""
        with self.storing() as store:
            for job in self.going:
                store.release(job, N_("interrupted"), due_at=store.tx.now())


class Store:
    """One transaction that keeps steps forward, each for itself."""

    def __init__(self, tx: Transaction, orders: Orders, *, until: datetime) -> None:
        self.tx = tx
        self._until = until
        self.saved: dict[int, tuple[Job, Publication]] = {}
        self.stopped: list[tuple[Job, ConnectorError]] = []
        self._orders = orders

    def last(self, job: Job) -> Publication:
        """Return the publication as this transaction has it."""
        saved = self.saved.get(id(job))
        return saved[1] if saved else job.now

    def promise(self, job: Job, event: str, **changes: object) -> None:
        """Store what is to be done next, if it is still what a person approved."""
        if not self.holds(job):
            return
        try:
            self.approved(job)
        except NotApproved as error:
            # What readers see already waits for its page to be verified.
            due_at = self.last(job).due_at if self.last(job).state in PUBLIC else None
            self.release(job, N_("no longer approved"), due_at=due_at)
            if self.holds(job):
                self.stopped.append((job, error))
            return
        self.store(job, event, **changes)

    def approved(self, job: Job) -> Item:
        """Return the item; raise NotApproved if that is no longer approved."""
        item = self.tx.item(job.item.id)
        # Each decision and each text raises the version: none came since.
        same = item.version == job.item.version
        if same and job.revision.digest == job.now.digest:
            return item
        return approved_item(self.tx, job.now)

    def store(self, job: Job, event: str, **changes: object) -> None:
        """Store the changes, and an audit row that says `event`; renew the lease."""
        if not self.holds(job):
            return
        lease = {"lease_until": self._until} if self.last(job).lease_owner else {}
        changed = replace(self.last(job), **lease | changes)  # type: ignore[arg-type]
        try:
            self.tx.save_publication(
                changed,
                event=event,
                by=self._orders.by.name,
                reason=self._orders.reason,
            )
        except LeaseLost as error:
            # Another worker has taken over: this one writes nothing.
            self.stopped.append((job, error))
            return
        self.saved[id(job)] = (job, changed)

    def release(self, job: Job, event: str, **changes: object) -> None:
        """Store the changes, and let go of the lease."""
        self.store(job, event, lease_owner="", lease_until=None, **changes)

    def holds(self, job: Job) -> bool:
        """Return whether the job is still ours, and goes on."""
        return all(stopped is not job for stopped, _ in self.stopped)


def approved_item(tx: Transaction, publication: Publication) -> Item:
    """Return the item; raise NotApproved if another text, or none, is approved."""
    item, _ = approved_text(tx, publication)
    return item


def approved_text(tx: Transaction, publication: Publication) -> tuple[Item, Revision]:
    """Return the item with what is approved; raise NotApproved as above."""
    item = tx.item(publication.item_id)
    revision = approved(tx, item.id)
    if item.state is not State.APPROVED or revision is None:
        raise NotApproved(item=item.id)
    if revision.digest != publication.digest:
        raise NotApproved(item=item.id)
    return item, revision


def _after(
    publication: Publication, error: ConnectorError, now: datetime
) -> dict[str, object]:
    """Return what follows from an error for the publication that it stopped."""
    state, attempt, lost = publication.state, publication.attempt, publication.lost
    due_at: datetime | None = now
    match error:
        case CredentialsRefused() | Denied() | NotOurAnswer():
            # Due as soon as the target's circuit closes.
            state = PublicationState.BLOCKED
        case PostChanged() | PostMissing() | SeveralPosts():
            state, due_at = PublicationState.CONFLICT, None
        case ContentRefused() | TermMissing() | Unreadable():
            state, due_at = PublicationState.HELD, None
        case Busy():
            pass  # it costs no attempt; the target's circuit says when to go on
        case NotSent() | Unclear():
            lost += 1
            due_at = now + waiting(lost)
            if isinstance(error, Unclear) and state is PublicationState.SENDING:
                state = PublicationState.UNKNOWN
        case _:
            attempt += 1
            due_at = now + waiting(attempt)
    return {
        "state": state,
        "attempt": attempt,
        "lost": lost,
        "due_at": due_at,
        "problem": Message.of(error.message, error.facts),
    }


def waiting(times: int) -> timedelta:
    """Return how long to wait after so many failures in a row."""
    doubled: timedelta = AGAIN * 2 ** min(times - 1, 7)
    return min(doubled, LONGEST)
