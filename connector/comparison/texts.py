"""The text of the body: every block, in order, word by word."""

from collections.abc import Callable, Iterator

from connector.comparison import canonical
from connector.comparison.align import Kind, changes
from connector.comparison.blocks import BREAK, Block
from connector.comparison.place import aside
from connector.comparison.reading import Reading, difference
from connector.domain.verdict import Difference, Severity
from connector.language import N_

_AROUND = 3
"""Words shown on either side of a change."""
_Found = Callable[[Severity, str, str], Difference]
_META_NAMES = frozenset(
    {
        "author",
        "breadcrumb",
        "breadcrumbs",
        "byline",
        "cat-links",
        "date",
        "entry-date",
        "entry-footer",
        "entry-header",
        "entry-meta",
        "meta",
        "page-header",
        "post-author",
        "post-categories",
        "post-date",
        "post-info",
        "post-meta",
        "post-navigation",
        "posted-on",
        "published",
        "tags-links",
        "wp-block-post-author",
        "wp-block-post-date",
        "wp-block-post-terms",
    }
)


def differences(reading: Reading) -> Iterator[Difference]:
    """Yield what is wrong with the text, in the order of the source."""
    shown = {block.keys for block in reading.theirs}
    approved = {block.keys for block in reading.source.blocks}
    unseen = _unseen(reading)
    for match in reading.matches:
        ours = [reading.source.blocks[at] for at in match.approved]
        theirs = [reading.theirs[at] for at in match.shown]
        place = reading.wheres[match.approved[0]] if ours else ""
        match match.kind:
            case Kind.EQUAL:
                yield from _same_words(reading, ours[0], theirs[0], place)
            case Kind.CHANGED:
                yield from _changed(reading, ours[0], theirs[0], place)
                yield from _structure(reading, ours[0], theirs[0], place)
            case Kind.REGROUPED:
                yield from _regrouped(reading, ours, theirs, place)
            case Kind.MISSING:
                yield _missing(reading, ours[0], place, moved=shown, unseen=unseen)
            case Kind.EXTRA:
                yield from _extra(reading, match.shown[0], approved)
    yield from _twice(reading)


def _twice(reading: Reading) -> Iterator[Difference]:
    """Yield a difference if the whole text is on the page once more."""
    place = reading.place
    blocks = reading.shown.blocks
    outside = {block.keys for block in (*blocks[: place.start], *blocks[place.end :])}
    ours = {block.keys for block in reading.source.blocks}
    if len(ours) > 1 and ours <= outside:
        yield difference(
            Severity.REVIEW,
            "page.twice",
            N_("The whole text is on the page a second time."),
            place="page",
        )


def _unseen(reading: Reading) -> str:
    texts = (hidden.text for hidden in reading.shown.hidden)
    return f" {canonical.canonical(' '.join(texts), reading.foldings)} "


def _same_words(
    reading: Reading, ours: Block, theirs: Block, place: str
) -> Iterator[Difference]:
    shown_place = reading.path(theirs.box)
    if any(
        one.spaced != other.spaced
        for one, other in zip(ours.tokens, theirs.tokens, strict=True)
    ):
        yield difference(
            Severity.REVIEW,
            "text.space",
            N_("Only the spaces beside signs differ."),
            place=place,
            shown_place=shown_place,
            approved=ours.text,
            shown=theirs.text,
        )
    yield from _structure(reading, ours, theirs, place)
    if dict(ours.emphasis) != dict(theirs.emphasis):
        yield _emphasis(reading, ours, theirs, place)
    count = canonical.invisibles(theirs.text)
    if count != canonical.invisibles(ours.text):
        yield difference(
            Severity.INFO,
            "text.invisible",
            N_("{count} marks of no width stand in the shown text."),
            place=place,
            shown_place=shown_place,
            count=count,
        )


def _emphasis(reading: Reading, ours: Block, theirs: Block, place: str) -> Difference:
    return difference(
        Severity.REVIEW,
        "emphasis.changed",
        N_("The words are right, but others are in bold, in italics or underlined."),
        place=place,
        shown_place=reading.path(theirs.box),
        approved=_emphasised(ours),
        shown=_emphasised(theirs),
    )


