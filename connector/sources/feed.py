"""
Feeds: RSS and Atom, each entry one item.

A press article is not republished: the item is what the feed itself says, with a line
that names its source and leads to it. Nothing remembers which entries were seen
before, least of all by their date; whoever stores the items knows them by their id.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from html import escape
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.domain.errors import (
    ConnectorError,
    Empty,
    IntakeError,
    NoAnswer,
    Unreadable,
)
from connector.domain.item import Draft, nfc, sha256
from connector.language import N_
from connector.markup import clean, text_of
from connector.ports.source import Source
from connector.ports.web import PublicWeb
from connector.sources.child import refuse_maze
from connector.sources.entries import Entry, read_entries
from connector.sources.pictures import disown
from connector.sources.text import absolute, one_line, source_line

_OK = 200
_BLOCK = re.compile(
    r"<(?:p|div|ul|ol|dl|table|pre|blockquote|figure|hr|details|h[1-6])\b"
)

_Values = Mapping[str, Any]
"""What an entry says, by feedparser's names."""


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
        entries = read_entries(answer.body, name=self.name)
        for entry in entries[-self.options.limit :]:
            try:
                yield self._draft(entry, answer.final_url)
            except IntakeError as error:
                yield error

    def _draft(self, entry: Entry, base: str) -> Draft:
        values: _Values = json.loads(entry.original)
        link, known_as = values.get("link") or "", values.get("id") or ""
        # Where there is no link, feedparser takes the id for one; it need not be.
        link = absolute(link, "" if link == known_as else base)
        called = link or known_as or self.name
        if not entry.whole:
            raise Unreadable(name=called, problem=Problem.CUT_OFF)

        title = _title(values)
        text = _text(values, base, name=called)
        if not (title or text_of(text)):
            raise Empty(name=called)
        source = self.options.attribution or urlsplit(link or self.options.url).netloc
        credit = source_line(source, link=link, language=self.options.language)
        return Draft(
            source=self.name,
            source_id=nfc(known_as.strip()) or link or sha256(entry.original),
            link=link,
            title=title,
            body=clean(text + credit),
            language=self.options.language,
            dated=nfc(values.get("published") or values.get("updated") or ""),
            original=entry.original,
            original_name="entry.json",
        )


def _title(values: _Values) -> str:
    title = values.get("title") or ""
    kind = (values.get("title_detail") or {}).get("type") or ""
    return one_line(text_of(title) if "html" in kind else title)


def _text(values: _Values, base: str, *, name: str) -> str:
    """Return what the feed says about the entry as a cleaned fragment."""
    summary = values.get("summary_detail")
    for part in [*([summary] if summary else []), *(values.get("content") or [])]:
        text = part.get("value") or ""
        if "html" not in (part.get("type") or ""):
            text = f"<p>{escape(text, quote=False)}</p>"
        refuse_maze(text, name=name)
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
