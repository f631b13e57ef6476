"""Proposes a category by the library's own ordered rules; a person decides."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from connector.domain.item import CategoryCode, Item, Revision, nfc
from connector.domain.message import Message
from connector.language import N_
from connector.markup import text_of
from connector.ports.parts import Proposal

BY_SOURCE = N_("Rule “{rule}”: it comes from the source {source}.")
BY_START = N_("Rule “{rule}”: the title begins with “{title_starts}”.")
BY_WORDS = N_("Rule “{rule}”: the title contains “{title_contains}”.")
BY_LENGTH = N_("Rule “{rule}”: it has only {words} words.")
BY_DEFAULT = N_("Rule “{rule}”: it is for all other items.")
BY_SEVERAL = N_("Rule “{rule}”: {conditions}.")

BY_ONE = {
    "source": BY_SOURCE,
    "title_starts": BY_START,
    "title_contains": BY_WORDS,
    "words": BY_LENGTH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryRule:
    """
    When an item may be of a category.

    All conditions that are given must hold; of a list, one is enough. A rule
    without conditions fits every item: the last one, if there is one.
    """

    name: str
    category: CategoryCode
    source: tuple[str, ...] = ()
    """Table names in config/sources.toml."""
    title_starts: tuple[str, ...] = ()
    """Whole words, in small or capital letters."""
    title_contains: tuple[str, ...] = ()
    """Whole words, in small or capital letters."""
    shorter_than_words: int | None = None
    """The body has fewer words, as blanks divide them (Vietnamese syllables)."""


def propose(
    revision: Revision, item: Item, rules: Iterable[CategoryRule]
) -> Proposal | None:
    """Return what the first rule that fits proposes; None if no rule fits."""
    for rule in rules:
        evidence = _evidence(rule, revision, item)
        if all(found is not None for found in evidence.values()):
            return Proposal(
                category=rule.category, rule=rule.name, reason=_reason(rule, evidence)
            )
    return None


def _evidence(
    rule: CategoryRule, revision: Revision, item: Item
) -> dict[str, str | int | None]:
    """Return what meets each given condition, or None where nothing does."""
    evidence: dict[str, str | int | None] = {}
    if rule.source:
        evidence["source"] = item.source if item.source in rule.source else None
    if rule.title_starts:
        evidence["title_starts"] = _first(r"\A\W*{}", rule.title_starts, revision.title)
    if rule.title_contains:
        evidence["title_contains"] = _first("{}", rule.title_contains, revision.title)
    if rule.shorter_than_words is not None:
        words = len(text_of(revision.body).split())
        evidence["words"] = words if words < rule.shorter_than_words else None
    return evidence


def _first(where: str, phrases: Sequence[str], title: str) -> str | None:
    """Return the first phrase that stands `where` in the title, as whole words."""
    for phrase in phrases:
        words = r"\s+".join(map(re.escape, _folded(phrase).split()))
        if words and re.search(where.format(rf"(?<!\w){words}(?!\w)"), _folded(title)):
            return phrase
    return None


def _folded(text: str) -> str:
    return nfc(nfc(text).casefold())


def _reason(rule: CategoryRule, evidence: dict[str, str | int | None]) -> Message:
    match list(evidence.items()):
        case []:
            return Message(BY_DEFAULT, {"rule": rule.name})
        case [(condition, found)]:
            return Message(BY_ONE[condition], {"rule": rule.name, condition: found})
        case several:
            # As they stand in categories.toml, which is in no language.
            conditions = ", ".join(f"{name} = {found}" for name, found in several)
            return Message(BY_SEVERAL, {"rule": rule.name, "conditions": conditions})
