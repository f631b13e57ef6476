"""
What stands between a worker and the world: each call is a point where things go wrong.

Implements the ports of staging, target and public web for one worker.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from connector.domain.errors import (
    Busy,
    CredentialsRefused,
    DatabaseBusy,
    DatabaseUnusable,
    NoAnswer,
    NotSent,
    TargetError,
    Unclear,
)
from connector.domain.item import Attachment, CategoryCode
from connector.domain.publication import (
    Capabilities,
    Loss,
    Media,
    Post,
    Probe,
    StoredPost,
)
from connector.ports.staging import Staging, Transaction
from connector.ports.target import Bulk
from connector.ports.web import Fetched
from tests.fakes.web import FakeWeb
from tests.simulation.faults import Dice, Fault
from tests.simulation.site import Site
from tests.simulation.world import Killed, Worker, World

T = TypeVar("T")

TIME_OUT = 20.0
"""Seconds until a client gives up."""


@dataclass(eq=False)
class Fate:
    """What may befall one worker; shared by all it talks through."""

    world: World
    worker: Worker
    dice: Dice
    lease: float
    """Seconds."""
    late: float
    """Seconds in which the server still carries out what a client gave up."""
    repeats_late: bool = False
    """A request that is delivered twice comes the second time after its answer. No
    client can know of that; `connector reconcile` finds what it left."""

    stale: bool = False
    """The worker stood still in this sweep: others may have gone on in its place."""

    def point(self) -> None:
        """Let another worker have its turn, perhaps; a dead one does nothing more."""
        if self.worker.dead:
            raise Killed
        if self.dice.switch():
            self.world.give_way()

    def kill(self) -> None:
        self.worker.dead = True
        raise Killed

    def pause(self) -> None:
        """Stand still for one to three leases."""
        self.stale = True
        self.world.sleep(self.lease * (1 + 2 * self.world.random.random()))

    def set_clock(self) -> None:
        hour = 3600 * (2 * self.world.random.random() - 1)
        self.worker.machine.skew += timedelta(seconds=hour)


@dataclass(eq=False)
class WiredStaging:
    """A staging database that is busy, full, or gone, now and then."""

    staging: Staging
    fate: Fate

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        fate, dice = self.fate, self.fate.dice
        fate.point()
        match dice.begin():
            case Fault.DATABASE_BUSY:
                raise DatabaseBusy
            case Fault.KILLED_BEGIN:
                fate.kill()
            case _:
                pass
        with self.staging.transaction() as tx:
            yield tx
            match dice.commit():
                case Fault.DISK_FULL:
                    raise DatabaseUnusable(problem="disk full")
                case Fault.KILLED_COMMIT:
                    fate.kill()
                case _:
                    pass
        match dice.committed():
            case Fault.CONNECTION_LOST:
                raise DatabaseUnusable(problem="connection lost")
            case Fault.KILLED_COMMITTED:
                fate.kill()
            case Fault.PAUSED_COMMITTED:
                fate.pause()
            case _:
                pass
        fate.point()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        self.fate.point()
        with self.staging.reading() as tx:
            yield tx


@dataclass(eq=False)
class Outage:
    """Until when a site does not let us in."""

    until: float = 0


@dataclass(eq=False)
class Wire:
    """One site as one worker reaches it. Implements ports.target.Target."""

    site: Site
    fate: Fate
    outage: Outage
    takes_many: bool = False

    @property
    def name(self) -> str:
        return self.site.name

    @property
    def capabilities(self) -> Capabilities:
        return self.site.capabilities

    @property
    def bulk(self) -> Bulk | None:
        return WiredBulk(self) if self.takes_many else None

    def probe(self) -> Probe:
        return self.ask(self.site.probe)

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        return self.ask(lambda: self.site.resolve_terms(terms))

    def put_media(self, file: Attachment, content: bytes) -> Media:
        return self.ask(lambda: self.site.put_media(file, content), changes=True)

    def prepared(self, post: Post) -> Post:
        return self.site.prepared(post)

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        del deep
        kept, others = self.ask(lambda: self.site.look(post.key))
        for other in others:
            self.ask(lambda other=other: self.site.trash(other), changes=True)  # type: ignore[misc]
        return kept

    def put_draft(self, post: Post) -> StoredPost:
        return self.ask(lambda: self.site.put_draft(post), changes=True, creates=True)

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        return self.ask(
            lambda: self.site.update(post_id, post, expect=expect), changes=True
        )

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        return self.ask(lambda: self.site.go_live(post_id, at=at), changes=True)

    def withdraw(self, post_id: str) -> StoredPost | None:
        return self.ask(lambda: self.site.withdraw(post_id), changes=True)

    def read(self, post_id: str) -> StoredPost:
        return self.ask(lambda: self.site.read(post_id))

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        return self.site.losses(sent, stored)

    def unprepared(self, stored: StoredPost, sent: Post) -> Post:
        return self.site.unprepared(stored, sent)

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        yield from self.ask(lambda: list(self.site.ours()))

    def trash(self, post_id: str) -> None:
        self.ask(lambda: self.site.trash(post_id), changes=True)

    def ask(
        self, do: Callable[[], T], *, changes: bool = False, creates: bool = False
    ) -> T:
        """Send one request; `do` is what the site does when it arrives."""
        fate, world = self.fate, self.fate.world
        fate.point()
        world.pass_time(world.random.random() * (10 if fate.dice.slow else 2))
        fault = fate.dice.request(creates=creates)
        if self.outage.until > world.now or fault is Fault.PASSWORD:
            self._refuse(fault)
        if fault is not None:
            self._before(fault, do, changes=changes)
        self.site.late = fate.stale
        try:
            answers = [do()]
            if changes and fault is Fault.TWICE and not fate.repeats_late:
                with suppress(TargetError):
                    answers.append(do())
        finally:
            self.site.late = False
        if fault is not None:
            self._after(fault)
        return world.random.choice(answers) if len(answers) > 1 else answers[0]

    def _before(self, fault: Fault, do: Callable[[], object], *, changes: bool) -> None:
        """Let happen what happens before the site has done it, or in its place."""
        fate, world = self.fate, self.fate.world
        late = changes and fault in {Fault.LATE, Fault.KILLED_WAITING}
        if late or (changes and fault is Fault.TWICE and fate.repeats_late):
            self._late(do)
        match fault:
            case Fault.CLOCK:
                fate.set_clock()
            case Fault.REFUSED:
                raise NotSent(target=self.name, problem=fault)
            case Fault.BUSY:
                seconds = int(1 + 90 * world.random.random())
                raise Busy(target=self.name, retry_after_s=seconds)
            case Fault.KILLED_BEFORE | Fault.KILLED_WAITING:
                fate.kill()
            case Fault.PAUSED_BEFORE:
                fate.pause()
                fate.point()
            case Fault.LOST_BEFORE | Fault.ERROR_BEFORE | Fault.LATE:
                self._give_up(fault)
            case _:
                pass

    def _after(self, fault: Fault) -> None:
        """Let happen what happens when the site has done it."""
        match fault:
            case Fault.KILLED_AFTER:
                self.fate.kill()
            case Fault.PAUSED_AFTER:
                self.fate.pause()
                self.fate.point()
            case Fault.LOST_AFTER | Fault.ERROR_AFTER | Fault.HALF | Fault.PARTLY:
                self._give_up(fault)
            case _:
                pass

    def _refuse(self, fault: Fault | None) -> None:
        world, dice = self.fate.world, self.fate.dice
        if fault is None:
            dice.counts[Fault.PASSWORD] += 1
        elif fault is Fault.PASSWORD:
            seconds = 60 + 3600 * world.random.random()
            self.outage.until = max(self.outage.until, world.now + seconds)
        raise CredentialsRefused(target=self.name, user="connector")

    def _late(self, do: Callable[[], object]) -> None:
        site = self.site

        def arrive() -> None:
            before, site.late = site.late, True
            with suppress(TargetError):
                do()
            site.late = before

        world, share = self.fate.world, self.fate.world.random.random()
        if self.fate.dice.slow:
            share = (1 + share) / 2
        world.later(self.fate.late * share, arrive)

    def _give_up(self, fault: Fault) -> None:
        if fault in {Fault.LOST_BEFORE, Fault.LOST_AFTER, Fault.LATE}:
            self.fate.world.pass_time(TIME_OUT)
        raise Unclear(target=self.name, problem=fault)


@dataclass(eq=False)
class WiredBulk:
    """Many posts in one request, which is answered, or not, as a whole."""

    wire: Wire
    size: int = 25

    def find(
        self, posts: Sequence[Post], *, deep: bool = True
    ) -> Sequence[StoredPost | TargetError | None]:
        del deep
        site = self.wire.site
        seen = self._ask(posts, lambda post: site.look(post.key), changes=False)
        found: list[StoredPost | TargetError | None] = []
        for one in seen:
            if isinstance(one, TargetError):
                found.append(one)
                continue
            kept, others = one
            gone = self._ask(others, site.trash) if others else []
            failed = [error for error in gone if isinstance(error, TargetError)]
            found.append(failed[0] if failed else kept)
        return found

    def put_draft(self, posts: Sequence[Post]) -> Sequence[StoredPost | TargetError]:
        return self._ask(posts, self.wire.site.put_draft, creates=True)

    def go_live(
        self, posts: Sequence[tuple[str, datetime | None]]
    ) -> Sequence[StoredPost | TargetError]:
        return self._ask(posts, lambda it: self.wire.site.go_live(it[0], at=it[1]))

    def _ask(
        self,
        questions: Sequence[object],
        do: Callable[..., T],
        *,
        changes: bool = True,
        creates: bool = False,
    ) -> list[T | TargetError]:
        """Ask all in one request, which is no transaction: the site may stop midway."""
        random = self.wire.fate.world.random
        ends = len(questions)
        if changes and random.random() < 0.1:
            ends = int(random.random() * (ends + 1))

        def each() -> list[T | TargetError]:
            answers = [_outcome(do, question) for question in questions[:ends]]
            if ends < len(questions):
                raise Unclear(target=self.wire.name, problem=Fault.PARTLY)
            return answers

        try:
            return self.wire.ask(each, changes=changes, creates=creates)
        except TargetError as error:
            return [error] * len(questions)


def _outcome(do: Callable[..., T], question: object) -> T | TargetError:
    try:
        return do(question)
    except TargetError as error:
        return error


@dataclass(eq=False)
class WiredWeb(FakeWeb):
    """The public pages of a site, which are not had, or are old, now and then."""

    fate: Fate = field(kw_only=True)
    last: dict[str, Fetched] = field(default_factory=dict)

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        del limit_mb, asks
        self.fate.point()
        self.fate.world.pass_time(self.fate.world.random.random())
        page = super().get(url)
        address = url.partition("?")[0]
        match self.fate.dice.page():
            case Fault.NO_PAGE:
                raise NoAnswer(url=url, problem="time-out")
            case Fault.ERROR_PAGE:
                page = Fetched(
                    url=url, final_url=url, status=503, headers={}, body=b"503"
                )
            case Fault.STALE_PAGE if address in self.last:
                return self.last[address]
            case Fault.PAUSED_AFTER:
                self.fate.pause()
                self.fate.point()
            case _:
                pass
        self.last[address] = page
        return page
