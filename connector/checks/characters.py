"""Characters that a reader does not see, and that search and comparison stumble on."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from connector.checks.passages import Passage, passages, quote
from connector.checks.rule import CheckRule
from connector.domain.finding import Level
from connector.domain.item import Revision, nfc
from connector.domain.message import Fact, Message
from connector.language import N_
from connector.ports.check import Context, Remark

INVISIBLE = N_("An invisible character stands here: {name} ({code}, {places} times).")
DECOMPOSED = N_("Letters and their marks are stored apart here (not Unicode NFC).")
LOOK_ALIKE = N_(
    "“{found}” ({code}) only looks like “{right}” ({places} times): no search finds it."
)

ETH = {"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"}
"""Icelandic and African letters that old keyboards put for Vietnamese ones."""

UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
"""Unicode categories: controls, formats (zero-width, bidi), line separators."""

WORD = re.compile(r"[^\s<>]+")


def _invisible_characters(revision: Revision, _: Context) -> Iterator[Remark]:
    for passage in passages(revision):
        text = passage.stored
        found = Counter(text[at] for at in range(len(text)) if _is_unseen(text, at))
        for character, places in found.items():
            facts: dict[str, Fact] = {
                "name": unicodedata.name(character, "CONTROL CHARACTER"),
                "code": _code(character),
                "places": places,
            }
            yield _at(passage, character, Message(INVISIBLE, facts))


def _is_unseen(text: str, at: int) -> bool:
    character = text[at]
    if character in "\t\n\r" or unicodedata.category(character) not in UNSEEN:
        return False
    # A zero-width joiner holds the parts of one emoji together.
    joins = character == "\u200d" and at > 0
    return not (joins and unicodedata.category(text[at - 1]) in {"So", "Sk", "Mn"})


def _unicode_form(revision: Revision, _: Context) -> Iterator[Remark]:
    for passage in passages(revision):
        text = passage.stored
        if not unicodedata.is_normalized("NFC", text):
            yield _at(passage, _decomposed_word(text), Message(DECOMPOSED))
        for character, places in Counter(c for c in text if c in ETH).items():
            facts: dict[str, Fact] = {
                "found": character,
                "code": _code(character),
                "right": ETH[character],
                "places": places,
            }
            yield _at(passage, character, Message(LOOK_ALIKE, facts))


def _decomposed_word(text: str) -> str:
    stored = (found.group() for found in WORD.finditer(text))
    return next((w for w in stored if not unicodedata.is_normalized("NFC", w)), "")


def _at(passage: Passage, words: str, message: Message) -> Remark:
    """Quote the words where they are shown: as they stand, or composed in a body."""
    for wanted in filter(None, (words, nfc(words))):
        for text in passage.shown:
            if (at := text.find(wanted)) >= 0:
                shown = quote(text, at, at + len(wanted))
                return Remark(message=message, part=passage.part, quote=shown)
    return Remark(message=message, part=passage.part)


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


RULES = (
    CheckRule(
        id="invisible-characters",
        version=1,
        title=N_("No invisible characters"),
        level=Level.WARN,
        look=_invisible_characters,
    ),
    CheckRule(
        id="unicode-form",
        version=1,
        title=N_("Vietnamese letters are stored as everybody stores them"),
        level=Level.WARN,
        look=_unicode_form,
    ),
)
