"""The pictures of the body: which, in what order, where, with what words and bytes."""

from collections.abc import Iterator

from rapidfuzz.distance import Indel

from connector.comparison import canonical
from connector.comparison.addresses import Derivation, derivation
from connector.comparison.align import Kind
from connector.comparison.blocks import Block, Image
from connector.comparison.links import added, foreign, target_differences
from connector.comparison.place import aside
from connector.comparison.reading import Reading, difference
from connector.domain.verdict import Difference, Severity
from connector.language import N_

_OK = 200


def pairs(reading: Reading) -> list[tuple[Image | None, Image | None]]:
    """Return (approved, shown) for every picture of the body, in order."""
    ours = [image for image in reading.source.images if not image.hidden]
    theirs = _in_place(reading)
    left, right = _labels(ours, theirs)
    above = _featured(reading, theirs, left, right)
    theirs, right = theirs[above:], right[above:]
    found: list[tuple[Image | None, Image | None]] = []
    for step in Indel.opcodes(left, right):
        one = ours[step.src_start : step.src_end]
        other = theirs[step.dest_start : step.dest_end]
        if step.tag == "equal":
            found.extend(zip(one, other, strict=True))
        else:
            found.extend((image, None) for image in one)
            found.extend((None, image) for image in other)
    return found


def _featured(
    reading: Reading, theirs: list[Image], left: list[int], right: list[int]
) -> int:
    """Return how many pictures above the text the theme shows once more by itself."""
    above = 0
    while (
        not reading.place.known
        and above < len(theirs)
        and _stands_above(reading, theirs[above])
        and right[above:].count(right[above]) > left.count(right[above]) > 0
    ):
        above += 1
    return above


def _stands_above(reading: Reading, image: Image) -> bool:
    return image.block <= reading.first and not image.token


def _in_place(reading: Reading) -> list[Image]:
    return [
        image
        for image in reading.shown.images
        if not image.hidden and reading.inside(image.box)
    ]


def _labels(ours: list[Image], theirs: list[Image]) -> tuple[list[int], list[int]]:
    """Number the pictures so that those with equal numbers are the same picture."""
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(image.src, len(numbers)) for image in ours]
    right: list[int] = []
    for at, image in enumerate(theirs):
        known = (
            number
            for address, number in numbers.items()
            if address == image.src
            or derivation(address, image.src) is not Derivation.OTHER
        )
        exact = numbers.get(image.src)
        right.append(next(known, -1 - at) if exact is None else exact)
    return left, right


def addresses(reading: Reading) -> Iterator[str]:
    """Yield the addresses of the approved pictures, as they are shown."""
    for ours, theirs in pairs(reading):
        if ours and theirs:
            yield theirs.src
            yield from theirs.candidates


def differences(reading: Reading) -> Iterator[Difference]:
    """Yield what is wrong with the pictures, in the order of the source."""
    found = pairs(reading)
    shown = [theirs for _, theirs in found if theirs]
    for ours, theirs in found:
        if ours and theirs:
            yield from _pair(reading, ours, theirs)
        elif ours:
            yield _missing(reading, ours, shown)
        elif theirs:
            yield from _extra(reading, theirs)


def _missing(reading: Reading, ours: Image, shown: list[Image]) -> Difference:
    def among(images: list[Image]) -> bool:
        return any(
            derivation(ours.src, image.src) is not Derivation.OTHER for image in images
        )

    if among(shown):
        code, template = "image.moved", N_("The picture stands elsewhere.")
    elif among([image for image in reading.shown.images if image.hidden]):
        code, template = "image.hidden", N_("The picture is on the page, but hidden.")
    elif among(reading.shown.images):
        code, template = (
            "image.elsewhere",
            N_("The picture stands outside the item's text."),
        )
    else:
        code, template = "image.missing", N_("The picture is not on the page.")
    return difference(
        Severity.FAIL,
        code,
        template,
        place=reading.where(ours.block),
        approved=ours.alt or ours.src,
    )


def _extra(reading: Reading, theirs: Image) -> Iterator[Difference]:
    ours = any(
        derivation(address, theirs.src) is not Derivation.OTHER
        for address in reading.media
    )
    above = _stands_above(reading, theirs)
    if above and not reading.place.known:
        around = aside(reading.shown, theirs.box, until=reading.place.box)
        if ours or around or theirs.block < reading.offset:
            return  # the picture above the item
    after = theirs.block > reading.last
    if ours and not above:
        severity = Severity.FAIL
        code, template = "image.duplicated", N_("The picture is shown once too often.")
    else:
        outside = (after or above) and not foreign(reading, theirs.src)
        severity = Severity.REVIEW if outside else Severity.FAIL
        code, template = "image.added", N_("A picture that was not approved.")
    yield difference(
        severity,
        code,
        template,
        place=reading.where(len(reading.wheres) - 1) if after else "body",
        shown_place=reading.path(theirs.box),
        shown=theirs.src,
    )


