"""
Find the line of a TOML file on which a key stands.

`tomllib` forgets lines, so it is asked again about every beginning of the file that
ends with a line: the statement that makes a key appear is the line looked for. Quoted
keys, dotted keys, inline tables and texts over several lines need no rules of ours.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence

Path = Sequence[str | int]
"""Keys from the top of the file; numbers are places in a list."""


def line_of(text: str, path: Path) -> int:
    """
    Return the line, from 1, on which the statement that sets `path` begins.

    If `path` is not written, the line of the longest part of it that is; else 1.

    Args:
        text: a valid TOML document.
        path: `("targets", "portal", "url")`.
    """
    line, deepest = 1, 0
    for start, tree in _statements(text):
        depth = _depth(tree, path)
        if depth > deepest:
            line, deepest = start, depth
    return line


def syntax_error(text: str) -> tuple[int, str]:
    """
    Return line and key of the statement that makes `text` no TOML.

    Args:
        text: a document that `tomllib` refuses.
    """
    ends = [start for start, _ in _statements(text, closing=True)]
    lines = text.split("\n")
    line = ends[-1]
    heading = next(
        (
            found[1].strip()
            for above in reversed(lines[: line - 1])
            if (found := re.match(r"\s*\[([^\[\]]+)\]", above))
        ),
        "",
    )
    # Only what can be a key: a line that is wrong may hold a password.
    key = re.match(r"""\s*(\[*[\w.\-]+\]*)""", lines[line - 1])
    if key is None or key[1].startswith("["):
        return line, key[1] if key else heading or "?"
    return line, ".".join(filter(None, [heading, key[1]]))


def _statements(
    text: str, *, closing: bool = False
) -> Iterator[tuple[int, dict[str, object]]]:
    """
    Yield each statement's first line, and the document up to and with the statement.

    Args:
        text: a document, which may be wrong from some line on.
        closing: yield in the end the first line that belongs to no whole statement.
    """
    lines = text.split("\n")
    start = 1
    for number in range(1, len(lines) + 1):
        try:
            tree = tomllib.loads("\n".join(lines[:number]))
        except tomllib.TOMLDecodeError:
            continue  # inside a statement of several lines, or past the mistake
        yield start, tree
        start = number + 1
    if closing:
        yield start, {}


def _depth(tree: object, path: Path) -> int:
    """Return how many parts of `path` lead somewhere in `tree`."""
    for depth, part in enumerate(path):
        match tree, part:
            case dict(), str() if part in tree:
                tree = tree[part]
            case list(), int() if part < len(tree):
                tree = tree[part]
            case _:
                return depth
    return len(path)
