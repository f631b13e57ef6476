"""
The entries of an RSS or Atom feed, read from bytes that anybody may have written.

feedparser reads what real feeds are like, which is seldom what the standards say. It
is given bytes only, never an address or a file name, and is guarded on both sides.
"""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import feedparser
from feedparser.encodings import convert_to_utf8

from connector.domain.errors import NotAFeed
from connector.language import N_
from connector.sources.dates import read_date

_UTF8 = {"content-type": "application/xml; charset=utf-8"}
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));", re.IGNORECASE)
_OPENING = re.compile(rb"<(?:\w+:)?(?:item|entry)\b")
_CLOSING = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")

feedparser.registerDateHandler(read_date)

_Parsed = Mapping[str, Any]
"""feedparser's dictionary of a feed, or of an entry."""


@dataclass(frozen=True)
class Entry:
    """One entry of a feed."""

    original: bytes
    """As JSON with feedparser's names: the same entry is always the same bytes."""
    whole: bool
    """False if the feed breaks off in the middle of it."""


class Found(StrEnum):
    """What an address answered with in place of a feed."""

    NOTHING = N_("an empty answer")
    HTML = N_("an HTML page")
    JSON = N_("JSON")
    XML = N_("XML that is broken or no feed")
    ENTITIES = N_("XML that defines entities of its own, as attacks do")
    OTHER = N_("something else")


def read_entries(body: bytes, *, name: str) -> list[Entry]:
    """
    Return the entries of a feed, oldest first.

    The encoding is the one that feedparser finds; where that gives no entry, UTF-8,
    whatever the feed declares.

    Args:
        body: the answer of the feed's address.
        name: how errors call the feed.

    Raises:
        NotAFeed: there are none, and it is no feed without entries either.
    """
    look = Found.OTHER
    for encoding in ({}, _UTF8):
        content = _in_utf8(body, encoding)
        look = _looks_like(content)
        if look is Found.ENTITIES:
            break
        feed = _parsed(content)
        if feed.get("entries") or (feed.get("version") and not feed.get("bozo")):
            return _oldest_first(feed["entries"], content)
    raise NotAFeed(name=name, found=look)


def _in_utf8(body: bytes, encoding: Mapping[str, str]) -> bytes:
    if not body:
        return body
    try:
        text = convert_to_utf8(encoding, body, {}).decode("utf-8", "replace")
    except UnicodeDecodeError:  # the name of the encoding is no text itself
        text = body.decode("utf-8", "replace")
    # Some systems write an emoji as the two halves that UTF-16 makes of it.
    halves = _REFERENCE.sub(_character, text).encode("utf-16", "surrogatepass")
    return halves.decode("utf-16", "replace").encode()


def _character(reference: re.Match[str]) -> str:
    """Return what a numeric reference must stand for that feedparser fails at."""
    hexadecimal, decimal = reference.groups()
    # No character has a longer number, and Python refuses very long ones.
    digits = (hexadecimal or decimal).lstrip("0")[:8]
    code = int(digits or "0", 16 if hexadecimal else 10)
    if 0xD800 <= code < 0xE000:  # noqa: PLR2004 -- Unicode's range of halves
        return chr(code)
    return reference[0] if code < 0x110000 else "\N{REPLACEMENT CHARACTER}"  # noqa: PLR2004 -- the end of Unicode


def _parsed(content: bytes) -> _Parsed:
    try:
        feed: _Parsed = feedparser.parse(
            # As a stream: feedparser takes plain bytes for a file name first.
            io.BytesIO(content),
            # Without a base: it would become part of the entries' ids, and change
            # with every redirect.
            response_headers=_UTF8,
            sanitize_html=False,  # what is kept is the original
        )
    except Exception:  # noqa: BLE001 -- seven kinds were seen over damaged feeds
        return {}
    return feed


def _looks_like(content: bytes) -> Found:
    """Tell what the beginning, in UTF-8, looks like."""
    start = re.search(rb"<\w", content)
    head = content[: start.start() if start else None].lower()
    if b"<!entity" in head:
        return Found.ENTITIES
    text = content[:1000].lower()
    if not text.strip() or re.fullmatch(rb"<\?xml[^>]*>\s*", content.strip()):
        return Found.NOTHING
    if b"<!doctype html" in text or b"<html" in text or b"<body" in text:
        return Found.HTML
    if re.match(rb"(<\?xml[^>]*>)?\s*[\[{]", text):
        return Found.JSON
    return Found.XML if start else Found.OTHER


def _oldest_first(entries: list[_Parsed], content: bytes) -> list[Entry]:
    """
    Return the entries of a feed, which has `content`.

    Feeds put the newest first. Where every entry has a date that can be read, the
    dates decide instead, because some do not.
    """
    last = len(entries) - 1
    order = list(range(len(entries)))[::-1]
    dates = [_date(entry) for entry in entries]
    if all(dates):
        order.sort(key=dates.__getitem__)
    return [
        Entry(_canonical(entries[n]), whole=n < last or _ends_well(content))
        for n in order
    ]


def _date(entry: _Parsed) -> tuple[int, ...]:
    own = dict(entry)  # feedparser's own `get` takes one date for another, and warns
    return tuple(own.get("published_parsed") or own.get("updated_parsed") or ())


def _ends_well(content: bytes) -> bool:
    """Tell whether the last entry is closed, and not cut off in its middle."""
    rest = _OPENING.split(content.lower())[-1]
    return len(rest) == len(content) or _CLOSING.search(rest) is not None


def _canonical(entry: _Parsed) -> bytes:
    """
    Return the entry as the feed has it: the same entry is always the same bytes.

    feedparser's readings of dates are left out, because they are not the feed's.
    """
    own = {k: v for k, v in dict(entry).items() if not k.endswith("_parsed")}
    text = json.dumps(own, sort_keys=True, ensure_ascii=False, indent=1, default=str)
    # A lone half of a character can neither be stored nor sent.
    return text.encode("utf-8", "replace")
