"""A post on its way into WordPress and back."""

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from connector.domain.errors import ContentRefused, SeveralPosts, TargetError
from connector.domain.item import sha256
from connector.domain.message import Fact, Message
from connector.domain.publication import Post, PostState, StoredPost
from connector.language import N_
from connector.markup import defuse

_STATES: Mapping[str, PostState] = MappingProxyType(
    {
        "publish": PostState.LIVE,
        "draft": PostState.DRAFT,
        "auto-draft": PostState.DRAFT,
        "future": PostState.SCHEDULED,
        "trash": PostState.TRASHED,
    }
)
"""Every other status (pending, private, a plugin's own) is stored and not public."""

MARK = "lib:"
"""What every mark of ours begins with: one token, so that it can be searched for."""

_WILL_BE_READ = frozenset({PostState.LIVE, PostState.SCHEDULED})

TRASHED = "__trashed"
"""What WordPress adds to the slug of a post in the trash."""

_FIELDS = (
    "id,slug,status,link,password,title.raw,content.raw,excerpt.raw,{terms},"
    "featured_media,date_gmt,modified_gmt,_links.predecessor-version"
)
"""All that StoredPost is made of; asking for more doubles the bytes and the work."""

_HAS_A_DATE = {"publish", "future", "private"}
"""Of a draft WordPress tells a date too, and moves it until the draft is published."""

_BLOCK = "<!-- wp:html -->\n{body}\n<!-- {mark} -->\n<!-- /wp:html -->"

_IN_BLOCK = re.compile(r"\A<!-- wp:html -->\n?(.*?)\n?<!-- /wp:html -->\Z", re.DOTALL)
_MARK = re.compile(r"\n?<!--\s*lib:([0-9A-Za-z_-]+?)\s*-->")
_BRACKET = re.compile(r"&#0*91;")
"""Spelled with a zero by the filter for users without `unfiltered_html`."""
_ADDRESS_LINE = re.compile(
    r"^([^\S\n]*https?)&#0*58;(?=//)", re.MULTILINE | re.IGNORECASE
)

_FOUR_BYTES = re.compile("[\U00010000-\U0010ffff]")
_OLD_DATABASE = N_(
    "its database does not take the character “{character}” ({code}) in: {part}. Write"
    " it in another way, or ask the webmaster to convert the tables to utf8mb4"
    " ({problem})"
)

_SAME_SLUG = 5
"""How many posts of one slug are looked for: the races measured made at most five."""

_CONTROLS = {code: None for code in range(0x20) if chr(code) not in "\t\n"}
"""WordPress keeps them, its XML-RPC and its feeds break on them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Which of the site's kinds of post ours are, and by what they are sorted."""

    route: str = "wp/v2/posts"
    terms: str = "wp/v2/categories"

    @property
    def terms_field(self) -> str:
        """What a post calls its terms: as the last part of their route."""
        return self.terms.rpartition("/")[2]

    @property
    def fields(self) -> str:
        """All that StoredPost is made of."""
        return _FIELDS.format(terms=self.terms_field)


POSTS = Kind()


def mark_of(post: Post) -> str:
    """Return the word by which the post's text is searched: one token, no blank."""
    return f"{MARK}{post.key}"


def prepared(post: Post) -> Post:
    """
    Return the post harmless and marked; doing it again changes nothing.

    The mark is a comment: readers do not see it, no filter for users without
    `unfiltered_html` removes it, and `defuse` removes it before it is added again.
    Around it all stands one block of HTML, because WordPress makes a line break of
    every line end in text that stands in no block (wpautop).
    """
    return replace(
        post,
        title=_tidy(post.title),
        excerpt=_tidy(post.excerpt),
        body=_BLOCK.format(body=defuse(post.body).strip(), mark=mark_of(post)),
    )


def unprepared(stored: StoredPost, sent: Post) -> Post:
    """Return `sent` with what is stored: without block and mark, and not defused."""
    inside = _IN_BLOCK.sub(r"\1", stored.body.strip())
    body = _BRACKET.sub("[", _MARK.sub("", inside)).strip()
    return replace(
        sent,
        slug=stored.slug,
        title=stored.title,
        body=_ADDRESS_LINE.sub(r"\1:", body),
        excerpt=stored.excerpt,
        terms=stored.terms,
        featured=stored.featured,
    )


def keys_in(stored: StoredPost) -> list[str]:
    """Return the key of every mark of ours in a post; a person may have joined two."""
    return list(dict.fromkeys(_MARK.findall(stored.body)))


def fields_of(post: Post, kind: Kind = POSTS) -> dict[str, Any]:
    """
    Return what is sent, for a new post and for a change alike.

    Never `meta`: a wrong value there is answered 400 after the post was made. Never
    a date: a draft's floats until it is published, and a wrong one publishes at once.
    """
    return {
        "title": _as_html(post.title),
        "content": post.body,
        # Some themes run shortcodes in excerpts; WordPress itself does not.
        "excerpt": _as_html(post.excerpt).replace("[", "&#91;"),
        kind.terms_field: [int(term) for term in post.terms],
        "featured_media": int(post.featured or 0),
    }


def draft_of(post: Post, kind: Kind = POSTS) -> dict[str, Any]:
    """Return what is sent for a new post."""
    return {**fields_of(post, kind), "slug": post.slug, "status": "draft"}


def public(at: datetime | None) -> dict[str, str]:
    """Return what makes a post public, with the date that readers are shown."""
    dated = (
        {} if at is None else {"date_gmt": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}"}
    )
    return {"status": "publish", **dated}


