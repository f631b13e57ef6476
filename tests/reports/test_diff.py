"""The comparison, as people read it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.comparison import Profile, compare
from connector.reports.diff import Fate, Row, Words, diff_lines, diff_page
from tests.comparison.pages import APPROVED, WORDPRESS, around, page, simple

PROFILE = Profile()


def report(body: str, shown: str, *, language: str = "en") -> str:
    approved, fetched = simple(body), page(around(shown))
    verdict = compare(approved, fetched)
    return diff_page(approved, fetched, verdict, profile=PROFILE, language=language)


def rows(body: str, shown: str) -> list[Row]:
    approved, fetched = simple(body), page(around(shown))
    verdict = compare(approved, fetched)
    return diff_lines(approved, fetched, verdict, profile=PROFILE)


class Elements(HTMLParser):
    """Collects the elements of a page, with their text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.open.append(tag)
        self.attributes += attrs

    def handle_endtag(self, _tag: str) -> None:
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.setdefault(self.open[-1], []).append(data)


def test_a_changed_word_is_struck_out_and_underlined() -> None:
    html = report(
        "<p>Thư viện mở cửa lúc 7 giờ.</p>", "<p>Thư viện mở cửa lúc 8 giờ.</p>"
    )

    texts = Elements(html).texts
    assert texts["del"] == ["approved, but not shown", "7 "]
    assert texts["ins"] == ["shown, but not approved", "8 "]
    assert "text.number" in texts["code"]


def test_the_signs_print_without_colour() -> None:
    html = report("<p>Một hai ba.</p>", "<p>Một hai bốn.</p>")

    assert 'del::before { content: "[−"; }' in html
    assert 'ins::before { content: "[+"; }' in html
    assert "line-through" in html
    assert "underline" in html


def test_what_was_equal_is_counted() -> None:
    fetched = page(WORDPRESS)
    verdict = compare(APPROVED, fetched)

    html = diff_page(APPROVED, fetched, verdict, profile=PROFILE, language="en")

    assert (
        "Found equal: 13 block(s), 8 table cell(s), 2 link(s), 1 picture(s), "
        "1 attachment(s)." in html
    )
    assert "The page shows what was approved." in html


def test_a_page_with_nothing_to_compare_says_why() -> None:
    fetched = page(WORDPRESS, status=404)
    verdict = compare(APPROVED, fetched)

    html = diff_page(APPROVED, fetched, verdict, profile=PROFILE, language="en")

    assert "The address answers 404." in html
    assert "Nothing was found equal." in html
    assert diff_lines(APPROVED, fetched, verdict, profile=PROFILE) == []


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_page_says_its_language_and_that_of_the_item(language: str) -> None:
    html = report("<p>Một hai ba.</p>", "<p>Một hai ba.</p>", language=language)

    assert html.startswith(f'<!doctype html>\n<html lang="{language}">')
    assert '<h1 lang="vi">Tin thư viện</h1>' in html


def test_a_script_in_the_text_is_inert() -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;"

    html = report(f"<p>Một hai {evil} ba.</p>", f"<p>Một {evil} hai.</p>")

    found = Elements(html)
    assert "script" not in found.tags
    assert "&lt;script&gt;alert(1)" in html


def test_nothing_is_fetched_from_anywhere() -> None:
    html = report(
        '<p>Một <a href="https://a.vn/">hai</a> ba.</p>',
        '<p>Một hai ba.</p><img src="https://x.example/x.png" onerror="x()">',
    )

    found = Elements(html)
    assert not {"img", "link", "script", "iframe", "a", "object"} & set(found.tags)
    assert not {"src", "href", "onerror"} & {name for name, _ in found.attributes}
    assert "url(" not in html


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_text_becomes_an_element(body: str, shown: str) -> None:
    plain = set(Elements(report("<p>Một.</p>", "<p>Hai.</p>")).tags)

    html = report(f"<p>{body}</p><pre>{body}</pre>", f"<p>{shown}</p>")

    assert set(Elements(html).tags) <= plain | {"span"}


def test_only_blocks_that_differ_are_rows_for_the_terminal() -> None:
    found = rows(
        "<p>Một hai ba.</p><p>Mở cửa lúc 7 giờ sáng.</p><p>Bốn năm sáu.</p>",
        "<p>Một hai ba.</p><p>Mở cửa lúc 8 giờ sáng.</p>",
    )

    assert found == [
        Row(
            place="block 2",
            approved=(
                Words(Fate.KEPT, "Mở cửa lúc "),
                Words(Fate.REMOVED, "7 "),
                Words(Fate.KEPT, "giờ sáng."),
            ),
            shown=(
                Words(Fate.KEPT, "Mở cửa lúc "),
                Words(Fate.ADDED, "8 "),
                Words(Fate.KEPT, "giờ sáng."),
            ),
            both=(
                Words(Fate.KEPT, "Mở cửa lúc "),
                Words(Fate.REMOVED, "7 "),
                Words(Fate.ADDED, "8 "),
                Words(Fate.KEPT, "giờ sáng."),
            ),
            equal=False,
        ),
        Row(
            place="block 3",
            approved=(Words(Fate.REMOVED, "Bốn năm sáu."),),
            shown=(),
            both=(Words(Fate.REMOVED, "Bốn năm sáu."),),
            equal=False,
        ),
    ]


def test_each_side_keeps_its_own_signs() -> None:
    (row,) = rows('<p>Phòng "đọc" mở 7 giờ</p>', "<p>Phòng “đọc” mở 8 giờ</p>")

    assert "".join(words.text for words in row.approved) == 'Phòng "đọc" mở 7 giờ'
    assert "".join(words.text for words in row.shown) == "Phòng “đọc” mở 8 giờ"


def test_a_lost_mark_of_structure_is_named() -> None:
    (row,) = rows("<p>rộng 12 m<sup>2</sup>.</p>", "<p>rộng 12 m2.</p>")

    removed = [words.text for words in row.both if words.fate is Fate.REMOVED]
    assert re.sub(r"\s+", "", "".join(removed)).startswith("m")


WORD = st.sampled_from(["thư", "viện", '"mở"', "cửa", "7", "...", "–", "m<sup>2</sup>"])


@given(st.lists(WORD, min_size=1), st.lists(WORD, min_size=1))
def test_no_word_of_either_side_is_lost(ours: list[str], theirs: list[str]) -> None:
    for row in rows(f"<p>{' '.join(ours)}</p>", f"<p>{' '.join(theirs)}</p>"):
        for side, fate in ((row.approved, Fate.ADDED), (row.shown, Fate.REMOVED)):
            assert all(words.fate is not fate for words in side)
        kept = [words for words in row.both if words.fate is Fate.KEPT]
        assert len(kept) == len([one for one in row.shown if one.fate is Fate.KEPT])
