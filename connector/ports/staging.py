"""
What the steps ask of the staging database.

One small Protocol for each thing that is kept; a transaction is all of them.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from connector.domain.circuit import Circuit
from connector.domain.decision import Decision
from connector.domain.finding import CheckResult, Waiver
from connector.domain.item import Draft, Item, ItemId, Revision, Sha256, State
from connector.domain.person import CONNECTOR
from connector.domain.publication import Publication
from connector.domain.verdict import Verification


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRow:
    """One line of the audit trail; `hash` covers the line and the hash before it."""

    number: int
    at: datetime
    item_id: ItemId | None
    event: str
    by: str
    facts: str
    """JSON, sorted."""
    previous: Sha256
    hash: Sha256


class Items(Protocol):
    """Items and their revisions."""

    def add_item(self, draft: Draft, decision: Decision, revision: Revision) -> Item:
        """Insert an item in state *received*, with its first revision."""
        ...

    def item(self, item_id: ItemId) -> Item:
        """Return an item; raise ItemNotFound."""
        ...

    def item_with(self, key: str) -> Item | None:
        """Return the item whose posts carry this key; None if there is none."""
        ...

    def items(
        self,
        *states: State,
        after: ItemId | None = None,
        limit: int = 50,
        text: str = "",
    ) -> Sequence[Item]:
        """
        Return items by number, ascending, from the one after `after`.

        Args:
            states: only these; all if none is given.
            after: the last number of the page before.
            limit: at most so many.
            text: only items whose current title contains it.
        """
        ...

    def find_item(
        self, *, source: str, source_id: str, link: str, original: Sha256
    ) -> Item | None:
        """
        Return the item that was received from here before, rejected ones included.

        The ladder: the source's own id, then the address it was found at (whatever
        the source), then the very same bytes.
        """
        ...

    def revision(self, item_id: ItemId, number: int | None = None) -> Revision:
        """Return one revision, by default the latest; raise ItemNotFound."""
        ...

    def revisions(self, item_id: ItemId) -> Sequence[Revision]:
        """Return all revisions, oldest first."""
        ...

    def originals(self, item_id: ItemId) -> frozenset[Sha256]:
        """Return the SHA-256 of everything this item was ever received from."""
        ...

    def add_revision(
        self, item: Item, revision: Revision, *, original: Sha256 | None = None
    ) -> Item:
        """
        Insert the next revision, and its new original if there is one.

        Raises:
            ItemChanged: `item` is not what is stored.
        """
        ...

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        """Return other items, not rejected, whose latest title and body are equal."""
        ...


class Decisions(Protocol):
    """The passages of the steps."""

    def decide(self, item: Item, decision: Decision) -> Item:
        """
        Pass the step: store the decision, move the item, write the audit row.

        The state that follows is the procedure's, not the caller's.

        Raises:
            OutcomeNotAllowed: the procedure has no such arrow.
            ItemChanged: `item` is not what is stored.
        """
        ...

    def decisions(self, item_id: ItemId) -> Sequence[Decision]:
        """Return all decisions on an item, oldest first."""
        ...


class CheckResults(Protocol):
    """What the rules found, and what was waived."""

    def save_check(self, result: CheckResult) -> None:
        """Keep a result; a later one for the same digest takes its place."""
        ...

    def check_of(self, item_id: ItemId, digest: Sha256) -> CheckResult | None:
        """Return the result for exactly this digest."""
        ...

    def save_waiver(self, waiver: Waiver) -> None:
        """Keep a waiver and its audit row."""
        ...

    def waivers(self, item_id: ItemId, digest: Sha256) -> Sequence[Waiver]:
        """Return what was waived for exactly this digest."""
        ...


class Publications(Protocol):
    """Items at targets."""

    def publications(self, item_id: ItemId) -> Sequence[Publication]:
        """Return the item's publications, by target."""
        ...

    def publications_on(
        self, target: str, *, after: ItemId | None = None, limit: int = 50
    ) -> Sequence[Publication]:
        """
        Return a target's publications by item, from the one after `after`.

        Args:
            target: its name.
            after: the last item of the page before.
            limit: at most so many.
        """
        ...

    def intend(self, publication: Publication, *, by: str) -> Publication:
        """
        Insert a publication, or give the existing row a new revision to publish.

        What is known of the post (post, post_id, url, version) stays, and so do fence
        and lease; but under a worker that holds the lease the fence goes up, so that
        it cannot store the earlier revision over this one.

        Args:
            publication: what is to be published.
            by: who approved it, for the audit trail.
        """
        ...

    def claim(
        self,
        item_id: ItemId,
        target: str,
        *,
        owner: str,
        until: datetime,
        now: datetime,
    ) -> Publication | None:
        """
        Take the lease, with a new fence number; None if somebody else holds it.

        A lease is free when its end is past, and also when it ends later than `until`:
        then it was taken by a clock that has been set back since.
        """
        ...

    def save_publication(
        self,
        publication: Publication,
        *,
        event: str,
        by: str = CONNECTOR.name,
        reason: str = "",
    ) -> None:
        """
        Store the whole row, and an audit row: what was done, by whom and why.

        Raises:
            LeaseLost: the stored fence is not `publication.fence`. Nothing is written.
        """
        ...

    def due(
        self,
        now: datetime,
        *,
        limit: int = 50,
        target: str | None = None,
        until: datetime | None = None,
    ) -> Sequence[Publication]:
        """
        Return what can go on now, held by nobody, in the order of its turn.

        That is: `due_at` past, or `settles_at` or `expire_at` past, on a target whose
        circuit does not `resume_at` a later time.

        Urgent ones come first, and what was to go live at a time. Then the sources take
        turns, each with the one that has waited longest, so that five hundred items of
        one department do not hold up the three of another.

        Args:
            now: the time of `Clock.now`.
            limit: at most so many.
            target: only on this one; None for all.
            until: when a lease taken now would end; what is leased for longer counts
                as free, as it does for `claim`. Without it, it does not.
        """
        ...

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next publication is due; None if none will be by itself."""
        ...


class Circuits(Protocol):
    """How the targets have answered lately."""

    def circuit(self, target: str) -> Circuit:
        """Return the target's circuit; one that is closed if nothing is known."""
        ...

    def save_circuit(self, circuit: Circuit, *, event: str = "") -> None:
        """Store it; with an audit row that says `event`, if there is one to tell."""
        ...

    def ask_again(self, target: str, *, now: datetime, until: datetime) -> bool:
        """
        Say whether we are the one that asks a target whose time to wait has passed.

        The first to ask moves `resume_at` to `until`, so that others wait on.
        """
        ...


