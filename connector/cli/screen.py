"""What can be said of the terminal: how wide it is, what it must not be sent."""

import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def plain(text: str) -> str:
    """Return text without what would steer the terminal: titles come from outside."""
    return _CONTROL.sub("�", text)


def width() -> int | None:
    """Return the columns of the terminal; None where the output is a file or a pipe."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def cells(text: str) -> int:
    """Return how many columns a text takes: 書 two, a combining mark none."""
    return sum(map(_cells, text))


def cut(text: str, room: int) -> str:
    """Return a text that takes at most `room` columns, with … where it was cut."""
    if cells(text) <= room:
        return text
    taken, used = "", 0
    for character in text:
        used += _cells(character)
        if used > room - 1:
            break
        taken += character
    return f"{taken}…"[: max(room, 0)]


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    table = [list(row) for row in rows]
    widths = [max(map(cells, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell + " " * (wide - cells(cell))
            for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]


def muffle(stream: TextIO) -> None:
    """Send what is still said to a stream nowhere: nobody reads it any more."""
    # Python's own advice on SIGPIPE; else the interpreter complains when it ends.
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) == "Cf":
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1
