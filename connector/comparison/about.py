"""What the page says about the item: title, category, language, whether to be found."""

import json
import re
from collections.abc import Iterator

from connector.comparison import canonical
from connector.comparison.addresses import path
from connector.comparison.blocks import Block, Link
from connector.comparison.decoding import Decoded
from connector.comparison.links import words
from connector.comparison.place import aside
from connector.comparison.reading import Reading, difference
from connector.comparison.selectors import valid
from connector.domain.verdict import Difference, Severity
from connector.language import N_

_HEADINGS = frozenset({"h1", "h2", "h3"})
_CATEGORY_PATH = re.compile(r"/(?:category|categories|chuyen-muc|the-loai)/")
_NOINDEX = re.compile(r"\b(?:noindex|none)\b", re.IGNORECASE)


def differences(reading: Reading, decoded: Decoded) -> Iterator[Difference]:
    """Yield what is wrong around the text."""
    if not decoded.sound:
        yield difference(
            Severity.FAIL,
            "charset",
            N_("The page says it is written in {charset}, and is not."),
            place="page",
            charset=decoded.charset,
        )
    yield from _profile(reading)
    yield from _heading(reading)
    yield from _other_titles(reading)
    yield from _category(reading)
    yield from _robots(reading)
    yield from _canonical_address(reading)
    yield from _language(reading)
    yield from _description(reading)


def _profile(reading: Reading) -> Iterator[Difference]:
    profile = reading.profile
    for selector in (profile.container, *profile.noise):
        if selector and not valid(selector):
            yield difference(
                Severity.INFO,
                "profile.selector",
                N_("The site's profile holds something that is not CSS."),
                place="page",
                shown=selector,
            )
    if profile.container and not reading.place.known:
        yield difference(
            Severity.INFO,
            "profile.container",
            N_("The element that holds the text by the site's profile is not there."),
            place="page",
            approved=profile.container,
        )


def heading(reading: Reading) -> tuple[Block | None, bool]:
    """Return the page's heading, and whether it is the approved title."""
    title = canonical.keys(reading.approved.title, reading.foldings)
    blocks = reading.shown.blocks
    above = [
        block
        for block in blocks[: reading.first]
        if block.structure.kind in _HEADINGS or _named_title(reading, block)
    ]
    own = [block for block in above if not _elsewhere(reading, block.box)]
    if not own:
        own = [block for block in blocks if block.structure.kind in _HEADINGS]
    for block in own:
        if block.keys == title:
            return block, True
    firsts = [block for block in own if block.structure.kind == "h1"] or own
    return (firsts[-1] if firsts else None), False


def _named_title(reading: Reading, block: Block) -> bool:
    classes = reading.shown.boxes[block.box].classes
    return any("title" in name and "site" not in name for name in classes)


def _elsewhere(reading: Reading, box: int) -> bool:
    while box != -1:
        if reading.shown.boxes[box].tag in {"nav", "aside", "footer"}:
            return True
        box = reading.shown.boxes[box].parent
    return False


def _heading(reading: Reading) -> Iterator[Difference]:
    block, right = heading(reading)
    if right or not canonical.keys(reading.approved.title, reading.foldings):
        return
    yield difference(
        Severity.FAIL,
        "title.heading",
        N_("The page's heading is not the approved title."),
        place="title",
        shown_place=reading.path(block.box) if block else "",
        approved=reading.approved.title,
        shown=block.text if block else "",
    )


def _other_titles(reading: Reading) -> Iterator[Difference]:
    title = canonical.keys(reading.approved.title, reading.foldings)

    def wrong(text: str) -> bool:
        found = canonical.keys(text, reading.foldings)
        width = len(title)
        return not any(
            found[at : at + width] == title for at in range(len(found) - width + 1)
        )

    said = [
        (
            "title.document",
            N_("The title in the browser's tab is not the approved one."),
            [reading.shown.title],
        ),
        (
            "title.shared",
            N_("The title shown when the page is shared is not the approved one."),
            [*reading.shown.meta("og:title"), *reading.shown.meta("twitter:title")],
        ),
        (
            "title.data",
            N_("The title given to search engines is not the approved one."),
            _headlines(reading),
        ),
    ]
    for code, template, texts in said:
        for text in texts:
            if wrong(text):
                yield difference(
                    Severity.REVIEW,
                    code,
                    template,
                    place="title",
                    approved=reading.approved.title,
                    shown=text,
                )


