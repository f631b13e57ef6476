"""A static public website in a folder. Implements ports.target.Target."""

import os
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import metadata
from itertools import chain
from pathlib import Path

from connector.domain.errors import (
    ContentRefused,
    NotSent,
    PostChanged,
    PostMissing,
    TermMissing,
    Unclear,
)
from connector.domain.item import Attachment, CategoryCode, sha256
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
from connector.markup import clean
from connector.targets.site.options import SLUG, Options
from connector.targets.site.pages import Pages
from connector.targets.site.public import Public
from connector.targets.site.state import Record, State

EXTENSIONS = frozenset(
    "avif csv doc docx epub gif jpeg jpg mp3 mp4 odp ods odt pdf png ppt pptx rtf txt"
    " webp xls xlsx zip".split()
)
"""What a web server may offer under its own name; it would run .php or show .html."""

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no feed may have: one of them makes all of it unreadable."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def connect(
    name: str,
    *,
    options: Options,
    folder: Path,
    now: Callable[[], datetime] = utc_now,
) -> "SiteTarget":
    """
    Return the site. Nothing is read or written before it is first asked something.

    Args:
        name: the table name in config/targets.toml.
        options: the table.
        folder: where a relative `options.folder` starts.
        now: the clock that dates the posts.
    """
    public = folder / options.folder
    public = public.parent.resolve() / public.name
    state = State(public.with_name(f"{public.name}.state"), target=name)
    return SiteTarget(
        name,
        options=options,
        state=state,
        pages=Pages(options),
        public=Public(public, state.folder / "trees", target=name),
        now=now,
    )


