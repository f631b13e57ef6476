"""A post on its way into WordPress and back."""

import html
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from connector.domain.item import sha256
from connector.domain.publication import Post, PostState, StoredPost
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

TRASHED = "__trashed"
"""What WordPress adds to the slug of a post in the trash."""

FIELDS = (
    "id,slug,status,link,password,title,content,excerpt,categories,featured_media,"
    "modified_gmt,_links"
)
"""All that StoredPost is made of; `_links` names the last revision."""

_BLOCK = "<!-- wp:html -->\n{body}\n<!-- {mark} -->\n<!-- /wp:html -->"

_SAME_SLUG = 5
"""How many posts of one slug are looked for: the races measured made at most five."""

_CONTROLS = {code: None for code in range(0x20) if chr(code) not in "\t\n"}
"""WordPress keeps them, its XML-RPC and its feeds break on them."""


def mark_of(post: Post) -> str:
    """Return the word by which the post's text is searched: one token, no blank."""
    return f"lib:{post.key}"


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


def fields_of(post: Post) -> dict[str, Any]:
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
        "categories": [int(term) for term in post.terms],
        "featured_media": int(post.featured or 0),
    }


def stored_post(payload: object) -> StoredPost | None:
    """Return the post that WordPress reports for editing; None if it is no post."""
    match payload:
        case {
            "id": int() as number,
            "slug": str() as slug,
            "status": str() as status,
            "link": str() as link,
            "title": {"raw": str() as title},
            "content": {"raw": str() as body},
            "excerpt": {"raw": str() as excerpt},
            "categories": list() as terms,
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
            )
        case _:
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
