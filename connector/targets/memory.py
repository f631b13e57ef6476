"""A site that forgets everything: for tests, and for trying things out."""

import html
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict

from connector.domain.errors import (
    ContentRefused,
    PostChanged,
    PostMissing,
    SeveralPosts,
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
    was_live: int = 0
    """The order in which posts first went live; 0 for never."""


class MemoryTarget:
    """
    A site in memory. Implements ports.target.Target.

    It keeps what it is sent, exactly, and lets several threads in. A test that wants
    it to misbehave subclasses it. Like most CMSs it takes a second post with the
    same key.
    """

    def __init__(self, name: str, *, terms: Mapping[str, str] = TERMS) -> None:
        self._name = name
        self._terms = terms
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

    def find(self, post: Post) -> StoredPost | None:
        """Return the oldest post with our key; the younger drafts go to the trash."""
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

    def go_live(self, post_id: str) -> StoredPost:
        """Make it public; raise PostMissing."""
        with self._lock:
            held = self._there(post_id)
            if held.state is PostState.LIVE:
                return self._stored(post_id)
            was_live = held.was_live or self._next_id()
            return self._change(post_id, state=PostState.LIVE, was_live=was_live)

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

    def everything(self) -> list[StoredPost]:
        """Return all posts, oldest first, trash included, as an administrator sees."""
        with self._lock:
            return [self._stored(post_id) for post_id in self._posts]

    def edit(self, post_id: str, *, body: str) -> None:
        """Change a post behind the connector's back."""
        with self._lock:
            held = self._posts[post_id]
            self._change(post_id, post=replace(held.post, body=body))

    def trash(self, post_id: str) -> None:
        """Put a post in the trash behind the connector's back."""
        with self._lock:
            self._change(post_id, state=PostState.TRASHED)

    def public(self) -> dict[str, bytes]:
        """Return all that an anonymous reader can fetch: address → bytes."""
        with self._lock:
            held = [p for p in self._posts.items() if p[1].state is PostState.LIVE]
            held.sort(key=lambda post: post[1].was_live, reverse=True)
            pages = {self._url(h.post): _page(i, h.post) for i, h in held}
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
        was_live: int | None = None,
    ) -> StoredPost:
        held = self._posts[post_id]
        self._posts[post_id] = _Held(
            post=post or held.post,
            state=state or held.state,
            version=held.version + 1,
            was_live=was_live or held.was_live,
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
        )


def _page(post_id: str, post: Post) -> bytes:
    title = html.escape(post.title)
    return (
        f'<!doctype html><html lang="{html.escape(post.language)}"><head>'
        f'<meta charset="utf-8"><title>{title}</title></head>'
        f'<body class="post postid-{post_id}"><article><h1>{title}</h1>\n{post.body}'
        "</article></body></html>"
    ).encode()
