import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.checks.material import LINK, item, remarks, revision, said

NEWS = "<p>Sáng 16/3, lễ khai mạc Ngày Sách diễn ra tại Đà Nẵng.</p>"


def test_a_press_text_that_names_no_source_is_found() -> None:
    assert said(remarks("source-attribution", revision(body=NEWS))) == [
        (
            f"The source is not named: add a line “Nguồn: …” or a link to {LINK}.",
            "body",
            "",
        )
    ]


@pytest.mark.parametrize(
    "line",
    [
        "<p>Nguồn: Báo Tuổi Trẻ</p>",
        "<p>NGUỒN : tuoitre.vn</p>",
        "<p><em>(Theo: VnExpress)</em></p>",
        "<p>(Theo Tuổi Trẻ)</p>",
        "<p>Lễ hội kéo dài ba ngày. Nguồn: Báo Đà Nẵng</p>",
        "<p>Source: <strong>UNESCO</strong></p>",
        "<p>Nguo\u0302\u0300n: Báo Tuổi Trẻ</p>",
        f'<p><a href="{LINK}">Đọc bài gốc</a></p>',
        '<p><a href="http://www.tuoitre.example/van-hoa-doc-2026.htm#top">Gốc</a></p>',
    ],
)
def test_a_source_line_or_a_link_to_the_source_names_it(line: str) -> None:
    assert remarks("source-attribution", revision(body=NEWS + line)) == []


@pytest.mark.parametrize(
    "line",
    [
        "<p>Nguồn:</p>",
        "<p>Theo Bộ Giáo dục, năm nay có 12 trường tham gia.</p>",
        "<p>Nguồn nước ở tầng 2 đã được sửa.</p>",
        "<p>Tài nguồn: không rõ</p>",
        '<p><a href="https://tuoitre.example/">Báo Tuổi Trẻ</a></p>',
    ],
)
def test_what_only_looks_like_a_source_line_names_nothing(line: str) -> None:
    assert len(remarks("source-attribution", revision(body=NEWS + line))) == 1


def test_a_departments_own_text_needs_no_source() -> None:
    own = item(link="", source="phong-phuc-vu-ban-doc")

    assert remarks("source-attribution", revision(body=NEWS), of=own) == []


def test_the_words_that_name_a_source_are_the_librarys_choice() -> None:
    body = NEWS + "<p>Tin: TTXVN</p>"

    assert remarks("source-attribution", revision(body=body), markers=["Tin"]) == []
    assert len(remarks("source-attribution", revision(body=body), markers=[])) == 1


@given(name=st.from_regex(r"\A\w[^<>&\n]*\Z"))
def test_whatever_stands_after_the_colon_is_a_source(name: str) -> None:
    body = f"{NEWS}<p>Nguồn: {name}</p>"

    assert remarks("source-attribution", revision(body=body)) == []
