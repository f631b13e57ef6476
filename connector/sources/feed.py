"""
Feeds: RSS and Atom, each entry one item.

A press article is not republished: the item is what the feed itself says, with a line
that names its source and leads to it. Nothing remembers which entries were seen
before, least of all by their date; whoever stores the items knows them by their id.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser
from feedparser.encodings import convert_to_utf8
from pydantic import BaseModel, ConfigDict, Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.domain.errors import (
    ConnectorError,
    Empty,
    IntakeError,
    NoAnswer,
    NotAFeed,
    Unreadable,
)
from connector.domain.item import Draft, nfc, sha256
from connector.language import N_
from connector.markup import clean, text_of
from connector.ports.source import Source
from connector.ports.web import PublicWeb
from connector.sources.bounds import refuse_depth
from connector.sources.dates import read_date
from connector.sources.pictures import disown
from connector.sources.text import absolute, one_line, source_line

_OK = 200
_BLOCK = re.compile(
    r"<(?:p|div|ul|ol|dl|table|pre|blockquote|figure|hr|details|h[1-6])\b"
)
_UTF8 = {"content-type": "application/xml; charset=utf-8"}

feedparser.registerDateHandler(read_date)

_Entry = Mapping[str, Any]
"""feedparser's, after it was written as JSON and read again."""


