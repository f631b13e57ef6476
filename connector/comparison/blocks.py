"""What a document is to the comparison: a stream of blocks, with all they hold."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from connector.comparison.canonical import Token, exact, tokens

BREAK = "<br>"
"""The key of the token that stands for a forced end of line."""

_SPACES = re.compile(r"[ \t\n\r\f]+")


@dataclass(frozen=True, slots=True)
class Cell:
    """Where in a table a block stands; rows and columns count from 1."""

    table: int
    row: int
    column: int
    rows: int = 1
    columns: int = 1
    heading: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """What a block is, besides its text."""

    kind: str = "p"
    """`p` (any plain text), `h1` … `h6`, `pre`, `caption`, `dt`, `dd`, `summary`."""
    lists: tuple[str, ...] = ()
    """The lists it stands in, outermost first: `ul`, `ol`."""
    number: int | None = None
    """Set on the first block of a list item: its number; 0 in an unnumbered list."""
    quotes: int = 0
    cells: tuple[Cell, ...] = ()
    """The table cells it stands in, outermost first."""


@dataclass(slots=True, eq=False)
class Link:
    """One `<a href>`."""

    href: str
    """As written."""
    target: str
    """Absolute, in one spelling."""
    rel: frozenset[str]
    box: int
    hidden: bool
    block: int
    """The index of the first visible block that starts with it or after it."""
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class LinkSpan:
    """A link, and the tokens of its block that it covers."""

    link: Link
    first: int
    last: int
    """The index after the last token."""


@dataclass(slots=True, eq=False)
class Image:
    """One picture."""

    src: str
    """Absolute, in one spelling."""
    candidates: tuple[str, ...]
    """Of srcset, likewise."""
    alt: str
    link: Link | None
    box: int
    hidden: bool
    block: int
    """The index of the block in which, or before which, it stands."""
    token: int = 0
    """How many tokens of that block stand before it."""


@dataclass(frozen=True, slots=True)
class Active:
    """What does something instead of saying something: a script, a frame, a form."""

    kind: str
    """`script`, `frame`, `form`, `handler`, `style`, `media`."""
    detail: str
    """The address, or what it says."""
    box: int
    hidden: bool
    block: int


@dataclass(frozen=True, slots=True)
class Hidden:
    """Text that is in the document, but that its reader does not see."""

    text: str
    box: int
    block: int


@dataclass(slots=True, eq=False)
class Box:
    """One element that makes blocks; boxes are numbered in document order."""

    tag: str
    name: str
    """For people: `div.entry-content`."""
    classes: frozenset[str]
    parent: int
    start: int
    """The index of its first block."""
    structure: Structure
    end: int = 0
    last: int = 0
    """The number after that of the last box in it."""
    marked: bool = False
    """True if the profile says that this is the container."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A run of text that stands by itself: a paragraph, a cell, a line of code."""

    text: str
    """The original, with spaces run together; `\\n` is a forced end of line."""
    tokens: tuple[Token, ...]
    keys: tuple[str, ...]
    """Of the tokens: what is compared."""
    structure: Structure
    links: tuple[LinkSpan, ...]
    emphasis: Mapping[str, frozenset[int]]
    """Kind (`strong`, `em`, `code` …) → the tokens that have it."""
    box: int

    def original(self, first: int, last: int) -> str:
        """Return the original text of the tokens `first` up to, not with, `last`."""
        if first >= last:
            return ""
        return self.text[self.tokens[first].start : self.tokens[last - 1].end]


@dataclass(slots=True, eq=False)
class Document:
    """One page or fragment, read."""

    blocks: list[Block] = field(default_factory=list)
    """What a reader sees, in order."""
    boxes: list[Box] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    actives: list[Active] = field(default_factory=list)
    hidden: list[Hidden] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    title: str = ""
    """Of the `<title>` element."""
    language: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    """(name or property in lower case, content)."""
    relations: list[tuple[str, str]] = field(default_factory=list)
    """(rel in lower case, address) of `<link>` elements."""
    body_classes: frozenset[str] = frozenset()
    base: str = ""
    """Of a `<base href>`, absolute."""
    refresh: str = ""
    password_forms: int = 0
    data: list[str] = field(default_factory=list)
    """The texts of JSON-LD scripts."""
    labels: list[str] = field(default_factory=list)
    """The texts of the elements that the profile says hold the category."""

    def path(self, box: int) -> str:
        """Return where a box stands, for people: `main > div.entry > p`."""
        names: list[str] = []
        while box >= 0 and len(names) < 4:  # noqa: PLR2004 -- enough to find it
            names.append(self.boxes[box].name)
            box = self.boxes[box].parent
        return " > ".join(reversed(names))

    def inside(self, box: int, container: int) -> bool:
        """Say whether `box` is `container` or stands in it."""
        return container <= box < self.boxes[container].last

    def meta(self, name: str) -> list[str]:
        """Return the contents of the meta elements of this name."""
        return [content for found, content in self.metas if found == name]


