"""One WordPress by XML-RPC, as the port ports.target.Target sees it."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from xmlrpc.client import Fault

from wordpress_xmlrpc.methods.posts import EditPost, NewPost
from wordpress_xmlrpc.methods.taxonomies import GetTerm, GetTerms

from connector.domain.errors import (
    ContentRefused,
    PostChanged,
    PostMissing,
    TargetError,
    TermMissing,
    Unclear,
)
from connector.domain.item import Attachment, CategoryCode
from connector.domain.publication import (
    Capabilities,
    Loss,
    Media,
    Post,
    PostState,
    Probe,
    StoredPost,
)
from connector.targets.wordpress import losses
from connector.targets.wordpress import posts as wordpress
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress_xmlrpc import doctor, media, posts
from connector.targets.wordpress_xmlrpc.api import Api
from connector.targets.wordpress_xmlrpc.faults import MISSING, NEWER, other_result
from connector.targets.wordpress_xmlrpc.lookup import Lookup
from connector.targets.wordpress_xmlrpc.posts import POSTS, Held, Kind

_CAPABILITIES = Capabilities(key_conflict="suffix", parallel=2)
_NEWER = frozenset({NEWER})
_WILL_BE_READ = {PostState.LIVE, PostState.SCHEDULED}
_OFF_THE_SITE = {PostState.DRAFT, PostState.TRASHED}


class WordPressXmlRpc:
    """Implements ports.target.Target."""

    def __init__(self, api: Api, *, kind: Kind = POSTS) -> None:
        self._api = api
        self._kind = kind
        self._lookup = Lookup(api, kind)

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        return self._api.asks.target

    @property
    def capabilities(self) -> Capabilities:
        """What WordPress can do by XML-RPC."""
        return _CAPABILITIES

    @property
    def bulk(self) -> None:
        """None: `system.multicall` is shut where brute force has used it."""
        return None

    def probe(self) -> Probe:
        """Ask who we are there, what we may do, and what is set up badly."""
        return doctor.probe(self._api, self._kind)

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        """Return the category id for each id or slug; none is ever made."""
        return {
            category: self._term(category, term) for category, term in terms.items()
        }

    def put_media(self, file: Attachment, content: bytes) -> Media:
        """Upload the file unless the site holds it; see `media`."""
        return media.put(self._api, file, content)

    def prepared(self, post: Post) -> Post:
        """Return the post defused, with our mark in a comment at its end."""
        return posts.prepared(post)

    def unprepared(self, stored: StoredPost, sent: Post) -> Post:
        """Return `sent` with what is stored, as it was before it was prepared."""
        return wordpress.unprepared(stored, sent)

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        """Return the one post with our key; drafts beside it go to the trash."""
        return self._lookup.find(post, deep=deep)

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """Yield every post with a mark of ours, page by page."""
        return self._lookup.ours()

    def put_draft(self, post: Post) -> StoredPost:
        """
        Create a draft, once, and read it back: WordPress tells no more than its id.

        Raises:
            Unclear: it may have been created; or it was, and cannot be read.
        """
        try:
            draft = posts.draft_of(post, self._kind)
            told = self._api.create(NewPost(draft), action=Action.CREATE)
        except ContentRefused as refused:
            raise self._not_made(refused, post) from None
        try:
            held = self._lookup.read(str(told))
        except TargetError as error:
            # Whatever this says, the post is there: “not sent” would be a lie.
            raise Unclear(target=self.name, problem=str(error)) from None
        if not held.is_ours(post):
            raise other_result(self._api.asks)
        return held.post

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """
        Make the post say `post`. Its slug, status and date stay as they are.

        WordPress itself refuses the change if somebody else's came first, unless it
        came within the same second.
        """
        before = self._lookup.there(post_id)
        newer = PostChanged(target=self.name, post=post_id, item=post.key)
        if before.post.version != expect:
            raise newer
        changes = posts.changes(post, before, self._kind)
        if not changes:
            return before.post
        stamp = posts.stamp_of(post, expect=expect)
        changes |= posts.stamped(before, stamp) | posts.guard(before)
        try:
            return self._set(post_id, changes, Action.CHANGE, leave=_NEWER).post
        except ContentRefused as refused:
            self._look_for_terms(post)
            raise refused from None
        except Fault:
            # An answer may have got lost, and what was refused was the repeat.
            after = self._lookup.there(post_id)
            if after.stamp == stamp:
                return after.post
            raise newer from None

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        """
        Publish the post; what came of it stands in the state that is returned.

        It is read first, since WordPress takes a post out of the trash to publish it;
        one that is trashed in between is left there, too.
        """
        before = self._lookup.there(post_id)
        if before.post.state is PostState.LIVE:
            return before.post
        fields = posts.public(at) | posts.guard(before)
        try:
            after = self._set(post_id, fields, Action.PUBLISH, leave=_NEWER)
        except Fault:
            # An answer may have got lost, and what was refused was the repeat.
            after = self._lookup.there(post_id)
            if after.post.state not in _WILL_BE_READ:
                raise PostChanged(
                    target=self.name, post=post_id, item=after.post.slug
                ) from None
        if after.post.state is PostState.SCHEDULED:
            # Its clock is behind ours, or somebody had scheduled it: its own time is
            # not in its future.
            now = posts.public(after.modified or datetime.now(UTC))
            after = self._set(post_id, now, Action.PUBLISH)
        return after.post

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Make the post a draft again; nothing of it is lost."""
        try:
            before = self.read(post_id)
        except PostMissing:
            return None
        if before.state in _OFF_THE_SITE:
            return before
        return self._set(post_id, {"post_status": "draft"}, Action.WITHDRAW).post

    def trash(self, post_id: str) -> None:
        """Put the post in the trash; raise PostChanged if readers can see it."""
        self._lookup.trash(post_id)

    def read(self, post_id: str) -> StoredPost:
        """Return the post as stored; raise PostMissing."""
        return self._lookup.read(post_id).post

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Return every difference between what was sent and what is stored."""
        return losses.losses(sent, stored)

    def _set(
        self,
        post_id: str,
        fields: Mapping[str, Any],
        action: Action,
        *,
        leave: frozenset[int] = frozenset(),
    ) -> Held:
        """Change the post and read it back; see Api for `leave`."""
        method = EditPost(post_id, dict(fields))
        self._api.set(method, action=action, leave=leave)
        return self._lookup.read(post_id)

    def _not_made(self, refused: ContentRefused, post: Post) -> TargetError:
        """
        Return the error that says why a post was not made, or that it may have been.

        A plugin may have broken off what was stored already, with a Fault of its own.
        """
        try:
            self._look_for_terms(post)
            made = self._lookup.find(post, deep=False)
        except TermMissing as missing:
            return missing
        except TargetError as error:
            return Unclear(target=self.name, problem=str(error))
        if made is not None:
            return Unclear(target=self.name, problem=refused.facts["problem"])
        return refused

    def _look_for_terms(self, post: Post) -> None:
        """Raise TermMissing if a refusal came from a category that is gone."""
        for term in post.terms:
            self._term(post.category, term)

    def _term(self, category: CategoryCode, term: str) -> str:
        found = self._by_id(term) if term.isdigit() else self._by_slug(term)
        if found is None:
            raise TermMissing(target=self.name, term=term, category=category)
        return found

    def _by_id(self, term: str) -> str | None:
        method = GetTerm(self._kind.taxonomy, term)
        try:
            found = self._api.ask(method, leave=frozenset({MISSING}))
        except Fault:
            return None
        match found:
            case {"term_id": str() as number} if number == term:
                return number
            case _:
                raise other_result(self._api.asks)

    def _by_slug(self, term: str) -> str | None:
        """Search for parts of names and slugs, and take the one of just this slug."""
        method = GetTerms(self._kind.taxonomy, {"search": term})
        listed = self._api.ask(method)
        if not isinstance(listed, list):
            raise other_result(self._api.asks)
        for found in listed:
            match found:
                case {"term_id": str() as number, "slug": str() as slug} if (
                    slug == term and number.isdecimal()
                ):
                    return number
                case _:
                    pass
        return None
