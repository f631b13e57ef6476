from collections.abc import Mapping
from datetime import datetime

import feedparser
import pytest
from selectolax.lexbor import LexborHTMLParser

from connector.domain.publication import PostState
from connector.targets.site.pages import AT_ONCE, NEWEST, Pages
from connector.targets.site.state import Record
from tests.targets.site.sites import OPTIONS, URL, a_post, a_record

LAST = a_record(1).slug


def rendered(
    records: Mapping[str, Record], pages: Pages | None = None
) -> dict[str, str]:
    return {page.path: page.render() for page in (pages or Pages(OPTIONS)).all(records)}


def numbered(*records: Record) -> dict[str, Record]:
    return {f"{number:012x}": record for number, record in enumerate(records, 1)}


def links(page: str, selector: str) -> list[str]:
    nodes = LexborHTMLParser(page).css(selector)
    return [node.attributes["href"] or "" for node in nodes]


def texts(page: str, selector: str) -> list[str]:
    return [node.text() for node in LexborHTMLParser(page).css(selector)]


def test_a_site_without_posts_has_all_its_pages() -> None:
    files = rendered({})

    assert list(files) == [
        "index.html",
        "tin-tuc/index.html",
        "bai-viet/index.html",
        "tin-van/index.html",
        "thong-bao/index.html",
        "tai-lieu-moi/index.html",
        "feed.xml",
        "sitemap.xml",
        "404.html",
        "style.css",
    ]
    assert texts(files["index.html"], "main p") == ["Chưa có bài nào."]
    assert texts(files["404.html"], "h1") == ["Không tìm thấy trang"]


@pytest.mark.parametrize(
    "state", [state for state in PostState if state is not PostState.LIVE]
)
def test_only_live_posts_are_shown(state: PostState) -> None:
    files = rendered(numbered(a_record(1, state=state)))

    assert files == rendered({})


def test_the_newest_post_comes_first_everywhere() -> None:
    files = rendered(
        numbered(a_record(1, hour=2), a_record(2, hour=3), a_record(3, hour=1))
    )

    wanted = [f"/tin-tuc/{a_post(n).slug}/" for n in (2, 1, 3)]
    assert links(files["index.html"], ".posts h2 a") == wanted
    assert links(files["tin-tuc/index.html"], ".posts h2 a") == wanted
    assert texts(files["thong-bao/index.html"], "main p") == ["Chưa có bài nào."]
    feed = feedparser.parse(files["feed.xml"].encode())
    assert [entry.link for entry in feed.entries] == [f"{URL}{p[1:]}" for p in wanted]


def test_a_post_changed_later_keeps_its_place_and_its_day() -> None:
    first, second = a_record(1, hour=1), a_record(2, hour=2)
    later = second.changed_at.replace(day=30)

    files = rendered(numbered(first.model_copy(update={"changed_at": later}), second))

    assert texts(files["index.html"], ".posts h2") == [
        "Giới thiệu sách mới, số 2",
        "Giới thiệu sách mới, số 1",
    ]
    assert texts(files["index.html"], ".posts time") == ["20/11/2026", "20/11/2026"]
    assert later.isoformat() not in files["index.html"]


def test_days_are_shown_in_the_zone_of_the_library() -> None:
    # 01:00 on the 21st in Vietnam is still the 20th in UTC.
    at = datetime.fromisoformat("2026-11-20T18:00:00+00:00")

    files = rendered(numbered(a_record(1, live_since=at)))

    page = files[f"tin-tuc/{LAST}/index.html"]
    assert texts(page, "time") == ["21/11/2026"]
    assert 'datetime="2026-11-21T01:00:00+07:00"' in page


def test_a_post_says_of_itself_what_a_verifier_asks() -> None:
    title = 'Thông báo "nghỉ Tết" <30/12> & “mở lại” 🎉'
    record = a_record(1, title=title, language="en", excerpt='Lịch "mới" & cũ')

    page = rendered(numbered(record))[f"tin-tuc/{LAST}/index.html"]

    head = LexborHTMLParser(page)
    og = {
        node.attributes["property"]: node.attributes["content"]
        for node in head.css("meta[property]")
    }
    assert page.startswith("<!doctype html>")
    assert og == {
        "og:title": title,
        "og:description": 'Lịch "mới" & cũ',
        "og:type": "article",
        "og:url": f"{URL}tin-tuc/{LAST}/",
        "og:site_name": "Thư viện",
        "article:published_time": "2026-11-20T08:30:00+07:00",
    }
    assert links(page, "link[rel=canonical]") == [f"{URL}tin-tuc/{LAST}/"]
    assert links(page, "a[rel~=tag]") == ["/tin-tuc/"]
    assert texts(page, "a[rel~=tag]") == ["Tin tức"]
    assert texts(page, "article h1") == [title]
    assert texts(page, "h1") == [title]
    assert texts(page, "title") == [f"{title} – Thư viện"]
    marks = [node.attributes for node in head.css("html, body, article")]
    assert marks == [
        {"lang": "vi"},
        {"class": "post postid-000000000001"},
        {"lang": "en"},
    ]


