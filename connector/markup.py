"""
HTML as it is kept in revisions: a small, harmless fragment; and what is read from it.

`clean` makes the fragment, in one spelling only. All others expect a cleaned one,
and are safe with any other.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import nh3
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.domain.item import nfc


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_SECTIONS = _names(
    "address article aside center dialog dir fieldset footer form header hgroup main"
    " menu nav search section"
)
"""Blocks whose meaning ends with the page they come from: they become a plain div."""

_TAGS = _SECTIONS | _names(
    "h1 h2 h3 h4 h5 h6 p div br hr pre blockquote ul ol li dl dt dd details summary"
    " table caption colgroup col thead tbody tfoot tr th td figure figcaption img"
    " a strong b em i u s del ins sub sup mark small code kbd samp var q cite abbr"
    " time span wbr"
)

_DROPPED_WHOLE = _names(
    "script style template iframe noembed noframes xmp svg title textarea select"
)
"""Their content is no text of the item. (`noscript` is opened up instead.)"""

_ATTRIBUTES = {
    "*": {"lang"},
    "a": {"href", "title"},
    "abbr": {"title"},
    "blockquote": {"cite"},
    "col": {"span"},
    "colgroup": {"span"},
    "del": {"cite", "datetime"},
    "details": {"open"},
    "img": {"src", "alt", "width", "height", "title"},
    "ins": {"cite", "datetime"},
    "li": {"value"},
    "ol": {"start", "type", "reversed"},
    "q": {"cite"},
    "td": {"colspan", "rowspan", "headers"},
    "th": {"colspan", "rowspan", "headers", "scope"},
    "time": {"datetime"},
    "ul": {"type"},
}
_ADDRESSES = {"href", "src", "cite"}
_SCHEMES = {"http", "https", "mailto", "tel", "attachment"}

_BLOCKS = _SECTIONS | _names(
    "h1 h2 h3 h4 h5 h6 p div hr pre blockquote ul ol li dl dt dd details summary"
    " table caption tr figure figcaption br"
)

_TOKEN = re.compile(r"<[^>]*>|[^<]+")
"""A tag or a run of text; in a cleaned fragment, < and > stand nowhere else."""
_TAG_NAME = re.compile(r"^<(/?)([a-z0-9]+)")
_NOSCRIPT = re.compile(r"</?noscript\b[^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\n\f]+")
_OTHER_HOST = re.compile(r"^[/\\]{2,}")
_ADDRESS_LINE = re.compile(
    r"^([^\S\n]*https?):(?=//\S+[^\S\n]*$)", re.IGNORECASE | re.MULTILINE
)

_INVISIBLE = {code: None for code in range(0x20) if chr(code) not in "\t\n"} | {
    0x7F: None,
    0xFFFE: None,
    0xFFFF: None,
}
"""Characters that XML forbids or no reader sees: C0 controls but tab and newline."""

_ATTACHMENT = "attachment:"
_OVERLAY = "\u0338"
"""The combining stroke: NFC would melt it with the < or > before it."""


class Picture(NamedTuple):
    """An image of a fragment."""

    src: str
    alt: str | None
    """None if none is given, which is not the same as an empty one."""


def clean(html: str) -> str:
    """
    Return `html` as a harmless fragment: no script, no style, no class, no id.

    NFC, and in one spelling: to clean it again changes nothing. Links without a
    scheme (`//host/`) are made https.
    """
    # A lone half of a character can neither be stored nor sent.
    text = html.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    before, after = "", _NOSCRIPT.sub("", text)
    # What one pass takes away can join what stood left and right of it.
    while before != after:
        before, after = after, _tidy(_CLEANER.clean(after))
    return after


def text_of(html: str) -> str:
    """Return the text as a reader reads it, every block on a line of its own."""
    pieces: list[str] = []
    preformatted = 0
    for node, coming in _walk(html):
        if node.is_text_node:
            text = node.text_content or ""
            if coming:
                pieces.append(text if preformatted else _SPACES.sub(" ", text))
        elif node.tag in _BLOCKS:
            pieces.append("\n")
            if node.tag == "pre":
                preformatted += 1 if coming else -1
        elif node.tag in {"td", "th"}:
            pieces.append(" ")
    lines = (_one_line(line) for line in "".join(pieces).split("\n"))
    return nfc("\n".join(filter(None, lines)))


def defuse(html: str) -> str:
    """
    Return the fragment so that WordPress finds nothing in it to carry out.

    No shortcode (`[` becomes `&#91;`), no block comment, no PHP, and no line that
    is nothing but an address, which WordPress would fetch and embed. A reader
    sees no difference.
    """
    tokens = (
        token if token.startswith("<") else _ADDRESS_LINE.sub(r"\1&#58;", token)
        for token in _TOKEN.findall(clean(html))
    )
    return "".join(tokens).replace("[", "&#91;")


def references(html: str) -> list[str]:
    """Return every `attachment:` address, in order, as often as it stands there."""
    return [
        address
        for node, coming in _walk(html)
        if coming and not node.is_text_node
        for address in (node.attributes.get("src"), node.attributes.get("href"))
        if address and address.startswith(_ATTACHMENT)
    ]


def refer(html: str, urls: Mapping[str, str]) -> str:
    """
    Return the cleaned fragment with URLs in place of its `attachment:` addresses.

    Args:
        html: the fragment.
        urls: the URL for each address (`Attachment.address`).

    Raises:
        KeyError: an address of the fragment has no URL.
    """
    cleaned = clean(html)
    if _ATTACHMENT not in cleaned:
        return cleaned
    found = references(cleaned)
    return readdress(cleaned, {address: urls[address] for address in found})


def readdress(html: str, addresses: Mapping[str, str]) -> str:
    """
    Return the cleaned fragment with other addresses for its links and images.

    Args:
        html: the fragment.
        addresses: the new address for each old one; all others stay.
    """

    def readdressed(_tag: str, name: str, value: str) -> str:
        return addresses.get(value, value) if name in {"src", "href"} else value

    return _tidy(_cleaner(readdressed).clean(clean(html)))


def links(html: str) -> list[tuple[str, str]]:
    """Return the address and the text of every link."""
    return [
        (node.attributes["href"] or "", _one_line(node.text()))
        for node, coming in _walk(html)
        if coming and node.tag == "a" and "href" in node.attributes
    ]


def images(html: str) -> list[Picture]:
    """Return address and alternative text of every image."""
    return [
        Picture(node.attributes.get("src") or "", node.attributes.get("alt"))
        for node, coming in _walk(html)
        if coming and node.tag == "img"
    ]


def _walk(html: str) -> Iterator[tuple[LexborNode, bool]]:
    """Yield every node as the reader comes to it (True), and elements on leaving."""
    body = LexborHTMLParser(html).body
    todo = [(body, True)] if body else []
    while todo:
        node, coming = todo.pop()
        if node.tag in _DROPPED_WHOLE:
            continue
        yield node, coming
        if coming and not node.is_text_node:
            todo.append((node, False))
            children = list(node.iter(include_text=True))
            todo.extend((child, True) for child in reversed(children))


def _one_line(text: str) -> str:
    return nfc(" ".join(text.split()))


def _cleaner(attribute_filter: Callable[[str, str, str], str | None]) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        clean_content_tags=_DROPPED_WHOLE,
        attributes=_ATTRIBUTES,
        attribute_filter=attribute_filter,
        url_schemes=_SCHEMES,
        link_rel=None,
    )


def _safe_address(_tag: str, name: str, value: str) -> str:
    if name not in _ADDRESSES:
        return value
    # Browsers drop these characters before they read an address.
    bare = re.sub(r"[\t\n]", "", value.translate(_INVISIBLE)).strip()
    return _OTHER_HOST.sub("https://", bare)


_CLEANER = _cleaner(_safe_address)


def _tidy(html: str) -> str:
    """Spell what nh3 returned in the one way that we keep."""
    tokens = _TOKEN.findall(html.translate(_INVISIBLE))
    return "".join(_tag(t) if t.startswith("<") else _run(t) for t in tokens)


def _tag(tag: str) -> str:
    name = _TAG_NAME.sub(_section_as_div, nfc(tag))
    # Its address was refused: what is left would show as a broken picture.
    return "" if name.startswith("<img") and ' src="' not in name else name


def _section_as_div(name: re.Match[str]) -> str:
    slash, tag = name.groups()
    return f"<{slash}div" if tag in _SECTIONS else name.group()


def _run(text: str) -> str:
    text = nfc(text)
    return f"&#{ord(_OVERLAY)};{text[1:]}" if text.startswith(_OVERLAY) else text
