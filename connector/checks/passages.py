"""The texts of a revision, each under the name of its part, and how to quote them."""

from collections.abc import Iterator
from dataclasses import dataclass

from connector.domain.item import Revision
from connector.markup import images, links, text_of

QUOTE = 80
"""Characters that a quote has at most."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text of a revision."""

    part: str
    """As in domain.finding.Finding."""
    stored: str
    """As it stands in the revision; HTML, if it is the body."""
    shown: tuple[str, ...]
    """What a reader sees or hears of it: where quotes are taken from."""


def passages(revision: Revision) -> Iterator[Passage]:
    """Yield every text of `revision`, in the order in which people read it."""
    yield Passage("title", revision.title, (revision.title,))
    yield Passage("body", revision.body, tuple(_shown(revision.body)))
    yield Passage("excerpt", revision.excerpt, (revision.excerpt,))
    for file in revision.files:
        for text in (file.name, file.alt):
            yield Passage(f"file {file.name}", text, (text,))


def _shown(body: str) -> Iterator[str]:
    yield text_of(body)
    yield from (image.alt or "" for image in images(body))
    yield from (href for href, _ in links(body))


def quote(text: str, start: int, end: int) -> str:
    """
    Return the words of `text` around `start` to `end`, at most QUOTE characters.

    They are of one line, and whole, where what is quoted itself allows it.
    """
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", end)
    last = len(text) if last < 0 else last
    room = max(0, QUOTE - (end - start))
    left = max(first, start - room // 2)
    right = min(last, left + QUOTE)
    left = max(first, min(left, right - QUOTE))
    if left > first:
        left = min((i + 1 for i in range(left, start) if text[i] == " "), default=left)
    if right < last:
        right = max((i for i in range(end, right) if text[i] == " "), default=right)
    return text[left:right]


def beginning(text: str) -> str:
    """Return the first words of `text`, to quote it as a whole."""
    return quote(text, 0, 0) if len(text) > QUOTE else text
