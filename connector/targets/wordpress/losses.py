"""What WordPress changed: the post that was sent against the post as stored."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from connector.domain.message import Message
from connector.domain.publication import Loss, Post, PostState, StoredPost
from connector.language import N_

_AROUND = 60
"""How many characters are shown on either side of the first difference."""

_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "title": N_("The title was sent as “{sent}” and stored as “{stored}”."),
        "body": N_("The text was changed: “{sent}” was stored as “{stored}”."),
        "excerpt": N_("The excerpt was changed: “{sent}” was stored as “{stored}”."),
        "category": N_("It was sent for category {sent} and is in “{stored}”."),
        "featured image": N_("The featured image {sent} was dropped (“{stored}”)."),
        "slug": N_("Its address was to end in “{sent}” and ends in “{stored}”."),
        "state": N_("It was sent as “{sent}” and is “{stored}”."),
    }
)
_HARMLESS = N_("WordPress changed what no reader notices, in: {part}.")

_LINK_WITH_TARGET = re.compile(r"<a\s([^>]*\btarget=[^>]*)>", re.IGNORECASE)
_REL = re.compile(r'\brel="([^"]*)"')


def losses(sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
    """Return every difference; only blanks at the ends and `noopener` are harmless."""
    found = (
        _text_loss("title", sent.title, stored.title),
        _text_loss("body", sent.body, stored.body),
        _text_loss("excerpt", sent.excerpt, stored.excerpt),
        _loss("category", _sorted(sent.terms), _sorted(stored.terms)),
        _loss("featured image", sent.featured, stored.featured),
        _loss("slug", sent.slug, stored.slug),
        _state_loss(stored.state),
    )
    return tuple(loss for loss in found if loss is not None)


def with_noopener(html: str) -> str:
    """Return what WordPress makes of links that open in another window."""
    return _LINK_WITH_TARGET.sub(
        lambda link: f"<a {_noopener_added(link[1])}>",
        html,
    )


def around_the_difference(sent: str, stored: str) -> tuple[str, str]:
    """Return the first place where two texts differ, out of each of them."""
    pairs = enumerate(zip(sent, stored, strict=False))
    first = (place for place, (ours, theirs) in pairs if ours != theirs)
    place = next(first, min(len(sent), len(stored)))
    return _around(sent, place), _around(stored, place)


def _text_loss(part: str, sent: str, stored: str) -> Loss | None:
    if sent == stored:
        return None
    ours, theirs = around_the_difference(sent, stored)
    harmless = with_noopener(sent).strip() == stored.strip()
    template = _HARMLESS if harmless else _MESSAGES[part]
    facts = {"part": part} if harmless else {"sent": ours, "stored": theirs}
    return Loss(
        part=part,
        sent=ours,
        stored=theirs,
        harmless=harmless,
        message=Message(template, facts),
    )


def _state_loss(state: PostState) -> Loss | None:
    kept = state in {PostState.DRAFT, PostState.LIVE}
    return None if kept else _loss("state", PostState.DRAFT, state)


def _loss(part: str, sent: str, stored: str) -> Loss | None:
    if sent == stored:
        return None
    message = Message(_MESSAGES[part], {"sent": sent, "stored": stored})
    return Loss(part=part, sent=sent, stored=stored, message=message)


def _sorted(terms: tuple[str, ...]) -> str:
    return ", ".join(sorted(terms, key=int))


def _noopener_added(attributes: str) -> str:
    rel = _REL.search(attributes)
    if rel is None:
        return f'{attributes} rel="noopener"'
    words = [*rel[1].split(), "noopener"]
    return _REL.sub(f'rel="{" ".join(dict.fromkeys(words))}"', attributes)


def _around(text: str, place: int) -> str:
    start, end = max(0, place - _AROUND), place + _AROUND
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}"
