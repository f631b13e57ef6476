"""Bodies against bodies, inside the smallest of pages."""

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from connector.comparison import Profile, compare
from connector.comparison.canonical import keys
from connector.domain.verdict import Judgement, Severity
from tests.comparison.pages import around, codes, judgement, page, simple, verdict

SAME = {
    "curled quotes": ("<p>Phòng \"đọc\" 'mới'</p>", "<p>Phòng “đọc” ‘mới’</p>"),
    "dashes": ("<p>8h--17h - hết...</p>", "<p>8h–17h — hết…</p>"),
    "spaces": ("<p>mở cửa  sớm</p>", "<p>mở&nbsp;cửa\n sớm </p>"),
    "a div for a paragraph": ("<p>Thư viện mở cửa</p>", "<div>Thư viện mở cửa</div>"),
    "a paragraph in an item": ("<ul><li>một</li></ul>", "<ul><li><p>một</p></li></ul>"),
    "a paragraph in a cell": (
        "<table><tr><td>một<td>hai</table>",
        "<table><tbody><tr><td><p>một</p><td>hai</table>",
    ),
    "a quotation": (
        "<blockquote>Sách hay</blockquote>",
        "<blockquote><p>Sách hay</p></blockquote>",
    ),
    "other elements of emphasis": (
        "<p><b>mở</b> <i>cửa</i> sớm</p>",
        "<p><strong>mở</strong> <em>cửa</em> sớm</p>",
    ),
    "an empty paragraph": ("<p>một hai</p><p>ba</p>", "<p>một hai</p><p></p><p>ba</p>"),
    "a break at the end": ("<p>một hai ba</p>", "<p>một hai ba<br></p>"),
    "a comment": ("<p>một hai ba</p>", "<!-- x --><p>một <!-- y -->hai ba</p>"),
    "an anchor": ("<h2>Lịch mở</h2><p>một</p>", '<h2 id="l">Lịch mở</h2><p>một</p>'),
    "a link's rel": (
        '<p>xem <a href="https://a.vn">đây</a></p>',
        '<p>xem <a href="https://a.vn/" target=_blank rel="noopener">đây</a></p>',
    ),
    "a link upgraded": (
        '<p>xem <a href="http://a.vn/x">đây</a></p>',
        '<p>xem <a href="https://a.vn/x">đây</a></p>',
    ),
    "a relative link": (
        '<p>xem <a href="https://thuvien.example.edu.vn/x">đây</a></p>',
        '<p>xem <a href="/x">đây</a></p>',
    ),
    "a link in the page": (
        '<p>xem <a href="#muc">đây</a></p><h2 id="muc">Mục lục</h2>',
        (
            '<p>xem <a href="/thong-bao/lich-mo-cua/#muc">đây</a></p>'
            '<h2 id="muc">Mục lục</h2>'
        ),
    ),
    "an emoji made a picture": (
        "<p>vui vẻ 🙂</p>",
        '<p>vui vẻ <img class="emoji" alt="🙂" src="https://s.w.org/1f642.png"></p>',
    ),
    "a style that hides nothing": (
        "<p>một hai ba</p>",
        "<style>.wp-container-5{gap:1em}</style><p>một hai ba</p>",
    ),
    "data for machines": (
        "<p>một hai ba</p>",
        '<script type="application/ld+json">{"a":1}</script><p>một hai ba</p>',
    ),
    "aria-hidden": ("<p>một hai ba</p>", '<p aria-hidden="true">một hai ba</p>'),
    "an item's own number": (
        '<ol start="4"><li>một</li></ol>',
        '<ol><li value="4">một</li></ol>',
    ),
}