def _headlines(reading: Reading) -> list[str]:
    found: list[str] = []
    for text in reading.shown.data:
        try:
            waiting = [json.loads(text)]
        except (ValueError, RecursionError):
            continue
        while waiting:
            match waiting.pop():
                case list() as many:
                    waiting.extend(many)
                case dict() as thing:
                    if isinstance(headline := thing.get("headline"), str):
                        found.append(headline)
                    waiting.extend(
                        one
                        for name, one in thing.items()
                        if name in {"@graph", "mainEntity"}
                    )
                case _:
                    pass
    return found


def _category(reading: Reading) -> Iterator[Difference]:
    label = reading.approved.category
    if not label:
        return
    expected = canonical.keys(label, reading.foldings)
    sure, hints = _labels(reading)
    shown = [canonical.keys(text, reading.foldings) for text in (*sure, *hints)]
    if expected in shown:
        return
    if sure:
        yield difference(
            Severity.FAIL,
            "category.wrong",
            N_("The item is shown in another category."),
            place="category",
            approved=label,
            shown=", ".join(sure),
        )
        return
    yield difference(
        Severity.INFO,
        "category.unseen",
        N_("The page does not say in which category the item is."),
        place="category",
        approved=label,
    )


def _labels(reading: Reading) -> tuple[list[str], list[str]]:
    """Return the labels that are surely categories, and those that may be tags."""
    if reading.profile.category:
        return reading.shown.labels, []
    sure: list[str] = []
    hints: list[str] = []
    region = _region(reading)
    for link in reading.shown.links:
        if link.hidden or not words(link) or not reading.shown.inside(link.box, region):
            continue
        if _elsewhere_in(reading, link, region) or _in_text(reading, link):
            continue
        if "category" in link.rel or _CATEGORY_PATH.search(link.target):
            sure.append(words(link))
        elif "tag" in link.rel:
            hints.append(words(link))
    return sure, hints


def _region(reading: Reading) -> int:
    """Return the element that holds both the heading and the text."""
    block, right = heading(reading)
    box = reading.place.box
    while right and block and box > 0 and not reading.shown.inside(block.box, box):
        box = reading.shown.boxes[box].parent
    return box if right else 0


def _elsewhere_in(reading: Reading, link: Link, region: int) -> bool:
    box = link.box
    while box not in {region, -1}:
        element = reading.shown.boxes[box]
        if element.tag in {"nav", "aside"} or "sidebar" in element.classes:
            return True
        box = element.parent
    return False


def _in_text(reading: Reading, link: Link) -> bool:
    return (
        reading.inside(link.box)
        and reading.first <= link.block <= reading.last
        and not aside(reading.shown, link.box, until=reading.place.box)
    )


def _robots(reading: Reading) -> Iterator[Difference]:
    said = [
        *reading.shown.meta("robots"),
        *reading.shown.meta("googlebot"),
        reading.page.header("x-robots-tag"),
    ]
    for text in said:
        if _NOINDEX.search(text):
            yield difference(
                Severity.FAIL,
                "robots.noindex",
                N_("The page asks search engines not to show it."),
                place="page",
                shown=text,
            )


def _canonical_address(reading: Reading) -> Iterator[Difference]:
    if not reading.approved.url:
        return
    for relation, address in reading.shown.relations:
        if relation == "canonical" and path(address) != path(reading.approved.url):
            yield difference(
                Severity.REVIEW,
                "url.canonical",
                N_("The page says that its proper address is {address}."),
                place="page",
                approved=reading.approved.url,
                shown=address,
                address=address,
            )


def _language(reading: Reading) -> Iterator[Difference]:
    shown = reading.shown.language
    if shown and shown.split("-")[0].lower() != reading.approved.language.lower():
        yield difference(
            Severity.INFO,
            "page.language",
            N_("The page says it is in another language."),
            place="page",
            approved=reading.approved.language,
            shown=shown,
        )


def _description(reading: Reading) -> Iterator[Difference]:
    excerpt = canonical.keys(reading.approved.excerpt, reading.foldings)
    if not excerpt:
        return
    body = tuple(key for block in reading.source.blocks for key in block.keys)
    for name in ("description", "og:description"):
        for text in reading.shown.meta(name):
            found = canonical.keys(text, reading.foldings)
            while found and found[-1] in {"…", "[", "]", "."}:
                found = found[:-1]
            if found and found not in (
                excerpt[: len(found)],
                body[: len(found)],
            ):
                yield difference(
                    Severity.REVIEW,
                    "page.description",
                    N_("The description given to search engines is another one."),
                    place="excerpt",
                    approved=reading.approved.excerpt,
                    shown=text,
                )