def explained(error: TargetError, post: Post) -> TargetError:
    """
    Return the error with the reason why a database refuses a post, if it shows.

    Source: with tables in MySQL's old utf8 (utf8mb3), WordPress answers every
    character of four bytes with 500 db_insert_error, and does not say which.
    """
    if not isinstance(error, ContentRefused):
        return error
    if not re.search("db_(?:insert|update)_error", str(error.facts["problem"])):
        return error
    for part in ("title", "excerpt", "body"):
        if found := _FOUR_BYTES.search(getattr(post, part)):
            facts: dict[str, Fact] = {
                "problem": str(error.facts["problem"]),
                "character": found[0],
                "code": f"U+{ord(found[0]):04X}",
                "part": Message(part),
            }
            return ContentRefused(
                target=error.facts["target"], problem=Message(_OLD_DATABASE, facts)
            )
    return error


def stored_post(payload: object, kind: Kind = POSTS) -> StoredPost | None:
    """Return the post that WordPress reports for editing; None if it is no post."""
    terms = payload.get(kind.terms_field) if isinstance(payload, dict) else None
    if not isinstance(terms, list):
        return None
    match payload:
        case {
            "id": int() as number,
            "slug": str() as slug,
            "status": str() as status,
            "link": str() as link,
            "title": {"raw": str() as title},
            "content": {"raw": str() as body},
            "excerpt": {"raw": str() as excerpt},
            "featured_media": int() as featured,
            **rest,
        }:
            return StoredPost(
                id=str(number),
                state=_state(status, password=rest.get("password")),
                url=link,
                slug=slug,
                title=html.unescape(title),
                body=body,
                excerpt=html.unescape(excerpt),
                terms=tuple(str(term) for term in sorted(terms)),
                featured=str(featured) if featured else "",
                version=_version(rest, [title, body, excerpt, terms, featured]),
                date=time_in(rest, "date_gmt") if status in _HAS_A_DATE else None,
            )
        case _:
            return None


def state_of(row: Mapping[str, Any]) -> PostState | None:
    """Return the state of a post of which little more was asked for."""
    match row:
        case {"id": int(), "status": str() as status}:
            return _state(status, password=row.get("password"))
        case _:
            return None


def time_in(payload: Mapping[Any, Any], name: str) -> datetime | None:
    """Return a time in UTC that WordPress tells, such as `modified_gmt`."""
    try:
        return datetime.fromisoformat(str(payload.get(name))).replace(tzinfo=UTC)
    except ValueError:
        return None


def slugs_of(post: Post) -> list[str]:
    """
    Return every slug under which WordPress may hold the post.

    A second post with our slug gets `-2`, and so on; the trash adds a suffix.
    """
    repeated = (f"{post.slug}-{n}" for n in range(2, _SAME_SLUG + 1))
    slugs = [post.slug, *repeated]
    return [*slugs, *(slug + TRASHED for slug in slugs)]


def is_ours(stored: StoredPost, post: Post) -> bool:
    """
    Return whether a post that was found really is the one that was asked for.

    Sites ignore query parameters they do not know, and answer with any posts.
    """
    return stored.slug in slugs_of(post) or bool(
        re.search(rf"{re.escape(mark_of(post))}\b", stored.body)
    )


def _tidy(text: str) -> str:
    whole = text.encode(errors="replace").decode()  # a lone half of a character
    return whole.translate(_CONTROLS).strip()


def _as_html(text: str) -> str:
    """Return plain text as WordPress wants titles and excerpts: as HTML."""
    return html.escape(text, quote=False)


def _state(status: str, *, password: object) -> PostState:
    state = _STATES.get(status, PostState.HIDDEN)
    return PostState.HIDDEN if state is PostState.LIVE and password else state


def _version(rest: Mapping[Any, Any], held: list[Any]) -> str:
    """
    Return the stamp that says whether the post may be replaced.

    WordPress has no optimistic lock, and `modified_gmt` counts whole seconds: the id
    of the last revision tells two changes within a second apart, and the hash tells
    them where revisions are switched off. The status is not hashed, yet a webmaster
    who makes a draft public moves `modified_gmt`, and so the stamp.
    """
    links = rest.get("_links")
    before = links.get("predecessor-version") if isinstance(links, dict) else None
    revision = before[0].get("id", 0) if isinstance(before, list) and before else 0
    digest = sha256(json.dumps(held, sort_keys=True).encode())[:16]
    return f"{revision}/{rest.get('modified_gmt', '')}/{digest}"


def the_one(
    found: Sequence[StoredPost], *, target: str
) -> tuple[StoredPost | None, list[StoredPost]]:
    """
    Return which of the posts with one key is kept, and the drafts that are too many.

    Raises:
        SeveralPosts: more than one of them is, or will be, public.
    """
    found = sorted(found, key=lambda stored: int(stored.id))
    read = [stored for stored in found if stored.state in _WILL_BE_READ]
    if len(read) > 1:
        urls = ", ".join(stored.url for stored in read)
        raise SeveralPosts(target=target, posts=urls)
    there = [stored for stored in found if stored.state is not PostState.TRASHED]
    # A public post outranks an older draft: readers may have its address.
    kept = next(iter([*read, *there, *found]), None)
    drafts = [
        other for other in there if other is not kept and other.state is PostState.DRAFT
    ]
    return kept, drafts
