"""One WordPress, as the port ports.target.Target sees it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from connector.domain.errors import (
    ContentRefused,
    PostChanged,
    PostMissing,
    TermMissing,
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
from connector.targets.wordpress import doctor, losses, media, posts
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress.api import Api
from connector.targets.wordpress.bulk import Batches
from connector.targets.wordpress.lookup import Lookup
from connector.targets.wordpress.posts import POSTS, Kind

_IN_BATCHES = Capabilities(key_conflict="suffix")
_ONE_BY_ONE = Capabilities(key_conflict="suffix", parallel=4)
"""Two cores of a WordPress are busy with four requests; with batches, one keeps both
busy."""
_OFF_THE_SITE = {PostState.DRAFT, PostState.TRASHED}


class WordPress:
    """Implements ports.target.Target."""

    def __init__(self, api: Api, *, kind: Kind = POSTS) -> None:
        self._api = api
        self._kind = kind
        self._lookup = Lookup(api, kind)
        self._batches = Batches(api, kind, self._lookup)

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        return self._api.asks.target

    @property
    def capabilities(self) -> Capabilities:
        """What WordPress can do."""
        can = _IN_BATCHES if self._batches.taken else _ONE_BY_ONE
        return replace(can, key_conflict="replay") if self._api.replays else can

    @property
    def bulk(self) -> Batches | None:
        """Batches, until the site has once said that it takes none."""
        return self._batches if self._batches.taken else None

    def probe(self) -> Probe:
        """Ask who we are there, what we may do, and what is set up badly."""
        return doctor.probe(self._api, self._kind)

    def resolve_terms(
        self, terms: Mapping[CategoryCode, str]
    ) -> Mapping[CategoryCode, str]:
        """
        Return the category id for each id or slug.

        Asked each time: WordPress drops a category that was deleted meanwhile from
        the post, says 201, and files the post under none.
        """
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
        return posts.unprepared(stored, sent)

    def find(self, post: Post, *, deep: bool = True) -> StoredPost | None:
        """Return the one post with our key; drafts beside it go to the trash."""
        return self._lookup.find(post, deep=deep)

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """Yield every post with a mark of ours, page by page."""
        return self._lookup.ours()

    def put_draft(self, post: Post) -> StoredPost:
        """
        Create a draft, once; where our slug is taken it gets another one.

        Where the site has our plugin, the request is repeated after an unclear answer.
        """
        try:
            payload = self._api.drafter.create(
                self._kind.route,
                json=posts.draft_of(post, self._kind),
                params=self._lookup.for_editing,
                action=Action.CREATE,
                key=post.key,
            )
        except ContentRefused as error:
            raise posts.explained(error, post) from error
        stored = self._lookup.stored(payload)
        if not posts.is_ours(stored, post):
            raise self._lookup.not_ours()
        return stored

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """
        Make the post say `post`. Its slug, status and date stay as they are.

        WordPress has no lock: somebody who saves between our look and our write, some
        30 ms, is overwritten, and has a revision to go back to.
        """
        before = self._lookup.there(post_id)
        if before.version != expect:
            raise PostChanged(target=self.name, post=post_id, item=post.key)
        fields = posts.fields_of(post, self._kind)
        try:
            return self._stored(post_id, self._set(post_id, fields, Action.CHANGE))
        except ContentRefused as error:
            raise posts.explained(error, post) from error

    def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
        """
        Publish the post; what came of it stands in the state that is returned.

        It is read first, since WordPress takes a post out of the trash to publish it,
        and has no request that publishes a draft only.
        """
        before = self._lookup.there(post_id)
        if before.state is PostState.LIVE:
            return before
        payload = self._set(post_id, posts.public(at), Action.PUBLISH)
        after = self._stored(post_id, payload)
        if after.state is PostState.SCHEDULED:
            # Its clock is behind ours, or somebody had scheduled it: its own time
            # is not in its future.
            now = posts.public(posts.time_in(payload, "modified_gmt"))
            after = self._stored(post_id, self._set(post_id, now, Action.PUBLISH))
        return after

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Make the post a draft again; nothing of it is lost."""
        try:
            before = self.read(post_id)
        except PostMissing:
            return None
        if before.state in _OFF_THE_SITE:
            return before
        draft = {"status": "draft"}
        return self._stored(post_id, self._set(post_id, draft, Action.WITHDRAW))

    def trash(self, post_id: str) -> None:
        """Put the post in the trash; raise PostChanged if readers can see it."""
        try:
            before = self.read(post_id)
        except PostMissing:
            return
        if before.state is PostState.LIVE:
            raise PostChanged(target=self.name, post=post_id, item=before.slug)
        self._lookup.trash(post_id)

    def read(self, post_id: str) -> StoredPost:
        """Return the post as stored; raise PostMissing."""
        return self._lookup.read(post_id)

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Return every difference between what was sent and what is stored."""
        return losses.losses(sent, stored)

    def _term(self, category: CategoryCode, term: str) -> str:
        # By slug, since a name is only searched for, and by parts of it.
        which = "include" if term.isdigit() else "slug"
        answer = self._api.get(self._kind.terms, {which: term}, action=Action.READ)
        if not isinstance(answer, list):
            raise self._lookup.not_ours()
        for found in answer:
            match found:
                case {"id": int() as number, "slug": str() as slug} if term in {
                    str(number),
                    slug,
                }:
                    return str(number)
        raise TermMissing(target=self.name, term=term, category=category)

    def _set(
        self, post_id: str, fields: Mapping[str, object], action: Action
    ) -> dict[str, object]:
        payload = self._api.set(
            f"{self._kind.route}/{post_id}",
            fields,
            params=self._lookup.for_editing,
            action=action,
        )
        if not isinstance(payload, dict):
            raise self._lookup.not_ours()
        return payload

    def _stored(self, post_id: str, payload: object) -> StoredPost:
        return self._lookup.stored(payload, post_id=post_id)
