"""
Protocols with a bug in them, which the simulation has to find.

Each leaves out, or gets wrong, one thing that the real protocol does.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from connector.domain.errors import (
    LeaseLost,
    NotSent,
    ProcedureError,
    TargetError,
    Unclear,
)
from connector.domain.item import ItemId
from connector.domain.person import CONNECTOR
from connector.domain.publication import (
    Post,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.ports.clock import Clock
from connector.ports.parts import Parts
from connector.ports.target import Target
from connector.steps.advance import advance
from connector.steps.composing import Composer
from connector.steps.passing import PUBLIC, pass_publish
from connector.steps.sending import Job
from tests.fakes.staging import MemoryStaging, MemoryTransaction
from tests.simulation.protocols import MISTAKEN, REAL, Protocol
from tests.simulation.wire import Wire

TRIES = 3


def naive_sweep(parts: Parts) -> None:
    """Post straight to public; what was not answered is posted again."""
    with parts.staging.reading() as tx:
        due = tx.due(tx.now())
    for publication in due:
        if publication.state in PUBLIC:
            with suppress(ProcedureError):
                advance(publication.item_id, parts=parts)
        else:
            _post(publication, parts)


def _post(publication: Publication, parts: Parts) -> None:
    with parts.staging.transaction() as tx:
        now = tx.now()
        mine = tx.claim(
            publication.item_id,
            publication.target,
            owner=parts.worker,
            until=now + parts.lease,
            now=now,
        )
        if mine is None:
            return
        item, revision = tx.item(mine.item_id), tx.revision(mine.item_id)
    route = parts.route(mine.target)
    wire = route.target
    assert isinstance(wire, NaiveWire)
    job = Job(item=item, revision=revision, before=mine, now=mine)
    stored: StoredPost | None = None
    for _ in range(TRIES):
        with suppress(TargetError):
            post = Composer(route=route, parts=parts).post(job)
            stored = wire.put_public(post, mine.post_id)
            break
    _store(mine, stored, item_id=item.id, parts=parts)


def _store(
    mine: Publication, stored: StoredPost | None, *, item_id: ItemId, parts: Parts
) -> None:
    later = parts.clock.now() + timedelta(minutes=1)
    changed = replace(mine, lease_owner="", lease_until=None, due_at=later)
    if stored is not None:
        changed = replace(
            changed,
            state=PublicationState.LIVE,
            post_id=stored.id,
            url=stored.url,
            due_at=parts.clock.now(),
        )
    with suppress(LeaseLost), parts.staging.transaction() as tx:
        tx.save_publication(changed, event="posted")
    pass_publish(item_id, by=CONNECTOR, parts=parts)


@dataclass(eq=False)
class NaiveWire(Wire):
    """One request makes a post, and makes it public."""

    def put_public(self, post: Post, post_id: str) -> StoredPost:
        def do() -> StoredPost:
            if not post_id:
                return self.site.go_live(self.site.put_draft(post).id)
            held = self.site.read(post_id)
            return self.site.update(post_id, post, expect=held.version)

        return self.ask(do, changes=True)


@dataclass(eq=False)
class NoLookBefore(Wire):
    """A draft of an earlier attempt is not looked for."""

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        found = super().find(post, deep=deep)
        draft = found is not None and found.state is PostState.DRAFT
        return None if deep and draft else found


@dataclass(eq=False)
class NoLookAfter(Wire):
    """What was answered to a create is taken for all there is."""

    made: dict[str, StoredPost] = field(default_factory=dict)

    def put_draft(self, post: Post) -> StoredPost:
        self.made[post.key] = super().put_draft(post)
        return self.made[post.key]

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        made = self.made.pop(post.key, None)
        return made or super().find(post, deep=deep)


@dataclass(eq=False)
class Resend(Wire):
    """A create that was not answered is sent again."""

    def put_draft(self, post: Post) -> StoredPost:
        try:
            return super().put_draft(post)
        except Unclear:
            return super().put_draft(post)


@dataclass(eq=False)
class UnclearIsNo(Wire):
    """A create that was not answered counts as one that never arrived."""

    def put_draft(self, post: Post) -> StoredPost:
        try:
            return super().put_draft(post)
        except Unclear as error:
            raise NotSent(**error.facts) from error


@dataclass(eq=False)
class LooksUpToPublish(Wire):
    """Not the saved id goes live, but the newest post with the key."""

    def go_live(self, post_id: str, *, at: object = None) -> StoredPost:
        del at
        return self.ask(lambda: self.site.go_live_newest(post_id), changes=True)


class NoFenceTransaction(MemoryTransaction):
    """Whoever writes last is right."""

    def save_publication(
        self,
        publication: Publication,
        *,
        event: str,
        by: str = CONNECTOR.name,
        reason: str = "",
    ) -> None:
        there = self.tables.publications[publication.item_id, publication.target]
        now = replace(publication, fence=there.fence)
        super().save_publication(now, event=event, by=by, reason=reason)


class NothingSettlesTransaction(MemoryTransaction):
    """Nobody remembers a request that was given up."""

    def save_publication(
        self,
        publication: Publication,
        *,
        event: str,
        by: str = CONNECTOR.name,
        reason: str = "",
    ) -> None:
        now = replace(publication, settles_at=None)
        super().save_publication(now, event=event, by=by, reason=reason)


def _staging(kind: type[MemoryTransaction]) -> Callable[[Clock], MemoryStaging]:
    def staging(clock: Clock) -> MemoryStaging:
        made = MemoryStaging(clock)
        made.kind = kind
        return made

    return staging


def _wire(kind: type[Wire]) -> Callable[[Wire], Target]:
    return lambda wire: kind(wire.site, wire.fate, wire.outage)


PLANTED = (
    Protocol(name="naive", sweep=naive_sweep, target=_wire(NaiveWire)),
    Protocol(name="no-look-before", target=_wire(NoLookBefore)),
    Protocol(
        name="no-look-after",
        target=_wire(NoLookAfter),
        staging=_staging(NothingSettlesTransaction),
    ),
    Protocol(name="unclear-is-no", target=_wire(UnclearIsNo), slow=True),
    Protocol(
        name="look-up-to-publish", target=_wire(LooksUpToPublish), late=600.0, slow=True
    ),
    Protocol(name="no-fence", staging=_staging(NoFenceTransaction)),
    Protocol(
        name="nothing-settles", staging=_staging(NothingSettlesTransaction), slow=True
    ),
    Protocol(name="no-wait", settles=timedelta(0), slow=True),
)

BORNE = (
    # The look after `settles_at` mends what these leave behind.
    Protocol(name="resend", target=_wire(Resend), slow=True),
    Protocol(name="one-look-less", target=_wire(NoLookAfter), slow=True),
)
"""Mistakes of an adapter that the other guards of the protocol make good."""

PROTOCOLS: Mapping[str, Protocol] = {
    one.name: one for one in (REAL, MISTAKEN, *PLANTED, *BORNE)
}
