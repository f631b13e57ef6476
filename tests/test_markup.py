import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from connector.markup import (
    Picture,
    clean,
    defuse,
    images,
    links,
    refer,
    references,
    text_of,
)

POSTER = "attachment:" + "a1" * 32
FORM = "attachment:" + "b2" * 32

NOTICE = f"""<h2>Lịch phục vụ dịp lễ</h2>
<p lang="vi">Thư viện <strong>nghỉ</strong> ngày 02/09.<br>Xem <a href="{FORM}" \
title="Mẫu đơn">mẫu đơn</a>.</p>
<ol start="3" type="a"><li value="3">Phòng đọc</li></ol>
<table><caption>Giờ mở cửa</caption><thead><tr><th scope="col" colspan="2">Thứ</th>\
</tr></thead><tbody><tr><td rowspan="2">Hai</td><td>7:30</td></tr></tbody></table>
<figure><img src="{POSTER}" alt="Áp phích" width="600" height="400"><figcaption>Áp \
phích</figcaption></figure>
<details open=""><summary>Chi tiết</summary><dl><dt>A</dt><dd>B</dd></dl></details>
<pre><code>a  b
  c</code></pre><hr>
<p>H<sub>2</sub>O, m<sup>2</sup>, <del>cũ</del> <ins>mới</ins> <mark>đậm</mark></p>"""


def test_what_library_news_needs_is_kept_as_it_is() -> None:
    assert clean(NOTICE) == NOTICE


ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    '<img src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" java\nscript:alert(1)">x</a>',
    '<a href="java&#1;script:alert(1)">x</a>',
    '<a href="java&#115;&#99;&#114;&#105;&#112;t&colon;alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<iframe src="javascript:alert(1)"></iframe>',
    '<object data="javascript:alert(1)"></object><embed src="javascript:alert(1)">',
    "<body onload=alert(1)>",
    '<div style="background:url(javascript:alert(1))" onclick=alert(1)>x</div>',
    "<style>@import 'javascript:alert(1)';</style>",
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<form action="javascript:alert(1)"><button formaction="javascript:alert(1)">x',
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<nosc<noscript>ript><img src=x onerror=alert(1)></noscript>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<template><img src=x onerror=alert(1)></template>",
    '<base href="javascript:alert(1)//">',
    '<input onfocus=alert(1) autofocus><video><source onerror="alert(1)">',
]


def harmful(html: str) -> list[str]:
    """Return what a browser would carry out of `html`."""
    found = []
    body = LexborHTMLParser(html).root
    for node in body.traverse() if body else []:
        if node.tag in {"script", "style", "iframe", "object", "svg", "base", "form"}:
            found.append(node.tag)
        for name, value in node.attributes.items():
            address = re.sub(r"[\x00-\x20]", "", value or "").lower()
            scheme = address.partition(":")[0]
            if name.startswith("on") or name in {"style", "class", "id"}:
                found.append(name)
            if name in {"href", "src"} and scheme in {"javascript", "data", "vbscript"}:
                found.append(address)
    return found


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_of_an_attack_is_left(attack: str) -> None:
    cleaned = clean(attack)

    assert harmful(cleaned) == []
    assert clean(cleaned) == cleaned


def fragments() -> st.SearchStrategy[str]:
    pieces = st.sampled_from(
        [
            *ATTACKS,
            *re.findall(r"<[^>]+>", NOTICE),
            *("<section>", "</section>", "<noscript>", "</noscript>", "<p", "<!--"),
            *("-->", "<b>", "</b>", "<i>", "</p>", "<li>", "<td>", "<pre>\n", "\n\n"),
            *("[embed]http://169.254.169.254/[/embed]", "https://báo.vn/", "://"),
            *("&#824;", "\u0338", "&lt;", "&#1;", "e\u0301", "&#13;", "\r", "'", '"'),
            *('<a href="', "\\\\evil", "//evil", "&nbsp;", "<?php echo 1; ?>"),
        ]
    )
    return st.lists(pieces | st.text(max_size=5), max_size=12).map("".join)


@given(fragments() | st.text())
def test_nothing_is_left_to_clean_in_what_was_cleaned(html: str) -> None:
    cleaned = clean(html)

    assert clean(cleaned) == cleaned


@given(fragments())
def test_no_fragment_carries_anything_out(html: str) -> None:
    assert harmful(clean(html)) == []


@given(fragments())
def test_a_cleaned_fragment_can_be_stored_and_sent_anywhere(html: str) -> None:
    cleaned = clean(html)

    assert unicodedata.is_normalized("NFC", cleaned)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]", cleaned)


