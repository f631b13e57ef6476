"""One WordPress, as the port ports.target.Target sees it."""

from collections.abc import Mapping

from connector.domain.errors import (
    NotOurAnswer,
    PostChanged,
    PostMissing,
    SeveralPosts,
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
from connector.targets.wordpress.answers import (
    OTHER_ANSWER,
    Action,
    code_of,
    json_of,
    not_our_answer,
    payload_of,
)
from connector.targets.wordpress.api import Api, Params

_POSTS = "wp/v2/posts"
_CATEGORIES = "wp/v2/categories"
_MOST = 100
"""Items on one page of a list; WordPress gives no more."""
_OK = 200
_MISSING = "rest_post_invalid_id"
_GONE_ALREADY = {_MISSING, "rest_already_trashed"}
_FOR_EDITING: Params = {"context": "edit", "_fields": posts.FIELDS}
"""
An anonymous caller does not get this: WordPress answers a wrong password with the
public posts and 200, and then “not found” would be a lie.
"""
_CAPABILITIES = Capabilities(key_conflict="suffix")
_WILL_BE_READ = {PostState.LIVE, PostState.SCHEDULED}


class WordPress:
    """Implements ports.target.Target."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @property
    def name(self) -> str:
        """The table name in config/targets.toml."""
        return self._api.asks.target

    @property
    def capabilities(self) -> Capabilities:
        """What WordPress can do."""
        return _CAPABILITIES

    def probe(self) -> Probe:
        """Ask who we are there, what we may do, and what is set up badly."""
        return doctor.probe(self._api)

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

    def find(self, post: Post) -> StoredPost | None:
        """
        Return the one post with our key; drafts beside it go to the trash.

        The slug is asked for first: it is indexed, 5 ms at 107,000 posts. Only if no
        post has it the text is searched, which reads the whole table (0.1 s at 7,000
        posts, 3.6 s at 107,000) but also finds a post whose slug a person changed.
        """
        slugs = ",".join(posts.slugs_of(post))
        found = self._list({"slug": slugs}, post)
        return self._one_of(
            found or self._list({"search": posts.mark_of(post)}, post),
        )

    def put_draft(self, post: Post) -> StoredPost:
        """Create a draft, once; where our slug is taken it gets another one."""
        payload = self._api.create(
            _POSTS,
            json={**posts.fields_of(post), "slug": post.slug, "status": "draft"},
            params=_FOR_EDITING,
            action=Action.CREATE,
        )
        stored = self._stored(payload)
        if not posts.is_ours(stored, post):
            raise self._not_ours()
        return stored

    def update(self, post_id: str, post: Post, *, expect: str) -> StoredPost:
        """
        Make the post say `post`. Its slug, status and date stay as they are.

        WordPress has no lock: somebody who saves between our look and our write, some
        30 ms, is overwritten, and has a revision to go back to.
        """
        before = self._there(post_id)
        if before.version != expect:
            raise PostChanged(target=self.name, post=post_id, item=post.key)
        return self._set(post_id, posts.fields_of(post), action=Action.CHANGE)

    def go_live(self, post_id: str) -> StoredPost:
        """Publish the post; what came of it stands in the state that is returned."""
        before = self._there(post_id)
        if before.state is PostState.LIVE:
            return before
        return self._set(post_id, {"status": "publish"}, action=Action.PUBLISH)

    def withdraw(self, post_id: str) -> StoredPost | None:
        """Make the post a draft again; nothing of it is lost."""
        try:
            before = self.read(post_id)
        except PostMissing:
            return None
        if before.state in {PostState.DRAFT, PostState.TRASHED}:
            return before
        return self._set(post_id, {"status": "draft"}, action=Action.WITHDRAW)

    def read(self, post_id: str) -> StoredPost:
        """Return the post as stored; raise PostMissing."""
        answer = self._api.answer(
            "GET", f"{_POSTS}/{post_id}", repeat=True, params=_FOR_EDITING
        )
        if code_of(json_of(answer)) == _MISSING:
            raise PostMissing(target=self.name, post=post_id)
        payload = payload_of(
            answer, expect=_OK, action=Action.READ, asks=self._api.asks
        )
        return self._with_id(self._stored(payload), post_id)

    def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
        """Return every difference between what was sent and what is stored."""
        return losses.losses(sent, stored)

    def _term(self, category: CategoryCode, term: str) -> str:
        # By slug, since a name is only searched for, and by parts of it.
        which = "include" if term.isdigit() else "slug"
        answer = self._api.get(_CATEGORIES, {which: term}, action=Action.READ)
        if not isinstance(answer, list):
            raise self._not_ours()
        for found in answer:
            match found:
                case {"id": int() as number, "slug": str() as slug} if term in {
                    str(number),
                    slug,
                }:
                    return str(number)
        raise TermMissing(target=self.name, term=term, category=category)

    def _list(self, query: Params, post: Post) -> list[StoredPost]:
        """Return the posts that are ours, of any status, oldest first."""
        payload = self._api.get(
            _POSTS,
            {
                **query,
                **_FOR_EDITING,
                # “any” alone leaves the trash out.
                "status": "any,trash",
                "orderby": "id",
                "order": "asc",
                "per_page": _MOST,
            },
            action=Action.READ,
        )
        if not isinstance(payload, list):
            raise self._not_ours()
        found = [self._stored(item) for item in payload]
        ours = [stored for stored in found if posts.is_ours(stored, post)]
        if found and not ours and "slug" in query:
            # It answers something else than what was asked: that proves no absence.
            raise self._not_ours()
        return sorted(ours, key=lambda stored: int(stored.id))

    def _one_of(self, found: list[StoredPost]) -> StoredPost | None:
        read = [stored for stored in found if stored.state in _WILL_BE_READ]
        if len(read) > 1:
            raise SeveralPosts(
                target=self.name, posts=", ".join(stored.url for stored in read)
            )
        there = [stored for stored in found if stored.state is not PostState.TRASHED]
        # A public post outranks an older draft: readers may have its address.
        kept = next(iter([*read, *there, *found]), None)
        for other in there:
            if other is not kept and other.state is PostState.DRAFT:
                self._trash(other.id)
        return kept

    def _trash(self, post_id: str) -> None:
        answer = self._api.answer("DELETE", f"{_POSTS}/{post_id}", repeat=True)
        if code_of(json_of(answer)) not in _GONE_ALREADY:
            payload_of(answer, expect=_OK, action=Action.TRASH, asks=self._api.asks)

    def _there(self, post_id: str) -> StoredPost:
        """Return the post; raise PostMissing also if it is in the trash."""
        stored = self.read(post_id)
        if stored.state is PostState.TRASHED:
            # WordPress would take a change, and publishing would restore it.
            raise PostMissing(target=self.name, post=post_id)
        return stored

    def _set(
        self, post_id: str, fields: Mapping[str, object], *, action: Action
    ) -> StoredPost:
        payload = self._api.set(
            f"{_POSTS}/{post_id}", fields, params=_FOR_EDITING, action=action
        )
        return self._with_id(self._stored(payload), post_id)

    def _stored(self, payload: object) -> StoredPost:
        stored = posts.stored_post(payload)
        if stored is None:
            raise self._not_ours()
        return stored

    def _with_id(self, stored: StoredPost, post_id: str) -> StoredPost:
        if stored.id != post_id:
            raise self._not_ours()
        return stored

    def _not_ours(self) -> NotOurAnswer:
        return not_our_answer(OTHER_ANSWER, self._api.asks, status=_OK)
