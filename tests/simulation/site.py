"""A site in memory that tells an observer of every change, whoever asked for it."""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime

from connector.domain.errors import SeveralPosts
from connector.domain.publication import Post, PostState, StoredPost
from connector.targets.memory import MemoryTarget
from tests.simulation.observer import Observer


class Site(MemoryTarget):
    """The CMS itself; nothing fails here. Workers ask it over a wire (wire.py)."""

    def __init__(
        self, name: str, observer: Observer, now: Callable[[], datetime]
    ) -> None:
        super().__init__(name, now=now)
        self._observer = observer
        self._keys: dict[str, str] = {}
        self._by_key: dict[str, list[str]] = defaultdict(list)
        self.late = False
        """What is done was asked by somebody who gave it up since, or stood still."""

    def look(self, key: str) -> tuple[StoredPost | None, list[str]]:
        """Return the post with a key that counts, and the others not in the trash."""
        posts = self._all_of(key)
        live = [post for post in posts if post.state is PostState.LIVE]
        if len(live) > 1:
            raise SeveralPosts(target=self.name, posts=[post.id for post in live])
        there = self._untrashed_of(key)
        kept = next(iter(live + there + posts), None)
        return kept, [post.id for post in there if post != kept]

    def put_draft(self, post: Post) -> StoredPost:
        stored = super().put_draft(post)
        self._keys[stored.id] = post.key
        self._by_key[post.key].append(stored.id)
        made = self._observer.made[self.name, post.key]
        made.append((stored.id, self._now(), self.late))
        return self._saw(stored)

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        stored = super().update(post_id, post, expect=expect)
        if self.late:
            self._observer.late.add((self.name, post.key))
        return self._saw(stored)

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        if self.late:
            self._observer.late.add((self.name, self._keys[post_id]))
        return self._saw(super().go_live(post_id, at=at))

    def go_live_newest(self, post_id: str) -> StoredPost:
        """Make the newest post with the same key public; for a planted bug."""
        ids = [post.id for post in self._untrashed_of(self._keys[post_id])]
        return self.go_live(ids[-1] if ids else post_id)

    def withdraw(self, post_id: str) -> StoredPost | None:
        stored = super().withdraw(post_id)
        return None if stored is None else self._saw(stored)

    def trash(self, post_id: str) -> None:
        super().trash(post_id)
        if post_id in self._keys:
            self._saw(self.read(post_id))

    def touch(self, key: str, how: str) -> bool:
        """Do something by hand to an item's post; say whether there is one."""
        post, others = self.look(key)
        if post is None or others or post.state is PostState.TRASHED:
            return False
        self._observer.touched.add((self.name, key))
        match how:
            case "edit":
                self.edit(post.id, body=f"{post.body}<p>Ghi chú.</p>")
            case "throw away":
                self.throw_away(post.id)
            case "publish":
                self.go_live(post.id)
            case _:
                self.withdraw(post.id)
        self._saw(self.read(post.id))
        return True

    def _all_of(self, key: str) -> list[StoredPost]:
        return [self.read(post_id) for post_id in self._by_key[key]]

    def _untrashed_of(self, key: str) -> list[StoredPost]:
        posts = self._all_of(key)
        return [post for post in posts if post.state is not PostState.TRASHED]

    def _saw(self, stored: StoredPost) -> StoredPost:
        self._observer.saw(self.name, self._keys[stored.id], stored)
        return stored
