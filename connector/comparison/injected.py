"""What somebody may have put into the page: scripts, frames, hidden links."""

import re
from collections import Counter
from collections.abc import Iterator

from connector.comparison.addresses import absolute, host
from connector.comparison.align import Kind
from connector.comparison.blocks import Active, Link
from connector.comparison.links import foreign, words
from connector.comparison.place import aside
from connector.comparison.reading import Reading, difference
from connector.domain.verdict import Difference, Severity
from connector.language import N_

_TEMPLATES = {
    "script": N_("A script stands in the text."),
    "frame": N_("Another page or program is shown inside the text."),
    "form": N_("A form stands in the text."),
    "handler": N_("The text runs a script when it is touched or shown."),
    "style": N_("A style in the text hides or adds something."),
    "media": N_("A sound or film that was not approved stands in the text."),
}
_HIDING_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0|font-size\s*:\s*0"
    r"|content\s*:|line-through|color\s*:\s*transparent|position\s*:|transform\s*:"
    r"|text-indent\s*:|clip(-path)?\s*:|order\s*:|row-reverse|column-reverse",
    re.IGNORECASE,
)
_REDIRECT = re.compile(
    r"\A[\s;({]*(?:(?:window|document|top|self|parent|globalThis)\s*\.\s*)?location"
    r"\s*(?:\.\s*(?:href\s*=|(?:replace|assign)\s*\()|=)",
    re.IGNORECASE,
)
_REFRESH_TO = re.compile(r"[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"'\s;]+)", re.IGNORECASE)


def differences(reading: Reading) -> Iterator[Difference]:
    """Yield what was put into the text, and what leads the reader away."""
    yield from _actives(reading)
    yield from _lost_embeds(reading)
    yield from _links(reading)
    yield from _leading_away(reading)


def _actives(reading: Reading) -> Iterator[Difference]:
    approved = Counter(
        (active.kind, active.detail) for active in reading.source.actives
    )
    for active in reading.shown.actives:
        if not reading.inside(active.box):
            continue
        if approved[active.kind, active.detail] > 0:
            approved[active.kind, active.detail] -= 1
            continue
        if active.kind == "style" and not _HIDING_STYLE.search(active.detail):
            continue
        severity = _weight(reading, active)
        if severity is None:
            continue
        yield difference(
            severity,
            f"inject.{active.kind}",
            _TEMPLATES[active.kind],
            place=reading.after(active.block - reading.offset),
            shown_place=reading.path(active.box),
            shown=active.detail,
        )


def _weight(reading: Reading, active: Active) -> Severity | None:
    around = not reading.place.known and (
        active.block < reading.offset
        or aside(reading.shown, active.box, until=reading.place.box)
    )
    if not around:
        return Severity.FAIL
    above = active.block <= reading.first
    within = reading.first < active.block <= reading.last
    if within:
        return Severity.FAIL
    return None if above else Severity.REVIEW


def _lost_embeds(reading: Reading) -> Iterator[Difference]:
    shown = Counter(
        active.detail
        for active in reading.shown.actives
        if active.kind in {"frame", "media"}
        and not active.hidden
        and reading.inside(active.box)
    )
    for active in reading.source.actives:
        if active.kind not in {"frame", "media"}:
            continue
        if shown[active.detail] > 0:
            shown[active.detail] -= 1
            continue
        yield difference(
            Severity.FAIL,
            "embed.missing",
            N_("What was to be shown inside the text is not there."),
            place=reading.where(active.block),
            approved=active.detail,
        )


def _links(reading: Reading) -> Iterator[Difference]:
    extra = {
        span.link
        for match in reading.matches
        if match.kind is Kind.EXTRA
        for at in match.shown
        for span in reading.theirs[at].links
    }
    with_image = {image.link for image in reading.shown.images}
    for link in reading.shown.links:
        away = foreign(reading, link.target)
        inside = reading.inside(link.box)
        if link.hidden:
            if away or (inside and host(link.target)):
                yield _hidden_link(reading, link)
        elif inside and away and link in extra:
            yield _foreign_link(reading, link)
        elif inside and away and not words(link) and link not in with_image:
            template = N_("A link without words leads to {target}.")
            yield _link(reading, link, Severity.FAIL, "link.empty", template)


def _hidden_link(reading: Reading, link: Link) -> Difference:
    template = N_("A link that readers do not see leads to {target}.")
    return _link(reading, link, Severity.FAIL, "link.hidden", template)


def _foreign_link(reading: Reading, link: Link) -> Difference:
    around = not reading.place.known and aside(
        reading.shown, link.box, until=reading.place.box
    )
    between = reading.first < link.block <= reading.last
    severity = Severity.REVIEW if around and not between else Severity.FAIL
    template = N_("A link that was not approved leads to {target}.")
    return _link(reading, link, severity, "inject.link", template)


def _link(
    reading: Reading, link: Link, severity: Severity, code: str, template: str
) -> Difference:
    inside = reading.inside(link.box)
    return difference(
        severity,
        code,
        template,
        place=reading.after(link.block - reading.offset) if inside else "page",
        shown_place=reading.path(link.box),
        shown=words(link) or link.href,
        target=link.target,
    )


def _leading_away(reading: Reading) -> Iterator[Difference]:
    page = reading.page
    for refresh in (reading.shown.refresh, page.header("refresh")):
        to = _REFRESH_TO.search(refresh)
        if to and absolute(to[1], page.final_url) != page.final_url:
            yield difference(
                Severity.FAIL,
                "inject.refresh",
                N_("The page sends its reader on to another one."),
                place="page",
                shown=refresh,
            )
        elif refresh:
            yield difference(
                Severity.INFO,
                "page.refresh",
                N_("The page loads itself anew from time to time."),
                place="page",
                shown=refresh,
            )
    if reading.shown.base and foreign(reading, reading.shown.base):
        yield difference(
            Severity.FAIL,
            "inject.base",
            N_("The page says that its addresses are those of another site."),
            place="page",
            shown=reading.shown.base,
        )
    for active in reading.shown.actives:
        if active.kind == "script" and _REDIRECT.match(active.detail):
            yield difference(
                Severity.FAIL,
                "inject.redirect",
                N_("A script sends the reader on to another page."),
                place="page",
                shown_place=reading.path(active.box),
                shown=active.detail,
            )