DIFFERENT = {
    # approved, shown, the code that must be among those found
    "tone": ("<p>Cộng hòa Xã hội</p>", "<p>Cộng hoà Xã hội</p>", "text.tone"),
    "space": ("<p>mở cửa (sáng)</p>", "<p>mở cửa ( sáng )</p>", "text.space"),
    "regrouped": (
        "<p>một hai.</p><p>ba bốn.</p>",
        "<p>một hai.<br>ba bốn.</p>",
        "block.regrouped",
    ),
    "list lost": (
        "<ul><li>một</li><li>hai</li></ul>",
        "<p>một</p><p>hai</p>",
        "list.depth",
    ),
    "list flattened": (
        "<ul><li>một<ul><li>hai</li></ul></li></ul>",
        "<ul><li>một</li><li>hai</li></ul>",
        "list.depth",
    ),
    "table lost": (
        "<table><tr><td>một<td>hai</table>",
        "<p>một</p><p>hai</p>",
        "table.changed",
    ),
    "a cell moved": (
        "<table><tr><td>một<td>hai<tr><td>ba<td>bốn</table>",
        "<table><tr><td>một<td>hai<td>ba<tr><td>bốn</table>",
        "table.cell",
    ),
    "items joined": (
        "<ul><li>một hai</li><li>ba bốn</li></ul>",
        "<ul><li>một hai ba bốn</li></ul>",
        "block.regrouped",
    ),
    "moved": (
        "<p>một hai ba</p><p>bốn năm sáu</p><p>bảy tám</p>",
        "<p>bốn năm sáu</p><p>một hai ba</p><p>bảy tám</p>",
        "block.moved",
    ),
    "elsewhere": (
        "<p>một hai ba bốn</p><p>năm sáu bảy</p>",
        (
            "<p>một hai ba bốn</p></div></main><footer><p>năm sáu bảy</p>"
            "<p>Địa chỉ của thư viện, điện thoại, giờ mở cửa, bản đồ</p></footer>"
        ),
        "block.elsewhere",
    ),
    "shown twice": (
        "<p>một hai ba</p><p>bốn năm sáu</p>",
        (
            "<p>một hai ba</p><p>bốn năm sáu</p></div><p>Bản in của thư viện</p>"
            "<div><p>một hai ba</p><p>bốn năm sáu</p>"
        ),
        "page.twice",
    ),
    "text added": ("<p>một hai ba</p>", "<p>một hai ba bốn</p>", "text.added"),
    "anchor gone": (
        '<p>xem <a href="#muc">đây</a></p><h2 id="muc">Mục</h2>',
        '<p>xem <a href="#muc">đây</a></p><h2>Mục</h2>',
        "link.anchor",
    ),
    "a link without words": (
        "<p>một hai ba</p>",
        '<p>một hai ba<a href="https://x.example/"></a></p>',
        "link.empty",
    ),
    "own-site link": (
        "<p>một hai ba</p>",
        '<p>một <a href="/the/hai">hai</a> ba</p>',
        "link.added",
    ),
    "hidden own text": (
        "<p>một hai ba</p><p>bốn năm sáu</p>",
        '<p>một hai ba</p><p class="screen-reader-text">bốn năm sáu</p>',
        "text.hidden",
    ),
    "white on white": (
        "<p>một hai ba</p><p>bốn năm sáu</p>",
        '<p>một hai ba</p><p style="color:#FFF;background:white">bốn năm sáu</p>',
        "text.hidden",
    ),
    "in a template": (
        "<p>một hai ba</p><p>bốn năm sáu</p>",
        "<p>một hai ba</p><template><p>bốn năm sáu</p></template>",
        "block.missing",
    ),
    "without scripting": (
        "<p>một hai ba</p><p>bốn năm sáu</p>",
        "<p>một hai ba</p><noscript><p>bốn năm sáu</p></noscript>",
        "block.missing",
    ),
    "a style": (
        "<p>một hai ba</p>",
        "<style>p::after{content:'x'}</style><p>một hai ba</p>",
        "inject.style",
    ),
    "a film": (
        "<p>một hai</p><p>ba bốn</p>",
        '<p>một hai</p><video src="/x.mp4"></video><p>ba bốn</p>',
        "inject.media",
    ),
    "a film lost": (
        '<p>một hai</p><video src="/x.mp4"></video><p>ba bốn</p>',
        "<p>một hai</p><p>ba bốn</p>",
        "embed.missing",
    ),
    "javascript": (
        "<p>một hai ba</p>",
        '<p>một <a href=" java\nscript:x()">hai</a> ba</p>',
        "inject.handler",
    ),
    "a script in a drawing": (
        "<p>một hai ba</p>",
        "<svg><script>x()</script></svg><p>một hai ba</p>",
        "inject.script",
    ),
    "words in a drawing": (
        "<p>một hai</p><p>ba bốn</p>",
        "<p>một hai</p><svg><text>Mua!</text></svg><p>ba bốn</p>",
        "text.inserted",
    ),
}


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_what_a_cms_may_do_passes(pair: tuple[str, str]) -> None:
    found = verdict(*pair)

    assert (found.judgement, codes(found)) == (Judgement.PASS, set())


@pytest.mark.parametrize("case", DIFFERENT.values(), ids=DIFFERENT)
def test_every_difference_has_its_code(case: tuple[str, str, str]) -> None:
    approved, shown, code = case

    found = verdict(approved, shown)

    assert found.judgement in {Judgement.REVIEW, Judgement.FAIL}
    assert code in codes(found)


@pytest.mark.parametrize(
    ("approved", "shown", "code"),
    [
        ("<p>một hai ba</p>", "<p>một hai\u200b ba</p>", "text.invisible"),
        (
            '<p><a href="http://a.vn/">một hai</a></p>',
            '<p><a href="https://a.vn/">một hai</a></p>',
            "link.https",
        ),
    ],
)
def test_what_is_harmless_is_told_and_passes(
    approved: str, shown: str, code: str
) -> None:
    found = verdict(approved, shown)

    assert found.judgement is Judgement.PASS
    assert [(one.code, one.severity) for one in found.differences] == [
        (code, Severity.INFO),
    ]


def test_a_difference_says_where_and_what() -> None:
    (found,) = verdict(
        "<p>Một hai ba bốn.</p><p>Thư viện mở cửa lúc 7 giờ 30 sáng thứ hai.</p>",
        "<p>Một hai ba bốn.</p><p>Thư viện mở cửa lúc 8 giờ 30 sáng thứ hai.</p>",
    ).differences

    assert (found.code, found.place) == ("text.number", "block 2")
    assert found.shown_place == "body > main > div.entry-content > p"
    assert found.approved == "… mở cửa lúc 7 giờ 30 sáng …"
    assert found.shown == "… mở cửa lúc 8 giờ 30 sáng …"


