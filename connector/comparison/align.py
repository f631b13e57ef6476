"""
Pairing the approved blocks with the shown ones, in order.

Equal blocks first; in the gaps between them the pairs that are most alike. How alike
decides only what is shown beside what: a block that is not equal is a difference.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rapidfuzz.distance import Indel

from connector.comparison.blocks import BREAK, Block

_MAX_PAIRS = 10_000
"""Of one gap; a larger one is paired in order, or its time would grow too much."""
_WORTH_PAIRING = 0.34
_SAME_CELL = 0.5
_LONGEST_RUN = 6


class Kind(Enum):
    """What became of a block."""

    EQUAL = auto()
    CHANGED = auto()
    MISSING = auto()
    EXTRA = auto()
    REGROUPED = auto()
    """The same words in other paragraphs."""


@dataclass(frozen=True, slots=True)
class Match:
    """Some approved blocks (by index) and what the page shows for them."""

    kind: Kind
    approved: tuple[int, ...]
    shown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One stretch of two token lists: `equal`, `replace`, `delete`, `insert`."""

    tag: str
    first: int
    last: int
    shown_first: int
    shown_last: int


def changes(approved: Sequence[str], shown: Sequence[str]) -> tuple[Change, ...]:
    """Return how the one list of keys becomes the other, in order."""
    found: list[Change] = []
    for step in Indel.opcodes(approved, shown):
        new = Change(
            step.tag, step.src_start, step.src_end, step.dest_start, step.dest_end
        )
        before = found[-1] if found else None
        if before and "equal" not in {before.tag, new.tag}:
            # An insertion beside a deletion is a replacement to whoever reads it.
            found[-1] = Change(
                "replace", before.first, new.last, before.shown_first, new.shown_last
            )
        else:
            found.append(new)
    return tuple(found)


def align(approved: Sequence[Block], shown: Sequence[Block]) -> list[Match]:
    """Return what became of every approved and every shown block, in order."""
    numbers: dict[tuple[str, ...], int] = {}
    left = [numbers.setdefault(block.keys, len(numbers)) for block in approved]
    right = [numbers.setdefault(block.keys, len(numbers)) for block in shown]
    found: list[Match] = []
    for step in Indel.opcodes(left, right):
        ours = range(step.src_start, step.src_end)
        theirs = range(step.dest_start, step.dest_end)
        if step.tag == "equal":
            found.extend(
                Match(Kind.EQUAL, (one,), (other,))
                for one, other in zip(ours, theirs, strict=True)
            )
        else:
            found.extend(Match(Kind.MISSING, (one,), ()) for one in ours)
            found.extend(Match(Kind.EXTRA, (), (other,)) for other in theirs)
    return _joined(found, approved, shown)


def _joined(
    found: list[Match], approved: Sequence[Block], shown: Sequence[Block]
) -> list[Match]:
    """Pair, between equal blocks, what is missing with what is there instead."""
    result: list[Match] = []
    at = 0
    while at < len(found):
        end = at
        while end < len(found) and found[end].kind is not Kind.EQUAL:
            end += 1
        if end == at:
            result.append(found[at])
            at += 1
            continue
        ours = [one for match in found[at:end] for one in match.approved]
        theirs = [one for match in found[at:end] for one in match.shown]
        result.extend(_gap(approved, shown, ours, theirs))
        at = end
    return result


def _gap(
    approved: Sequence[Block],
    shown: Sequence[Block],
    ours: Sequence[int],
    theirs: Sequence[int],
) -> Iterator[Match]:
    for one, other, regrouped in _regrouped(approved, shown, ours, theirs):
        if regrouped:
            yield Match(Kind.REGROUPED, tuple(one), tuple(other))
        else:
            yield from _paired(approved, shown, one, other)


def _regrouped(
    approved: Sequence[Block],
    shown: Sequence[Block],
    ours: Sequence[int],
    theirs: Sequence[int],
) -> Iterator[tuple[Sequence[int], Sequence[int], bool]]:
    """Cut a gap at the runs of blocks that hold the same words."""
    ours_at = theirs_at = 0
    while True:
        cut = _next_run(approved, shown, ours[ours_at:], theirs[theirs_at:])
        if cut is None:
            yield ours[ours_at:], theirs[theirs_at:], False
            return
        first, last, shown_first, shown_last = cut
        yield (
            ours[ours_at : ours_at + first],
            theirs[theirs_at : theirs_at + shown_first],
            False,
        )
        yield (
            ours[ours_at + first : ours_at + last],
            theirs[theirs_at + shown_first : theirs_at + shown_last],
            True,
        )
        ours_at += last
        theirs_at += shown_last


