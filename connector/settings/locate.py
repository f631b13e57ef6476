"""
Find the line of a TOML file on which a key stands.

`tomllib` forgets lines, so it is asked again about every beginning of the file that
ends with a line: the statement that makes a key appear is the line looked for. Quoted
keys, dotted keys, inline tables and texts over several lines need no rules of ours.
"""

import re
import tomllib
from collections.abc import Iterator, Sequence

Keys = Sequence[str | int]
"""Keys from the top of the file; numbers are places in a list."""


def line_of(text: str, keys: Keys) -> int:
    """
    Return the line, from 1, on which the statement that sets `keys` begins.

    If `keys` is not written, the line of the longest part of it that is; else 1.

    Args:
        text: a valid TOML document.
        keys: `("targets", "portal", "url")`.
    """
    line, deepest = 1, 0
    for start, _, tree in _statements(text):
        depth = _depth(tree, keys)
        if depth > deepest:
            line, deepest = start, depth
    return line


def syntax_error(text: str) -> tuple[int, str]:
    """
    Return line and key of the statement that makes `text` no TOML.

    Args:
        text: a document that `tomllib` refuses.
    """
    lines = _lines(text)
    line = 1 + max((end for _, end, _ in _statements(text)), default=0)
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


def _statements(text: str) -> Iterator[tuple[int, int, dict[str, object]]]:
    """Yield each statement's first and last line, and the tables up to there."""
    lines = _lines(text)
    start = 1
    for end in range(1, len(lines) + 1):
        try:
            tables = tomllib.loads("\n".join(lines[:end]))
        except tomllib.TOMLDecodeError:
            continue  # inside a statement of several lines, or past a mistake
        yield start, end, tables
        start = end + 1


def _lines(text: str) -> list[str]:
    """Return the lines as TOML counts them."""
    return text.replace("\r\n", "\n").split("\n")


def _depth(tree: object, keys: Keys) -> int:
    """Return how many parts of `keys` lead somewhere in `tree`."""
    for depth, part in enumerate(keys):
        match tree, part:
            case dict(), str() if part in tree:
                tree = tree[part]
            case list(), int() if part < len(tree):
                tree = tree[part]
            case _:
                return depth
    return len(keys)