@dataclass(frozen=True, slots=True)
class Inline:
    """What holds for a piece of text inside a block."""

    link: Link | None = None
    emphasis: frozenset[str] = frozenset()
    exact: bool = False
    """True in code, where nothing is folded."""
    kept: bool = False
    """True in `<pre>`, where spaces count."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a block that is being read: text, a mark such as `<br>`, a picture."""

    text: str
    inline: Inline
    mark: str = ""
    image: Image | None = None


def build(
    pieces: Sequence[Piece],
    structure: Structure,
    *,
    box: int,
    foldings: frozenset[str],
) -> Block | None:
    """
    Return the block that `pieces` make; None if there is nothing to read in them.

    Pictures among the pieces are told how many tokens stand before them.
    """
    text, runs, marks = _text(pieces)
    found = _tokens(text, runs, marks, foldings)
    while found and found[-1].key == BREAK and structure.kind != "pre":
        found.pop()
    while found and found[0].key == BREAK and structure.kind != "pre":
        found.pop(0)
    _place_images(marks, found)
    if not found:
        return None
    links, emphasis = _spans(found, runs)
    return Block(
        text=text,
        tokens=tuple(found),
        keys=tuple(token.key for token in found),
        structure=structure,
        links=links,
        emphasis=emphasis,
        box=box,
    )


def _text(
    pieces: Sequence[Piece],
) -> tuple[str, list[tuple[int, int, Inline]], list[tuple[int, Piece]]]:
    parts: list[str] = []
    runs: list[tuple[int, int, Inline]] = []
    marks: list[tuple[int, Piece]] = []
    length = 0
    open_space = True  # at the start, or after a space: a further one is not shown
    for piece in pieces:
        if piece.mark == BREAK:
            parts.append("\n")
            marks.append((length, piece))
            length += 1
            open_space = True
            continue
        if piece.mark or piece.image:
            marks.append((length, piece))
            continue
        text = piece.text
        if not piece.inline.kept:
            text = _collapsed(text)
            if open_space and text.startswith(" "):
                text = text[1:]
        if text:
            parts.append(text)
            runs.append((length, length + len(text), piece.inline))
            length += len(text)
            open_space = text.endswith(" ")
    return "".join(parts), runs, marks


def _collapsed(text: str) -> str:
    return _SPACES.sub(" ", text)


def _tokens(
    text: str,
    runs: list[tuple[int, int, Inline]],
    marks: list[tuple[int, Piece]],
    foldings: frozenset[str],
) -> list[Token]:
    borders = {0, len(text)}
    borders.update(at for at, piece in marks if piece.mark)
    borders.update(at + 1 for at, piece in marks if piece.mark == BREAK)
    codes: list[tuple[int, int]] = []
    for start, end, inline in runs:
        if inline.exact:
            borders.update((start, end))
            codes.append((start, end))
    cuts = sorted(borders)
    waiting = [(at, piece.mark) for at, piece in marks if piece.mark]
    found: list[Token] = []
    next_mark = next_code = 0
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        is_break = False
        while next_mark < len(waiting) and waiting[next_mark][0] == start:
            mark = waiting[next_mark][1]
            is_break = is_break or mark == BREAK
            width = 1 if mark == BREAK else 0
            found.append(Token(mark, False, start, start + width))  # noqa: FBT003 -- a field of the tuple
            next_mark += 1
        if is_break or start == end:
            continue
        while next_code < len(codes) and codes[next_code][1] <= start:
            next_code += 1
        if next_code < len(codes) and codes[next_code][0] <= start:
            pieces = exact(text[start:end], at=start)
        else:
            pieces = tokens(text[start:end], at=start, foldings=foldings)
        if pieces and start and text[start - 1].isspace():
            pieces[0] = pieces[0]._replace(spaced=text[start - 1] != "\n")
        found.extend(pieces)
    return found


def _place_images(marks: list[tuple[int, Piece]], found: list[Token]) -> None:
    for at, piece in marks:
        if piece.image:
            piece.image.token = sum(token.end <= at for token in found)


def _spans(
    found: list[Token], runs: list[tuple[int, int, Inline]]
) -> tuple[tuple[LinkSpan, ...], dict[str, frozenset[int]]]:
    links: list[LinkSpan] = []
    emphasis: dict[str, set[int]] = {}
    run = 0
    for index, token in enumerate(found):
        while run < len(runs) and runs[run][1] <= token.start:
            run += 1
        if run == len(runs):
            break
        if token.start == token.end or token.key == BREAK:
            continue
        inline = runs[run][2]
        for kind in inline.emphasis:
            emphasis.setdefault(kind, set()).add(index)
        if inline.link is None:
            continue
        if links and links[-1].link is inline.link:
            links[-1] = LinkSpan(inline.link, links[-1].first, index + 1)
        else:
            links.append(LinkSpan(inline.link, index, index + 1))
    return tuple(links), {kind: frozenset(at) for kind, at in emphasis.items()}
