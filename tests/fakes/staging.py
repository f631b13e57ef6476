"""
The staging database in memory. Implements ports.staging.Staging.

What was committed is a value that nobody changes: a writer works on tables of its own,
each copied when it is first written to, and whoever reads keeps the value there was.
It passes the same contract suite as the real one, and has no disk to wait for.
"""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy.exc import StatementError

from connector.domain.circuit import Circuit
from connector.domain.decision import Decision
from connector.domain.errors import (
    ItemChanged,
    ItemNotFound,
    LeaseLost,
)
from connector.domain.finding import CheckResult, Waiver
from connector.domain.item import (
    Draft,
    Item,
    ItemId,
    Revision,
    Sha256,
    State,
    key_of,
    sha256,
)
from connector.domain.person import CONNECTOR
from connector.domain.publication import Publication
from connector.domain.verdict import Verification
from connector.ports.clock import Clock
from connector.procedure.advance import advance
from connector.staging.items import folded
from connector.staging.values import message_to
from tests.fakes.tables import MemoryTrail, Tables, free, wakes


class MemoryTransaction(MemoryTrail):
    """Reads and writes that are kept together or not at all."""

    def add_item(self, draft: Draft, decision: Decision, revision: Revision) -> Item:
        key = key_of(draft.source, draft.source_id)
        if key in self.tables.keys:
            raise ItemChanged(item=self.tables.keys[key])
        revision = _in_utc(revision)
        item = Item(
            id=ItemId(len(self.tables.items) + 1),
            key=key,
            state=advance(None, decision.step, decision.outcome, item=key),
            version=1,
            source=draft.source,
            source_id=draft.source_id,
            link=draft.link,
            original=sha256(draft.original),
            received_at=decision.at,
        )
        self._table("items")[item.id] = item
        self._table("keys")[key] = item.id
        self._table("revisions")[item.id] = (revision,)
        self._table("originals")[item.id] = (item.original,)
        self._table("decisions")[item.id] = (decision,)
        facts = {
            "outcome": decision.outcome,
            "role": decision.role,
            "after": item.state,
            "revision": revision.number,
            "digest": revision.digest,
            "original": item.original,
        }
        self._record(
            decision.step.value, facts, item.id, by=decision.by, at=decision.at
        )
        return item

    def item(self, item_id: ItemId) -> Item:
        if item_id not in self.tables.items:
            raise ItemNotFound(item=item_id)
        return self.tables.items[item_id]

    def item_with(self, key: str) -> Item | None:
        there = self.tables.keys.get(key)
        return None if there is None else self.tables.items[there]

    def items(
        self,
        *states: State,
        after: ItemId | None = None,
        limit: int = 50,
        text: str = "",
    ) -> Sequence[Item]:
        found = [
            item
            for item_id, item in self.tables.items.items()
            if (not states or item.state in states)
            and (after is None or item_id > after)
            and (not text or folded(text) in folded(self.revision(item_id).title))
        ]
        return found[:limit]

    def find_item(
        self, *, source: str, source_id: str, link: str, original: Sha256
    ) -> Item | None:
        there = self.tables.items
        place = self.tables.keys.get(key_of(source, source_id))
        if place is not None:
            return there[place]
        by_link = (one for one in there.values() if link and one.link == link)
        by_bytes = (
            there[one] for one, had in self.tables.originals.items() if original in had
        )
        return next(by_link, None) or next(by_bytes, None)

    def revision(self, item_id: ItemId, number: int | None = None) -> Revision:
        revisions = self.tables.revisions.get(item_id, ())
        wanted = len(revisions) if number is None else number
        if not 0 < wanted <= len(revisions):
            raise ItemNotFound(item=item_id)
        return revisions[wanted - 1]

    def revisions(self, item_id: ItemId) -> Sequence[Revision]:
        return list(self.tables.revisions.get(item_id, ()))

    def originals(self, item_id: ItemId) -> frozenset[Sha256]:
        return frozenset(self.tables.originals.get(item_id, ()))

    def add_revision(
        self, item: Item, revision: Revision, *, original: Sha256 | None = None
    ) -> Item:
        there = self.tables.revisions.get(item.id, ())
        if revision.number != len(there) + 1:
            raise ItemChanged(item=item.id)
        changed = self._change(item, replace(item, original=original or item.original))
        self._table("revisions")[item.id] = (*there, _in_utc(revision))
        if original is not None:
            had = self.tables.originals[item.id]
            self._table("originals")[item.id] = (*had, original)
        facts = {
            "revision": revision.number,
            "digest": revision.digest,
            "category": revision.category,
            "original": original,
        }
        self._record(
            "text changed", facts, item.id, by=revision.made_by, at=revision.made_at
        )
        return changed

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        return [
            item_id
            for item_id, item in self.tables.items.items()
            if item_id != but
            and item.state is not State.REJECTED
            and _text(self.revision(item_id)) == _text(revision)
        ]

    def decide(self, item: Item, decision: Decision) -> Item:
        after = advance(item.state, decision.step, decision.outcome, item=item.id)
        moved = self._change(item, replace(item, state=after))
        made = self.tables.decisions[item.id]
        self._table("decisions")[item.id] = (*made, decision)
        facts = {
            "outcome": decision.outcome,
            "role": decision.role,
            "digest": decision.digest,
            "reason": decision.reason,
            "before": item.state,
            "after": after,
        }
        self._record(
            decision.step.value, facts, item.id, by=decision.by, at=decision.at
        )
        return moved

    def decisions(self, item_id: ItemId) -> Sequence[Decision]:
        return list(self.tables.decisions.get(item_id, ()))

    def save_check(self, result: CheckResult) -> None:
        self._table("checks")[result.item_id, result.digest] = result

    def check_of(self, item_id: ItemId, digest: Sha256) -> CheckResult | None:
        return self.tables.checks.get((item_id, digest))

    def save_waiver(self, waiver: Waiver) -> None:
        there = self.waivers(waiver.item_id, waiver.digest)
        self._table("waivers")[waiver.item_id, waiver.digest] = (*there, waiver)
        facts = {
            "rule": waiver.rule,
            "digest": waiver.digest,
            "role": waiver.role,
            "reason": waiver.reason,
        }
        self._record("rule waived", facts, waiver.item_id, by=waiver.by, at=waiver.at)

    def waivers(self, item_id: ItemId, digest: Sha256) -> Sequence[Waiver]:
        return list(self.tables.waivers.get((item_id, digest), ()))

    def publications(self, item_id: ItemId) -> Sequence[Publication]:
        there = self.tables.publications
        return [there[place] for place in sorted(there) if place[0] == item_id]

    def publications_on(
        self, target: str, *, after: ItemId | None = None, limit: int = 50
    ) -> Sequence[Publication]:
        there = self.tables.publications
        places = sorted(place for place in there if place[1] == target)
        return [there[p] for p in places if after is None or p[0] > after][:limit]

    def intend(self, publication: Publication, *, by: str) -> Publication:
        place = publication.item_id, publication.target
        known = self.tables.publications.get(place)
        if known is not None:
            publication = replace(
                publication,
                post=known.post,
                post_id=known.post_id,
                url=known.url,
                version=known.version,
                settles_at=known.settles_at,
                fence=known.fence + bool(known.lease_owner),
                lease_owner=known.lease_owner,
                lease_until=known.lease_until,
            )
        self._table("publications")[place] = publication
        self._record_publication("publication intended", publication, by=by)
        return publication

    def claim(
        self,
        item_id: ItemId,
        target: str,
        *,
        owner: str,
        until: datetime,
        now: datetime,
    ) -> Publication | None:
        there = self.tables.publications.get((item_id, target))
        if there is None or not free(there, now, until):
            return None
        mine = replace(
            there, lease_owner=owner, lease_until=until, fence=there.fence + 1
        )
        self._table("publications")[item_id, target] = mine
        return mine

    def save_publication(
        self,
        publication: Publication,
        *,
        event: str,
        by: str = CONNECTOR.name,
        reason: str = "",
    ) -> None:
        place = publication.item_id, publication.target
        there = self.tables.publications.get(place)
        if there is None or there.fence != publication.fence:
            raise LeaseLost(item=publication.item_id, target=publication.target)
        self._table("publications")[place] = publication
        self._record_publication(event, publication, by=by, reason=reason)

    def due(
        self,
        now: datetime,
        *,
        limit: int = 50,
        target: str | None = None,
        until: datetime | None = None,
    ) -> Sequence[Publication]:
        circuits = self.tables.circuits
        waiting = {name for name, one in circuits.items() if one.waits(now)}
        found = [
            (since, one)
            for one in self.tables.publications.values()
            if one.target not in waiting
            and (target is None or one.target == target)
            and free(one, now, until)
            and (since := wakes(one, now)) is not None
        ]
        found.sort(key=lambda it: (it[0], it[1].item_id, it[1].target))
        return [one for _, one in self._in_turn(found, now)][:limit]

    def _in_turn(
        self, found: list[tuple[datetime, Publication]], now: datetime
    ) -> list[tuple[datetime, Publication]]:
        """Urgent ones first, then one of each source, then the next of each."""
        turns: dict[tuple[bool, str], int] = {}
        order = []
        for number, (_, one) in enumerate(found):
            on_time = one.go_live_at is not None and one.go_live_at <= now
            urgent = one.urgent or on_time
            source = urgent, self.tables.items[one.item_id].source
            turns[source] = turns.get(source, 0) + 1
            order.append((not urgent, turns[source], number))
        return [found[number] for _, _, number in sorted(order)]

    def next_due(self, now: datetime) -> datetime | None:
        times = [
            at
            for one in self.tables.publications.values()
            for at in (one.due_at, one.settles_at, one.expire_at)
            if at is not None and at > now
        ]
        return min(times, default=None)

    def circuit(self, target: str) -> Circuit:
        return self.tables.circuits.get(target) or Circuit(target=target)

    def save_circuit(self, circuit: Circuit, *, event: str = "") -> None:
        self._table("circuits")[circuit.target] = circuit
        if event:
            problem = circuit.problem
            facts = {
                "target": circuit.target,
                "problem": None if problem is None else message_to(problem),
            }
            self._record(event, facts, None, by=CONNECTOR.name, at=self.now())

    def ask_again(self, target: str, *, now: datetime, until: datetime) -> bool:
        circuit = self.circuit(target)
        if circuit.resume_at is None or circuit.resume_at > now:
            return False
        self._table("circuits")[target] = replace(circuit, resume_at=until)
        return True

    def save_verification(self, verification: Verification) -> None:
        seen = self.tables.verifications.get(verification.item_id, ())
        self._table("verifications")[verification.item_id] = (*seen, verification)
        facts = {
            "target": verification.target,
            "digest": verification.digest,
            "judgement": verification.verdict.judgement,
            "url": verification.url,
            "page": verification.page,
        }
        self._record(
            "page compared",
            facts,
            verification.item_id,
            by=verification.by,
            at=verification.at,
        )

    def accept_verification(
        self, verification: Verification, *, by: str, reason: str
    ) -> Verification:
        item_id = verification.item_id
        seen = list(self.tables.verifications.get(item_id, ()))
        same = [n for n, one in enumerate(seen) if one == verification]
        if not same or verification.accepted_by:
            raise ItemChanged(item=item_id)
        accepted = replace(verification, accepted_by=by, accepted_reason=reason)
        seen[same[-1]] = accepted
        self._table("verifications")[item_id] = tuple(seen)
        facts = {"target": verification.target, "reason": reason}
        self._record("page accepted", facts, item_id, by=by, at=self.now())
        return accepted

    def verifications(self, item_id: ItemId) -> Sequence[Verification]:
        return list(self.tables.verifications.get(item_id, ()))

    def _change(self, item: Item, changed: Item) -> Item:
        there = self.tables.items.get(item.id)
        same = there and (there.state, there.version) == (item.state, item.version)
        if not same:
            raise ItemChanged(item=item.id)
        stored = replace(changed, version=item.version + 1)
        self._table("items")[item.id] = stored
        return stored

    def _record_publication(
        self, event: str, publication: Publication, *, by: str, reason: str = ""
    ) -> None:
        problem = publication.problem
        facts = {
            "target": publication.target,
            "state": publication.state,
            "revision": publication.revision,
            "digest": publication.digest,
            "post_id": publication.post_id,
            "fence": publication.fence,
            "attempt": publication.attempt,
            "problem": None if problem is None else message_to(problem),
            "reason": reason,
        }
        self._record(event, facts, publication.item_id, by=by, at=self.now())


class MemoryStaging:
    """Staging that is gone with its process; several threads may use it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self.tables = Tables()
        """What is committed; for tests to look at."""
        self.kind = MemoryTransaction

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        with self._lock:
            transaction = self.kind(replace(self.tables), self._clock, writes=True)
            yield transaction
            self.tables = transaction.tables

    @contextmanager
    def reading(self) -> Iterator[MemoryTransaction]:
        yield MemoryTransaction(self.tables, self._clock, writes=False)


def _in_utc(revision: Revision) -> Revision:
    if revision.made_at.tzinfo is None:
        raise StatementError("no time zone", None, None, ValueError())
    return replace(revision, made_at=revision.made_at.astimezone(UTC))


def _text(revision: Revision) -> tuple[str, str]:
    return revision.title, revision.body
