"""
What the page's own `<style>` elements hide from its reader.

Only what is certain without a browser: rules for every screen, short selectors
without states, `display: none` and `visibility: hidden`. A later rule that shows an
element again is heeded; specificity is not, nor are style sheets in files.
"""

import re
from collections.abc import Iterator
from itertools import islice

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from connector.comparison.visibility import style

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)
_RULE = re.compile(r"([^{}]*)([{}])")
_EVERY_SCREEN = re.compile(r"@(?:media\s+(?:all|screen)|layer[^;]*|supports[^;]*)\s*\Z")
_SIMPLE = re.compile(
    r"(?!.*:(?!first-child|last-child))[^\s>+~\[\]()]+"
    r"(?:(?:\s*[>+]\s*|\s+)[^\s>+~\[\]()]+)?\Z"
)
"""At most two parts: with more of them the parser's time explodes in a deep page."""
_TOUCHES = re.compile(r"display|visibility", re.IGNORECASE)
_MOST_SELECTORS = 100
_MOST_TAGS = 20_000
_MOST_ELEMENTS = 50_000
_LONGEST = 500_000


def hidden_by_style(tree: LexborHTMLParser) -> frozenset[int]:
    """Return the `mem_id`s of the elements that the page's own styles hide."""
    if len(tree.tags("*")) > _MOST_TAGS:
        return frozenset()
    hidden: dict[int, set[str]] = {}
    text = _COMMENT.sub("", "\n".join(node.text() or "" for node in tree.css("style")))
    text = text[:_LONGEST]
    text = text[: max(text.rfind("{"), text.rfind("}")) + 1]
    matches = (
        (node, declarations)
        for selector, declarations in islice(_rules(text), _MOST_SELECTORS)
        for node in _found(tree, selector)
    )
    for node, declarations in islice(matches, _MOST_ELEMENTS):
        for name in {"display", "visibility"} & declarations.keys():
            hides = declarations[name] in {"none", "hidden", "collapse"}
            reasons = hidden.setdefault(node, set())
            (reasons.add if hides else reasons.discard)(name)
    return frozenset(one for one, reasons in hidden.items() if reasons)


def _rules(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield (selector, declarations) of the rules that may hide or show."""
    outer: list[str] = []
    for match in _RULE.finditer(text):
        before, sign = match.groups()
        if sign == "{":
            outer.append(before.rpartition(";")[2].strip())
            continue
        if not outer:
            continue
        selector = outer.pop()
        if (
            selector.startswith("@")
            or not _TOUCHES.search(before)
            or not all(_EVERY_SCREEN.match(name) for name in outer)
        ):
            continue
        declarations = style(before)
        for one in selector.split(","):
            bare = one.strip()
            if _SIMPLE.match(bare):
                yield bare, declarations


def _found(tree: LexborHTMLParser, selector: str) -> list[int]:
    try:
        return [node.mem_id for node in tree.css(selector)]
    except SelectolaxError:
        return []
