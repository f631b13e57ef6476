"""What WordPress changed: the post that was sent against the post as stored."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from selectolax.lexbor import LexborHTMLParser

from connector.domain.message import Message
from connector.domain.publication import Loss, Post, PostState, StoredPost
from connector.language import N_
from connector.targets.wordpress.changes import around_the_difference, changes

_MESSAGES: Mapping[str, str] = MappingProxyType(
    {
        "title": N_("The title was sent as “{sent}” and stored as “{stored}”."),
        "body": N_("WordPress changed the text: {changes}."),
        "excerpt": N_("The excerpt was changed: “{sent}” was stored as “{stored}”."),
        "category": N_("It was sent for category {sent} and is in “{stored}”."),
        "featured image": N_("The featured image was sent as {sent}, and is {stored}."),
        "slug": N_("Its address was to end in “{sent}” and ends in “{stored}”."),
        "state": N_("It was sent as “{sent}” and is “{stored}”."),
    }
)
_DROPPED: Mapping[str, str] = MappingProxyType(
    {
        "category": N_(
            "It is in no category: WordPress has no category {sent} any more."
        ),
        "featured image": N_("The featured image {sent} was dropped."),
        "excerpt": N_("The excerpt “{sent}” was dropped."),
    }
)
_SLUG_TAKEN = N_("Another post has the address “{sent}”: this one got “{stored}”.")
_STATES: Mapping[PostState, str] = MappingProxyType(
    {
        PostState.HIDDEN: N_(
            "A plugin made it private, pending or protected by a password:"
            " not everybody will be able to read it."
        ),
        PostState.SCHEDULED: N_(
            "It has a date in the future, and will become public by itself."
        ),
    }
)
_HARMLESS = N_("WordPress changed what no reader notices, in: {part}.")

_LINK_WITH_TARGET = re.compile(r"<a\s([^>]*\btarget=[^>]*)>", re.IGNORECASE)
_REL = re.compile(r'\brel="([^"]*)"')
_UNSEEN = re.compile(r"</?(?:time|wbr)\b[^>]*>")
"""What the filter for users without `unfiltered_html` takes out, unseen by anybody."""
_CITED = re.compile(r'(<(?:del|ins)\b[^>]*?)\scite="[^"]*"')


def losses(sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
    """
    Return every difference; those that no reader can notice are harmless.

    Harmless is: the same document spelled in another way, `rel="noopener"` added, the
    tags `time` and `wbr` and the attribute `cite` taken out, blanks at the ends.
    """
    found = (
        _text_loss("title", sent.title, stored.title),
        _body_loss(sent.body, stored.body),
        _text_loss("excerpt", sent.excerpt, stored.excerpt),
        _loss("category", _sorted(sent.terms), _sorted(stored.terms)),
        _loss("featured image", sent.featured, stored.featured),
        _slug_loss(sent.slug, stored.slug),
        _state_loss(stored.state),
    )
    return tuple(loss for loss in found if loss is not None)


def with_noopener(html: str) -> str:
    """Return what WordPress makes of links that open in another window."""
    return _LINK_WITH_TARGET.sub(
        lambda link: f"<a {_noopener_added(link[1])}>",
        html,
    )


def reads_alike(sent: str, stored: str) -> bool:
    """
    Return whether a reader is shown the same, and WordPress carries out no more.

    Source: what WordPress 6.1.9 makes of the posts of an author and a contributor.
    Entities, blanks within tags and the quotes around attributes are spelled anew. The
    square brackets are counted, since to a reader `[` and `&#91;` are the same, while
    WordPress would carry out the first as a shortcode.
    """
    ours, theirs = with_noopener(sent), stored
    if ours.strip() == theirs.strip():
        return True
    if ours.count("[") != theirs.count("["):
        return False
    return _document(ours) == _document(theirs)


def _document(html: str) -> str:
    bare = _CITED.sub(r"\1", _UNSEEN.sub("", html.strip()))
    return LexborHTMLParser(bare).html or ""


def _body_loss(sent: str, stored: str) -> Loss | None:
    if sent == stored:
        return None
    if reads_alike(sent, stored):
        return _harmless("body", sent, stored)
    return _said(
        "body", *around_the_difference(sent, stored), changes=changes(sent, stored)
    )


def _text_loss(part: str, sent: str, stored: str) -> Loss | None:
    if sent == stored:
        return None
    if sent.strip() == stored.strip():
        return _harmless(part, sent, stored)
    return _loss(part, *around_the_difference(sent, stored))


def _slug_loss(sent: str, stored: str) -> Loss | None:
    suffix = stored.removeprefix(f"{sent}-")
    if suffix != stored and suffix.isdecimal():
        return _said("slug", sent, stored, template=_SLUG_TAKEN)
    return _loss("slug", sent, stored)


def _state_loss(state: PostState) -> Loss | None:
    if state in {PostState.DRAFT, PostState.LIVE}:
        return None
    template = _STATES.get(state, _MESSAGES["state"])
    return _said("state", PostState.DRAFT, state, template=template)


def _loss(part: str, sent: str, stored: str) -> Loss | None:
    if sent == stored:
        return None
    template = _MESSAGES[part] if stored else _DROPPED.get(part, _MESSAGES[part])
    return _said(part, sent, stored, template=template)


def _harmless(part: str, sent: str, stored: str) -> Loss:
    ours, theirs = around_the_difference(sent, stored)
    return Loss(
        part=part,
        sent=ours,
        stored=theirs,
        harmless=True,
        message=Message(_HARMLESS, {"part": Message(part)}),
    )


def _said(
    part: str, sent: str, stored: str, *, template: str = "", **facts: Message
) -> Loss:
    message = Message(
        template or _MESSAGES[part], {"sent": sent, "stored": stored, **facts}
    )
    return Loss(part=part, sent=sent, stored=stored, message=message)


def _sorted(terms: tuple[str, ...]) -> str:
    return ", ".join(sorted(terms, key=int))


def _noopener_added(attributes: str) -> str:
    rel = _REL.search(attributes)
    if rel is None:
        return f'{attributes} rel="noopener"'
    words = [*rel[1].split(), "noopener"]
    return _REL.sub(f'rel="{" ".join(dict.fromkeys(words))}"', attributes)
