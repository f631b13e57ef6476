"""The links of the body: which words carry them, and where they lead."""

from collections.abc import Iterator
from urllib.parse import unquote

from connector.comparison import canonical
from connector.comparison.addresses import Sameness, host, same
from connector.comparison.align import Kind
from connector.comparison.blocks import Block, Link, LinkSpan
from connector.comparison.reading import Reading, difference
from connector.domain.verdict import Difference, Severity
from connector.language import N_

_OK = 200


def differences(reading: Reading) -> Iterator[Difference]:
    """Yield what is wrong with the links of blocks that are shown."""
    for pair in pairs(reading):
        yield from _pair(reading, *pair)


def pairs(
    reading: Reading,
) -> Iterator[tuple[str, LinkSpan | None, LinkSpan | None, Block | None]]:
    """Yield (place, approved link, shown link, shown block) for every link."""
    for match in reading.matches:
        ours = [reading.source.blocks[at] for at in match.approved]
        theirs = [reading.theirs[at] for at in match.shown]
        if not ours or not theirs:
            continue
        place = reading.wheres[match.approved[0]]
        left = [span for block in ours for span in block.links]
        right = [span for block in theirs for span in block.links]
        if match.kind is Kind.EQUAL:
            found = _by_words(left, right)
        else:
            found = _by_target(reading, left, right)
        for one, other in found:
            yield place, one, other, theirs[0]


def _by_words(
    left: list[LinkSpan], right: list[LinkSpan]
) -> Iterator[tuple[LinkSpan | None, LinkSpan | None]]:
    rest = list(right)
    for span in left:
        near = [one for one in rest if one.first < span.last and span.first < one.last]
        near.sort(key=lambda one: (one.first, one.last) != (span.first, span.last))
        if near:
            rest.remove(near[0])
        yield span, near[0] if near else None
    yield from ((None, span) for span in rest)


def _by_target(
    reading: Reading, left: list[LinkSpan], right: list[LinkSpan]
) -> Iterator[tuple[LinkSpan | None, LinkSpan | None]]:
    rest = list(right)
    unmatched: list[LinkSpan] = []
    for span in left:
        equal = [
            one
            for one in rest
            if targets(reading, span.link, one.link) is not Sameness.DIFFERENT
        ]
        if equal:
            rest.remove(equal[0])
            yield span, equal[0]
        else:
            unmatched.append(span)
    for span in unmatched:
        yield span, rest.pop(0) if rest else None
    yield from ((None, span) for span in rest)


def targets(reading: Reading, ours: Link, theirs: Link) -> Sameness:
    """Compare where two links lead; a place in the page is one however written."""
    return same(
        _in_page(ours.target, reading.approved.url or reading.page.final_url),
        _in_page(theirs.target, reading.page.final_url),
    )


def _in_page(target: str, page: str) -> str:
    address, sign, fragment = target.partition("#")
    if sign and fragment and address == page.partition("#")[0]:
        return f"#{fragment}"
    return target


def _pair(
    reading: Reading,
    place: str,
    ours: LinkSpan | None,
    theirs: LinkSpan | None,
    block: Block | None,
) -> Iterator[Difference]:
    shown_place = reading.path(block.box) if block else ""
    if ours is None and theirs is not None:
        yield added(reading, theirs.link, place)
    elif theirs is None and ours is not None:
        yield difference(
            Severity.FAIL,
            "link.missing",
            N_("The words “{words}” no longer lead to {target}."),
            place=place,
            shown_place=shown_place,
            approved=ours.link.href,
            words=words(ours.link),
            target=ours.link.target,
        )
    elif ours is not None and theirs is not None:
        if words_differ(reading, ours.link, theirs.link):
            yield difference(
                Severity.FAIL,
                "link.text",
                N_("The link stands on other words."),
                place=place,
                shown_place=shown_place,
                approved=words(ours.link),
                shown=words(theirs.link),
            )
        yield from target_differences(reading, ours.link, theirs.link, place)


def words(link: Link) -> str:
    """Return the words of a link, as they stand."""
    return " ".join("".join(link.text).split())


def words_differ(reading: Reading, ours: Link, theirs: Link) -> bool:
    """Say whether two links stand on different words."""
    return canonical.keys(words(ours), reading.foldings) != canonical.keys(
        words(theirs), reading.foldings
    )


def added(reading: Reading, link: Link, place: str) -> Difference:
    """Return the difference that a link makes which nobody approved."""
    return difference(
        Severity.FAIL if foreign(reading, link.target) else Severity.REVIEW,
        "link.added",
        N_("A link that was not approved: “{words}” leads to {target}."),
        place=place,
        shown_place=reading.path(link.box),
        shown=link.href,
        words=words(link),
        target=link.target,
    )


def foreign(reading: Reading, target: str) -> bool:
    """Say whether an address leads away from the site of the page."""
    there = host(target)
    if not there:
        return False
    here = host(reading.page.final_url)
    return there != here and not there.endswith(f".{here}")


def target_differences(
    reading: Reading, ours: Link, theirs: Link, place: str
) -> Iterator[Difference]:
    """Yield what is wrong with where a link leads, and with the file it leads to."""

    def found(severity: Severity, code: str, template: str) -> Difference:
        return difference(
            severity,
            code,
            template,
            place=place,
            shown_place=reading.path(theirs.box),
            approved=ours.target,
            shown=theirs.target,
        )

    sha256 = reading.media.get(ours.target)
    match targets(reading, ours, theirs):
        case Sameness.DIFFERENT:
            yield found(
                Severity.FAIL, "link.target", N_("The link leads somewhere else.")
            )
            return
        case Sameness.TRACKED:
            yield found(
                Severity.REVIEW,
                "link.tracking",
                N_("Parameters that count visitors differ."),
            )
        case Sameness.UPGRADED:
            yield found(
                Severity.INFO, "link.https", N_("The link leads to https, not http.")
            )
        case Sameness.EQUAL:
            pass
    if sha256:
        yield from _file(reading, theirs, sha256, place)
    name = theirs.target.removeprefix("#")
    if theirs.target.startswith("#") and name and name != "top":
        known = reading.shown.ids
        if name not in known and unquote(name) not in known:
            yield found(
                Severity.FAIL,
                "link.anchor",
                N_("The place in the page that the link leads to does not exist."),
            )


def _file(
    reading: Reading, theirs: Link, sha256: str, place: str
) -> Iterator[Difference]:
    resource = reading.page.resources.get(theirs.target)
    if resource is None:
        severity, code = Severity.REVIEW, "attachment.unfetched"
        template = N_("The file was not fetched: {target}.")
    elif resource.status != _OK:
        severity, code = Severity.FAIL, "attachment.dead"
        template = N_("The file answers {status}: {target}.")
    elif resource.sha256 != sha256:
        severity, code = Severity.FAIL, "attachment.bytes"
        template = N_("Another file is offered than the one approved: {target}.")
    else:
        return
    yield difference(
        severity,
        code,
        template,
        place=place,
        shown_place=reading.path(theirs.box),
        approved=words(theirs),
        shown=theirs.target,
        status=resource.status if resource else 0,
        target=theirs.target,
    )
