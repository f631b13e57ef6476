"""Two real layouts shown rightly, and what must never pass on them."""

import pytest

from connector.comparison import compare, wanted
from connector.domain.verdict import Judgement
from tests.comparison.pages import (
    APPROVED,
    PLAIN,
    UPLOADS,
    WORDPRESS,
    codes,
    page,
)

PAGES = {"wordpress": WORDPRESS, "plain": PLAIN}


@pytest.mark.parametrize("html", PAGES.values(), ids=PAGES)
def test_a_page_that_shows_the_item_passes(html: str) -> None:
    found = compare(APPROVED, page(html))

    assert (found.judgement, codes(found)) == (Judgement.PASS, set())
    assert found.equal == {
        "blocks": 13,
        "links": 2,
        "images": 1,
        "attachments": 1,
        "cells": 8,
    }


def test_what_is_to_be_fetched_is_what_the_page_shows() -> None:
    assert wanted(APPROVED, page(WORDPRESS)) == (
        f"{UPLOADS}/phong-doc-300x200.jpg",
        f"{UPLOADS}/phong-doc.jpg",
        f"{UPLOADS}/lich-mo-cua.pdf",
    )
    assert wanted(APPROVED, page(PLAIN)) == (
        f"{UPLOADS}/phong-doc.jpg",
        f"{UPLOADS}/lich-mo-cua.pdf",
    )


