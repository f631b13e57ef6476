"""
Finding the place: which element of the page holds the approved text.

Nothing is guessed about what an article looks like. Every element is measured by how
well the runs of four words in it meet those of the source (F1); the best one is the
place. A wrong choice cannot hide an error: what is not in the place counts as missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import accumulate

from connector.comparison.blocks import Block, Document, Structure

_SHINGLE = 4
_REFINED = 40
_CONTAINERS = frozenset(
    "article body center dd details div fieldset form main section td aside".split()
)
_TOO_WIDE = frozenset({"body", "html", "main"})
_ELSEWHERE = frozenset({"nav", "aside", "footer"})
_ELSEWHERE_NAMES = frozenset(
    {"comments", "comment-list", "related", "related-posts", "sidebar", "widget"}
)
_BODY_NAMES = frozenset(
    {
        "article-body",
        "article-content",
        "content-body",
        "entry-content",
        "field--name-body",
        "news-content",
        "post-body",
        "post-content",
        "td-post-content",
        "wp-block-post-content",
    }
)
_UNLIKELY = 0.3
"""What a place in a menu, a sidebar or among comments is worth."""


@dataclass(frozen=True, slots=True)
class Place:
    """The element that holds the body of the item."""

    box: int
    start: int
    """The index of its first block."""
    end: int
    known: bool = False
    """True if the profile named it, so that nothing else belongs in it."""


def find(source: Document, shown: Document) -> Place | None:
    """Return where in `shown` the body is; None if the page has no elements."""
    if not shown.boxes:
        return None
    unlikely = _unlikely(shown)
    marked = [at for at, box in enumerate(shown.boxes) if box.marked]
    candidates = marked or [
        at for at, box in enumerate(shown.boxes) if box.tag in _CONTAINERS
    ]
    best = _best(source, shown, candidates or [0], unlikely)
    if not marked:
        best = _climbed(shown, best)
    box = shown.boxes[best]
    return Place(best, box.start, box.end, known=bool(marked))


def within(block: Block, document: Document, place: Place) -> Block:
    """Return `block` as it stands inside the place, whatever the place stands in."""
    box = document.boxes[place.box]
    outer = box.structure
    depth = len(outer.cells) + (box.tag in {"td", "th"})
    if not (depth or outer.lists or outer.quotes):
        return block
    inner = block.structure
    structure = Structure(
        kind=inner.kind,
        lists=inner.lists[len(outer.lists) :],
        number=inner.number if len(inner.lists) > len(outer.lists) else None,
        quotes=inner.quotes - outer.quotes,
        cells=inner.cells[depth:],
    )
    return replace(block, structure=structure)


def aside(document: Document, box: int, *, until: int) -> bool:
    """Say whether `box`, up to the box `until`, stands in what goes around a body."""
    while box not in {until, -1}:
        if _is_elsewhere(document.boxes[box].tag, document.boxes[box].classes):
            return True
        if document.boxes[box].tag == "header":
            return True
        box = document.boxes[box].parent
    return False


def _is_elsewhere(tag: str, classes: Iterable[str]) -> bool:
    return tag in _ELSEWHERE or not _ELSEWHERE_NAMES.isdisjoint(classes)


def _unlikely(document: Document) -> list[bool]:
    found: list[bool] = []
    for box in document.boxes:
        outer = box.parent >= 0 and found[box.parent]
        found.append(outer or _is_elsewhere(box.tag, box.classes))
    return found


def _best(
    source: Document, shown: Document, candidates: list[int], unlikely: list[bool]
) -> int:
    wanted_keys = [key for block in source.blocks for key in block.keys]
    width = max(1, min(_SHINGLE, len(wanted_keys)))
    wanted = set(_shingles(wanted_keys, width))
    if not wanted:
        return _around_images(source, shown, candidates)
    keys = [key for block in shown.blocks for key in block.keys]
    starts = [0, *accumulate(len(block.keys) for block in shown.blocks)]
    shingles = _shingles(keys, width)
    hits = [0, *accumulate(shingle in wanted for shingle in shingles)]

    def ends(at: int) -> tuple[int, int]:
        box = shown.boxes[at]
        first = min(starts[box.start], len(shingles))
        last = max(first, min(starts[box.end] - width + 1, len(shingles)))
        return first, last

    def score(at: int, found: int) -> float:
        first, last = ends(at)
        worth = _UNLIKELY if unlikely[at] else 1.0
        return worth * 2 * found / (len(wanted) + last - first or 1)

    def near(at: int) -> float:
        first, last = ends(at)
        return score(at, min(hits[last] - hits[first], len(wanted)))

    def true(at: int) -> float:
        first, last = ends(at)
        return score(at, len(wanted.intersection(shingles[first:last])))

    likely = sorted(candidates, key=near, reverse=True)[:_REFINED]
    measured = [(true(at), -at) for at in likely]
    # Of several that hold the same, the outermost: what surrounds the text is judged.
    best = max(measured)[1] * -1
    if shown.boxes[best].tag in _TOO_WIDE:
        same = [-at for worth, at in measured if worth == max(measured)[0]]
        return min(
            (at for at in same if shown.boxes[at].tag not in _TOO_WIDE), default=best
        )
    return best


def _shingles(keys: list[str], width: int) -> list[tuple[str, ...]]:
    return list(zip(*(keys[at:] for at in range(width)), strict=False))


def _around_images(source: Document, shown: Document, candidates: list[int]) -> int:
    wanted = {image.src for image in source.images}
    found = [image.box for image in shown.images if image.src in wanted]
    around = [at for at in candidates if all(shown.inside(box, at) for box in found)]
    return max(around) if found and around else candidates[0]


def _climbed(shown: Document, best: int) -> int:
    """Return the outermost element around `best` that themes name as the body."""
    at, chosen = shown.boxes[best].parent, best
    while at >= 0 and shown.boxes[at].tag not in _TOO_WIDE:
        box = shown.boxes[at]
        if any(
            block.structure.kind == "h1"
            for block in shown.blocks[box.start : shown.boxes[best].start]
        ):
            break
        if not _BODY_NAMES.isdisjoint(box.classes):
            chosen = at
        at = box.parent
    return chosen