def test_the_body_stands_in_the_page_as_it_was_sent() -> None:
    body = (
        "<h2>Lịch phục vụ</h2>\n<p>Từ 7 giờ 30 &amp; đến 17 giờ.</p>"
        '<p><img src="https://thuvien.example/media/a.png" alt="Bìa"></p>'
    )

    page = rendered(numbered(a_record(1, body=body)))[f"tin-tuc/{LAST}/index.html"]

    assert f'<div class="body">\n{body}\n</div>' in page


def test_a_body_that_a_hand_made_dangerous_is_cleaned_again() -> None:
    body = '<p onclick="x()">Tin mới</p><script>alert(1)</script><iframe src="x">'

    page = rendered(numbered(a_record(1, body=body)))[f"tin-tuc/{LAST}/index.html"]

    assert '<div class="body">\n<p>Tin mới</p>\n</div>' in page


def test_words_of_a_template_language_are_only_words() -> None:
    title = "{{ 7 * 7 }} {% raw %} {# x #}"

    page = rendered(numbered(a_record(1, title=title)))[f"tin-tuc/{LAST}/index.html"]

    assert texts(page, "h1") == [title]


def test_the_featured_image_is_shown_unless_the_body_shows_it() -> None:
    url = f"{URL}media/0123-bia.png"
    without = a_record(1, featured="0123-bia.png")
    within = a_record(2, featured="0123-bia.png", body=f'<p><img src="{url}"></p>')

    files = rendered(numbered(without, within))

    assert files[f"tin-tuc/{without.slug}/index.html"].count(f'<img src="{url}"') == 1
    assert files[f"tin-tuc/{within.slug}/index.html"].count(f'<img src="{url}"') == 1


def test_only_files_of_live_posts_are_public() -> None:
    records = numbered(
        a_record(1, media=("1-a.png", "2-b.pdf")),
        a_record(2, media=("2-b.pdf",), featured="3-c.png"),
        a_record(3, media=("4-d.png",), state=PostState.DRAFT),
    )

    assert Pages(OPTIONS).media(records) == {"1-a.png", "2-b.pdf", "3-c.png"}


def test_a_full_section_goes_on_on_further_pages() -> None:
    count = 2 * AT_ONCE + 1
    records = numbered(*(a_record(n, hour=n) for n in range(1, count + 1)))

    files = rendered(records)

    assert len(texts(files["index.html"], ".posts h2")) == NEWEST
    names = ["tin-tuc", "tin-tuc/trang/2", "tin-tuc/trang/3"]
    shown = [texts(files[f"{name}/index.html"], ".posts h2") for name in names]
    assert [len(titles) for titles in shown] == [AT_ONCE, AT_ONCE, 1]
    assert len({title for titles in shown for title in titles}) == count
    middle = files["tin-tuc/trang/2/index.html"]
    assert links(middle, "a[rel=prev]") == ["/tin-tuc/"]
    assert links(middle, "a[rel=next]") == ["/tin-tuc/trang/3/"]
    assert links(middle, "link[rel=canonical]") == [f"{URL}tin-tuc/trang/2/"]
    assert "tin-tuc/trang/4/index.html" not in files


def test_the_feed_can_be_read() -> None:
    record = a_record(1, title="Kho mở & <phòng đọc>", excerpt="“Mới” 🎉")

    feed = feedparser.parse(rendered(numbered(record))["feed.xml"].encode())

    assert not feed.bozo
    assert feed.version == "rss20"
    entry = feed.entries[0]
    assert (entry.title, entry.summary) == (
        "Kho mở & <phòng đọc>",
        "“Mới” 🎉",
    )
    assert (entry.link, entry.id) == (f"{URL}tin-tuc/{LAST}/", "000000000001")
    assert entry.published == "Fri, 20 Nov 2026 08:30:00 +0700"
    assert [tag.term for tag in entry.tags] == ["Tin tức"]


def test_a_section_taken_out_of_the_configuration_keeps_its_pages() -> None:
    options = OPTIONS.model_copy(update={"sections": {"thong-bao": "Thông báo"}})

    files = rendered(numbered(a_record(1)), Pages(options))

    assert texts(files["tin-tuc/index.html"], ".posts h2") == [a_record(1).title]
    assert texts(files["index.html"], "nav li") == ["Thông báo"]


def test_a_site_can_stand_below_the_root_of_its_server() -> None:
    options = OPTIONS.model_copy(update={"url": "https://truong.example/thu-vien/"})

    files = rendered(numbered(a_record(1)), Pages(options))

    page = files[f"tin-tuc/{LAST}/index.html"]
    own = "https://truong.example/thu-vien/"
    assert links(page, "link[rel=canonical]") == [f"{own}tin-tuc/{LAST}/"]
    assert all(
        link.startswith(("/thu-vien/", own, "#")) for link in links(page, "a, link")
    )
    current = LexborHTMLParser(page).css("nav a[aria-current]")
    assert [node.attributes["href"] for node in current] == ["/thu-vien/tin-tuc/"]


def test_the_site_can_speak_english() -> None:
    options = OPTIONS.model_copy(update={"language": "en"})

    files = rendered({}, Pages(options))

    assert texts(files["404.html"], "h1") == ["Page not found"]
    assert '<html lang="en">' in files["index.html"]


def test_another_title_is_another_layout() -> None:
    other = OPTIONS.model_copy(update={"title": "Thư viện Trung tâm"})

    assert Pages(OPTIONS).layout == Pages(OPTIONS).layout
    assert Pages(other).layout != Pages(OPTIONS).layout
