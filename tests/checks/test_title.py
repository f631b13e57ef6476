import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.material import remarks, revision, said

GOOD_TITLES = [
    "Thư viện thông báo lịch nghỉ Tết Nguyên đán",
    "Vì sao sinh viên ít đọc sách?",
    "UNESCO",
    "TOEIC 2026",
    "Giới thiệu sách mới: “Đất rừng phương Nam”",
    "10 cuốn sách về chuyển đổi số",
]


@pytest.mark.parametrize("title", GOOD_TITLES)
def test_a_title_that_is_written_like_one_passes(title: str) -> None:
    assert remarks("title-form", revision(title=title)) == []


@pytest.mark.parametrize(
    ("title", "sentence", "quote"),
    [
        (
            "THÔNG BÁO LỊCH NGHỈ TẾT",
            "The title is all in capitals.",
            "THÔNG BÁO LỊCH NGHỈ TẾT",
        ),
        (
            "ĐỔI GIỜ MỞ CỬA Ở TẦNG 2",
            "The title is all in capitals.",
            "ĐỔI GIỜ MỞ CỬA Ở TẦNG 2",
        ),
        (
            "Thư viện đổi giờ mở cửa.",
            "The title ends with “.”.",
            "Thư viện đổi giờ mở cửa.",
        ),
        (
            "Mời bạn đọc tham gia!",
            "The title ends with “!”.",
            "Mời bạn đọc tham gia!",
        ),
        (
            "Và còn nhiều hơn nữa…",
            "The title ends with “…”.",
            "Và còn nhiều hơn nữa…",
        ),
        (
            " Lịch nghỉ lễ 30/4",
            "The title begins or ends with a blank.",
            " Lịch nghỉ lễ 30/4",
        ),
        (
            "Lịch nghỉ lễ 30/4\u00a0",
            "The title begins or ends with a blank.",
            "Lịch nghỉ lễ 30/4\u00a0",
        ),
        (
            "Lịch nghỉ  lễ 30/4",
            "The title has several blanks in a row.",
            "Lịch nghỉ  lễ 30/4",
        ),
        (
            "Lịch nghỉ lễ\n30/4 và 1/5",
            "The title goes over several lines.",
            "Lịch nghỉ lễ\n30/4 và 1/5",
        ),
    ],
)
def test_a_title_that_is_not_written_like_one_is_found(
    title: str, sentence: str, quote: str
) -> None:
    found = remarks("title-form", revision(title=title))

    assert said(found) == [(sentence, "title", quote)]


def test_everything_that_is_wrong_with_a_title_is_said_at_once() -> None:
    found = remarks("title-form", revision(title="THÔNG  BÁO! "))

    assert [str(one.message) for one in found] == [
        "The title is all in capitals.",
        "The title begins or ends with a blank.",
        "The title has several blanks in a row.",
        "The title ends with “!”.",
    ]


def test_what_a_title_may_end_with_is_the_librarys_choice() -> None:
    title = revision(title="Cùng đọc sách nào!")

    assert remarks("title-form", title, endings=["."]) == []


@pytest.mark.parametrize(
    ("title", "sentence"),
    [
        ("Tin mới", "The title has 7 characters; it should have at least 10."),
        ("Ngày hội", "The title has 8 characters; it should have at least 10."),
        ("a" * 151, "The title has 151 characters; it should have at most 150."),
    ],
)
def test_a_title_too_short_or_too_long_is_found(title: str, sentence: str) -> None:
    found = remarks("title-length", revision(title=title))

    assert said(found) == [(sentence, "title", title[:80])]


@pytest.mark.parametrize("title", ["", "   ", "Sách mới 3", "ế" * 150])
def test_a_title_of_usual_length_passes_and_a_missing_one_is_anothers(
    title: str,
) -> None:
    assert remarks("title-length", revision(title=title)) == []


def test_how_long_a_title_may_be_is_the_librarys_choice() -> None:
    title = revision(title="Lịch nghỉ lễ 30/4")

    assert remarks("title-length", title, min=3, max=20) == []
    assert len(remarks("title-length", title, min=3, max=16)) == 1


@given(length=st.integers(1, 300))
def test_a_letter_with_all_its_marks_counts_as_one(length: int) -> None:
    composed = revision(title="ệ" * length)
    decomposed = revision(title=unicodedata.normalize("NFD", "ệ" * length))

    messages = [one.message for one in remarks("title-length", decomposed)]

    assert messages == [one.message for one in remarks("title-length", composed)]
    assert bool(messages) == (not 10 <= length <= 150)


@given(words=st.lists(st.sampled_from(["thư", "viện", "đọc", "sách"]), min_size=2))
def test_a_title_shouts_if_and_only_if_it_has_no_small_letter(words: list[str]) -> None:
    title = " ".join(words)

    assert remarks("title-form", revision(title=title.capitalize())) == []
    assert len(remarks("title-form", revision(title=title.upper()))) == 1
