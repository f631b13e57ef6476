"""Names what WordPress took out of a text: tags, attributes, addresses, words."""

from collections import Counter
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.domain.message import Message, listed
from connector.language import N_

_AROUND = 60
"""How many characters are shown on either side of the first difference."""
_SHOWN = 200
_ADDRESSES = {"href", "src"}
_CODE = ("script", "style")

_TAKEN_OUT = N_("“{tag}” was taken out")
_CODE_VISIBLE = N_("the code of “{tag}” now stands in the text, for all to read")
_ATTRIBUTE = N_("“{name}” was taken away from “{tag}” (“{value}”)")
_STYLE = N_("the style “{value}” was taken away from “{tag}”")
_ADDRESS = N_("the address “{sent}” became “{stored}”")
_TEXT = N_("“{sent}” was stored as “{stored}”")

Attribute = tuple[str, str, str]
"""Tag, name, value."""


def changes(sent: str, stored: str) -> Message:
    """Return what a person must know of the differences of two bodies."""
    ours, theirs = LexborHTMLParser(sent), LexborHTMLParser(stored)
    named = [*_tags(ours, theirs), *_attributes(ours, theirs)]
    if not named or _words(ours) != _words(theirs):
        ours_shown, theirs_shown = around_the_difference(sent, stored)
        named.append(Message(_TEXT, {"sent": ours_shown, "stored": theirs_shown}))
    return listed(named)


def around_the_difference(sent: str, stored: str) -> tuple[str, str]:
    """Return the first place where two texts differ, out of each of them."""
    pairs = enumerate(zip(sent, stored, strict=False))
    first = (place for place, (ours, theirs) in pairs if ours != theirs)
    place = next(first, min(len(sent), len(stored)))
    return _around(sent, place), _around(stored, place)


def _tags(ours: LexborHTMLParser, theirs: LexborHTMLParser) -> Iterator[Message]:
    missing = Counter(node.tag for node in _elements(ours))
    missing.subtract(node.tag for node in _elements(theirs))
    for tag, count in missing.items():
        if count > 0:
            yield Message(_TAKEN_OUT, {"tag": tag})
    text = _words(theirs)
    for tag in _CODE:
        code = [" ".join(node.text().split()) for node in ours.css(tag)]
        if missing[tag] > 0 and any(part and part in text for part in code):
            yield Message(_CODE_VISIBLE, {"tag": tag})


def _attributes(ours: LexborHTMLParser, theirs: LexborHTMLParser) -> Iterator[Message]:
    """Name what changed in tags that are still there."""
    kept = Counter(_all_attributes(theirs))
    there = {tag for tag, _, _ in kept} | {node.tag for node in _elements(theirs)}
    lost = [one for one in _all_attributes(ours) if one[0] in there]
    missing = Counter(lost) - kept
    new = list((kept - Counter(lost)).elements())
    for tag, name, value in missing:
        instead = next((one for one in new if one[:2] == (tag, name)), None)
        if instead is not None:
            new.remove(instead)
        if name == "style":
            cut = _declarations(value) - _declarations(instead[2] if instead else "")
            yield Message(_STYLE, {"tag": tag, "value": "; ".join(sorted(cut))})
        elif name in _ADDRESSES and instead is not None:
            yield Message(_ADDRESS, {"sent": value[:_SHOWN], "stored": instead[2]})
        else:
            facts = {"tag": tag, "name": name, "value": value[:_SHOWN]}
            yield Message(_ATTRIBUTE, facts)


def _all_attributes(document: LexborHTMLParser) -> Iterator[Attribute]:
    for node in _elements(document):
        for name, value in node.attributes.items():
            yield str(node.tag), name, value or ""


def _elements(document: LexborHTMLParser) -> list[LexborNode]:
    return [node for node in document.css("*") if node.tag not in {"html", "head"}]


def _declarations(style: str) -> set[str]:
    return {part.strip() for part in style.split(";") if part.strip()}


def _words(document: LexborHTMLParser) -> str:
    """Return the text outside of code."""
    body = document.body
    whole = "".join(
        node.text_content or ""
        for node in (body.traverse(include_text=True) if body else ())
        if node.is_text_node and node.parent and node.parent.tag not in _CODE
    )
    return " ".join(whole.split())


def _around(text: str, place: int) -> str:
    start, end = max(0, place - _AROUND), place + _AROUND
    before = "…" if start else ""
    after = "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after}"