def test_what_a_theme_adds_is_noise_once_it_is_known() -> None:
    approved = simple("<p>một hai ba</p><p>bốn năm sáu</p>")
    shown = page(
        around(
            '<p>một hai ba</p><div class="ad-slot"><a href="https://ads.example/">Mua'
            "</a></div><p>bốn năm sáu</p>"
        )
    )

    assert compare(approved, shown).judgement is Judgement.FAIL
    assert (
        compare(approved, shown, Profile(noise=(".ad-slot",))).judgement
        is Judgement.PASS
    )


def test_a_known_container_holds_the_text_and_nothing_else() -> None:
    approved = simple("<p>một hai ba</p>")
    html = around('<div class="byline">Phòng Phục vụ</div><p>một hai ba</p>')
    profile = Profile(container=".entry-content")

    assert compare(approved, page(html)).judgement is Judgement.PASS
    assert compare(approved, page(html), profile).judgement is Judgement.REVIEW


def test_a_selector_that_is_none_is_told() -> None:
    approved = simple("<p>một hai ba</p>")
    profile = Profile(container="[[", noise=("..",))

    found = compare(approved, page(around(approved.body)), profile)

    assert found.judgement is Judgement.PASS
    assert [one.code for one in found.differences] == [
        "profile.selector",
        "profile.selector",
        "profile.container",
    ]


LETTERS = "aàảãáạăằắâầđeèéẹêềếiìíoòóọôồốơờớuùúưừứyỳý" + string.ascii_lowercase
WORD = st.text(alphabet=LETTERS, min_size=1, max_size=7)
SENTENCE = st.lists(
    st.one_of(WORD, st.integers(1, 2030).map(str)), min_size=2, max_size=9
)
BODY = st.lists(SENTENCE, min_size=2, max_size=6)
TAGS = st.sampled_from(["p", "h2", "h3", "blockquote"])


def html(body: list[list[str]], tag: str = "p") -> str:
    return "".join(f"<{tag}>{' '.join(words)}</{tag}>" for words in body)


@given(BODY, TAGS)
def test_a_page_that_holds_the_source_passes(body: list[list[str]], tag: str) -> None:
    assert judgement(html(body, tag), html(body, tag)) is Judgement.PASS


@given(BODY, st.data())
def test_no_changed_word_passes(body: list[list[str]], data: st.DataObject) -> None:
    block = data.draw(st.integers(0, len(body) - 1))
    at = data.draw(st.integers(0, len(body[block]) - 1))
    word = data.draw(WORD)
    assume(keys(word) != keys(body[block][at]))
    changed = [list(words) for words in body]
    changed[block][at] = word

    assert judgement(html(body), html(changed)) is not Judgement.PASS


@given(BODY, st.data())
def test_no_changed_letter_passes(body: list[list[str]], data: st.DataObject) -> None:
    text = html(body)
    places = [at for at, sign in enumerate(text) if sign.isdigit() or sign in LETTERS]
    inside = [at for at in places if not _in_tag(text, at)]
    at = data.draw(st.sampled_from(inside))
    sign = data.draw(st.sampled_from(LETTERS + string.digits))
    changed = text[:at] + sign + text[at + 1 :]
    assume(sign != text[at])

    assert judgement(text, changed) is not Judgement.PASS


def _in_tag(text: str, at: int) -> bool:
    return text.rfind("<", 0, at) > text.rfind(">", 0, at)


@given(BODY, st.data())
def test_no_lost_or_added_word_passes(
    body: list[list[str]], data: st.DataObject
) -> None:
    block = data.draw(st.integers(0, len(body) - 1))
    at = data.draw(st.integers(0, len(body[block]) - 1))
    less = [list(words) for words in body]
    word = less[block].pop(at)
    more = [list(words) for words in body]
    more[block].insert(at, word)

    assert judgement(html(body), html(less)) is not Judgement.PASS
    assert judgement(html(body), html(more)) is not Judgement.PASS


@given(BODY, st.data())
def test_no_swapped_blocks_pass(body: list[list[str]], data: st.DataObject) -> None:
    one = data.draw(st.integers(0, len(body) - 1))
    other = data.draw(st.integers(0, len(body) - 1))
    assume(body[one] != body[other])
    swapped = list(body)
    swapped[one], swapped[other] = body[other], body[one]

    assert judgement(html(body), html(swapped)) is not Judgement.PASS


@given(BODY, st.data())
def test_no_lost_or_repeated_block_passes(
    body: list[list[str]], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(body) - 1))

    assert judgement(html(body), html(body[:at] + body[at + 1 :])) is not Judgement.PASS
    assert judgement(html(body), html([*body, body[at]])) is not Judgement.PASS
    assert judgement(html(body), html([body[at], *body])) is not Judgement.PASS
