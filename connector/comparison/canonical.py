"""
The canonical form of text: what may differ without the reader being told wrong.

Both sides are cut into tokens (words and single signs). A token keeps its span in
the original, so that people are always shown the text as it stands there.

Folded: NFC, the kind of space, marks of no width, quotes (in two classes), dashes
with each other, a hyphen between spaces with a dash, `...` with …, `x` with ×
between digits, `(tm)` with ™. All of it is what a CMS does to text on its own.

Never folded, because it would hide an error: compatibility forms (m² is not m2),
case, diacritics, punctuation, digits, a hyphen between letters with a dash, the
decimal point with the comma, look-alike letters. Inside code nothing is folded.
"""

import re
import unicodedata
from functools import cache
from typing import NamedTuple

FOLDINGS = frozenset({"smilies", "capital_p"})
"""What WordPress alone does: `:)` becomes 🙂, `Wordpress` becomes `WordPress`."""

INVISIBLE = "\u00ad\u200b\u2060\ufeff\u200e\u200f\ufe0e\ufe0f"
_DROP = dict.fromkeys(map(ord, INVISIBLE))
_HAS_INVISIBLE = re.compile(f"[{INVISIBLE}]")

_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
_WORD = rf"[\w{_MARKS}]+"
_SINGLE = "'‘’‚‛′"
_SIGNS = rf"\.{{3}}|---?|[{_SINGLE}]{{2}}|``|\(tm\)|\S"
_TIMES = re.compile(r"(?<=\d)x(?=\d)")
_EXACT = re.compile(rf"\s+|{_WORD}|\S")

_FOLD = {
    "...": "…",
    "--": "—",
    "---": "—",
    "–": "—",
    "\u2011": "-",
    "``": '"',
    "(tm)": "™",
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys(_SINGLE, "'"),
}

_SMILIES = {
    ":)": "🙂",
    ":-)": "🙂",
    ":(": "🙁",
    ":-(": "🙁",
    ";)": "😉",
    ";-)": "😉",
    ":D": "😀",
    ":-D": "😀",
    ":P": "😛",
    ":-P": "😛",
    ":o": "😮",
    ":-o": "😮",
    "8-)": "😎",
    ":lol:": "😆",
    ":cry:": "😥",
    ":wink:": "😉",
    ":smile:": "🙂",
    ":sad:": "🙁",
    ":arrow:": "➡",
    ":idea:": "💡",
    ":!:": "❗",
    ":?:": "❓",
}

_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
_TONE_PAIRS = ("oa", "oe", "uy")


class Token(NamedTuple):
    """One word, one sign, or one mark of structure such as `<br>` or `<sup>`."""

    key: str
    """Its canonical form; what is compared."""
    spaced: bool
    """True if a space stands before it."""
    start: int
    """Where it starts in the original text."""
    end: int


def tokens(
    text: str, *, at: int = 0, foldings: frozenset[str] = frozenset()
) -> list[Token]:
    """
    Return the tokens of `text`, folded.

    Args:
        text: as it stands in the original.
        at: what to add to the spans, if `text` is a piece of something longer.
        foldings: extra ones, of FOLDINGS.
    """
    clean, origins = _cleaned(text)
    found: list[Token] = []
    ended = 0
    for match in _pattern("smilies" in foldings).finditer(clean):
        start, end = match.span()
        sign = match.group()
        spaced = start > ended
        ended = end
        if sign in {"-", "\u2011"} and _between_spaces(clean, start, end):
            parts = [("—", start, end)]
        elif "x" in sign and _TIMES.search(sign):
            parts = list(_product(sign, start))
        else:
            parts = [(_folded(sign, foldings), start, end)]
        for key, first, last in parts:
            if origins:
                start, end = origins[first][0], origins[last - 1][1]
                found.append(Token(key, spaced, at + start, at + end))
            else:
                found.append(Token(key, spaced, at + first, at + last))
            spaced = False
    return found


def exact(text: str, *, at: int = 0) -> list[Token]:
    """Return the tokens of code: nothing folded, spaces are tokens of their own."""
    return [
        Token(match.group(), False, at + match.start(), at + match.end())  # noqa: FBT003 -- a field of the tuple
        for match in _EXACT.finditer(text)
    ]


