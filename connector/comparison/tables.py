"""Where a cell of a table stands: its row and its column, spans counted."""

import re

from connector.comparison.blocks import Cell

_MAX_SPAN = 1_000
_WIDEST = 200
"""Columns of which it is remembered what spans into later rows."""


class Table:
    """Counts rows and columns, and remembers what spans reach into later rows."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.row = 0
        self.column = 1
        self.taken: dict[int, int] = {}
        """Column → the last row that a cell from above fills."""

    def next_row(self) -> None:
        """Begin a row."""
        self.row += 1
        self.column = 1

    def cell(self, *, rows: int, columns: int, heading: bool) -> Cell:
        """Return the next cell of the row, in the first column that is free."""
        self.row = max(self.row, 1)
        while self.column < _WIDEST and self.taken.get(self.column, 0) >= self.row:
            self.column += 1
        cell = Cell(self.number, self.row, self.column, rows, columns, heading)
        if rows > 1:
            for column in range(self.column, min(self.column + columns, _WIDEST)):
                self.taken[column] = self.row + rows - 1
        self.column += columns
        return cell


def leading_number(
    value: str | None, otherwise: int, *, least: int = -_MAX_SPAN
) -> int:
    """Return the number an attribute begins with, within bounds that make sense."""
    match = re.match(r"\s*([+-]?\d{1,6})", value or "")
    number = int(match[1]) if match else otherwise
    return max(least, min(number, _MAX_SPAN * 1_000 if least < 0 else _MAX_SPAN))