@given(fragments())
def test_a_reader_reads_the_same_before_and_after_defusing(html: str) -> None:
    cleaned = clean(html)

    defused = defuse(cleaned)

    assert "[" not in defused
    assert text_of(defused) == text_of(cleaned)
    assert images(defused) == images(cleaned)
    assert clean(defused) == cleaned


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<section>Một</section><main>Hai</main>", "<div>Một</div><div>Hai</div>"),
        ('<article lang="en" id="a">x</article>', '<div lang="en">x</div>'),
        ('<p class="a" id="b" style="c">x</p>', "<p>x</p>"),
        ("<font color=red>đỏ</font>", "đỏ"),
        ("Th\u01b0 vi\u00ea\u0323n", "Thư viện"),
        ('<img src=a alt="vi\u00ea\u0323n">', '<img src="a" alt="viện">'),
        ("<noscript><img src=a></noscript>", '<img src="a">'),
        ('<img src="data:image/png;base64,AA==">x', "x"),
        ("<p>a\x00b\x0bc\td\ne\r\nf\rg</p>", "<p>abc\td\ne\nf\ng</p>"),
        ("a\ud800b", "a\ufffdb"),
        ("<b>\u0338x</b>", "<b>&#824;x</b>"),
        ("<p>a<!-- wp:html -->b<?php echo 1; ?>c", "<p>abc</p>"),
        ('<a href="zalo://x" target="_blank" rel="me">x</a>', "<a>x</a>"),
        ('<a href="tel:+84243">x</a>', '<a href="tel:+84243">x</a>'),
        ("<title>Trang</title><p>Tin</p>", "<p>Tin</p>"),
        ("", ""),
    ],
)
def test_every_fragment_has_one_spelling(html: str, expected: str) -> None:
    assert clean(html) == expected


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("//evil.example/x", "https://evil.example/x"),
        (r"\\evil.example/x", "https://evil.example/x"),
        (r"/\evil.example/x", "https://evil.example/x"),
        ("/&#9;/evil.example/x", "https://evil.example/x"),
        (" //evil.example/x", "https://evil.example/x"),
        ("/tin//tuc", "/tin//tuc"),
        ("../tin", "../tin"),
    ],
)
def test_no_address_leaves_the_site_without_a_scheme(
    address: str, expected: str
) -> None:
    html = f'<a href="{address}">x</a><img src="{address}">'

    assert clean(html) == f'<a href="{expected}">x</a><img src="{expected}">'


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (
            "<h2>Lịch nghỉ</h2><p>Ngày <b>02/09</b>.<br>Hết</p>",
            "Lịch nghỉ\nNgày 02/09.\nHết",
        ),
        (
            "<table><tr><td>Hai</td><td>7:30</td></tr><tr><td>Ba</td></tr></table>",
            "Hai 7:30\nBa",
        ),
        ("<p>a\n  b&nbsp;&nbsp;c</p>", "a b c"),
        ("<pre>a  b\n  c</pre>", "a b\nc"),
        ("<b>đậm</b><i>nghiêng</i>", "đậmnghiêng"),
        ("e<b>\u0301</b>", "é"),
        ("1 &lt; 2 &amp; 3", "1 < 2 & 3"),
        ("<script>alert(1)</script>x<style>p{}</style>", "x"),
        ("<ul><li>Một<li>Hai</ul>", "Một\nHai"),
        ("", ""),
    ],
)
def test_text_is_what_a_reader_reads(html: str, text: str) -> None:
    assert text_of(html) == text


def test_no_nesting_is_too_deep_to_read() -> None:
    assert text_of("<div>" * 2_000 + "đáy") == "đáy"


def test_a_shortcode_from_outside_is_only_text() -> None:
    html = '<p title="[x]">[embed]http://169.254.169.254/[/embed]</p><img src="a[1]">'

    assert defuse(html) == (
        '<p>&#91;embed]http://169.254.169.254/&#91;/embed]</p><img src="a&#91;1]">'
    )


@pytest.mark.parametrize(
    "html",
    [
        "<!-- wp:html --><p>x</p><!-- /wp:html -->",
        "<p>x</p><!-- [gallery] -->",
        "<?php system('id'); ?><p>x</p>",
    ],
)
def test_nothing_that_wordpress_carries_out_is_left(html: str) -> None:
    assert defuse(html) == "<p>x</p>"


@pytest.mark.parametrize("line", ["https://báo.vn/a", "  HTTP://báo.vn/a "])
def test_an_address_on_a_line_of_its_own_is_not_embedded(line: str) -> None:
    defused = defuse(f"<p>{line}</p>\n{line}\n<p>Xem {line} nhé</p>")

    own, alone, within = defused.split("\n")
    assert "://" not in own + alone
    assert "://" in within
    assert text_of(defused).count("://") == 3


def test_files_are_found_in_order_and_as_often_as_they_stand() -> None:
    html = f'<a href="{FORM}"><img src="{POSTER}"></a><a href="{FORM}">x</a>{POSTER}'

    assert references(html) == [FORM, POSTER, FORM]


def test_files_get_their_addresses_and_nothing_else_changes() -> None:
    html = (
        f'<p title="x">{POSTER}</p><img src="{POSTER}" alt="{POSTER}">'
        f'<a href="{FORM}">Mẫu</a><a href="/tin">Tin</a>'
    )

    referred = refer(
        html, {POSTER: 'https://a.vn/?x=1&y="2"', FORM: "wp-content/mẫu.pdf"}
    )

    assert referred == (
        f'<p>{POSTER}</p><img src="https://a.vn/?x=1&amp;y=&quot;2&quot;"'
        f' alt="{POSTER}"><a href="wp-content/mẫu.pdf">Mẫu</a>'
        '<a href="/tin">Tin</a>'
    )


def test_a_file_without_an_address_is_an_error() -> None:
    with pytest.raises(KeyError):
        refer(f'<img src="{POSTER}">', {})


@given(fragments())
def test_a_fragment_without_files_refers_to_itself(html: str) -> None:
    cleaned = clean(html.replace("attachment:", ""))

    assert refer(cleaned, {}) == cleaned


def test_links_are_told_with_their_text() -> None:
    html = (
        '<a href="https://a.vn/?x&amp;y">Xem\n <b>thêm</b></a><a>x</a><a href="">y</a>'
    )

    assert links(html) == [("https://a.vn/?x&y", "Xem thêm"), ("", "y")]


def test_images_are_told_with_their_alternative_text() -> None:
    html = '<img src="a" alt="Áp phích"><p><img src="b" alt=""><img src="c"></p>'

    assert images(html) == [
        Picture("a", "Áp phích"),
        Picture("b", ""),
        Picture("c", None),
    ]
