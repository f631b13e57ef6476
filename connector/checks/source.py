"""Whoever's text it is, is named."""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from connector.checks.rule import CheckRule, words
from connector.domain.finding import Level
from connector.domain.item import Revision, nfc
from connector.domain.message import Message
from connector.language import N_
from connector.markup import links, text_of
from connector.ports.check import Context, Remark

NOT_NAMED = N_("The source is not named: add a line “{marker}: …” or a link to {link}.")


def _source_attribution(revision: Revision, context: Context) -> Iterator[Remark]:
    link = context.item.link.strip()
    if not link:
        return  # A department's own text needs no source.
    markers = words(context, "markers")
    if _leads_to(link, revision.body) or _has_line(markers, text_of(revision.body)):
        return
    facts = {"marker": next(iter(markers), ""), "link": link}
    yield Remark(message=Message(NOT_NAMED, facts))


def _leads_to(link: str, body: str) -> bool:
    return any(_page(href) == _page(link) for href, _ in links(body))


def _page(url: str) -> tuple[str, ...]:
    """Return what makes two addresses the same page for a reader."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:  # a broken IPv6 address
        return (url,)
    host = parts.netloc.casefold().removeprefix("www.")
    return host, unquote(parts.path).rstrip("/"), parts.query


def _has_line(markers: Sequence[str], text: str) -> bool:
    """
    Return whether a line, or a sentence at its end, names the source.

    “Nguồn: Báo Tuổi Trẻ”, “… (Theo: VnExpress)”, or a line “(Theo Tuổi Trẻ)”.
    """
    names = "|".join(re.escape(nfc(marker)) for marker in markers if marker)
    if not names:
        return False
    sentence = rf"(?:^|[.!?…;(\[–—-])\s*(?:{names})\s*:\s*\w"
    bracket = rf"^\s*[(\[](?:{names})\s+\w[^\n]*[)\]]\s*$"
    pattern = re.compile(f"{sentence}|{bracket}", re.IGNORECASE | re.MULTILINE)
    return pattern.search(nfc(text)) is not None


RULES = (
    CheckRule(
        id="source-attribution",
        version=1,
        title=N_("A text from elsewhere names its source"),
        level=Level.BLOCK,
        look=_source_attribution,
        defaults={"markers": ["Nguồn", "Theo", "Source"]},
    ),
)
