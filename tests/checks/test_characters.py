import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.material import picture, remarks, revision, said


@pytest.mark.parametrize(
    ("character", "name"),
    [
        ("\u200b", "ZERO WIDTH SPACE (U+200B"),
        ("\u200d", "ZERO WIDTH JOINER (U+200D"),
        ("\u00ad", "SOFT HYPHEN (U+00AD"),
        ("\ufeff", "ZERO WIDTH NO-BREAK SPACE (U+FEFF"),
        ("\u202e", "RIGHT-TO-LEFT OVERRIDE (U+202E"),
        ("\u2066", "LEFT-TO-RIGHT ISOLATE (U+2066"),
        ("\x07", "CONTROL CHARACTER (U+0007"),
        ("\x85", "CONTROL CHARACTER (U+0085"),
        ("\u2028", "LINE SEPARATOR (U+2028"),
    ],
)
def test_an_invisible_character_is_named_with_its_place(
    character: str, name: str
) -> None:
    title = f"Thư{character}viện mở cửa"

    found = remarks("invisible-characters", revision(title=title))

    assert said(found) == [
        (f"An invisible character stands here: {name}, 1 times).", "title", title)
    ]


def test_invisible_characters_are_found_wherever_readers_read() -> None:
    text = revision(
        title="Sách\u200b mới",
        body="<p>Tài\u00adliệu, tài\u00adnguyên</p>"
        '<p><img src="https://a.vn/1" alt="B\u200bìa"></p>',
        excerpt="\ufeffTóm tắt",
        files=(picture(name="phieu\u202egpj.exe", alt="B\u2060ìa"),),
    )

    found = remarks("invisible-characters", text)

    assert [(one.part, one.quote, one.message.facts["places"]) for one in found] == [
        ("title", "Sách\u200b mới", 1),
        ("body", "Tài\u00adliệu, tài\u00adnguyên", 2),
        ("body", "B\u200bìa", 1),
        ("excerpt", "\ufeffTóm tắt", 1),
        ("file phieu\u202egpj.exe", "phieu\u202egpj.exe", 1),
        ("file phieu\u202egpj.exe", "B\u2060ìa", 1),
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Thư viện Trường Đại học Đà Nẵng",
        "Gia đình cùng đọc sách 👨\u200d👩\u200d👧",
        "Giờ mở cửa: 7–21\u00a0giờ",
    ],
)
def test_what_has_its_right_place_passes(title: str) -> None:
    assert remarks("invisible-characters", revision(title=title)) == []


@given(
    character=st.characters(categories=["Cc", "Cf", "Zl", "Zp"]).filter(
        lambda c: c not in "\t\n\r"
    ),
    before=st.sampled_from(["", "Sách ", "Thư viện"]),
)
def test_no_invisible_character_of_unicode_is_missed(
    character: str, before: str
) -> None:
    found = remarks("invisible-characters", revision(title=f"{before}{character}x"))

    assert [one.message.facts["code"] for one in found] == [f"U+{ord(character):04X}"]


def test_a_body_in_nfd_is_quoted_as_readers_read_it() -> None:
    body = unicodedata.normalize("NFD", "<p>Phòng <b>đọc mở</b> ở tầng 2</p>")

    found = remarks("unicode-form", revision(body=body))

    assert [(one.part, one.quote) for one in found] == [
        ("body", "Phòng đọc mở ở tầng 2")
    ]


def test_letters_stored_apart_from_their_marks_are_found_with_their_place() -> None:
    title = "Thư viện mở cửa " + unicodedata.normalize("NFD", "buổi tối")

    found = remarks("unicode-form", revision(title=title))

    assert said(found) == [
        (
            "Letters and their marks are stored apart here (not Unicode NFC).",
            "title",
            title,
        )
    ]


@pytest.mark.parametrize(
    ("word", "found", "code", "right"),
    [
        ("Ðà Nẵng", "Ð", "U+00D0", "Đ"),
        ("ðọc sách", "ð", "U+00F0", "đ"),
        ("Ɖà Lạt", "Ɖ", "U+0189", "Đ"),
    ],
)
def test_a_letter_that_only_looks_vietnamese_is_found(
    word: str, found: str, code: str, right: str
) -> None:
    remarked = remarks("unicode-form", revision(body=f"<p>Ở {word}</p>"))

    sentence = f"“{found}” ({code}) only looks like “{right}” (1 times)"
    assert said(remarked) == [(f"{sentence}: no search finds it.", "body", f"Ở {word}")]


@given(text=st.text(alphabet="ThưviệnđọcsáchởĐàẵng 0123456789", max_size=60))
def test_a_text_in_nfc_passes_and_the_same_in_nfd_does_not(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)

    assert remarks("unicode-form", revision(title=text)) == []
    assert bool(remarks("unicode-form", revision(title=decomposed))) == (
        decomposed != text
    )
