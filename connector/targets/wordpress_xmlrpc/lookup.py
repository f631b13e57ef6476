"""Which of a site's posts are ours: by id, by the mark in their text, by their key."""

import itertools
from collections.abc import Iterator, Mapping
from xmlrpc.client import Fault

from wordpress_xmlrpc.methods.posts import EditPost, GetPost, GetPosts

from connector.domain.errors import PostChanged, PostMissing
from connector.domain.publication import Post, PostState, StoredPost
from connector.targets.wordpress import posts as wordpress
from connector.targets.wordpress.answers import Action
from connector.targets.wordpress_xmlrpc import posts
from connector.targets.wordpress_xmlrpc.api import Api
from connector.targets.wordpress_xmlrpc.faults import MISSING, NEWER, other_result
from connector.targets.wordpress_xmlrpc.posts import Held, Kind

_PAGE = 100
_PAGES = 20
"""How many pages are read for a post that the search does not find."""
_ALL = "any,trash"
"""“any” alone leaves the trash out."""

_OLDEST_FIRST = {"orderby": "ID", "order": "ASC"}
_LAST_CHANGED_FIRST = {"orderby": "modified", "order": "DESC"}


class Lookup:
    """Finds the posts of one site."""

    def __init__(self, api: Api, kind: Kind) -> None:
        self._api = api
        self._kind = kind

    def find(self, post: Post, *, deep: bool) -> StoredPost | None:
        """
        Return the one post with our key; drafts beside it go to the trash.

        XML-RPC knows no query for a slug or a custom field. It searches texts, which
        finds our mark among all posts, in any state. A post out of which a person
        took the mark is looked for by slug and custom field among the 2,000 that were
        changed last: it is one of them, since it was changed.
        """
        listed = self._page({"s": wordpress.mark_of(post), **_OLDEST_FIRST}, 0)
        ours = [held for held in listed if held.is_ours(post)]
        # A site that does not know the query answers it with any posts.
        ignored = bool(listed) and not ours
        if not ours and (deep or ignored):
            last_changed = itertools.islice(self._pages(_LAST_CHANGED_FIRST), _PAGES)
            ours = [
                held for page in last_changed for held in page if held.is_ours(post)
            ]
        return self._one_of([held.post for held in self._told_apart(ours)])

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """Yield every post with a mark of ours, by id; the trash is left out."""
        query = {"s": wordpress.MARK, "post_status": "any", **_OLDEST_FIRST}
        for listed in self._pages(query):
            for held in self._told_apart(listed):
                for key in wordpress.keys_in(held.post):
                    yield key, held.post

    def read(self, post_id: str) -> Held:
        """Return the post as stored; raise PostMissing."""
        method = GetPost(post_id, posts.FIELDS)
        try:
            payload = self._api.ask(method, leave=frozenset({MISSING}))
        except Fault:
            raise PostMissing(target=self._api.asks.target, post=post_id) from None
        held = self._held(payload)
        if held.post.id != post_id:
            raise other_result(self._api.asks)
        return next(self._told_apart([held]))

    def there(self, post_id: str) -> Held:
        """Return the post; raise PostMissing also if it is in the trash."""
        held = self.read(post_id)
        if held.post.state is PostState.TRASHED:
            # WordPress would take a change, and publishing would restore it.
            raise PostMissing(target=self._api.asks.target, post=post_id)
        return held

    def trash(self, post_id: str) -> None:
        """
        Put the post in the trash; raise PostChanged if readers can see it.

        Not by `wp.deletePost`, which deletes a post in the trash for good: a repeat
        would.
        """
        try:
            held = self.read(post_id)
        except PostMissing:
            return
        if held.post.state is PostState.TRASHED:
            return
        newer = PostChanged(
            target=self._api.asks.target, post=post_id, item=held.post.slug
        )
        if held.post.state is PostState.LIVE:
            raise newer
        trashed = {"post_status": "trash", **posts.guard(held)}
        try:
            self._api.set(
                EditPost(post_id, trashed),
                action=Action.TRASH,
                leave=frozenset({MISSING, NEWER}),
            )
        except Fault as fault:
            if fault.faultCode == NEWER and not self._is_in_trash(post_id):
                raise newer from None

    def _is_in_trash(self, post_id: str) -> bool:
        return self.read(post_id).post.state is PostState.TRASHED

    def _page(self, query: Mapping[str, object], page: int) -> list[Held]:
        """Return a page of posts, of any state unless the query says which."""
        asked = {
            "post_type": self._kind.post_type,
            "post_status": _ALL,
            **query,
            "number": _PAGE,
            "offset": page * _PAGE,
        }
        listed = self._api.ask(GetPosts(asked, posts.FIELDS))
        if not isinstance(listed, list):
            raise other_result(self._api.asks)
        return [self._held(payload) for payload in listed]

    def _pages(self, query: Mapping[str, object]) -> Iterator[list[Held]]:
        """
        Yield what is new on each page, until there is nothing.

        A post moves on to the next page when another is changed meanwhile. A page that
        is not full says nothing: posts that we may not edit are left out.
        """
        seen: set[str] = set()
        for page in itertools.count():
            listed = self._page(query, page)
            new = [held for held in listed if held.post.id not in seen]
            if not new:
                return
            seen |= {held.post.id for held in new}
            yield new

    def _told_apart(self, found: list[Held]) -> Iterator[Held]:
        """
        Yield the posts, those told apart that only wait for their time.

        XML-RPC tells `future` as `publish`. A post that waits has a plain address;
        where every post has one, the list of those that wait is asked for.
        """
        waiting: set[str] | None = None
        for held in found:
            if held.post.state is PostState.LIVE and held.address_is_plain:
                waiting = self._waiting() if waiting is None else waiting
                if held.post.id in waiting:
                    yield held.scheduled()
                    continue
            yield held

    def _waiting(self) -> set[str]:
        query = {"post_status": "future", **_OLDEST_FIRST}
        return {held.post.id for page in self._pages(query) for held in page}

    def _one_of(self, found: list[StoredPost]) -> StoredPost | None:
        kept, too_many = wordpress.the_one(found, target=self._api.asks.target)
        for draft in too_many:
            self.trash(draft.id)
        return kept

    def _held(self, payload: object) -> Held:
        held = posts.held_post(payload, self._kind)
        if held is None:
            raise other_result(self._api.asks)
        return held
