"""Characters that a reader does not see, and that search and comparison stumble on."""

import unicodedata
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
    "“{found}” ({code}) only looks like “{right}” ({places} times):"
    " no search will find the word."
)

ETH = {"\u00d0": "Đ", "\u00f0": "đ", "\u0189": "Đ", "\u0256": "đ"}
"""Icelandic and African letters that old keyboards put for Vietnamese ones."""

UNSEEN = {"Cc", "Cf", "Zl", "Zp"}
"""Unicode categories: controls, formats (zero-width, bidi), line separators."""


def _invisible_characters(revision: Revision, _: Context) -> Iterator[Remark]:
    for passage in passages(revision):
        places: dict[str, list[int]] = {}
        for index, character in enumerate(passage.text):
            if _is_unseen(passage.text, index):
                places.setdefault(character, []).append(index)
        for character, found in places.items():
            facts: dict[str, Fact] = {
                "name": unicodedata.name(character, "CONTROL CHARACTER"),
                "code": _code(character),
                "places": len(found),
            }
            yield _at(passage, found[0], Message(INVISIBLE, facts))


def _is_unseen(text: str, index: int) -> bool:
    character = text[index]
    if character in "\t\n\r" or unicodedata.category(character) not in UNSEEN:
        return False
    # A zero-width joiner holds the parts of one emoji together.
    joins = character == "\u200d" and index > 0
    return not (joins and unicodedata.category(text[index - 1]) in {"So", "Sk", "Mn"})


def _unicode_form(revision: Revision, _: Context) -> Iterator[Remark]:
    for passage in passages(revision):
        if not unicodedata.is_normalized("NFC", passage.text):
            yield _at(passage, _first_decomposed(passage.text), Message(DECOMPOSED))
        for character in sorted(set(passage.text) & set(ETH), key=passage.text.index):
            facts: dict[str, Fact] = {
                "found": character,
                "code": _code(character),
                "right": ETH[character],
                "places": passage.text.count(character),
            }
            where = passage.text.index(character)
            yield _at(passage, where, Message(LOOK_ALIKE, facts))


def _first_decomposed(text: str) -> int:
    pairs = enumerate(zip(text, nfc(text), strict=False))
    return next((index for index, (stored, right) in pairs if stored != right), 0)


def _at(passage: Passage, index: int, message: Message) -> Remark:
    return Remark(
        message=message,
        part=passage.part,
        quote=quote(passage.text, index, index + 1),
    )


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
