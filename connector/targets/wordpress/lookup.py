"""Which of a site's posts are ours: by id, by slug, by the mark in their text."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from connector.domain.errors import (
    Denied,
    NotOurAnswer,
    PostMissing,
    TargetError,
)
from connector.domain.publication import Post, PostState, StoredPost
from connector.http import Answer
from connector.targets.wordpress import posts
from connector.targets.wordpress.answers import (
    Action,
    code_of,
    json_of,
    not_our_answer,
    payload_of,
)
from connector.targets.wordpress.api import Api, Params
from connector.targets.wordpress.fronts import OTHER_ANSWER
from connector.targets.wordpress.posts import Kind

MISSING = "rest_post_invalid_id"
"""What WordPress says of a post that is gone."""

_MOST = 100
"""Items on one page of a list; WordPress gives no more."""
_LONGEST = 5_000
"""Characters of slugs in one address: servers take 8,000 in all."""
_OK = 200
_GONE_ALREADY = {MISSING, "rest_already_trashed"}
_BEYOND_THE_END = "rest_post_invalid_page_number"
_NOT_IN_TRASH = "any"
_ALL = "any,trash"
"""“any” alone leaves the trash out."""


class Lookup:
    """Finds the posts of one site."""

    def __init__(self, api: Api, kind: Kind) -> None:
        self._api = api
        self._kind = kind
        self.for_editing: Params = {"context": "edit", "_fields": kind.fields}
        """
        An anonymous caller does not get this: WordPress answers a wrong password with
        the public posts and 200, and then “not found” would be a lie.
        """

    def find(self, post: Post, *, deep: bool) -> StoredPost | None:
        """
        Return the one post with our key; drafts beside it go to the trash.

        The slug is asked for first: it is indexed, 5 ms at 107,000 posts. Only if no
        post has it the text is searched, which reads the whole table (0.1 s at 7,000
        posts, 3.6 s at 107,000) but also finds a post whose slug a person changed.
        """
        found = self._with({"slug": ",".join(posts.slugs_of(post))}, post)
        if found or not deep:
            return self._one_of(found)
        return self.search(post)

    def search(self, post: Post) -> StoredPost | None:
        """Return the one post with our mark in its text."""
        return self._one_of(self._with({"search": posts.mark_of(post)}, post))

    def find_all(
        self, wanted: Sequence[Post], *, deep: bool
    ) -> list[StoredPost | TargetError | None]:
        """Return for each post what `find` returns or raises for it alone."""
        outcomes: list[StoredPost | TargetError | None] = []
        for part in _in_one_address(wanted):
            try:
                found = self._by_slugs(part)
            except TargetError as error:
                outcomes += [error] * len(part)
                continue
            for post in part:
                try:
                    outcomes.append(self._of(post, found[post.key], deep=deep))
                except TargetError as error:
                    outcomes.append(error)
        return outcomes

    def states(self, post_ids: Sequence[str]) -> dict[str, PostState]:
        """Return the state of each of these posts that there are."""
        fields = {"context": "edit", "_fields": "id,status,password"}
        query = {"include": ",".join(post_ids)}
        states = {}
        for row in self._rows(query, status=_ALL, fields=fields):
            state = posts.state_of(row)
            if state is None or str(row.get("id")) not in post_ids:
                raise self.not_ours()
            states[str(row["id"])] = state
        return states

    def ours(self) -> Iterator[tuple[str, StoredPost]]:
        """
        Yield every post with a mark of ours, by id; the trash is left out.

        Page by page: one that is trashed meanwhile moves the others up, and the first
        of the next page is missed.
        """
        for row in self._rows({"search": posts.MARK}, status=_NOT_IN_TRASH):
            stored = self.stored(row)
            for key in posts.keys_in(stored):
                yield key, stored

    def read(self, post_id: str) -> StoredPost:
        """Return the post as stored; raise PostMissing."""
        answer = self._api.answer(
            "GET", f"{self._kind.route}/{post_id}", repeat=True, params=self.for_editing
        )
        if code_of(json_of(answer)) == MISSING:
            raise PostMissing(target=self._api.asks.target, post=post_id)
        payload = payload_of(
            answer, expect=_OK, action=Action.READ, asks=self._api.asks
        )
        return self.stored(payload, post_id=post_id)

    def there(self, post_id: str) -> StoredPost:
        """Return the post; raise PostMissing also if it is in the trash."""
        stored = self.read(post_id)
        if stored.state is PostState.TRASHED:
            # WordPress would take a change, and publishing would restore it.
            raise PostMissing(target=self._api.asks.target, post=post_id)
        return stored

    def trash(self, post_id: str) -> None:
        """Put a post in the trash, whatever its state; twice is once."""
        answer = self._api.answer(
            "DELETE", f"{self._kind.route}/{post_id}", repeat=True
        )
        if code_of(json_of(answer)) not in _GONE_ALREADY:
            payload_of(answer, expect=_OK, action=Action.TRASH, asks=self._api.asks)

    def stored(self, payload: object, *, post_id: str = "") -> StoredPost:
        """Return the post that was answered; raise NotOurAnswer if it is another."""
        stored = posts.stored_post(payload, self._kind)
        if stored is None or post_id not in {"", stored.id}:
            raise self.not_ours()
        return stored

    def not_ours(self) -> NotOurAnswer:
        """Return the error for an answer that is not about what was asked."""
        return not_our_answer(OTHER_ANSWER, self._api.asks, status=_OK)

    def _with(self, query: Params, post: Post) -> list[StoredPost]:
        """Return the posts that are ours, of any status, oldest first."""
        found = [self.stored(row) for row in self._rows(query, status=_ALL)]
        ours = [stored for stored in found if posts.is_ours(stored, post)]
        if found and not ours and "slug" in query:
            # It answers something else than what was asked: that proves no absence.
            raise self.not_ours()
        return sorted(ours, key=lambda stored: int(stored.id))

    def _by_slugs(self, wanted: Sequence[Post]) -> dict[str, list[StoredPost]]:
        """Return by key the posts with the usual slugs of these."""
        owners = {slug: post.key for post in wanted for slug in _usual_slugs(post)}
        found = defaultdict(list)
        for row in self._rows({"slug": ",".join(owners)}, status=_ALL):
            stored = self.stored(row)
            if stored.slug not in owners:
                raise self.not_ours()
            found[owners[stored.slug]].append(stored)
        return found

    def _of(
        self, post: Post, found: list[StoredPost], *, deep: bool
    ) -> StoredPost | None:
        match found:
            case []:
                return self.search(post) if deep else None
            case [only]:
                return only
            case _:  # there may be more, under slugs that are not usual
                return self.find(post, deep=False)

    def _one_of(self, found: list[StoredPost]) -> StoredPost | None:
        kept, too_many = posts.the_one(found, target=self._api.asks.target)
        for draft in too_many:
            self.trash(draft.id)
        return kept

    def _rows(
        self, query: Params, *, status: str, fields: Params | None = None
    ) -> Iterator[dict[str, object]]:
        """Yield what a list of posts holds, by id, page after page."""
        page, pages = 0, 1
        while page < pages:
            page += 1
            answer = self._api.answer(
                "GET",
                self._kind.route,
                repeat=True,
                params={
                    **query,
                    **(fields or self.for_editing),
                    "status": status,
                    "orderby": "id",
                    "order": "asc",
                    "per_page": _MOST,
                    "page": page,
                },
            )
            if page > 1 and code_of(json_of(answer)) == _BEYOND_THE_END:
                return
            rows = payload_of(
                answer, expect=_OK, action=Action.READ, asks=self._api.asks
            )
            if not isinstance(rows, list):
                raise self.not_ours()
            self._shows_all(answer, rows, page)
            for row in rows:
                if not isinstance(row, dict):
                    raise self.not_ours()
                yield row
            told = answer.headers.get("x-wp-totalpages", "")
            # Some proxies take the header away. A page that is not full says nothing:
            # posts that we may not edit are left out of it.
            pages = int(told) if told.isdecimal() else page + (len(rows) >= _MOST)

    def _shows_all(self, answer: Answer, rows: Sequence[object], page: int) -> None:
        """
        Raise Denied if posts are left out of a page.

        WordPress 6.1 leaves out those that we may not edit, and counts them: one of a
        contributor's own, once it is public. That is no absence.
        """
        counted = answer.headers.get("x-wp-total", "")
        if counted.isdecimal() and len(rows) < min(
            _MOST, int(counted) - (page - 1) * _MOST
        ):
            asks = self._api.asks
            raise Denied(target=asks.target, user=asks.user, action=Action.READ)


def _usual_slugs(post: Post) -> tuple[str, ...]:
    return post.slug, f"{post.slug}-2", post.slug + posts.TRASHED


def _in_one_address(wanted: Sequence[Post]) -> Iterator[list[Post]]:
    """Yield the posts in parts, each with as many as one address can ask for."""
    part: list[Post] = []
    length = 0
    for post in wanted:
        more = sum(len(slug) + len("%2C") for slug in _usual_slugs(post))
        if part and length + more > _LONGEST:
            yield part
            part, length = [], 0
        part.append(post)
        length += more
    if part:
        yield part