def _emphasised(block: Block) -> str:
    parts: list[str] = []
    for kind, at in sorted(block.emphasis.items()):
        words = [block.original(index, index + 1) for index in sorted(at)]
        parts.append(f"{kind}: {' '.join(words)}")
    return "; ".join(parts)


def _changed(
    reading: Reading, ours: Block, theirs: Block, place: str
) -> Iterator[Difference]:
    steps = [step for step in changes(ours.keys, theirs.keys) if step.tag != "equal"]
    removed = [key for step in steps for key in ours.keys[step.first : step.last]]
    added = [
        key for step in steps for key in theirs.keys[step.shown_first : step.shown_last]
    ]
    severity, code, template = _nature(ours, removed, added)
    first = min(step.first for step in steps)
    last = max(step.last for step in steps)
    shown_first = min(step.shown_first for step in steps)
    shown_last = max(step.shown_last for step in steps)
    yield difference(
        severity,
        code,
        template,
        place=place,
        shown_place=reading.path(theirs.box),
        approved=_excerpt(ours, first, last),
        shown=_excerpt(theirs, shown_first, shown_last),
    )


def _nature(
    ours: Block, removed: list[str], added: list[str]
) -> tuple[Severity, str, str]:
    marks = {*removed, *added}
    natures = (
        (
            ours.structure.kind == "pre",
            Severity.FAIL,
            "code.changed",
            N_("A line of code is not shown sign by sign as approved."),
        ),
        (
            _only_tones(removed, added),
            Severity.REVIEW,
            "text.tone",
            N_("Only the place of the tone mark differs (hòa, hoà)."),
        ),
        (
            marks == {BREAK},
            Severity.FAIL,
            "text.break",
            N_("The lines of this block are not broken where they were approved."),
        ),
        (
            any(map(_is_mark, marks)) and _bare(removed) == _bare(added),
            Severity.FAIL,
            "text.mark",
            N_("A raised, lowered or struck-out part is not shown as approved."),
        ),
        (not removed, Severity.FAIL, "text.added", N_("Words were added.")),
        (not added, Severity.FAIL, "text.removed", N_("Words are missing.")),
        (
            any(sign.isdigit() for key in marks for sign in key),
            Severity.FAIL,
            "text.number",
            N_("Numbers differ."),
        ),
        (True, Severity.FAIL, "text.changed", N_("Words differ.")),
    )
    return next(nature[1:] for nature in natures if nature[0])


def _is_mark(key: str) -> bool:
    return len(key) > 1 and key[0] == "<"


def _bare(keys: list[str]) -> str:
    """Return the words without the marks of structure."""
    return "".join(key for key in keys if not _is_mark(key))


def _only_tones(removed: list[str], added: list[str]) -> bool:
    return len(removed) == len(added) and all(
        canonical.only_the_tone_moved(one, other)
        for one, other in zip(removed, added, strict=True)
    )


def _excerpt(block: Block, first: int, last: int) -> str:
    first, last = max(0, first - _AROUND), min(len(block.tokens), last + _AROUND)
    before = "… " if first else ""
    after = " …" if last < len(block.tokens) else ""
    return f"{before}{block.original(first, last)}{after}"


def _structure(
    reading: Reading, ours: Block, theirs: Block, place: str
) -> Iterator[Difference]:
    here, there = ours.structure, theirs.structure
    if here == there:
        return

    def found(severity: Severity, code: str, template: str) -> Difference:
        return difference(
            severity,
            code,
            template,
            place=place,
            shown_place=reading.path(theirs.box),
            approved=ours.text,
            shown=theirs.text,
        )

    if here.kind != there.kind:
        if here.kind.startswith("h") and there.kind.startswith("h"):
            template = N_("A heading stands at another level.")
            yield found(Severity.FAIL, "heading.level", template)
        else:
            template = N_("A heading, paragraph, caption or code became another kind.")
            yield found(Severity.FAIL, "block.kind", template)
    if here.lists != there.lists:
        if len(here.lists) == len(there.lists):
            template = N_("A numbered list became an unnumbered one, or the reverse.")
            yield found(Severity.FAIL, "list.kind", template)
        else:
            template = N_("A list was lost, made, or stands at another depth.")
            yield found(Severity.FAIL, "list.depth", template)
    elif (here.number is None) != (there.number is None):
        template = N_("An item of a list was joined to another one, or cut.")
        yield found(Severity.FAIL, "list.item", template)
    elif here.number != there.number:
        template = N_("An item of a list has another number.")
        yield found(Severity.REVIEW, "list.start", template)
    if here.quotes != there.quotes:
        template = N_("A quotation was lost, or made.")
        yield found(Severity.FAIL, "quote.changed", template)
    yield from _cells(found, ours, theirs)


