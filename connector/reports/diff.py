"""
What was approved beside what the page shows, for people to read.

One page of HTML that needs nothing from anywhere, and typed rows for a terminal.
Every text of either side is shown as it stands in the original, and inert.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from jinja2 import Environment, PackageLoader, StrictUndefined

from connector.comparison import Approved, Page, Profile, aligned
from connector.comparison.align import Change, Kind
from connector.comparison.blocks import Block
from connector.domain.verdict import Difference, Judgement, Severity, Verdict
from connector.language import N_, say, translate, word
from connector.reports.words import equal_in_words, place_in_words

_PAGES = Environment(
    loader=PackageLoader("connector.reports"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)

_IN_WORDS = {
    Judgement.PASS: N_("The page shows what was approved."),
    Judgement.REVIEW: N_("A person has to look at the page."),
    Judgement.FAIL: N_("The page does not show what was approved."),
    Judgement.NOT_LIVE: N_("The item is not on the public website."),
    Judgement.STALE: N_("The page is out of date."),
    Judgement.BLOCKED: N_("The page could not be read: something stands before it."),
    Judgement.UNREACHABLE: N_("The page could not be read."),
}
_TITLE = N_("Comparison: {title}")
_WORDS = {
    "address": N_("Address"),
    "differences": N_("Differences"),
    "no_differences": N_("No differences."),
    "place": N_("Place in the source"),
    "shown_place": N_("Place on the page"),
    "code": N_("Code"),
    "approved": N_("Approved"),
    "shown": N_("On the page"),
    "side_by_side": N_("Side by side"),
    "legend_removed": N_("approved, but not shown"),
    "legend_added": N_("shown, but not approved"),
    "nothing": N_("nothing"),
}


class Fate(StrEnum):
    """What became of a run of words."""

    KEPT = "kept"
    REMOVED = "removed"
    """Approved, but not shown."""
    ADDED = "added"
    """Shown, but not approved."""


@dataclass(frozen=True, slots=True)
class Words:
    """A run of words with one fate."""

    fate: Fate
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """One block of either side, or the two that belong together."""

    place: str
    """In the source; empty for what was not approved."""
    approved: tuple[Words, ...]
    shown: tuple[Words, ...]
    both: tuple[Words, ...]
    """Both sides in one line: kept, removed and added words, in order."""
    equal: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference, in the reader's language."""

    code: str
    sentence: str
    place: str
    shown_place: str
    approved: str
    shown: str


@dataclass(frozen=True, slots=True)
class Group:
    """All differences of one weight."""

    severity: str
    """`fail`, `review`, `info`: a class of the style sheet."""
    name: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class DiffPage:
    """All that templates/diff.html may use."""

    language: str
    content_language: str
    title: str
    heading: str
    judgement: str
    judgement_class: str
    in_words: str
    reason: str
    url: str
    equal: str
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    words: dict[str, str]


def diff_page(
    approved: Approved,
    page: Page,
    verdict: Verdict,
    *,
    profile: Profile,
    language: str,
) -> str:
    """
    Return one self-contained HTML page that shows a verdict and its reasons.

    Args:
        approved: what was approved.
        page: the page as it was fetched.
        verdict: of comparing the two.
        profile: the site's, as it was when comparing.
        language: of the reader, one of language.LANGUAGES.
    """
    shown = DiffPage(
        language=language,
        content_language=approved.language,
        title=say(_TITLE, {"title": approved.title}, language),
        heading=approved.title,
        judgement=word(verdict.judgement, language),
        judgement_class=verdict.judgement.name.lower(),
        in_words=translate(_IN_WORDS[verdict.judgement], language),
        reason=(
            say(verdict.reason.template, verdict.reason.facts, language)
            if verdict.reason
            else ""
        ),
        url=page.final_url,
        equal=equal_in_words(verdict, language),
        groups=tuple(_groups(verdict, language)),
        rows=tuple(
            replace(row, place=place_in_words(row.place, language))
            for row in _rows(approved, page, profile)
        ),
        words={name: translate(text, language) for name, text in _WORDS.items()},
    )
    return _PAGES.get_template("diff.html").render(page=shown)


def diff_lines(
    approved: Approved, page: Page, verdict: Verdict, *, profile: Profile
) -> list[Row]:
    """
    Return the blocks that differ, with kept, removed and added words.

    Empty if the verdict says that there was nothing to compare.
    """
    if verdict.reason is not None and not verdict.differences:
        return []
    return [row for row in _rows(approved, page, profile) if not row.equal]


def _groups(verdict: Verdict, language: str) -> Iterator[Group]:
    for severity in Severity:
        findings = tuple(
            _finding(one, language)
            for one in verdict.differences
            if one.severity is severity
        )
        if findings:
            yield Group(severity.name.lower(), word(severity, language), findings)


def _finding(difference: Difference, language: str) -> Finding:
    message = difference.message
    return Finding(
        code=difference.code,
        sentence=say(message.template, message.facts, language),
        place=place_in_words(difference.place, language),
        shown_place=difference.shown_place,
        approved=difference.approved,
        shown=difference.shown,
    )


def _rows(approved: Approved, page: Page, profile: Profile) -> Iterator[Row]:
    for pair in aligned(approved, page, profile):
        ours, theirs = _Text(pair.approved), _Text(pair.shown)
        both = tuple(_both(pair.changes, ours, theirs))
        yield Row(
            place=pair.place,
            approved=tuple(
                Words(fate, text) for fate, text, _ in both if fate is not Fate.ADDED
            ),
            shown=tuple(
                Words(fate, text or kept)
                for fate, kept, text in both
                if fate is not Fate.REMOVED
            ),
            both=tuple(Words(fate, kept or text) for fate, kept, text in both),
            equal=pair.kind is Kind.EQUAL,
        )


def _both(
    changes: tuple[Change, ...], ours: "_Text", theirs: "_Text"
) -> Iterator[tuple[Fate, str, str]]:
    """Yield (fate, text as approved, text as shown) for every stretch."""
    for step in changes:
        approved = ours.between(step.first, step.last)
        shown = theirs.between(step.shown_first, step.shown_last)
        if step.tag == "equal":
            yield Fate.KEPT, approved, shown
            continue
        if approved:
            yield Fate.REMOVED, approved, ""
        if shown:
            yield Fate.ADDED, "", shown


class _Text:
    """The original text of some blocks, to be cut at their tokens."""

    def __init__(self, blocks: tuple[Block, ...]) -> None:
        self.text = "\n".join(block.text for block in blocks)
        self.starts: list[int] = []
        self.keys: list[str] = []
        at = 0
        for block in blocks:
            self.starts.extend(at + token.start for token in block.tokens)
            self.keys.extend(block.keys)
            at += len(block.text) + 1

    def between(self, first: int, last: int) -> str:
        """Return what stands from one token to another, signs of structure named."""
        if first >= last:
            return ""
        start = self.starts[first] if first else 0
        end = self.starts[last] if last < len(self.starts) else len(self.text)
        text = self.text[start:end]
        return text if text.strip() else f"{' '.join(self.keys[first:last])}{text}"
