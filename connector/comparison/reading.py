"""Both sides read and aligned: what every part of the judgement looks at."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass

from connector.comparison import canonical
from connector.comparison.addresses import absolute
from connector.comparison.align import Match, align, places
from connector.comparison.blocks import Block, Document
from connector.comparison.decoding import Decoded
from connector.comparison.inputs import Approved, Page, Profile
from connector.comparison.place import Place, find, within
from connector.comparison.walk import read
from connector.domain.message import Fact, Message
from connector.domain.verdict import Difference, Severity

_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The approved item and the page, block by block."""

    approved: Approved
    page: Page
    profile: Profile
    foldings: frozenset[str]
    source: Document
    shown: Document
    place: Place
    theirs: tuple[Block, ...]
    """The shown blocks that are compared: inside the place, below the title."""
    offset: int
    """The index, in the page, of the first of `theirs`."""
    matches: tuple[Match, ...]
    wheres: tuple[str, ...]
    """Of each approved block, for people."""
    media: Mapping[str, str]
    """Absolute URL at the target → SHA-256 of the bytes that were approved."""

    anchors: tuple[tuple[int, int], ...]
    """(index in `theirs`, approved index) of what was matched, both ascending."""
    first: int
    """The index, in the page, of the first block that is the item's."""
    last: int
    """The index, in the page, of the last block that is the item's."""

    def where(self, at: int) -> str:
        """Return where, in the source, what stands before block `at` is."""
        if not self.wheres:
            return "body"
        return self.wheres[min(at, len(self.wheres) - 1)]

    def after(self, at: int) -> str:
        """Return where in the source the block `at` of `theirs` would stand."""
        found = bisect_right(self.anchors, (at, len(self.wheres))) - 1
        return self.where(self.anchors[found][1] if found >= 0 else 0)

    def path(self, box: int) -> str:
        """Return where on the page a box stands."""
        return self.shown.path(box)

    def inside(self, box: int) -> bool:
        """Say whether a box of the page is in the place."""
        return self.shown.inside(box, self.place.box)


def difference(
    severity: Severity,
    code: str,
    template: str,
    *,
    place: str,
    shown_place: str = "",
    approved: str = "",
    shown: str = "",
    **facts: Fact,
) -> Difference:
    """Return one difference, with its message."""
    return Difference(
        code=code,
        severity=severity,
        message=Message(template, facts),
        place=place,
        shown_place=shown_place,
        approved=approved,
        shown=shown,
    )


def compare_blocks(
    approved: Approved, page: Page, profile: Profile, decoded: Decoded
) -> Reading:
    """
    Read and align both sides.

    Raises:
        TooMuch: of connector.comparison.excess.
    """
    base = page.final_url or page.url
    foldings = profile.foldings | (_of_wordpress(decoded.text))
    expected = {
        name: absolute(address, approved.url or base)
        for name, address in approved.media.items()
    }
    source = _source(approved, expected, base=base, foldings=foldings)
    shown = read(
        decoded.text,
        base=base,
        foldings=foldings,
        noise=profile.noise,
        container=profile.container,
        category=profile.category,
    )
    place = find(source, shown) or Place(0, 0, 0)
    title = canonical.keys(approved.title, foldings)
    theirs = [
        within(block, shown, place) for block in shown.blocks[place.start : place.end]
    ]
    below = _below_title(title, source.blocks, theirs)
    theirs = theirs[below:]
    offset = place.start + below
    matches = tuple(align(source.blocks, theirs))
    anchors = tuple(
        (match.shown[-1], match.approved[-1])
        for match in matches
        if match.approved and match.shown
    )
    starts = [match.shown[0] for match in matches if match.approved and match.shown]
    return Reading(
        approved=approved,
        page=page,
        profile=profile,
        foldings=foldings,
        source=source,
        shown=shown,
        place=place,
        theirs=tuple(theirs),
        offset=offset,
        matches=matches,
        anchors=anchors,
        first=offset + (starts[0] if starts else 0),
        last=offset + (anchors[-1][0] if anchors else 0),
        wheres=tuple(places(source.blocks)),
        media={
            address: name.removeprefix("attachment:")
            for name, address in expected.items()
        },
    )


def _source(
    approved: Approved,
    expected: Mapping[str, str],
    *,
    base: str,
    foldings: frozenset[str],
) -> Document:
    source = read(approved.body, base=approved.url or base, foldings=foldings)
    for image in source.images:
        image.src = expected.get(image.src, image.src)
    for link in source.links:
        link.target = expected.get(link.target, link.target)
    return source


def _of_wordpress(text: str) -> frozenset[str]:
    signs = ("/wp-content/", "/wp-includes/", "/wp-json/", 'content="WordPress')
    if any(sign in text for sign in signs):
        return canonical.FOLDINGS
    return frozenset()


def _below_title(
    title: tuple[str, ...], source: list[Block], theirs: list[Block]
) -> int:
    """
    Return how many of the shown blocks are the title and what stands above it.

    A title that the body itself repeats is the page's only if it is there once more.
    """
    found = [
        at
        for at, block in enumerate(theirs)
        if block.keys == title and block.structure.kind in _HEADINGS
    ]
    repeated = sum(block.keys == title for block in source)
    if len(found) > repeated:
        return found[0] + 1
    return 0
