"""The comparison: from an approved item and a page to a verdict."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from connector.comparison import about, images, injected, links, states, texts
from connector.comparison.addresses import Sameness, split
from connector.comparison.align import Change, Kind, changes
from connector.comparison.blocks import Block
from connector.comparison.decoding import Decoded, decode
from connector.comparison.excess import MAX_BYTES, TooMuch
from connector.comparison.inputs import Approved, Page, Profile
from connector.comparison.reading import Reading, compare_blocks, difference
from connector.domain.verdict import Difference, Judgement, Severity, Verdict
from connector.language import N_

_NO_PROFILE = Profile()
_MOST = 1_000
"""Differences told of one page; the heaviest, if there are more."""


def compare(
    approved: Approved,
    page: Page,
    profile: Profile = _NO_PROFILE,
    *,
    earlier: Sequence[Approved] = (),
) -> Verdict:
    """
    Judge whether `page` shows what was approved. Pure; answers for any page.

    Args:
        approved: what the page should show.
        page: what an anonymous reader got, with the resources of `wanted`.
        profile: what is known of the site.
        earlier: what was approved before, to recognise a page that is out of date.
    """
    if len(page.body) > MAX_BYTES:
        return states.too_much()
    decoded = decode(page)
    decided = states.before_reading(page, decoded)
    if decided:
        return decided
    try:
        reading = compare_blocks(approved, page, profile, decoded)
    except TooMuch:
        return states.too_much()
    found = tuple(_differences(reading, decoded))
    if any(one.severity is Severity.FAIL for one in found):
        if any(_shows(old, page, profile, decoded) for old in earlier):
            stale = states.verdict(
                Judgement.STALE, N_("The page shows an earlier version of the item.")
            )
            return replace(stale, differences=_heaviest(found))
        if other := states.instead(reading, decoded):
            return other
    return Verdict(
        judgement=_judgement(found),
        differences=_heaviest(found),
        equal=_equal(reading, found),
    )


def wanted(
    approved: Approved, page: Page, profile: Profile = _NO_PROFILE
) -> tuple[str, ...]:
    """
    Return the addresses of the item's pictures and attachments that `page` shows.

    They are absolute, each once, and are to be fetched before `compare`.
    """
    if len(page.body) > MAX_BYTES:
        return ()
    try:
        reading = compare_blocks(approved, page, profile, decode(page))
    except TooMuch:
        return ()
    found = list(images.addresses(reading))
    found.extend(
        theirs.link.target
        for _, ours, theirs, _ in links.pairs(reading)
        if ours and theirs and ours.link.target in reading.media
    )
    return tuple(
        address
        for address in dict.fromkeys(found)
        if (parts := split(address)) and parts.scheme in {"http", "https"}
    )


@dataclass(frozen=True, slots=True)
class Aligned:
    """What was approved beside what is shown, for people to read."""

    kind: Kind
    place: str
    """Where in the source; empty for what was not approved."""
    approved: tuple[Block, ...]
    shown: tuple[Block, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        """The steps from the approved words to the shown ones, by token."""
        return changes(
            tuple(key for block in self.approved for key in block.keys),
            tuple(key for block in self.shown for key in block.keys),
        )


def aligned(
    approved: Approved, page: Page, profile: Profile = _NO_PROFILE
) -> tuple[Aligned, ...]:
    """Return the blocks of both sides, paired, in order; empty if there is no page."""
    if len(page.body) > MAX_BYTES:
        return ()
    try:
        reading = compare_blocks(approved, page, profile, decode(page))
    except TooMuch:
        return ()
    return tuple(
        Aligned(
            kind=match.kind,
            place=reading.wheres[match.approved[0]] if match.approved else "",
            approved=tuple(reading.source.blocks[at] for at in match.approved),
            shown=tuple(reading.theirs[at] for at in match.shown),
        )
        for match in reading.matches
    )


def _differences(reading: Reading, decoded: Decoded) -> Iterator[Difference]:
    yield from about.differences(reading, decoded)
    yield from texts.differences(reading)
    yield from links.differences(reading)
    yield from images.differences(reading)
    yield from injected.differences(reading)
    yield from _identity(reading)


def _identity(reading: Reading) -> Iterator[Difference]:
    shown = states.post_id(reading)
    expected = reading.approved.post_id
    if expected and shown and shown != expected:
        yield difference(
            Severity.FAIL,
            "page.other",
            N_("The page is that of item number {shown_id}, not {approved_id}."),
            place="page",
            approved=expected,
            shown=shown,
            shown_id=shown,
            approved_id=expected,
        )
    if states.moved(reading.approved, reading.page):
        yield difference(
            Severity.REVIEW,
            "url.moved",
            N_("The text is right, but stands at another address."),
            place="page",
            approved=reading.approved.url,
            shown=reading.page.final_url,
        )


def _shows(old: Approved, page: Page, profile: Profile, decoded: Decoded) -> bool:
    try:
        reading = compare_blocks(old, page, profile, decoded)
    except TooMuch:
        return False
    found = _differences(reading, decoded)
    return all(one.severity is not Severity.FAIL for one in found)


def _heaviest(found: tuple[Difference, ...]) -> tuple[Difference, ...]:
    if len(found) <= _MOST:
        return found
    order = list(Severity)
    return tuple(sorted(found, key=lambda one: order.index(one.severity))[:_MOST])


def _judgement(found: Sequence[Difference]) -> Judgement:
    severities = {one.severity for one in found}
    if Severity.FAIL in severities:
        return Judgement.FAIL
    if Severity.REVIEW in severities:
        return Judgement.REVIEW
    return Judgement.PASS


def _equal(reading: Reading, found: Sequence[Difference]) -> dict[str, int]:
    """Count what was compared and found equal."""
    blocks = cells = 0
    for match in reading.matches:
        if match.kind is Kind.EQUAL:
            cell = reading.source.blocks[match.approved[0]].structure.cells
            cells += bool(cell)
            blocks += not cell
    equal_links = attachments = 0
    for _, ours, theirs, _ in links.pairs(reading):
        if not ours or not theirs:
            continue
        if links.targets(reading, ours.link, theirs.link) is not Sameness.DIFFERENT:
            is_file = ours.link.target in reading.media
            attachments += is_file
            equal_links += not is_file
    wrong = {
        one.shown
        for one in found
        if one.code.startswith(("image.", "attachment."))
        and one.severity is not Severity.INFO
    }
    pictures = sum(
        1
        for ours, theirs in images.pairs(reading)
        if ours and theirs and theirs.src not in wrong
    )
    return {
        "blocks": blocks,
        "links": equal_links,
        "images": pictures,
        "attachments": attachments,
        "cells": cells,
    }