def _next_run(
    approved: Sequence[Block],
    shown: Sequence[Block],
    ours: Sequence[int],
    theirs: Sequence[int],
) -> tuple[int, int, int, int] | None:
    merged = _run_as_one(approved, shown, ours, theirs)
    if merged:
        first, last, at = merged
        return first, last, at, at + 1
    cut_up = _run_as_one(shown, approved, theirs, ours)
    if cut_up:
        first, last, at = cut_up
        return at, at + 1, first, last
    return None


def _run_as_one(
    many: Sequence[Block],
    single: Sequence[Block],
    runs: Sequence[int],
    singles: Sequence[int],
) -> tuple[int, int, int] | None:
    """Return a run of `runs` whose words are those of one of `singles`."""
    if len(runs) < 2 or not singles:  # noqa: PLR2004 -- a run is two or more
        return None
    places = {
        _words(single[at]): index for index, at in reversed(list(enumerate(singles)))
    }
    for first in range(len(runs)):
        words: tuple[str, ...] = ()
        for last in range(first, min(first + _LONGEST_RUN, len(runs))):
            words += _words(many[runs[last]])
            if last > first and words in places:
                return first, last + 1, places[words]
    return None


def _words(block: Block) -> tuple[str, ...]:
    return tuple(key for key in block.keys if key != BREAK)


def _paired(
    approved: Sequence[Block],
    shown: Sequence[Block],
    ours: Sequence[int],
    theirs: Sequence[int],
) -> Iterator[Match]:
    if not ours or not theirs:
        pairs: list[tuple[int, int]] = []
    elif len(ours) * len(theirs) > _MAX_PAIRS:
        pairs = [(at, at) for at in range(min(len(ours), len(theirs)))]
    else:
        pairs = _most_alike(
            len(ours),
            len(theirs),
            _likeness([approved[at] for at in ours], [shown[at] for at in theirs]),
        )
    one = other = 0
    for mine, yours in [*pairs, (len(ours), len(theirs))]:
        yield from (Match(Kind.MISSING, (ours[at],), ()) for at in range(one, mine))
        yield from (Match(Kind.EXTRA, (), (theirs[at],)) for at in range(other, yours))
        if mine < len(ours):
            equal = approved[ours[mine]].keys == shown[theirs[yours]].keys
            kind = Kind.EQUAL if equal else Kind.CHANGED
            yield Match(kind, (ours[mine],), (theirs[yours],))
        one, other = mine + 1, yours + 1


def _likeness(
    ours: Sequence[Block], theirs: Sequence[Block]
) -> Callable[[int, int], float]:
    """Return how alike two blocks are; 0 for blocks that have no word in common."""
    numbers: dict[str, int] = {}

    def numbered(block: Block) -> list[int]:
        return [numbers.setdefault(key, len(numbers)) for key in block.keys]

    left = [numbered(block) for block in ours]
    right = [numbered(block) for block in theirs]

    def alike(one: int, other: int) -> float:
        likeness = Indel.normalized_similarity(left[one], right[other])
        here, there = ours[one].structure.cells, theirs[other].structure.cells
        if here and there:
            same = (here[-1].row, here[-1].column) == (there[-1].row, there[-1].column)
            likeness += _SAME_CELL if same else 0
        return likeness

    return alike


def _most_alike(
    rows: int, columns: int, alike: Callable[[int, int], float]
) -> list[tuple[int, int]]:
    """Return the pairs, in order on both sides, that are most alike in sum."""
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    taken = [[False] * columns for _ in range(rows)]
    for row in range(rows - 1, -1, -1):
        for column in range(columns - 1, -1, -1):
            apart = max(best[row + 1][column], best[row][column + 1])
            worth = alike(row, column) - _WORTH_PAIRING
            together = worth + best[row + 1][column + 1] if worth > 0 else -1.0
            taken[row][column] = together > apart
            best[row][column] = max(together, apart)
    pairs: list[tuple[int, int]] = []
    row = column = 0
    while row < rows and column < columns:
        if taken[row][column]:
            pairs.append((row, column))
            row, column = row + 1, column + 1
        elif best[row + 1][column] >= best[row][column + 1]:
            row += 1
        else:
            column += 1
    return pairs


def places(blocks: Sequence[Block]) -> list[str]:
    """
    Return where each block stands in its source: `block 4, row 2, column 1`.

    A table counts as one block.
    """
    found: list[str] = []
    number = 0
    table = 0
    for block in blocks:
        cell = block.structure.cells[-1] if block.structure.cells else None
        if cell is None or cell.table != table:
            number += 1
        table = cell.table if cell else 0
        where = f", row {cell.row}, column {cell.column}" if cell else ""
        found.append(f"block {number}{where}")
    return found