class Options(BaseModel):
    """Which feed, and what readers are told about it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(pattern=r"^https?://")
    attribution: str = ""
    """The source's name as readers see it: Tuổi Trẻ. If empty, the entry's host."""
    language: str = "vi"
    """BCP 47; of the entries."""
    limit: int = Field(default=50, ge=1)
    """How many entries are looked at, the newest ones."""


class Found(StrEnum):
    """What an address answered with in place of a feed."""

    NOTHING = N_("nothing")
    HTML = N_("an HTML page")
    JSON = N_("JSON")
    XML = N_("XML that is broken or no feed")
    ENTITIES = N_("XML that defines entities of its own, as attacks do")
    OTHER = N_("something else")


class Problem(StrEnum):
    """Why an entry cannot be received."""

    CUT_OFF = N_("the feed breaks off in the middle of it")


def connect(
    name: str, *, options: Options, folder: object, web: PublicWeb, limit_mb: float
) -> Source:
    """Return the source of one feed. Nothing is fetched before `offers`."""
    del folder  # a feed has no files
    return Feed(name, options, web, limit_mb)


@dataclass(frozen=True)
class Feed:
    """An RSS or Atom feed of the public web."""

    name: str
    options: Options
    web: PublicWeb
    limit_mb: float

    def offers(self) -> Iterator[Draft | ConnectorError]:
        """
        Yield the newest entries, oldest first; in its place, why one is not received.

        Raises:
            WebError: the feed was not had.
            NotAFeed: the answer is no feed.
        """
        url = self.options.url
        answer = self.web.get(url, limit_mb=self.limit_mb, asks=3)
        if answer.status != _OK:
            raise NoAnswer(url=url, problem=f"HTTP {answer.status}")
        entries = _parsed(answer.body, name=self.name)
        for entry, whole in _oldest_first(entries, answer.body)[-self.options.limit :]:
            try:
                yield self._draft(entry, answer.final_url, whole=whole)
            except IntakeError as error:
                yield error

    def _draft(self, parsed: _Entry, base: str, *, whole: bool) -> Draft:
        original = _canonical(parsed)
        entry: _Entry = json.loads(original)
        link, known_as = entry.get("link", ""), entry.get("id", "")
        # Where there is no link, feedparser takes the id for one; it need not be.
        link = absolute(link, "" if link == known_as else base)
        called = link or known_as or self.name
        if not whole:
            raise Unreadable(name=called, problem=Problem.CUT_OFF)

        title = _title(entry)
        text = _text(entry, base, name=called)
        if not (title or text_of(text)):
            raise Empty(name=called)
        source = self.options.attribution or urlsplit(link or self.options.url).netloc
        credit = source_line(source, link=link, language=self.options.language)
        return Draft(
            source=self.name,
            source_id=nfc(known_as.strip()) or link or sha256(original),
            link=link,
            title=title,
            body=clean(text + credit),
            language=self.options.language,
            dated=nfc(entry.get("published") or entry.get("updated") or ""),
            original=original,
            original_name="entry.json",
        )


def _parsed(body: bytes, *, name: str) -> list[Any]:
    """
    Return feedparser's entries, in the order of the feed.

    The encoding is the one that feedparser finds; where that gives no entry, UTF-8,
    whatever the feed declares.

    Raises:
        NotAFeed: there are none, and it is no feed without entries either.
    """
    look = Found.OTHER
    for encoding in ({}, _UTF8):
        content = convert_to_utf8(encoding, body, {}) if body else b""
        look = _looks_like(content)
        if look is Found.ENTITIES:
            break
        # As a stream: feedparser takes plain bytes for a file name first.
        feed = feedparser.parse(
            io.BytesIO(content),
            # Without a base: it would become part of the entries' ids, and change
            # with every redirect. Addresses are completed in `_text`.
            response_headers=_UTF8,
            sanitize_html=False,  # the original is kept; `clean` makes it harmless
        )
        if feed.entries or (feed.get("version") and not feed.bozo):
            return list(feed.entries)
    raise NotAFeed(name=name, found=look)


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


def _oldest_first(entries: list[Any], body: bytes) -> list[tuple[Any, bool]]:
    """
    Return the entries, each with whether it is all there.

    Feeds put the newest first. Where every entry has a date that can be read, the
    dates decide instead, because some do not.
    """
    last = len(entries) - 1
    marked = [
        (entry, index < last or _ends_well(body)) for index, entry in enumerate(entries)
    ]
    marked.reverse()
    dates = [_date(entry) for entry, _ in marked]
    if all(dates):
        order = sorted(range(len(marked)), key=lambda index: dates[index])
        return [marked[index] for index in order]
    return marked


def _date(entry: _Entry) -> tuple[int, ...]:
    own = dict(entry)  # feedparser's own `get` takes one date for another, and warns
    return tuple(own.get("published_parsed") or own.get("updated_parsed") or ())


def _ends_well(body: bytes) -> bool:
    """Tell whether the last entry is closed, and not cut off in its middle."""
    ascii_only = body.replace(b"\0", b"").lower()
    starts = [m.end() for m in re.finditer(rb"<(?:\w+:)?(?:item|entry)\b", ascii_only)]
    rest = ascii_only[starts[-1] :] if starts else b""
    return not rest or re.search(rb"</(?:\w+:)?(?:item|entry)\s*>", rest) is not None


def _canonical(entry: _Entry) -> bytes:
    """
    Return the entry as the feed has it: the same entry is always the same bytes.

    feedparser's readings of dates are left out, because they are not the feed's.
    """
    own = {k: v for k, v in dict(entry).items() if not k.endswith("_parsed")}
    text = json.dumps(own, sort_keys=True, ensure_ascii=False, indent=1, default=str)
    # A lone half of a character can neither be stored nor sent.
    return text.encode("utf-8", "replace")


def _title(entry: _Entry) -> str:
    title = entry.get("title", "")
    kind = entry.get("title_detail", {}).get("type", "")
    # Some feeds escape twice: what is still an entity now was meant as a letter.
    return one_line(text_of(title) if "html" in kind else unescape(title))


def _text(entry: _Entry, base: str, *, name: str) -> str:
    """Return what the feed says about the entry as a cleaned fragment."""
    summary = entry.get("summary_detail")
    for part in [*([summary] if summary else []), *entry.get("content", [])]:
        text = part.get("value", "")
        if "html" not in part.get("type", ""):
            text = f"<p>{escape(text, quote=False)}</p>"
        refuse_depth(text, name=name)
        body = LexborHTMLParser(text).body
        if body is None:
            continue
        disown(body)
        _complete(body, base)
        fragment = clean(body.inner_html or "").strip()
        if text_of(fragment) or "<img" in fragment:
            return fragment if _BLOCK.search(fragment) else f"<p>{fragment}</p>"
    return ""


def _complete(body: LexborNode, base: str) -> None:
    """Make relative addresses start from where the feed was found."""
    for name in ("src", "href"):
        for node in body.css(f"[{name}]"):
            address = node.attributes.get(name) or ""
            node.attrs[name] = absolute(address, base) or address
