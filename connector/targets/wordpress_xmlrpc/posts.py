"""A post on its way into WordPress by XML-RPC, and back."""

import html
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit
from xmlrpc.client import DateTime

from connector.domain.item import sha256
from connector.domain.publication import Post, PostState, StoredPost
from connector.targets.wordpress import posts as wordpress

FIELDS = (
    "post_title post_content post_excerpt post_name post_status post_password link"
    " post_date_gmt post_modified_gmt post_thumbnail terms custom_fields"
).split()
"""All that Held is made of."""

KEY = "lib_key"
"""The custom field with the item's key. A name that began with _ would be dropped."""
SENT = "lib_sent"
"""The custom field that our latest change is stamped with."""

_STATES: Mapping[str, PostState] = MappingProxyType(
    {
        "publish": PostState.LIVE,
        "draft": PostState.DRAFT,
        "auto-draft": PostState.DRAFT,
        "trash": PostState.TRASHED,
    }
)
"""Every other status is stored and not public. `future` is told as `publish`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Which of the site's kinds of post ours are, and by what they are sorted."""

    post_type: str = "post"
    taxonomy: str = "category"


POSTS = Kind()

_TIME = "%Y%m%dT%H:%M:%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A post as XML-RPC tells it."""

    post: StoredPost
    modified: datetime | None
    custom: Mapping[str, tuple[str, str]]
    """Custom field → its id and value; of several with one name the first."""

    @property
    def stamp(self) -> str:
        """What our latest change was stamped with; empty if there was none."""
        return self.custom.get(SENT, ("", ""))[1]

    @property
    def address_is_plain(self) -> bool:
        """True for `/?p=12`: unpublished, or on a site without permalinks."""
        return bool(urlsplit(self.post.url).query)

    def is_ours(self, post: Post) -> bool:
        """Return whether it really is the post that was asked for."""
        _, key = self.custom.get(KEY, ("", ""))
        return key == post.key or wordpress.is_ours(self.post, post)

    def scheduled(self) -> "Held":
        """Return it as what a post is that waits for its time."""
        return replace(self, post=replace(self.post, state=PostState.SCHEDULED))


def prepared(post: Post) -> Post:
    """
    Return the post as `wordpress` prepares it, with line ends that XML keeps.

    XML makes one line end of every kind; what it has no place for is gone by then.
    """
    return wordpress.prepared(
        replace(post, body=post.body.replace("\r\n", "\n").replace("\r", "\n"))
    )


def draft_of(post: Post, kind: Kind = POSTS) -> dict[str, Any]:
    """
    Return what is sent for a new post.

    A plain dict: the library's own class sends a title “Untitled” with every change
    that has none, and no terms where there are to be none.
    """
    featured = {"post_thumbnail": int(post.featured)} if post.featured else {}
    return {
        "post_type": kind.post_type,
        "post_status": "draft",
        "post_name": post.slug,
        **_texts(post),
        **_terms(post, kind),
        **featured,
        "custom_fields": [{"key": KEY, "value": post.key}],
    }


def changes(post: Post, held: Held, kind: Kind = POSTS) -> dict[str, Any]:
    """
    Return what has to be sent so that the post says `post`: only what differs.

    Never what was read: WordPress tells the featured image as a struct and takes it
    as an id, and a draft's date would no longer float once it was sent.
    """
    stored = held.post
    texts = _texts(post)
    same = {
        "post_title": stored.title == post.title,
        "post_content": stored.body == post.body,
        "post_excerpt": stored.excerpt == post.excerpt,
    }
    changed: dict[str, Any] = {
        name: text for name, text in texts.items() if not same[name]
    }
    if sorted(stored.terms) != sorted(post.terms):
        changed |= _terms(post, kind)
    if stored.featured != post.featured:
        changed["post_thumbnail"] = int(post.featured) if post.featured else ""
    return changed


def guard(held: Held) -> dict[str, Any]:
    """
    Return what makes WordPress refuse a change if somebody else's came first.

    Its clock counts whole seconds: a change within the same second is not seen.
    """
    if held.modified is None:
        return {}
    return {"if_not_modified_since": time_of(held.modified)}


