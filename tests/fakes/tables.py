"""Rows in memory, and the audit trail over them; see fakes/staging.py."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from connector.domain.circuit import Circuit
from connector.domain.decision import Decision
from connector.domain.errors import DatabaseUnusable
from connector.domain.finding import CheckResult, Waiver
from connector.domain.item import Item, ItemId, Revision, Sha256
from connector.domain.publication import SETTLING, Publication, PublicationState
from connector.domain.verdict import Verification
from connector.ports.clock import Clock
from connector.ports.staging import AuditRow
from connector.staging.audit import BEGINNING, hash_of
from connector.staging.values import canonical

Place = tuple[ItemId, str]
"""An item at a target."""


@dataclass(frozen=True, slots=True)
class _Link:
    """The end of the audit trail, and what stands before it."""

    row: AuditRow
    before: "_Link | None"


@dataclass(slots=True)
class Tables:
    """All that was committed at one time; a table is never changed, but replaced."""

    items: dict[ItemId, Item] = field(default_factory=dict)
    keys: dict[str, ItemId] = field(default_factory=dict)
    revisions: dict[ItemId, tuple[Revision, ...]] = field(default_factory=dict)
    originals: dict[ItemId, tuple[Sha256, ...]] = field(default_factory=dict)
    decisions: dict[ItemId, tuple[Decision, ...]] = field(default_factory=dict)
    checks: dict[tuple[ItemId, Sha256], CheckResult] = field(default_factory=dict)
    waivers: dict[tuple[ItemId, Sha256], tuple[Waiver, ...]] = field(
        default_factory=dict
    )
    publications: dict[Place, Publication] = field(default_factory=dict)
    circuits: dict[str, Circuit] = field(default_factory=dict)
    verifications: dict[ItemId, tuple[Verification, ...]] = field(default_factory=dict)
    trail: _Link | None = None


class MemoryTrail:
    """The tables of one transaction. Under every other part."""

    def __init__(self, tables: Tables, clock: Clock, *, writes: bool) -> None:
        self.tables = tables
        self._clock = clock
        self._own: set[str] | None = set() if writes else None

    def now(self) -> datetime:
        return self._clock.now()

    def audit(self, item_id: ItemId | None = None) -> Iterator[AuditRow]:
        rows = []
        link = self.tables.trail
        while link is not None:
            if item_id is None or link.row.item_id == item_id:
                rows.append(link.row)
            link = link.before
        return reversed(rows)

    def broken_audit_row(self) -> int | None:
        last = BEGINNING
        for number, row in enumerate(self.audit(), start=1):
            covered = {name: getattr(row, name) for name in _COVERED}
            whole = row.number == number and row.previous == last
            if not whole or row.hash != hash_of(covered):
                return number
            last = row.hash
        return None

    def _record(
        self,
        event: str,
        facts: Mapping[str, object],
        item_id: ItemId | None,
        *,
        by: str,
        at: datetime,
    ) -> None:
        end = self.tables.trail
        row: dict[str, Any] = {
            "number": end.row.number + 1 if end else 1,
            "at": at.astimezone(UTC),
            "item_id": item_id,
            "event": event,
            "by": by,
            "facts": canonical(facts),
            "previous": end.row.hash if end else BEGINNING,
        }
        whole = AuditRow(**row, hash=hash_of(row))
        self.tables.trail = _Link(whole, end)

    def _table(self, name: str) -> dict[Any, Any]:
        """Return a table to write into: a copy, unless it is one already."""
        if self._own is None:
            raise DatabaseUnusable(problem="read only")
        if name not in self._own:
            self._own.add(name)
            setattr(self.tables, name, dict(getattr(self.tables, name)))
        table: dict[Any, Any] = getattr(self.tables, name)
        return table


_PUBLIC = frozenset(
    {
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.MISMATCH,
    }
)
_COVERED = ("number", "at", "item_id", "event", "by", "facts", "previous")


def free(
    publication: Publication, now: datetime, until: datetime | None = None
) -> bool:
    """Nobody holds the lease, or it ran out, or a clock that was set back took it."""
    ends = publication.lease_until
    return ends is None or ends <= now or (until is not None and ends > until)


def wakes(publication: Publication, now: datetime) -> datetime | None:
    """Return since when it can go on; None if it cannot."""
    times = [publication.due_at]
    if publication.state in SETTLING:
        times.append(publication.settles_at)
    if publication.state in _PUBLIC:
        times.append(publication.expire_at)
    past = [time for time in times if time is not None and time <= now]
    return min(past, default=None)
