"""What no honest page holds, refused before the parser sees it."""

import re

MAX_BYTES = 5_000_000
MAX_TAGS = 150_000
MAX_DEPTH = 512
"""Browsers themselves nest no deeper."""
MAX_ATTRIBUTES = 500
MAX_TEXT = 1_500_000

_LITERAL = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(script|style|textarea|title|xmp|iframe|noembed|noframes|noscript)"
    r"(?=[\s/>])[^>]*(?:>.*?(?:</\1|\Z)|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(
    r"<(/?)([a-zA-Z][^\s/>]*)((?:[^>\"']|\"[^\"]*\"|'[^']*'|[\"'])*?)(?:>|\Z)"
)
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_SEPARATOR = re.compile(r"[\s/]+")
_CLOSE_THEMSELVES = frozenset(
    "p li dt dd td th tr tbody thead tfoot option optgroup area base br col embed hr "
    "img input link meta param source track wbr path circle rect html body head".split()
)


class TooMuch(Exception):
    """The page is deeper or larger than any page made for readers."""


def without_noscript(html: str) -> str:
    """Take out what only a reader without scripting sees."""

    def kept(match: re.Match[str]) -> str:
        tag = match[1]
        return (
            "<noscript></noscript " if tag and tag.lower() == "noscript" else match[0]
        )

    return _LITERAL.sub(kept, html) if "<noscript" in html.lower() else html


def refuse_excess(html: str) -> None:
    """
    Refuse what the parser would need minutes for.

    Lexbor's time grows with the square of the depth and of the attributes of one
    element: 100,000 nested divs took 22 s, 100,000 attributes 39 s.
    """
    if html.count("<") <= MAX_DEPTH and len(html) < MAX_BYTES // 100:
        return
    depth = 0
    for tags, match in enumerate(_TAG.finditer(_LITERAL.sub(" ", html)), start=1):
        name = match[2].lower()
        if match[1]:
            depth = max(0, depth - (name not in _CLOSE_THEMSELVES))
        elif name not in _CLOSE_THEMSELVES:
            depth += 1
        if depth > MAX_DEPTH or tags > MAX_TAGS:
            raise TooMuch
        attributes = match[3]
        if (
            len(attributes) > MAX_ATTRIBUTES
            and len(_SEPARATOR.split(_QUOTED.sub(" ", attributes))) > MAX_ATTRIBUTES
        ):
            raise TooMuch
