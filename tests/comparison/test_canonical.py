"""What may be folded, and what never."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.comparison.canonical import (
    FOLDINGS,
    canonical,
    exact,
    keys,
    only_the_tone_moved,
    tokens,
)

FOLDED = {
    "NFD": (
        "Thư viện Trường Đại học",
        unicodedata.normalize("NFD", "Thư viện Trường Đại học"),
    ),
    "spaces": ("mở  cửa", "mở\u00a0\u2003cửa"),
    "soft hyphen": ("thông báo", "thông\u00ad báo"),
    "no width": ("thư viện", "\ufeffthư\u200b\u2060 vi\u200eện"),
    "emoji style": ("❤", "❤\ufe0f"),
    "double quotes": ('"sách"', "“sách”"),
    "double primes": ('20"', "20″"),
    "two single quotes": ("''sách''", "”sách”"),
    "single quotes": ("'đọc'", "‘đọc’"),
    "apostrophe": ("it's", "it’s"),
    "ellipsis": ("Đang cập nhật...", "Đang cập nhật…"),
    "two hyphens": ("8h--17h", "8h–17h"),
    "three hyphens": ("hết --- rồi", "hết — rồi"),
    "spaced hyphen": ("2025 - 2026", "2025 – 2026"),
    "times": ("3x4 cm", "3×4 cm"),
    "trade mark": ("Koha(tm)", "Koha™"),
    "unbreaking hyphen": ("2025\u20112026", "2025-2026"),
}

KEPT_APART = {
    "superscript": ("m²", "m2"),
    "fraction": ("½", "1/2"),
    "case": ("Thư viện", "thư viện"),
    "diacritic": ("bàn", "ban"),
    "d": ("đ", "d"),
    "punctuation": ("có, không", "có không"),
    "digit": ("30/4", "30/5"),
    "decimal sign": ("1.5", "1,5"),
    "hyphen": ("10-12", "10–12"),
    "hyphen in words": ("e-book", "e—book"),
    "full stops": ("..", "…"),
    "letter of another script": ("COBAN", "СOBAN"),
    "ligature": ("ﬁ", "fi"),
    "full width": ("Ａ", "A"),
    "x among letters": ("xem", "×em"),
    "spaced x": ("10 x 12", "10 × 12"),
    "single and double": ("'a'", '"a"'),
    "guillemets": ("«a»", '"a"'),
    "joined words": ("thưviện", "thư viện"),
    "turned text": ("a\u202eb", "ab"),
    "smile": (":)", "🙂"),
    "Wordpress": ("Wordpress", "WordPress"),
}


@pytest.mark.parametrize("pair", FOLDED.values(), ids=FOLDED)
def test_what_a_cms_changes_is_folded(pair: tuple[str, str]) -> None:
    assert canonical(pair[0]) == canonical(pair[1])


@pytest.mark.parametrize("pair", KEPT_APART.values(), ids=KEPT_APART)
def test_what_would_hide_an_error_is_not_folded(pair: tuple[str, str]) -> None:
    assert keys(pair[0]) != keys(pair[1])


def test_wordpress_folds_smilies_and_its_own_name() -> None:
    assert keys("vui :) Wordpress", FOLDINGS) == keys("vui 🙂 WordPress", FOLDINGS)
    assert keys("(8:)x", FOLDINGS) == keys("(8:)x")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("hòa", "hoà", True),
        ("thúy", "thuý", True),
        ("Khỏe", "Khoẻ", True),
        ("hòa", "hoá", False),
        ("hòa", "hoa", False),
        ("hòa", "hòa", False),
        ("hoàn", "hòan", False),
        ("tùy", "tuý", False),
        ("bàn", "bán", False),
        ("", "", False),
    ],
)
def test_only_the_place_of_a_tone_mark(one: str, other: str, same: bool) -> None:  # noqa: FBT001 -- a column of the table
    assert only_the_tone_moved(one, other) is same


@given(st.text(), st.sampled_from([frozenset[str](), FOLDINGS]))
def test_folding_twice_changes_nothing(text: str, foldings: frozenset[str]) -> None:
    once = canonical(text, foldings)

    assert canonical(once, foldings) == once


@given(st.text())
def test_nfd_makes_no_difference(text: str) -> None:
    nfc = unicodedata.normalize("NFC", text)

    assert keys(unicodedata.normalize("NFD", nfc)) == keys(nfc)


@given(st.text())
def test_spans_lead_back_to_the_original_in_order(text: str) -> None:
    found = tokens(text)

    assert all(0 <= one.start < one.end <= len(text) for one in found)
    assert [one.start for one in found] == sorted(one.start for one in found)


PIECES = [
    "a",
    "ạ",
    "a\u0323",
    "o\u031b",
    " ",
    ".",
    "-",
    "\u00ad",
    "'",
    "x",
    "3",
    "…",
]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_a_token_stands_where_it_says(text: str) -> None:
    for token in tokens(text):
        own = text[token.start : token.end]

        assert keys(own) == (token.key,) or token.key in {"-", "—", "×"}


@given(st.text())
def test_nothing_is_folded_in_code(text: str) -> None:
    assert "".join(token.key for token in exact(text)) == text
