import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.material import BODY, remarks, revision, said


def test_what_is_missing_is_named() -> None:
    empty = revision(title=" \u200b", body="<p>&nbsp;</p>", excerpt="")

    assert said(remarks("required-fields", empty)) == [
        ("The title is missing.", "title", ""),
        ("The body has no text.", "body", ""),
    ]


def test_a_poster_without_a_word_is_no_body() -> None:
    poster = revision(
        body='<p><img src="https://a.vn/ap-phich.png" alt="Áp phích"></p>'
    )

    assert said(remarks("required-fields", poster)) == [
        ("The body has no text.", "body", "")
    ]


def test_an_excerpt_is_asked_for_only_where_the_library_wants_one() -> None:
    without = revision(excerpt="")

    found = remarks("required-fields", without, fields=["title", "body", "excerpt"])

    assert remarks("required-fields", without) == []
    assert said(found) == [("The excerpt is missing.", "excerpt", "")]


@given(text=st.text())
def test_a_title_is_there_if_it_has_a_letter_or_a_digit(text: str) -> None:
    found = remarks("required-fields", revision(title=text))

    assert bool(found) == (not any(c.isalnum() for c in text))


@pytest.mark.parametrize(
    ("body", "found", "quote"),
    [
        (
            "<p>Lorem  ipsum dolor sit amet.</p>",
            "Lorem ipsum",
            "Lorem ipsum dolor sit amet.",
        ),
        (
            "<p>Giờ mở cửa: [CẦN BỔ SUNG]</p>",
            "[CẦN BỔ SUNG]",
            "Giờ mở cửa: [CẦN BỔ SUNG]",
        ),
        ("<p>Phòng xxx, tầng 2</p>", "xxx", "Phòng xxx, tầng 2"),
        ("<p>TODO: hỏi lại cô Hoa</p>", "TODO", "TODO: hỏi lại cô Hoa"),
        ("<h2>Nội dung ở đây</h2>", "Nội dung ở đây", "Nội dung ở đây"),
        (
            "<p>Họ và tên: .............</p><p>Trân trọng.</p>",
            ".............",
            "Họ và tên: .............",
        ),
        ("<p>Lớp: ………</p>", "………", "Lớp: ………"),
        ("<p>Ngày ____ tháng 3</p>", "____", "Ngày ____ tháng 3"),
    ],
)
def test_what_waits_to_be_filled_in_is_found(body: str, found: str, quote: str) -> None:
    sentence = f"“{found}” still waits to be filled in (1 times)."

    assert said(remarks("placeholder", revision(body=body))) == [
        (sentence, "body", quote)
    ]


@pytest.mark.parametrize(
    "body",
    [
        "<p>Đại hội Đoàn lần thứ XXX</p>",
        "<p>Anh ngập ngừng..... rồi bước vào thư viện.</p>",
        "<p>Sách, báo, tạp chí...</p>",
        "<p>Còn nhiều điều thú vị…</p>",
        "<p>Phần mềm Todoist giúp sinh viên lập kế hoạch.</p>",
        "<p>Cần bổ sung 200 đầu sách trong năm nay.</p>",
        "<p>Tệp ten_tep__moi.docx</p>",
    ],
)
def test_what_only_looks_like_a_placeholder_passes(body: str) -> None:
    assert remarks("placeholder", revision(body=body)) == []


@pytest.mark.parametrize("dot", [".", "…"])
def test_a_row_of_dots_as_long_as_a_book_is_looked_at_once(dot: str) -> None:
    body = f"<p>{dot * 200_000} rồi thôi</p>"

    assert remarks("placeholder", revision(body=body)) == []


def test_a_placeholder_in_the_title_is_found_too() -> None:
    found = remarks("placeholder", revision(title="Tiêu đề ở đây"))

    assert said(found) == [
        (
            "“Tiêu đề ở đây” still waits to be filled in (1 times).",
            "title",
            "Tiêu đề ở đây",
        )
    ]


def test_the_words_are_the_librarys_choice() -> None:
    body = "<p>Người nói: chưa rõ</p>"

    found = remarks("placeholder", revision(body=body), words=["chưa rõ"])

    assert len(found) == 1
    assert remarks("placeholder", revision(body=body)) == []


@given(times=st.integers(1, 50))
def test_the_same_placeholder_is_named_once_and_counted(times: int) -> None:
    found = remarks("placeholder", revision(body=BODY + "<p>TODO</p>" * times))

    assert [one.message.facts for one in found] == [{"found": "TODO", "places": times}]
