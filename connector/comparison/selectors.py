"""What a CSS selector of a profile finds on a page."""

from collections.abc import Iterable

from selectolax.lexbor import LexborHTMLParser, LexborNode, SelectolaxError


def marked(tree: LexborHTMLParser, selectors: Iterable[str]) -> frozenset[int]:
    """Return the memory addresses of all elements that one of the selectors finds."""
    found: set[int] = set()
    for selector in selectors:
        found.update(node.mem_id for node in select(tree, selector))
    return frozenset(found)


def select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    """Return the elements a selector finds; none if it is not one."""
    try:
        return tree.css(selector)
    except SelectolaxError:
        return []


def valid(selector: str) -> bool:
    """Say whether `selector` is CSS that can be used."""
    try:
        LexborHTMLParser("<p>").css(selector)
    except SelectolaxError:
        return False
    return True