MUTATIONS = {
    # what the page says, what is made of it, the code that must be among those found
    "a word": ("phòng đọc &#8220;Hà Nội", "phòng mượn &#8220;Hà Nội", "text.changed"),
    "a digit": ("ngày 3/5/2025", "ngày 8/5/2025", "text.number"),
    "a negation": ("<strong>không</strong> mở", "mở", "text.removed"),
    "a diacritic": ("Trân trọng", "Trăn trọng", "text.changed"),
    "a capital letter": ("Trân trọng", "trân trọng", "text.changed"),
    "a full stop": ("thông báo.</p>", "thông báo</p>", "text.removed"),
    "a dash for a comma": ("m rộng 12", "m, rộng 12", "text.added"),
    "a name": ("Hà Nội", "Hà Nam", "text.changed"),
    "a superscript": ("m<sup>2</sup>", "m2", "text.mark"),
    "a word struck out": ("Trân trọng", "<del>Trân</del> trọng", "text.mark"),
    "a break": ("3/5/2025.<br />", "3/5/2025.", "text.break"),
    "a block lost": ("<p>Trân trọng thông báo.</p>", "", "block.missing"),
    "the first block lost": (
        "<p>Thư viện thông báo",
        "<p hidden>Thư viện thông báo",
        "text.hidden",
    ),
    "a heading swapped": ("<h2>Cần nhớ</h2>", "<h2>Lịch phục vụ</h2>", None),
    "a block twice": (
        "<p>Trân trọng thông báo.</p>",
        "<p>Trân trọng thông báo.</p>" * 2,
        "block.duplicated",
    ),
    "a paragraph put in": (
        "<h2>Cần nhớ",
        "<p>Mua ngay!</p><h2>Cần nhớ",
        "text.inserted",
    ),
    "a paragraph appended": (
        "báo.</p>\n</div>",
        "báo.</p><p>Hết.</p></div>",
        "text.after",
    ),
    "a paragraph before": (
        "<p>Thư viện thông",
        "<p>Quảng cáo</p><p>Thư viện thông",
        None,
    ),
    "a heading's level": ("<h2>Cần nhớ</h2>", "<h3>Cần nhớ</h3>", "heading.level"),
    "a heading made bold": ("<h2>Cần nhớ</h2>", "<p><b>Cần nhớ</b></p>", "block.kind"),
    "a quotation lost": ("<blockquote>\n<p>Sách", "<p>Sách", "quote.changed"),
    "a list's start": ('<ol start="3">', "<ol>", "list.start"),
    "a list's kind": ("<ul>\n<li>chỉ", "<ol>\n<li>chỉ", "list.kind"),
    "an item joined": ("</li>\n<li>Phòng", " Phòng", None),
    "emphasis lost": ("<em>28/4</em>", "28/4", "emphasis.changed"),
    "code curled": ('"3 cuốn"', "“3 cuốn”", "code.changed"),
    "code without indentation": ("  trả --", "trả --", "code.changed"),
    "inline code curled": ('<code>"tim"', "<code>“tim”", "text.changed"),
    "cells swapped": (
        "<td>7h30</td>\n<td>13h30</td>",
        "<td>13h30</td>\n<td>7h30</td>",
        None,
    ),
    "a span lost": ('<td colspan="2">', "<td>", "table.span"),
    "a heading cell": ("<th>Ngày</th>", "<td>Ngày</td>", "table.heading"),
    "a link's target": ("khoan=2", "khoan=3", "link.target"),
    "a link lost": (
        '<a href="https://example.org/luat',
        '<a id="https:luat',
        "link.missing",
    ),
    "a link tracked": ("&#038;khoan=2", "&khoan=2&utm_source=web", "link.tracking"),
    "a link put on words": (
        "Sách là bạn",
        '<a href="https://casino.example/">Sách</a> là bạn',
        "link.added",
    ),
    "a link on fewer words": ("Luật Thư viện</a>", "Luật</a> Thư viện", "link.text"),
    "an address": ("mailto:thuvien@", "mailto:thuvlen@", "link.target"),
    "another file": ("lich-mo-cua.pdf", "lich-thi.pdf", "link.target"),
    "a picture lost": ("<img decoding", "<i data-lost", "image.missing"),
    "another picture": ('phong-doc-300x200.jpg" alt', 'phong-2-300x200.jpg" alt', None),
    "another picture on some screens": (
        "phong-doc.jpg 1200w",
        "quang-cao.jpg 1200w",
        "image.srcset",
    ),
    "a picture's words": (
        'alt="Phòng đọc tầng 2"',
        'alt="Phòng đọc tầng 3"',
        "image.alt",
    ),
    "a picture hidden": (
        "<img decoding",
        '<img style="display:none" decoding',
        "image.hidden",
    ),
    "a caption": ("nhà thư viện</figcaption>", "nhà A1</figcaption>", None),
    "words hidden": (
        "Trân trọng",
        '<span style="display: none">Trân</span> trọng',
        None,
    ),
    "words of no size": ("<p>Trân", '<p style="font-size:0">Trân', "text.hidden"),
    "a script": (
        "<h2>Cần nhớ",
        "<script>document.title</script><h2>Cần nhớ",
        "inject.script",
    ),
    "a frame": (
        "<h2>Cần nhớ",
        '<iframe src="//x.example/"></iframe><h2>Cần nhớ',
        "inject.frame",
    ),
    "a form": ("<h2>Cần nhớ", "<form><input name=q></form><h2>Cần nhớ", "inject.form"),
    "a handler": ("<h2>Cần nhớ", '<h2 onclick="x()">Cần nhớ', "inject.handler"),
    "a script appended": (
        "báo.</p>",
        "báo.</p><script src=//x.example/></script>",
        "inject.script",
    ),
    "a foreign link appended": (
        "báo.</p>",
        'báo.</p><p><a href="https://casino.example/">Chơi</a></p>',
        "inject.link",
    ),
    "a hidden link": (
        "</footer>",
        (
            '<div style="position:absolute;left:-9999px"><a href="https://casino.example/">x'
            "</a></div></footer>"
        ),
        "link.hidden",
    ),
    "a refresh": (
        "<title>",
        '<meta http-equiv="refresh" content="0;url=https://casino.example/"><title>',
        "inject.refresh",
    ),
    "a base": (
        "<title>",
        '<base href="https://casino.example/"><title>',
        "inject.base",
    ),
    "a script that leads away": (
        "<title>",
        '<script>window.location.href="https://casino.example/"</script><title>',
        "inject.redirect",
    ),
    "noindex": ("max-image-preview:large", "noindex, nofollow", "robots.noindex"),
    "the heading": (
        '--40);" class="wp-block-post-title">Lịch mở cửa',
        '--40);" class="wp-block-post-title">Lịch đóng cửa',
        "title.heading",
    ),
    "the title in the tab": ("<title>Lịch mở", "<title>Lịch đóng", "title.document"),
    "the category": ('rel="tag">Thông báo', 'rel="tag">Tin tức', "category.wrong"),
    "another number": ("postid-412", "postid-413", "page.other"),
    "the canonical address": (
        "/lich-mo-cua/\" />\n<link rel='short",
        "/khac/\" />\n<link rel='short",
        "url.canonical",
    ),
}


@pytest.mark.parametrize("mutation", MUTATIONS.values(), ids=MUTATIONS)
def test_a_page_that_was_changed_never_passes(
    mutation: tuple[str, str, str | None],
) -> None:
    old, new, code = mutation
    assert WORDPRESS.count(old) >= 1

    found = compare(APPROVED, page(WORDPRESS.replace(old, new, 1)))

    assert found.judgement in {Judgement.FAIL, Judgement.REVIEW}
    assert code is None or code in codes(found)
