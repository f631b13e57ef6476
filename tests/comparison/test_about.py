"""What the page says about the item, around its text."""

import pytest

from connector.comparison import Profile, compare
from connector.domain.verdict import Judgement
from tests.comparison.pages import APPROVED, PLAIN, codes, page

CATEGORY = 'Chuyên mục: <a href="/category/thong-bao/">Thông báo</a>'

WRONG = {
    "heading": ("<h1>Lịch mở", "<h1>Lịch đóng", "title.heading"),
    "heading lost": ("<h1>Lịch mở", "<h1 hidden>Lịch mở", "title.heading"),
    "search engines": ('headline":"Lịch mở', 'headline":"Lịch đóng', "title.data"),
    "sharing": ('og:title" content="Lịch', 'og:title" content="Lich', "title.shared"),
    "description": ('description" content="Lịch', 'description" content="Giờ', None),
    "category": (
        CATEGORY,
        CATEGORY.replace("Thông báo<", "Tin tức<"),
        "category.wrong",
    ),
    "another post": ("<body>", '<body class="postid-7">', "page.other"),
    "appended": ("báo.</p>\n</art", "báo.</p><p>Mua ngay</p></art", "text.after"),
    "foreign aside": (
        "báo.</p>\n</art",
        'báo.</p><aside><a href="https://casino.example/">Chơi</a></aside></art',
        "inject.link",
    ),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_what_is_said_wrongly_never_passes(case: tuple[str, str, str | None]) -> None:
    old, new, code = case
    assert old in PLAIN

    found = compare(APPROVED, page(PLAIN.replace(old, new, 1)))

    assert found.judgement is not Judgement.PASS
    assert code is None or code in codes(found)


def test_a_tag_is_not_taken_for_a_category() -> None:
    tag = '<a href="/the/sach/" rel="tag">Sách</a>'

    found = compare(APPROVED, page(PLAIN.replace(CATEGORY, tag)))

    assert found.judgement is Judgement.PASS
    assert [one.code for one in found.differences] == ["category.unseen"]


@pytest.mark.parametrize(
    ("label", "judgement"), [("Thông báo", Judgement.PASS), ("Tin", Judgement.FAIL)]
)
def test_the_profile_knows_where_the_category_stands(
    label: str, judgement: Judgement
) -> None:
    html = PLAIN.replace(CATEGORY, f'<span class="chuyen-muc">{label}</span>')

    found = compare(APPROVED, page(html), Profile(category=".chuyen-muc"))

    assert found.judgement is judgement