def _cells(found: _Found, ours: Block, theirs: Block) -> Iterator[Difference]:
    here, there = ours.structure.cells, theirs.structure.cells
    if len(here) != len(there):
        template = N_("A table was lost, or made.")
        yield found(Severity.FAIL, "table.changed", template)
        return
    for one, other in zip(here, there, strict=True):
        if (one.row, one.column) != (other.row, other.column):
            template = N_("A cell stands in another row or column of its table.")
            yield found(Severity.FAIL, "table.cell", template)
        if (one.rows, one.columns) != (other.rows, other.columns):
            template = N_("A cell spans other rows or columns.")
            yield found(Severity.FAIL, "table.span", template)
        if one.heading != other.heading:
            template = N_("A heading cell of a table became a plain one, or reverse.")
            yield found(Severity.FAIL, "table.heading", template)


def _regrouped(
    reading: Reading, ours: list[Block], theirs: list[Block], place: str
) -> Iterator[Difference]:
    structures = {block.structure for block in (*ours, *theirs)}
    plain = len(structures) == 1 and next(iter(structures)).kind == "p"
    yield difference(
        Severity.REVIEW if plain else Severity.FAIL,
        "block.regrouped",
        N_("The words are right, but the paragraphs begin and end elsewhere."),
        place=place,
        shown_place=reading.path(theirs[0].box),
        approved="\n\n".join(block.text for block in ours),
        shown="\n\n".join(block.text for block in theirs),
    )


def _missing(
    reading: Reading,
    ours: Block,
    place: str,
    *,
    moved: set[tuple[str, ...]],
    unseen: str,
) -> Difference:
    if ours.keys in moved:
        code, template = "block.moved", N_("This stands elsewhere, or too few times.")
    elif f" {canonical.canonical(ours.text, reading.foldings)} " in unseen:
        code, template = "text.hidden", N_("This is on the page, but hidden.")
    elif any(block.keys == ours.keys for block in reading.shown.blocks):
        code, template = "block.elsewhere", N_("This stands outside the item's text.")
    else:
        code, template = "block.missing", N_("This is not on the page.")
    return difference(Severity.FAIL, code, template, place=place, approved=ours.text)


def _extra(
    reading: Reading, at: int, approved: set[tuple[str, ...]]
) -> Iterator[Difference]:
    block = reading.theirs[at]
    index = reading.offset + at
    before, after = index < reading.first, index > reading.last
    severity = Severity.REVIEW
    if block.keys in approved:
        severity = Severity.FAIL
        code, template = (
            "block.duplicated",
            N_("This is shown more often than approved."),
        )
    elif before:
        if _belongs_above(reading, block):
            return
        code, template = "text.before", N_("This stands before the approved text.")
    elif after:
        if aside(reading.shown, block.box, until=reading.place.box) or _meta(
            reading, block
        ):
            severity = Severity.INFO
        code, template = "text.after", N_("This stands after the approved text.")
    else:
        severity = Severity.FAIL
        code, template = "text.inserted", N_("This was not approved.")
    place = reading.after(at)
    yield difference(
        severity,
        code,
        template,
        place=place,
        shown_place=reading.path(block.box),
        shown=block.text,
    )


def _belongs_above(reading: Reading, block: Block) -> bool:
    """Say whether a theme shows this between the title and the text."""
    if reading.place.known:
        return False
    excerpt = canonical.keys(reading.approved.excerpt, reading.foldings)
    return (
        block.keys == excerpt
        or aside(reading.shown, block.box, until=reading.place.box)
        or _meta(reading, block)
    )


def _meta(reading: Reading, block: Block) -> bool:
    """Say whether the theme calls this a date, an author, a category or the like."""
    if reading.place.known:
        return False
    box = block.box
    while box not in {reading.place.box, -1}:
        if not _META_NAMES.isdisjoint(reading.shown.boxes[box].classes):
            return True
        box = reading.shown.boxes[box].parent
    return False