def stamped(held: Held, stamp: str) -> dict[str, Any]:
    """Return what stamps a change; by its id, or a repeat would add a second field."""
    number, _ = held.custom.get(SENT, ("", ""))
    known = {"id": number} if number else {}
    return {"custom_fields": [{**known, "key": SENT, "value": stamp}]}


def public(at: datetime | None) -> dict[str, Any]:
    """Return what makes a post public, with the date that readers are shown."""
    dated = {} if at is None else {"post_date_gmt": time_of(at)}
    return {"post_status": "publish", **dated}


def stamp_of(post: Post, *, expect: str) -> str:
    """
    Return the mark of one change: this post, in the place of that version.

    It tells our own change from another's when its answer was lost, and two changes
    within a second apart.
    """
    said = [expect, post.title, post.body, post.excerpt, post.terms, post.featured]
    return sha256(json.dumps(said).encode())[:16]


def held_post(payload: object, kind: Kind = POSTS) -> Held | None:
    """Return the post that WordPress tells; None if it is no post."""
    match payload:
        case {
            "post_id": str() as number,
            "post_name": str() as slug,
            "post_status": str() as status,
            "link": str() as link,
            "post_title": str() as title,
            "post_content": str() as body,
            "post_excerpt": str() as excerpt,
            "post_modified_gmt": DateTime() as modified,
            "terms": list() as terms,
            "custom_fields": list() as fields,
            **rest,
        } if number.isdecimal():
            pass
        case _:
            return None
    state = _STATES.get(status, PostState.HIDDEN)
    if state is PostState.LIVE and rest.get("post_password"):
        state = PostState.HIDDEN
    ids = sorted(int(term["term_id"]) for term in terms if _is_one_of(kind, term))
    featured = _featured(rest.get("post_thumbnail"))
    custom = _custom(fields)
    _, stamp = custom.get(SENT, ("", ""))
    digest = sha256(json.dumps([title, body, excerpt, ids, featured]).encode())[:16]
    return Held(
        post=StoredPost(
            id=number,
            state=state,
            url=link,
            slug=slug,
            title=html.unescape(title),
            body=body,
            excerpt=html.unescape(excerpt),
            terms=tuple(map(str, ids)),
            featured=featured,
            version=f"{stamp}/{modified.value}/{digest}",
            # Of a draft a date is told too, and moves until the draft is published.
            date=utc(rest.get("post_date_gmt")) if state is PostState.LIVE else None,
        ),
        modified=utc(modified),
        custom=custom,
    )


def utc(time: object) -> datetime | None:
    """Return a time that WordPress tells in GMT; None for its `00000000T00:00:00Z`."""
    try:
        naive = datetime.strptime(str(time).removesuffix("Z"), _TIME)  # noqa: DTZ007 -- GMT
    except ValueError:
        return None
    return naive.replace(tzinfo=UTC)


def time_of(time: datetime) -> DateTime:
    """Return an aware time as XML-RPC has it: without a zone, which is GMT here."""
    return DateTime(time.astimezone(UTC).strftime(_TIME))


def _texts(post: Post) -> dict[str, str]:
    return {
        "post_title": html.escape(post.title, quote=False),
        "post_content": post.body,
        # Some themes run shortcodes in excerpts; WordPress itself does not.
        "post_excerpt": html.escape(post.excerpt, quote=False).replace("[", "&#91;"),
    }


def _terms(post: Post, kind: Kind) -> dict[str, Any]:
    """Return the terms by their ids: WordPress makes a category of an unknown name."""
    return {"terms": {kind.taxonomy: [int(term) for term in post.terms]}}


def _is_one_of(kind: Kind, term: object) -> bool:
    match term:
        case {"taxonomy": str() as taxonomy, "term_id": str() as number}:
            return taxonomy == kind.taxonomy and number.isdecimal()
        case _:
            return False


def _featured(thumbnail: object) -> str:
    match thumbnail:
        case {"attachment_id": str() as number}:
            return number
        case _:
            return ""


def _custom(fields: list[Any]) -> dict[str, tuple[str, str]]:
    custom: dict[str, tuple[str, str]] = {}
    for field in fields:
        match field:
            case {"id": str() as number, "key": str() as key, "value": str() as value}:
                custom.setdefault(key, (number, value))
            case _:
                pass
    return custom
