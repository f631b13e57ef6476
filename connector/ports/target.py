"""What a CMS must be able to do for connector."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from connector.domain.errors import TargetError
from connector.domain.item import Attachment, CategoryCode
from connector.domain.publication import (
    Capabilities,
    Loss,
    Media,
    Post,
    Probe,
    StoredPost,
)


class Target(Protocol):
    """
    One site.

    To add a kind of CMS: one file in targets/ and one line in the contract test.
    Every method may raise any TargetError; an adapter lets no other exception out.
    """

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What this kind can do."""
        ...

    def probe(self) -> Probe:
        """
        Ask the site who we are there and what we may do.

        Raises:
            CredentialsRefused, NotOurAnswer, NotSent, Unclear.
        """
        ...

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        """
        Return the site's own, stable id for each configured term.

        Args:
            terms: category → `term` of categories.toml: an id, or a slug.

        Raises:
            TermMissing: the site has no such term. None is ever made.
        """
        ...

    def put_media(self, file: Attachment, content: bytes) -> Media:
        """Make the site hold the file; the same bytes are held once."""
        ...

    def prepared(self, post: Post) -> Post:
        """
        Return `post` exactly as this target will send it. Pure.

        Outside text is made harmless here (shortcodes, block comments), and the
        target's mark is added.
        """
        ...

    @property
    def bulk(self) -> "Bulk | None":
        """How it takes many posts with one request; None if it does not."""
        ...

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        """
        Return the post with our key, in any state, trash included; None if surely none.

        If several carry it, the oldest is kept and the drafts among the others go to
        the trash.

        Args:
            post: a prepared post.
            deep: also look where a person may have moved it, which can be slow. False
                where nobody can have: nothing with this key was sent before, or it was
                created just now.

        Raises:
            SeveralPosts: more than one of them is public.
            Unclear: the site did not answer well enough to say “none”.
        """
        ...

    def put_draft(self, post: Post) -> StoredPost:
        """
        Create a draft. Sent once, never repeated; look with `find` first.

        Raises:
            Unclear: it may have been created. Only `find` can tell.
        """
        ...

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """
        Make post `post_id` say `post`, in the state it is in.

        Args:
            post_id: the site's id.
            post: a prepared post.
            expect: the version that may be replaced.

        Raises:
            PostChanged: it has another version: somebody changed it.
            PostMissing: it is gone, or in the trash.
        """
        ...

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        """
        Make the post public; harmless if it already is.

        Args:
            post_id: the site's id.
            at: the date that readers are shown, not in the future; now if None.

        Raises:
            PostMissing: it is gone, or in the trash.
        """
        ...

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Take the post off the public site; harmless if it already is."""
        ...

    def read(self, post_id: str) -> StoredPost:
        """
        Return the post as stored.

        Raises:
            PostMissing: there is none.
        """
        ...

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Return every difference between what was sent and what is stored. Pure."""
        ...

    def unprepared(self, stored: StoredPost, sent: Post) -> Post:
        """
        Return `sent` with what the site holds in its place. Pure.

        The reverse of `prepared`: our mark and what was made harmless are undone, so
        that an unchanged post comes back as the post it was prepared from.
        """
        ...

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """
        Yield every post that carries a mark of ours, with its key, trash left out.

        For reconciling: posts are read in pages, none is changed.
        """
        ...

    def trash(self, post_id: str) -> None:
        """
        Put a post in the trash; harmless if it already is, or is gone.

        Raises:
            PostChanged: it is public. `withdraw` is for that.
        """
        ...


class Bulk(Protocol):
    """
    How a target takes many posts with one request.

    Each method returns one outcome for each post, in the order of the posts: what the
    method of the same purpose of Target would return or raise for it alone. An error
    that befell the whole request stands in the place of each.
    """

    @property
    def size(self) -> int:
        """How many posts are best given at once."""
        ...

    def find(
        self, posts: Sequence[Post], *, deep: bool = True
    ) -> Sequence[StoredPost | TargetError | None]:
        """Look for each post; see Target.find."""
        ...

    def put_draft(self, posts: Sequence[Post]) -> Sequence[StoredPost | TargetError]:
        """Create each as a draft, once; see Target.put_draft."""
        ...

    def go_live(
        self, posts: Sequence[tuple[str, datetime | None]]
    ) -> Sequence[StoredPost | TargetError]:
        """Make each public: the site's id, and the date; see Target.go_live."""
        ...