class Verifications(Protocol):
    """Verdicts on public pages."""

    def save_verification(self, verification: Verification) -> None:
        """Keep a verdict and its audit row."""
        ...

    def accept_verification(
        self, verification: Verification, *, by: str, reason: str
    ) -> Verification:
        """Keep that a person accepted a REVIEW, with why, and its audit row."""
        ...

    def verifications(self, item_id: ItemId) -> Sequence[Verification]:
        """Return all verdicts on an item, oldest first."""
        ...


class Audit(Protocol):
    """The audit trail."""

    def audit(self, item_id: ItemId | None = None) -> Iterator[AuditRow]:
        """Yield the rows, oldest first; of one item, or all."""
        ...

    def broken_audit_row(self) -> int | None:
        """Return the first row that does not follow from the one before it."""
        ...


class Transaction(
    Items,
    Decisions,
    CheckResults,
    Publications,
    Circuits,
    Verifications,
    Audit,
    Protocol,
):
    """Reads and writes that are kept together or not at all."""

    def now(self) -> datetime:
        """
        Return the time that leases are measured by: aware, UTC.

        The database server's where there is one, because the clocks of several
        machines differ; else that of `Clock`.
        """
        ...


class Staging(Protocol):
    """The staging database."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Write: begin as a writer; commit on leaving, roll back if it raises."""
        ...

    def reading(self) -> AbstractContextManager[Transaction]:
        """Read: never waits for a writer, and must not write."""
        ...
