"""A site that forgets everything: for tests, and for trying things out."""

import html
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import ParamSpec, TypeVar

from pydantic import BaseModel, ConfigDict

from connector.domain.errors import (
    ContentRefused,
    PostChanged,
    PostMissing,
    SeveralPosts,
    TargetError,
    TermMissing,
)
from connector.domain.item import Attachment, CategoryCode, Sha256, sha256
from connector.domain.publication import (
    Capabilities,
    Loss,
    Media,
    Post,
    PostState,
    Probe,
    StoredPost,
    exact_losses,
)
from connector.ports.target import Bulk, Target

TERMS: Mapping[str, str] = MappingProxyType(
    {
        "tin-tuc": "11",
        "bai-viet": "12",
        "tin-van": "13",
        "thong-bao": "14",
        "tai-lieu-moi": "15",
    }
)
"""Slug → id. They differ, so that a test notices who confuses them."""

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 25
"""Posts in one request of many, as WordPress takes them."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


class Options(BaseModel):
    """There is nothing to choose."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def connect(name: str, *, options: Options, folder: Path) -> "MemoryTarget":
    """Return an empty site."""
    del options, folder
    return MemoryTarget(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    post: Post
    state: PostState
    version: int
    date: datetime | None = None
    """When it went live; None for never."""


class MemoryTarget:
    """
    A site in memory. Implements ports.target.Target.

    It keeps what it is sent, exactly, and lets several threads in. A test that wants
    it to misbehave subclasses it. Like most CMSs it takes a second post with the
    same key.
    """

    def __init__(
        self,
        name: str,
        *,
        terms: Mapping[str, str] = TERMS,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._name = name
        self._terms = terms
        self._now = now
        self._home = f"https://{name}.invalid/"
        self._lock = threading.RLock()
        self._last_id = 0
        self._posts: dict[str, _Held] = {}
        self._media: dict[Sha256, tuple[Media, bytes]] = {}

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What this kind can do."""
        return Capabilities()

    def probe(self) -> Probe:
        """Say that all is well."""
        return Probe(
            who="memory",
            software="memory",
            may_create=True,
            may_publish=True,
            may_upload=True,
            keeps_html=True,
        )

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        """Return the id of each slug or id; raise TermMissing."""
        return {
            category: self._term(category, term) for category, term in terms.items()
        }

    def _term(self, category: CategoryCode, term: str) -> str:
        if term in self._terms.values():
            return term
        if term in self._terms:
            return self._terms[term]
        raise TermMissing(target=self._name, term=term, category=category)

    def put_media(self, file: Attachment, content: bytes) -> Media:
        """Keep the file; the same bytes are kept once, under their first name."""
        if sha256(content) != file.sha256:
            raise ContentRefused(
                target=self._name, problem=f"{file.name}: SHA-256 ≠ {file.sha256}"
            )
        with self._lock:
            if file.sha256 not in self._media:
                url = f"{self._home}media/{file.sha256[:16]}"
                media = Media(sha256=file.sha256, id=str(self._next_id()), url=url)
                self._media[file.sha256] = (media, content)
            return self._media[file.sha256][0]

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def prepared(self, post: Post) -> Post:
        """Return `post`: nothing in it is dangerous here."""
        return post

    @property
    def bulk(self) -> Bulk | None:
        """How it takes many posts: one after the other."""
        return OneByOne(target=self, size=AT_ONCE)

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        """Return the oldest post with our key; the younger drafts go to the trash."""
        del deep  # a post cannot be moved away from its key here
        with self._lock:
            ours = [i for i, held in self._posts.items() if held.post.key == post.key]
            live = [i for i in ours if self._posts[i].state is PostState.LIVE]
            if len(live) > 1:
                raise SeveralPosts(target=self._name, posts=live)
            if not ours:
                return None
            # A public post outranks an older draft: readers may have its address.
            kept = next(iter(live + self._untrashed(ours) + ours))
            for other in self._untrashed(ours):
                if other != kept:
                    self._change(other, state=PostState.TRASHED)
            return self._stored(kept)

    def _untrashed(self, ids: list[str]) -> list[str]:
        return [i for i in ids if self._posts[i].state is not PostState.TRASHED]

    def put_draft(self, post: Post) -> StoredPost:
        """Create a draft, whether or not there is one with this key already."""
        with self._lock:
            post_id = str(self._next_id())
            self._posts[post_id] = _Held(post=post, state=PostState.DRAFT, version=1)
            return self._stored(post_id)

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """Replace the text; raise PostChanged, PostMissing."""
        with self._lock:
            held = self._there(post_id)
            if str(held.version) != expect:
                raise PostChanged(target=self._name, post=post_id, item=held.post.key)
            return self._change(post_id, post=post)

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        """Make it public; raise PostMissing."""
        with self._lock:
            held = self._there(post_id)
            if held.state is PostState.LIVE:
                return self._stored(post_id)
            date = at or held.date or self._now()
            return self._change(post_id, state=PostState.LIVE, date=date)

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Make it a draft again; None if there is none."""
        with self._lock:
            held = self._posts.get(post_id)
            if held is None:
                return None
            if held.state is not PostState.LIVE:
                return self._stored(post_id)
            return self._change(post_id, state=PostState.DRAFT)

    def read(self, post_id: str) -> StoredPost:
        """Return it, in whatever state; raise PostMissing."""
        with self._lock:
            if post_id not in self._posts:
                raise PostMissing(target=self._name, post=post_id)
            return self._stored(post_id)

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Compare every part; there are losses only if somebody edited the post."""
        return exact_losses(self._name, sent, stored)

    def unprepared(self, stored: StoredPost, sent: Post) -> Post:
        """Return `sent` with what is held: nothing was added to it."""
        return replace(
            sent,
            slug=stored.slug,
            title=stored.title,
            body=stored.body,
            excerpt=stored.excerpt,
            terms=stored.terms,
            featured=stored.featured,
        )

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """Yield each post that has a key and is not in the trash."""
        with self._lock:
            kept = [
                (self._posts[i].post.key, self._stored(i))
                for i in self._untrashed(list(self._posts))
            ]
        yield from ((key, stored) for key, stored in kept if key)

    def trash(self, post_id: str) -> None:
        """Put a post in the trash; raise PostChanged if it is public."""
        with self._lock:
            held = self._posts.get(post_id)
            if held is None or held.state is PostState.TRASHED:
                return
            if held.state is PostState.LIVE:
                raise PostChanged(target=self._name, post=post_id, item=held.post.key)
            self._change(post_id, state=PostState.TRASHED)

    def everything(self) -> list[StoredPost]:
        """Return all posts, oldest first, trash included, as an administrator sees."""
        with self._lock:
            return [self._stored(post_id) for post_id in self._posts]

    def edit(self, post_id: str, *, body: str) -> None:
        """Change a post behind the connector's back."""
        with self._lock:
            held = self._posts[post_id]
            self._change(post_id, post=replace(held.post, body=body))

    def throw_away(self, post_id: str) -> None:
        """Put a post in the trash behind the connector's back, public or not."""
        with self._lock:
            self._change(post_id, state=PostState.TRASHED)

    def public(self) -> dict[str, bytes]:
        """Return all that an anonymous reader can fetch: address → bytes."""
        with self._lock:
            held = sorted(
                (p for p in self._posts.items() if p[1].state is PostState.LIVE),
                key=lambda p: (p[1].date or self._now(), int(p[0])),
                reverse=True,
            )
            pages = {self._url(h.post): _page(i, h) for i, h in held}
            files = {media.url: content for media, content in self._media.values()}
        links = "".join(f'<li><a href="{url}">{url}</a></li>' for url in pages)
        lists = {self._home: f"<!doctype html><ul>{links}</ul>".encode()}
        return {**lists, **pages, **files}

    def _there(self, post_id: str) -> _Held:
        held = self._posts.get(post_id)
        if held is None or held.state is PostState.TRASHED:
            raise PostMissing(target=self._name, post=post_id)
        return held

    def _change(
        self,
        post_id: str,
        *,
        post: Post | None = None,
        state: PostState | None = None,
        date: datetime | None = None,
    ) -> StoredPost:
        held = self._posts[post_id]
        self._posts[post_id] = _Held(
            post=post or held.post,
            state=state or held.state,
            version=held.version + 1,
            date=date or held.date,
        )
        return self._stored(post_id)

    def _url(self, post: Post) -> str:
        return f"{self._home}{post.slug}/"

    def _stored(self, post_id: str) -> StoredPost:
        held = self._posts[post_id]
        return StoredPost(
            id=post_id,
            state=held.state,
            url=self._url(held.post),
            slug=held.post.slug,
            title=held.post.title,
            body=held.post.body,
            excerpt=held.post.excerpt,
            terms=held.post.terms,
            featured=held.post.featured,
            version=str(held.version),
            date=held.date,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class OneByOne:
    """
    Many posts, for a site that bears one at a time. Implements ports.target.Bulk.

    It asks the target itself, so that one which misbehaves does so here, too.
    """

    target: Target
    size: int

    def find(
        self, posts: Sequence[Post], *, deep: bool = True
    ) -> list[StoredPost | TargetError | None]:
        """Look for each."""
        return [_outcome(self.target.find, post, deep=deep) for post in posts]

    def put_draft(self, posts: Sequence[Post]) -> list[StoredPost | TargetError]:
        """Create each."""
        return [_outcome(self.target.put_draft, post) for post in posts]

    def go_live(
        self, posts: Sequence[tuple[str, datetime | None]]
    ) -> list[StoredPost | TargetError]:
        """Make each public."""
        return [_outcome(self.target.go_live, post_id, at=at) for post_id, at in posts]


def _outcome(ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | TargetError:
    try:
        return ask(*args, **kwargs)
    except TargetError as error:
        return error


def _page(post_id: str, held: _Held) -> bytes:
    post = held.post
    date = held.date.isoformat() if held.date else ""
    title = html.escape(post.title)
    return (
        f'<!doctype html><html lang="{html.escape(post.language)}"><head>'
        f'<meta charset="utf-8"><title>{title}</title>'
        f'<meta property="article:published_time" content="{date}"></head>'
        f'<body class="post postid-{post_id}"><article><h1>{title}</h1>\n{post.body}'
        "</article></body></html>"
    ).encode()