class SiteTarget:
    """
    One static site.

    A post's id is its key, so the site can never hold two posts with the same one.
    The posts are the truth, the public folder follows from them: a change makes the
    new public site first, which nobody sees yet, then stores the post, then swaps.
    A crash before the post is stored leaves everything as it was; after it, whoever
    asks the site anything next makes the public folder follow.
    """

    def __init__(
        self,
        name: str,
        *,
        options: Options,
        state: State,
        pages: Pages,
        public: Public,
        now: Callable[[], datetime],
    ) -> None:
        self._name = name
        self._options = options
        self._state = state
        self._pages = pages
        self._public = public
        self._now = now

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        return self._name

    @property
    def capabilities(self) -> Capabilities:
        """What this kind can do."""
        return Capabilities(key_conflict="refuse")

    def probe(self) -> Probe:
        """
        Say that we may write where the site is; make it if there is none yet.

        Raises:
            NotSent: we may not, or the disk is full.
            NotOurAnswer: the public folder holds something of somebody else.
        """
        with self._alone():
            return Probe(
                who=f"uid {os.geteuid()}",
                software=f"connector {metadata.version('library-connector')}",
                may_create=True,
                may_publish=True,
                may_upload=True,
                keeps_html=True,
                details={"state": str(self._state.folder)},
            )

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        """Return the terms: a section's id is its slug; raise TermMissing."""
        for category, term in terms.items():
            if term not in self._options.sections:
                raise TermMissing(target=self._name, term=term, category=category)
        return dict(terms)

    def put_media(self, file: Attachment, content: bytes) -> Media:
        """Keep the file; readers get it with the first live post that uses it."""
        if sha256(content) != file.sha256:
            problem = f"{file.name}: SHA-256 ≠ {file.sha256}"
            raise ContentRefused(target=self._name, problem=problem)
        with self._alone():
            start = file.sha256[:16]
            name = self._state.media_called(start)
            if name is None:
                name = f"{start}-{ascii_name(file.name)}"
                self._state.put_media(name, content)
            elif self._state.media(name).read_bytes() != content:
                # The public file is the same file under another name, and somebody
                # changed it: the next site that is made shows the right one again.
                self._state.put_media(name, content)
        return Media(sha256=file.sha256, id=name, url=self._pages.media_url(name))

    def prepared(self, post: Post) -> Post:
        """Return `post`, its body cleaned."""
        return replace(post, body=clean(post.body))

    @property
    def bulk(self) -> None:
        """There are no requests here that could be saved."""
        return None

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        """Return the post with our key."""
        del deep  # a post cannot be moved away from its key here
        with self._alone():
            record = self._state.get(post.key)
        return self._stored(post.key, record) if record else None

    def put_draft(self, post: Post) -> StoredPost:
        """Create a draft; raise Unclear if there is a post with this key already."""
        with self._alone():
            if self._state.get(post.key):
                raise Unclear(target=self._name, problem=f"{post.key}.json exists")
            self._accept(post.key, post)
            return self._change(post.key, self._said(post))

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """Replace the text and make the page again; raise PostChanged, PostMissing."""
        with self._alone():
            before = self._there(post_id)
            if before.version != expect:
                raise PostChanged(target=self._name, post=post_id, item=post.key)
            self._accept(post_id, post)
            return self._change(post_id, self._said(post, before))

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        """Show the post to readers; raise PostMissing."""
        with self._alone():
            before = self._there(post_id)
            if before.live:
                return self._stored(post_id, before)
            return self._change(post_id, self._moved(before, PostState.LIVE, at))

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Make the post a draft again; None if there is none."""
        with self._alone():
            before = self._state.get(post_id)
            if before is None:
                return None
            if not before.live:
                return self._stored(post_id, before)
            return self._change(post_id, self._moved(before, PostState.DRAFT))

    def read(self, post_id: str) -> StoredPost:
        """Return the post in whatever state; raise PostMissing."""
        with self._alone():
            record = self._state.get(post_id)
        if record is None:
            raise PostMissing(target=self._name, post=post_id)
        return self._stored(post_id, record)

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Compare every part; there are losses only if somebody edited the post."""
        return exact_losses(self._name, sent, stored)

    def unprepared(self, stored: StoredPost, sent: Post) -> Post:
        """Return `sent` with what is stored: what was cleaned away stays away."""
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
        """Yield every post that is not in the trash: nobody else writes here."""
        with self._alone():
            records = self._state.records()
        for key, record in records.items():
            if record.state is not PostState.TRASHED:
                yield key, self._stored(key, record)

    def trash(self, post_id: str) -> None:
        """Keep the post where nobody finds it; raise PostChanged if it is public."""
        with self._alone():
            before = self._state.get(post_id)
            if before is None or before.state is PostState.TRASHED:
                return
            if before.live:
                raise PostChanged(target=self._name, post=post_id, item=post_id)
            self._change(post_id, self._moved(before, PostState.TRASHED))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the lock over a public folder that shows what the posts say."""
        try:
            with self._state.locked():
                shown = self._public.shows(self._pages.layout)
                if not (self._state.settled and shown):
                    self._show(self._made(self._state.records()))
                yield
        except OSError as error:
            # Every error after a post was stored is Unclear already, in `_change`.
            raise NotSent(target=self._name, problem=str(error)) from error

    def _change(self, key: str, record: Record) -> StoredPost:
        before = self._state.get(key)
        seen = record.live or (before is not None and before.live)
        # Whatever can go wrong with a page goes wrong here, before anything is stored.
        tree = self._made({**self._state.records(), key: record}) if seen else None
        try:
            if tree:
                self._state.unsettle()
            self._state.put(key, record)
            if tree:
                self._show(tree)
        except OSError as error:
            raise Unclear(target=self._name, problem=str(error)) from error
        return self._stored(key, record)

    def _made(self, records: Mapping[str, Record]) -> Path:
        media = {name: self._state.media(name) for name in self._pages.media(records)}
        return self._public.make(self._pages.layout, self._pages.all(records), media)

    def _show(self, tree: Path) -> None:
        self._public.show(tree)
        self._state.settle()

    def _there(self, post_id: str) -> Record:
        record = self._state.get(post_id)
        if record is None or record.state is PostState.TRASHED:
            raise PostMissing(target=self._name, post=post_id)
        return record

    def _accept(self, key: str, post: Post) -> None:
        """Refuse what would stand outside its own folder of the site, or be lost."""
        for term in post.terms or ("",):
            if term not in self._options.sections:
                raise TermMissing(target=self._name, term=term, category=post.category)
        problems = chain(
            (f"slug “{name}”" for name in (key, post.slug) if not _is_slug(name)),
            (f"U+{ord(c):04X}" for c in NOT_XML.findall(post.title + post.excerpt)),
            (f"media/{n} is missing" for n in _media(post) if not self._has(n)),
            (
                f"{post.slug} is the slug of {other}"
                for other, record in self._state.records().items()
                if other != key and record.slug == post.slug
            ),
        )
        for problem in problems:
            raise ContentRefused(target=self._name, problem=problem)

    def _has(self, media: str) -> bool:
        return self._state.media(media).is_file()

    def _said(self, post: Post, before: Record | None = None) -> Record:
        return Record(
            state=before.state if before else PostState.DRAFT,
            changes=before.changes + 1 if before else 1,
            slug=post.slug,
            title=post.title,
            body=post.body,
            excerpt=post.excerpt,
            language=post.language,
            terms=post.terms,
            featured=post.featured,
            media=tuple(media.id for media in post.media),
            changed_at=self._now(),
            live_since=before.live_since if before else None,
        )

    def _moved(
        self, before: Record, state: PostState, at: datetime | None = None
    ) -> Record:
        now = self._now()
        since = at or before.live_since
        if state is PostState.LIVE:
            since = since or now
        return before.model_copy(
            update={
                "state": state,
                "changes": before.changes + 1,
                "changed_at": now,
                "live_since": since,
            }
        )

    def _stored(self, key: str, record: Record) -> StoredPost:
        return StoredPost(
            id=key,
            state=record.state,
            url=self._pages.url(record),
            slug=record.slug,
            title=record.title,
            body=record.body,
            excerpt=record.excerpt,
            terms=record.terms,
            featured=record.featured,
            version=record.version,
            date=record.live_since,
        )


def ascii_name(name: str) -> str:
    """Return a file name that every server and browser keeps as it is."""
    stem, _, extension = name.rpartition(".")
    plain = unicodedata.normalize(
        "NFD", (stem or name).replace("đ", "d").replace("Đ", "d")
    )
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in _bare(plain))
    safe = extension.lower() if extension.lower() in EXTENSIONS else "bin"
    return f"{'-'.join(words.lower().split())[:60].strip('-') or 'file'}.{safe}"


def _is_slug(name: str) -> bool:
    return SLUG.fullmatch(name) is not None


def _bare(decomposed: str) -> str:
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _media(post: Post) -> set[str]:
    return {name for name in (*(m.id for m in post.media), post.featured) if name}
