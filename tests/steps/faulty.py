"""A target and a staging database that fail where a test wants them to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from connector.domain.errors import TargetError
from connector.domain.item import Attachment, CategoryCode
from connector.domain.publication import Media, Post, StoredPost
from connector.ports.staging import Staging, Transaction
from connector.ports.target import Bulk
from connector.targets.memory import AT_ONCE, MemoryTarget, utc_now

Hook = Callable[[], object]
Asked = TypeVar("Asked")
Outcome = TypeVar("Outcome")


def raising(error: BaseException) -> Hook:
    """Return a hook that raises `error`."""

    def hook() -> None:
        raise error

    return hook


class FaultyTarget(MemoryTarget):
    """
    A site in memory that tells what it is asked, and misbehaves on demand.

    Hooks stand under `"put_draft"` (called before it is done: the request is lost, or
    refused) and under `"put_draft:done"` (after: the answer is lost), or under `"*"`.
    Each is used once, unless it is put into `always`.

    It takes many posts with one request only where `with_bulk` is set. That request is
    one call, `"bulk.put_draft"`, with the hooks of that name; `outcome` spoils single
    posts of it.
    """

    def __init__(
        self,
        name: str,
        *,
        with_bulk: bool = False,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(name, now=now)
        self.with_bulk = with_bulk
        self.calls: list[str] = []
        self.going_live: tuple[str, ...] = ()
        """The posts that are, or were last, told to become public."""
        self.once: dict[str, Hook] = {}
        self.always: dict[str, Hook] = {}
        self.keeps: Callable[[Post], Post] = lambda post: post
        """What the site makes of a post that it is sent."""
        self.outcome: Callable[[str, str], TargetError | None] = lambda *_: None
        """
        What befalls one post of a bulk request, by the name of the hook and the post's
        key, or its id where it goes live: an error of `"bulk.put_draft"` stands in
        place of the deed, one of `"bulk.put_draft:done"` in place of its answer.
        """

    @property
    def by_hand(self) -> MemoryTarget:
        """The same site as its webmaster works on it: nothing fails, nobody counts."""
        site = MemoryTarget(self.name)
        site.__dict__ = self.__dict__
        return site

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        with self.asked("resolve_terms"):
            return super().resolve_terms(terms)

    def put_media(self, file: Attachment, content: bytes) -> Media:
        with self.asked("put_media"):
            return super().put_media(file, content)

    @property
    def bulk(self) -> Bulk | None:
        return FaultyBulk(self) if self.with_bulk else None

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        with self.asked("find"):
            return super().find(post, deep=deep)

    def put_draft(self, post: Post) -> StoredPost:
        with self.asked("put_draft"):
            return super().put_draft(self.keeps(post))

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        with self.asked("update"):
            return super().update(post_id, self.keeps(post), expect=expect)

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        self.going_live = (post_id,)
        with self.asked("go_live"):
            return super().go_live(post_id, at=at)

    def withdraw(self, post_id: str) -> StoredPost | None:
        with self.asked("withdraw"):
            return super().withdraw(post_id)

    def read(self, post_id: str) -> StoredPost:
        with self.asked("read"):
            return super().read(post_id)

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        with self.asked("ours"):
            yield from super().ours()

    def trash(self, post_id: str) -> None:
        with self.asked("trash"):
            super().trash(post_id)

    @contextmanager
    def asked(self, what: str) -> Iterator[None]:
        self.calls.append(what)
        self._run("*", what)
        yield
        self._run("*:done", f"{what}:done")

    def _run(self, *names: str) -> None:
        for name in names:
            for hook in (self.always.get(name), self.once.pop(name, None)):
                if hook is not None:
                    hook()


@dataclass(frozen=True)
class FaultyBulk:
    """Many posts in one call to a FaultyTarget. Implements ports.target.Bulk."""

    site: FaultyTarget
    size: int = AT_ONCE

    def find(
        self, posts: Sequence[Post], *, deep: bool = True
    ) -> list[StoredPost | TargetError | None]:
        def find(post: Post) -> StoredPost | None:
            return self.site.by_hand.find(post, deep=deep)

        return self._each("bulk.find", posts, find, name=_key)

    def put_draft(self, posts: Sequence[Post]) -> list[StoredPost | TargetError]:
        def put_draft(post: Post) -> StoredPost:
            return self.site.by_hand.put_draft(self.site.keeps(post))

        return self._each("bulk.put_draft", posts, put_draft, name=_key)

    def go_live(
        self, posts: Sequence[tuple[str, datetime | None]]
    ) -> list[StoredPost | TargetError]:
        def go_live(post: tuple[str, datetime | None]) -> StoredPost:
            post_id, at = post
            return self.site.by_hand.go_live(post_id, at=at)

        self.site.going_live = tuple(post_id for post_id, _ in posts)
        return self._each("bulk.go_live", posts, go_live, name=lambda post: post[0])

    def _each(
        self,
        what: str,
        posts: Sequence[Asked],
        do: Callable[[Asked], Outcome],
        *,
        name: Callable[[Asked], str],
    ) -> list[Outcome | TargetError]:
        if not posts:
            return []
        try:
            with self.site.asked(what):
                return [self._one(what, name(post), do, post) for post in posts]
        except TargetError as error:
            return [error for _ in posts]

    def _one(
        self, what: str, name: str, do: Callable[[Asked], Outcome], post: Asked
    ) -> Outcome | TargetError:
        if error := self.site.outcome(what, name):
            return error
        try:
            done = do(post)
        except TargetError as error:
            return error
        return self.site.outcome(f"{what}:done", name) or done


def _key(post: Post) -> str:
    return post.key


class Killed(BaseException):
    """The process ends here; like KeyboardInterrupt, no handler is meant for it."""


@dataclass
class Fuse:
    """Kills the process at its n-th point; None: never."""

    at: int | None = None
    points: int = 0

    def point(self) -> None:
        self.points += 1
        if self.points - 1 == self.at:
            raise Killed


@dataclass(frozen=True)
class KilledStaging:
    """A staging database whose process may be killed around every transaction."""

    staging: Staging
    fuse: Fuse

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        self.fuse.point()
        with self.staging.transaction() as tx:
            yield tx
            self.fuse.point()
        self.fuse.point()

    @contextmanager
    def reading(self) -> Iterator[Transaction]:
        with self.staging.reading() as tx:
            yield tx


def without(words: str) -> Callable[[Post], Post]:
    """Return a site's filter that drops `words` from every body."""

    def keeps(post: Post) -> Post:
        return replace(post, body=post.body.replace(words, ""))

    return keeps