def _pair(reading: Reading, ours: Image, theirs: Image) -> Iterator[Difference]:
    place = reading.where(ours.block)

    def found(
        severity: Severity, code: str, template: str, *, approved: str, shown: str
    ) -> Difference:
        return difference(
            severity,
            code,
            template,
            place=place,
            shown_place=reading.path(theirs.box),
            approved=approved,
            shown=shown,
        )

    if not _same_place(reading, ours, theirs):
        yield found(
            Severity.FAIL,
            "image.place",
            N_("The picture stands elsewhere in the text."),
            approved=ours.src,
            shown=theirs.src,
        )
    alt, shown_alt = (
        canonical.keys(image.alt, reading.foldings) for image in (ours, theirs)
    )
    if alt != shown_alt:
        yield found(
            Severity.FAIL if alt else Severity.REVIEW,
            "image.alt",
            N_("The words in place of the picture differ."),
            approved=ours.alt,
            shown=theirs.alt,
        )
    for candidate in theirs.candidates:
        if derivation(ours.src, candidate) is Derivation.OTHER:
            yield found(
                Severity.FAIL,
                "image.srcset",
                N_("On some screens another picture is shown."),
                approved=ours.src,
                shown=candidate,
            )
    yield from _bytes(reading, ours, theirs, place)
    yield from _own_link(reading, ours, theirs, place)


def _bytes(
    reading: Reading, ours: Image, theirs: Image, place: str
) -> Iterator[Difference]:
    def found(
        severity: Severity, code: str, template: str, address: str, status: int = 0
    ) -> Difference:
        return difference(
            severity,
            code,
            template,
            place=place,
            shown_place=reading.path(theirs.box),
            approved=ours.src,
            shown=address,
            status=status,
        )

    resources = reading.page.resources
    for address in dict.fromkeys((theirs.src, *theirs.candidates)):
        fetched = resources.get(address)
        if fetched and (
            fetched.status != _OK or not fetched.media_type.startswith("image/")
        ):
            template = N_("The picture is broken: its address answers {status}.")
            yield found(Severity.FAIL, "image.dead", template, address, fetched.status)
    resource = resources.get(theirs.src)
    sha256 = reading.media.get(ours.src)
    if resource is None:
        template = N_("The picture was not fetched.")
        severity = Severity.REVIEW if sha256 else Severity.INFO
        yield found(severity, "image.unfetched", template, theirs.src)
        return
    if sha256 is None or resource.sha256 == sha256 or resource.status != _OK:
        return
    match derivation(ours.src, theirs.src):
        case Derivation.SIZED:
            template = N_("A smaller copy of the picture is shown.")
            yield found(Severity.INFO, "image.sized", template, theirs.src)
        case Derivation.REWORKED:
            template = N_("A copy of the picture, made anew, is shown.")
            yield found(Severity.REVIEW, "image.reworked", template, theirs.src)
        case Derivation.ITSELF | Derivation.OTHER:
            template = N_("Another picture is shown under the same name.")
            yield found(Severity.FAIL, "image.bytes", template, theirs.src)


def _own_link(
    reading: Reading, ours: Image, theirs: Image, place: str
) -> Iterator[Difference]:
    if ours.link and theirs.link:
        yield from target_differences(reading, ours.link, theirs.link, place)
    elif ours.link:
        yield difference(
            Severity.FAIL,
            "link.missing",
            N_("The picture no longer leads to {target}."),
            place=place,
            shown_place=reading.path(theirs.box),
            approved=ours.link.href,
            target=ours.link.target,
        )
    elif theirs.link:
        to_itself = derivation(ours.src, theirs.link.target) is not Derivation.OTHER
        if not to_itself or foreign(reading, theirs.link.target):
            yield added(reading, theirs.link, place)


def _same_place(reading: Reading, ours: Image, theirs: Image) -> bool:
    """Say whether a picture stands between the same words."""
    at, token = _between(reading.source.blocks, ours)
    shown_at, shown_token = _between(reading.shown.blocks, theirs)
    before = at - 1 if at else None
    matched = {
        one: (reading.offset + match.shown[0], reading.offset + match.shown[-1], match)
        for match in reading.matches
        if match.shown
        for one in match.approved
    }
    here = matched.get(at)
    if token:
        if here is None or here[2].kind is not Kind.EQUAL:
            return True  # the block itself is reported
        return (shown_at, shown_token) == (here[0], token)
    follows = before not in matched or shown_at > matched[before][1]
    precedes = here is None or (shown_at, shown_token) <= (here[0], 0)
    return follows and precedes


def _between(blocks: list[Block], image: Image) -> tuple[int, int]:
    """Return the place of an image; one after a block stands before the next one."""
    if image.block < len(blocks) and image.token >= len(blocks[image.block].tokens):
        return image.block + 1, 0
    return image.block, image.token