def keys(text: str, foldings: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Return only what is compared of the tokens of `text`."""
    return tuple(token.key for token in tokens(text, foldings=foldings))


def canonical(text: str, foldings: frozenset[str] = frozenset()) -> str:
    """Return `text` with everything folded that may be folded."""
    parts = [
        (" " if token.spaced else "") + token.key
        for token in tokens(text, foldings=foldings)
    ]
    return "".join(parts).strip()


def invisibles(text: str) -> int:
    """Return how many marks of no width stand in `text`."""
    return len(_HAS_INVISIBLE.findall(text))


def only_the_tone_moved(one: str, other: str) -> bool:
    """
    Say whether two words are one, with its tone mark in the old or the new place.

    `hòa` and `hoà`, `thúy` and `thuý`: both are in use, and neither is an error.
    """
    if one == other:
        return False
    bare, tones = _without_tones(one)
    other_bare, other_tones = _without_tones(other)
    return (
        bare == other_bare
        and len(tones) == 1
        and tones == other_tones
        and bare.lower().endswith(_TONE_PAIRS)
        and _tone_in_last_pair(one)
        and _tone_in_last_pair(other)
    )


def _tone_in_last_pair(word: str) -> bool:
    marked = unicodedata.normalize("NFD", unicodedata.normalize("NFC", word)[-2:])
    return any(sign in _TONES for sign in marked)


def _without_tones(word: str) -> tuple[str, str]:
    signs = unicodedata.normalize("NFD", word)
    return (
        "".join(sign for sign in signs if sign not in _TONES),
        "".join(sign for sign in signs if sign in _TONES),
    )


@cache
def _pattern(smilies: bool) -> re.Pattern[str]:  # noqa: FBT001 -- the key of a cache
    alternatives = [_WORD, _SIGNS]
    if smilies:
        faces = "|".join(map(re.escape, sorted(_SMILIES, key=len, reverse=True)))
        alternatives.insert(0, rf"(?<!\S)(?:{faces})(?!\S)")
    return re.compile("|".join(alternatives))


def _folded(sign: str, foldings: frozenset[str]) -> str:
    if sign in _FOLD:
        return _FOLD[sign]
    if len(sign) == 2 and sign[0] in _SINGLE and sign[1] in _SINGLE:  # noqa: PLR2004 -- a pair
        return '"'
    if "smilies" in foldings and sign in _SMILIES:
        return _SMILIES[sign]
    if sign == "Wordpress" and "capital_p" in foldings:
        return "WordPress"
    return sign


def _between_spaces(text: str, start: int, end: int) -> bool:
    before = start == 0 or text[start - 1].isspace()
    after = end == len(text) or text[end].isspace()
    return before and after


def _product(word: str, at: int) -> list[tuple[str, int, int]]:
    parts: list[tuple[str, int, int]] = []
    start = 0
    for match in _TIMES.finditer(word):
        parts.append((word[start : match.start()], at + start, at + match.start()))
        parts.append(("×", at + match.start(), at + match.end()))
        start = match.end()
    parts.append((word[start:], at + start, at + len(word)))
    return parts


def _cleaned(text: str) -> tuple[str, list[tuple[int, int]]]:
    """
    Return `text` in NFC without marks of no width, and where each sign came from.

    The list is empty if nothing had to be changed.
    """
    if not _HAS_INVISIBLE.search(text) and unicodedata.is_normalized("NFC", text):
        return text, []
    origins = [at for at, sign in enumerate(text) if sign not in INVISIBLE]
    bare = text.translate(_DROP)
    whole = unicodedata.normalize("NFC", bare)
    composed: list[str] = []
    spans: list[tuple[int, int]] = []
    for start, end in _clusters(bare):
        cluster = bare[start:end]
        if not cluster.isascii():
            cluster = unicodedata.normalize("NFC", cluster)
        composed.append(cluster)
        spans.extend([(origins[start], origins[end - 1] + 1)] * len(cluster))
    if "".join(composed) == whole:
        return whole, spans
    # Scripts that compose across letters (Korean): the spans are only near.
    last = len(spans) - 1
    return whole, [spans[min(at, last)] for at in range(len(whole))]


def _clusters(text: str) -> list[tuple[int, int]]:
    """Return where each letter with its marks starts and ends."""
    starts = [at for at, sign in enumerate(text) if not unicodedata.combining(sign)]
    if starts[:1] != [0]:
        starts.insert(0, 0)
    ends = [*starts[1:], len(text)]
    return [span for span in zip(starts, ends, strict=True) if span[1]]
