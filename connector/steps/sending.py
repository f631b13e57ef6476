"""
A publication while it is being sent: every step forward is stored before the next.

Under the fence number of one lease: a worker that lost it writes nothing. What the
target refused, did not answer, or did not get becomes a state, and a time to go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotApproved,
    NotOurAnswer,
    PostChanged,
    PostMissing,
    SeveralPosts,
    TargetError,
    TermMissing,
    Unclear,
    Unreadable,
)
from connector.domain.item import Item, State
from connector.domain.message import Message
from connector.domain.publication import Publication, PublicationState
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.steps.approve import approved

LEASE = timedelta(minutes=10)
"""Longer than all requests of one attempt together may take."""

AGAIN = timedelta(seconds=30)
"""The first wait after a failure; doubled each time, an hour at most."""

PROBE = timedelta(minutes=10)
"""How often a target that refuses us is asked whether it still does."""


@dataclass(slots=True, kw_only=True)
class Sending:
    """The publication as last stored; every step forward is stored before the next."""

    publication: Publication
    by: str
    reason: str = ""
    """Why somebody decided as they did, for the audit trail."""
    parts: Parts

    def promise(self, event: str, **changes: object) -> None:
        """Store what is to be done next, if it is still what a person approved."""
        with self.parts.staging.transaction() as tx:
            approved_item(tx, self.publication)
            changed = self._save(tx, event, changes)
        self.publication = changed

    def store(self, event: str, **changes: object) -> Publication:
        """
        Store the changes, and an audit row that says `event`.

        Raises:
            LeaseLost: another worker has taken over; nothing was written.
        """
        with self.parts.staging.transaction() as tx:
            changed = self._save(tx, event, changes)
        self.publication = changed
        return changed

    def _save(
        self, tx: Transaction, event: str, changes: Mapping[str, object]
    ) -> Publication:
        changed = replace(self.publication, **changes)  # type: ignore[arg-type]
        tx.save_publication(changed, event=event, by=self.by, reason=self.reason)
        return changed

    def release(self, event: str, **changes: object) -> Publication:
        """Store the changes, and let go of the lease."""
        return self.store(event, lease_owner="", lease_until=None, **changes)

    def failed(self, error: TargetError | Unreadable) -> Publication:
        """Store what follows from `error`: a state, and when to go on, if ever."""
        now = self.parts.clock.now()
        attempt = self.publication.attempt + 1
        wait = min(AGAIN * 2 ** min(attempt - 1, 7), timedelta(hours=1))
        state = self.publication.state
        due_at: datetime | None
        match error:
            case CredentialsRefused() | Denied() | NotOurAnswer():
                state, due_at = PublicationState.BLOCKED, now + PROBE
            case PostChanged() | PostMissing() | SeveralPosts():
                state, due_at = PublicationState.CONFLICT, None
            case ContentRefused() | TermMissing() | Unreadable():
                state, due_at = PublicationState.HELD, None
            case Busy():
                due_at = now + timedelta(seconds=_seconds(error, at_least=1))
                attempt -= 1
            case Unclear() if state is PublicationState.SENDING:
                state, due_at = PublicationState.UNKNOWN, now + wait
            case _:
                due_at = now + wait
        return self.release(
            N_("stopped"),
            state=state,
            attempt=attempt,
            due_at=due_at,
            problem=Message.of(error.message, error.facts),
        )


def approved_item(tx: Transaction, publication: Publication) -> Item:
    """Return the item; raise NotApproved if another text, or none, is approved."""
    item = tx.item(publication.item_id)
    decision = approved(tx, item.id)
    if item.state is not State.APPROVED or decision is None:
        raise NotApproved(item=item.id)
    if decision.digest != publication.digest:
        raise NotApproved(item=item.id)
    return item


def _seconds(error: TargetError, *, at_least: int) -> int:
    wait = error.facts.get("retry_after_s")
    return max(at_least, int(wait)) if isinstance(wait, int | float) else at_least
