import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from connector.cli.screen import cells, columns, cut, plain


def test_a_vietnamese_letter_takes_one_column_however_it_is_composed() -> None:
    composed = "Thư viện mở cửa"
    decomposed = unicodedata.normalize("NFD", composed)

    assert cells(composed) == cells(decomposed) == 15


def test_a_chinese_sign_takes_two_columns() -> None:
    assert cells("図書館") == 6


def test_a_text_is_cut_where_the_columns_end() -> None:
    assert cut("図書館の本", 6) == "図書…"
    assert cut("Thư viện", 8) == "Thư viện"
    assert cut("Thư viện", 7) == "Thư vi…"


@given(st.text(), st.integers(0, 40))
def test_a_cut_text_never_takes_more_than_its_room(text: str, room: int) -> None:
    assert cells(cut(text, room)) <= room


@given(st.text(), st.integers(0, 40))
def test_a_text_that_fits_is_not_cut(text: str, room: int) -> None:
    assert cut(text, cells(text) + room) == text


def test_columns_stand_below_each_other_also_under_wide_signs() -> None:
    rows = [["1", "図書館", "x"], ["20", "thư viện", "y"]]

    assert columns(rows) == ["1   図書館    x", "20  thư viện  y"]


def test_no_rows_make_no_lines() -> None:
    assert columns([]) == []


@given(st.text())
def test_what_is_printed_cannot_steer_the_terminal(text: str) -> None:
    assert not any(
        unicodedata.category(c) == "Cc" for c in plain(text) if c not in "\n\t"
    )


def test_a_title_with_escape_codes_is_shown_without_them() -> None:
    assert plain("Tin \x1b[2Jmới\r") == "Tin �[2Jmới�"
