"""A target and a staging database that fail where a test wants them to."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from connector.domain.item import Attachment, CategoryCode
from connector.domain.publication import Media, Post, StoredPost
from connector.ports.staging import Staging, Transaction
from connector.targets.memory import MemoryTarget

Hook = Callable[[], object]


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
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.calls: list[str] = []
        self.going_live = ""
        """The post that is, or was last, told to become public."""
        self.once: dict[str, Hook] = {}
        self.always: dict[str, Hook] = {}
        self.keeps: Callable[[Post], Post] = lambda post: post
        """What the site makes of a post that it is sent."""

    @property
    def by_hand(self) -> MemoryTarget:
        """The same site as its webmaster works on it: nothing fails, nobody counts."""
        site = MemoryTarget(self.name)
        site.__dict__ = self.__dict__
        return site

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        with self._asked("resolve_terms"):
            return super().resolve_terms(terms)

    def put_media(self, file: Attachment, content: bytes) -> Media:
        with self._asked("put_media"):
            return super().put_media(file, content)

    def find(self, post: Post) -> StoredPost | None:
        with self._asked("find"):
            return super().find(post)

    def put_draft(self, post: Post) -> StoredPost:
        with self._asked("put_draft"):
            return super().put_draft(self.keeps(post))

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        with self._asked("update"):
            return super().update(post_id, self.keeps(post), expect=expect)

    def go_live(self, post_id: str) -> StoredPost:
        self.going_live = post_id
        with self._asked("go_live"):
            return super().go_live(post_id)

    def withdraw(self, post_id: str) -> StoredPost | None:
        with self._asked("withdraw"):
            return super().withdraw(post_id)

    def read(self, post_id: str) -> StoredPost:
        with self._asked("read"):
            return super().read(post_id)

    @contextmanager
    def _asked(self, what: str) -> Iterator[None]:
        self.calls.append(what)
        self._run("*", what)
        yield
        self._run("*:done", f"{what}:done")

    def _run(self, *names: str) -> None:
        for name in names:
            for hook in (self.always.get(name), self.once.pop(name, None)):
                if hook is not None:
                    hook()


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
