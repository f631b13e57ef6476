import json
import tracemalloc
from pathlib import Path

import pytest

from connector.domain.errors import (
    AddressRefused,
    ConnectorError,
    Empty,
    NoAnswer,
    NotAFeed,
    Unreadable,
)
from connector.domain.item import Draft
from connector.language import say
from connector.ports.web import Fetched
from connector.sources.entries import Found
from connector.sources.feed import Options, Problem, connect
from tests.sources.material import FEED_URL, Web, entry, rss

SOURCE_LINE = '<p>Nguồn: <a href="https://bao.example/tin/1.htm">Báo Ví Dụ</a></p>'


def offers(
    feed: bytes | Fetched, *, limit: int = 50, language: str = "vi"
) -> list[Draft | ConnectorError]:
    """Return what a feed with this content offers."""
    options = Options(
        url=FEED_URL, attribution="Báo Ví Dụ", limit=limit, language=language
    )
    web = Web({FEED_URL: feed})
    source = connect("bao", options=options, folder=Path(), web=web, limit_mb=10)
    return list(source.offers())


def drafts(feed: bytes | Fetched, limit: int = 50) -> list[Draft]:
    found = offers(feed, limit=limit)
    assert all(isinstance(offer, Draft) for offer in found)
    return [offer for offer in found if isinstance(offer, Draft)]


def looks_like(body: bytes) -> object:
    with pytest.raises(NotAFeed) as caught:
        offers(body)
    return caught.value.facts["found"]


def test_an_entry_becomes_a_draft_that_names_its_source() -> None:
    [draft] = drafts(rss(entry(1)))

    assert draft == Draft(
        source="bao",
        source_id="https://bao.example/tin/1.htm",
        link="https://bao.example/tin/1.htm",
        title="Thư viện số 1 mở cửa cả ngày Chủ nhật",
        body=f"<p>Bạn đọc mượn được <b>mười</b> cuốn.</p>{SOURCE_LINE}",
        dated="Fri, 19 Nov 2021 01:45:08 +0700",
        original=draft.original,
        original_name="entry.json",
    )
    assert json.loads(draft.original)["published"] == draft.dated


def test_an_english_feed_has_an_english_source_line() -> None:
    [draft] = offers(rss(entry(1)), language="en")

    assert isinstance(draft, Draft)
    assert "<p>Source: <a href=" in draft.body


def test_without_an_attribution_the_host_is_named() -> None:
    options = Options(url=FEED_URL)
    web = Web({FEED_URL: rss(entry(1))})
    source = connect("bao", options=options, folder=Path(), web=web, limit_mb=10)

    [draft] = source.offers()

    assert isinstance(draft, Draft)
    assert draft.body.endswith('.htm">bao.example</a></p>')


def test_an_atom_entry_is_received_too() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://bao.example/x/">'
        "<title>Báo</title><entry><id>tag:bao.example,2026:1</id>"
        '<title type="html">Sách &amp;lt;mới&amp;gt;</title><link href="../tin/1"/>'
        "<updated>2026-03-16T08:00:00+07:00</updated>"
        '<content type="html">&lt;p&gt;Một &lt;a href="a"&gt;tin&lt;/a&gt;&lt;/p&gt;'
        "</content></entry></feed>"
    ).encode()

    [draft] = drafts(feed)

    assert draft.source_id == "tag:bao.example,2026:1"
    assert draft.link == "https://bao.example/tin/1"
    assert draft.title == "Sách <mới>"
    assert draft.dated == "2026-03-16T08:00:00+07:00"
    assert draft.body.startswith(
        '<p>Một <a href="https://bao.example/x/a">tin</a></p><p>Nguồn: '
    )


def test_entries_with_one_date_are_all_received() -> None:
    feed = rss(
        entry(1), entry(2), entry(3), entry(4, date="Fri, 19 Nov 2021 01:45:08 +02:00")
    )

    found = drafts(feed)

    assert {draft.source_id for draft in found} == {
        f"https://bao.example/tin/{number}.htm" for number in (1, 2, 3, 4)
    }
    assert "Fri, 19 Nov 2021 01:45:08 +02:00" in {draft.dated for draft in found}


def test_what_feedparser_reads_beside_text_is_kept_as_text() -> None:
    chapters = (
        '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">'
        '<psc:chapter start="00:01:30" title="Mở đầu"/></psc:chapters>'
    )

    [draft] = drafts(rss(entry(1) + chapters))

    assert "0:01:30" in draft.original.decode()


def test_two_entries_with_one_id_are_both_offered() -> None:
    first, second = drafts(rss(entry(1), entry(1)))

    assert first == second


def test_the_newest_entries_come_oldest_first() -> None:
    feed = rss(
        entry(3, date="Wed, 18 Mar 2026 09:00:00 GMT+7"),
        entry(1, date="16/03/2026 2:15:00 CH"),
        entry(2, date="Thứ 3, 17/03/2026 17:00:00 GMT+7"),
        entry(4, date="Thu, 19 Mar 2026 09:00:00 +0700"),
    )

    found = drafts(feed, limit=3)

    assert [draft.link[-5:] for draft in found] == ["2.htm", "3.htm", "4.htm"]


def test_without_readable_dates_the_order_of_the_feed_counts() -> None:
    feed = rss(entry(3, date="hôm qua"), entry(2, date=""), entry(1))

    found = drafts(feed)

    assert [(draft.link[-5:], draft.dated) for draft in found] == [
        ("1.htm", "Fri, 19 Nov 2021 01:45:08 +0700"),
        ("2.htm", ""),
        ("3.htm", "hôm qua"),
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Ng&amp;agrave;y s&amp;aacute;ch &amp;amp; b&amp;aacute;o", "Ngày sách & báo"),
        ("Tha\u0309o luận", "Thảo luận"),
        ("<![CDATA[<b>Sách</b> mới]]>", "Sách mới"),
        ("  Hai \n dòng\t", "Hai dòng"),
        ("Điểm 5 &lt; 10", "Điểm 5 < 10"),
        ("Ngày&nbsp;hội &amp; sách", "Ngày hội & sách"),
    ],
)
def test_a_title_is_plain_text(written: str, read: str) -> None:
    [draft] = drafts(rss(f"<title>{written}</title><link>https://a.vn/1</link>"))

    assert draft.title == read


def test_a_relative_link_leads_to_where_the_feed_was_found() -> None:
    moved = Fetched(
        url=FEED_URL,
        final_url="https://www.bao.example/rss/1.rss",
        status=200,
        headers={},
        body=rss("<title>Tin</title><link>/tin/1.htm</link>"),
    )

    [draft] = drafts(moved)

    assert draft.link == "https://www.bao.example/tin/1.htm"


def test_relative_addresses_in_the_text_are_completed() -> None:
    text = '&lt;a href="/tin/"&gt;Tin&lt;/a&gt; &lt;img src="a.png"&gt;'

    [draft] = drafts(rss(f"<title>Tin</title><description>{text}</description>"))

    assert draft.body == (
        '<p><a href="https://bao.example/tin/">Tin</a>'
        ' <img src="https://bao.example/rss/a.png"></p><p>Nguồn: Báo Ví Dụ</p>'
    )


@pytest.mark.parametrize("link", ["javascript:alert(1)", "", "http://[", "tel:113"])
def test_a_link_that_cannot_be_followed_is_left_out(link: str) -> None:
    [draft] = drafts(rss(f"<title>Tin</title><guid>7</guid><link>{link}</link>"))

    assert (draft.source_id, draft.link) == ("7", "")
    assert draft.body == "<p>Nguồn: Báo Ví Dụ</p>"


def test_a_broken_id_is_no_reason_to_fail() -> None:
    [draft] = drafts(rss("<title>Tin</title><guid>http://a<div>.example/</guid>"))

    assert draft.link == ""


def test_an_entry_without_id_and_link_is_known_by_what_it_says() -> None:
    other, one, again = drafts(
        rss("<title>Một</title>", "<title>Một</title>", "<title>Hai</title>")
    )

    assert one.source_id == again.source_id
    assert one.source_id != other.source_id


def test_hostile_html_is_made_harmless() -> None:
    text = (
        '<script>x()</script><p onclick="x()">Chữ</p>'
        f'<img src="attachment:{"0" * 64}"><iframe src="https://a.vn/"></iframe>'
    )

    [draft] = drafts(
        rss(f"<title>Tin</title><description><![CDATA[{text}]]></description>")
    )

    assert draft.body == "<p>Chữ</p><p>Nguồn: Báo Ví Dụ</p>"


def test_plain_text_stays_what_it_says() -> None:
    [draft] = drafts(
        rss("<title>Tin</title><description>Điểm a &amp;&amp; b</description>")
    )

    assert draft.body == "<p>Điểm a &amp;&amp; b</p><p>Nguồn: Báo Ví Dụ</p>"


def test_the_plain_text_of_an_atom_entry_is_no_html() -> None:
    feed = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>Tin</title>'
        "<summary>Điểm &lt;b&gt; 5</summary></entry></feed>"
    ).encode()

    [draft] = drafts(feed)

    assert draft.body == "<p>Điểm &lt;b&gt; 5</p><p>Nguồn: Báo Ví Dụ</p>"


def test_a_text_that_is_a_page_of_frames_says_nothing() -> None:
    frames = "&lt;frameset&gt;&lt;frame src='a'&gt;&lt;/frameset&gt;"

    [draft] = drafts(rss(f"<title>Tin</title><description>{frames}</description>"))

    assert draft.body == "<p>Nguồn: Báo Ví Dụ</p>"


def test_an_entry_with_nothing_to_say_does_not_stop_the_next() -> None:
    first, second = offers(
        rss(entry(1), "<guid>9</guid><description><p> </p></description>")
    )

    assert isinstance(first, Empty)
    assert first.facts == {"name": "9"}
    assert isinstance(second, Draft)


def test_an_entry_that_is_cut_off_is_not_received() -> None:
    whole = rss(entry(1), entry(2))

    second, first = offers(whole[: whole.rindex(b"cu")])

    assert isinstance(second, Unreadable)
    assert second.facts == {
        "name": "https://bao.example/tin/2.htm",
        "problem": Problem.CUT_OFF,
    }
    assert isinstance(first, Draft)


@pytest.mark.usefixtures("child_gives_up")
def test_an_entry_that_keeps_the_parsers_busy_does_not_stop_the_next() -> None:
    deep = f"<title>Tin</title><description>{'&lt;div&gt;' * 20_000}</description>"

    first, second = offers(rss(entry(1), deep))

    assert isinstance(first, Unreadable)
    assert isinstance(second, Draft)


@pytest.mark.parametrize(
    "prolog",
    [
        "",
        '<?xml version="1.0" encoding="iso-8859-1"?>',
        '<?xml version="1.0" encoding="utf-16"?>',
        '\ufeff<?xml version="1.0"?>',
        '\n\n<?xml version="1.0"?>',
        "<!-- RSS -->",
    ],
)
@pytest.mark.parametrize("rest", ["", " "], ids=["odd", "even"])
def test_a_feed_in_utf_8_is_read_whatever_it_declares(prolog: str, rest: str) -> None:
    [draft] = drafts(rss(entry(1), prolog=prolog + rest))

    assert draft.title == "Thư viện số 1 mở cửa cả ngày Chủ nhật"


def test_an_emoji_in_two_halves_is_one_character() -> None:
    [draft] = drafts(rss("<title>Sách &#55357;&#56534; &#xD83D;&#xDCD6;</title>"))

    assert draft.title == "Sách 📖 📖"


@pytest.mark.parametrize("reference", ["&#xD800;", "&#1114112;", f"&#{'9' * 5000};"])
def test_a_reference_to_no_character_harms_nothing_else(reference: str) -> None:
    [draft] = drafts(rss(f"<title>Sách {reference}mới</title>"))

    assert draft.title == "Sách \N{REPLACEMENT CHARACTER}mới"


def test_where_feedparser_gives_up_there_is_no_feed() -> None:
    chapter_without_start = (
        '<psc:chapters xmlns:psc="http://podlove.org/simple-chapters" version="1.2">'
        '<psc:chapter title="Mở đầu"/></psc:chapters>'
    )

    assert looks_like(rss(chapter_without_start)) is Found.XML


def test_an_encoding_whose_name_is_no_text_is_passed_over() -> None:
    body = rss(entry(1), prolog="").replace(b"<rss", b"<?xml encoding='\xed\xa0'?><rss")

    assert len(drafts(body)) == 1


def test_a_feed_in_windows_1258_is_read() -> None:
    prolog = '<?xml version="1.0" encoding="windows-1258"?>'
    text = f"{prolog}<rss version='2.0'><channel><item><title>Ho\u0309i đa\u0301p"
    feed = f"{text}</title></item></channel></rss>".encode("cp1258")

    [draft] = drafts(feed)

    assert draft.title == "Hỏi đáp"


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (b"", Found.NOTHING),
        (b" \n", Found.NOTHING),
        (b"<!DOCTYPE html><html><body>Checking your browser", Found.HTML),
        (b'{"version": "https://jsonfeed.org/version/1"}', Found.JSON),
        (b'<?xml version="1.0"?><urlset><url/></urlset>', Found.XML),
        (b"%PDF-1.7", Found.OTHER),
        (b"/etc/hostname", Found.OTHER),
        (png := b"\x89PNG\r\n\x1a\n\0\0", Found.OTHER),
        (b"http://127.0.0.1:9/", Found.OTHER),
    ],
    ids=lambda value: str(value)[:12],
)
def test_what_is_no_feed_is_named(body: bytes, found: Found) -> None:
    assert looks_like(body) is found


def test_the_error_says_what_was_found() -> None:
    with pytest.raises(NotAFeed) as caught:
        offers(b"<html>")

    assert say(caught.value.message, caught.value.facts, "en") == (
        "bao did not answer with an RSS or Atom feed, but with an HTML page."
    )


def test_a_feed_without_entries_offers_nothing() -> None:
    assert offers(rss()) == []


def test_another_answer_than_200_is_no_answer() -> None:
    gone = Fetched(url=FEED_URL, final_url=FEED_URL, status=404, headers={}, body=b"")

    with pytest.raises(NoAnswer) as caught:
        offers(gone)

    assert caught.value.facts == {"url": FEED_URL, "problem": "HTTP 404"}


def test_a_refused_address_stays_refused() -> None:
    class Guard(Web):
        def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
            del limit_mb, asks
            raise AddressRefused(url=url, problem="10.0.0.1")

    options = Options(url="http://noi-bo.example/rss")
    source = connect("bao", options=options, folder=Path(), web=Guard(), limit_mb=10)

    with pytest.raises(AddressRefused):
        list(source.offers())


def bomb(definitions: str, text: str) -> str:
    return (
        f"<!DOCTYPE rss [{definitions}]><rss><item><title>{text}</title></item></rss>"
    )


LAUGHS = "".join(
    f'\n<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
)
BOMBS = {
    "billion laughs": bomb(LAUGHS, "&l9;"),
    "on one line": bomb(LAUGHS.replace("\n", ""), "&l9;"),
    "quadratic": bomb(f'\n<!ENTITY a "{"a" * 50_000}">\n', "&a;" * 50_000),
    "external": bomb('<!ENTITY x SYSTEM "file:///etc/hostname">', "&x;"),
    "parameter": bomb('<!ENTITY % x SYSTEM "http://127.0.0.1:9/">%x;', "x"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-7", "cp037"])
@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_an_xml_bomb_is_refused_without_much_memory(bomb: str, encoding: str) -> None:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    if encoding == "utf-7":
        body = declared.encode() + bomb.replace("<", "+ADw-").encode()
    else:
        body = (declared + bomb).encode(encoding)
    tracemalloc.start()

    found = looks_like(body)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found is Found.ENTITIES
    assert peak < 30_000_000


def test_a_document_type_without_entities_is_harmless() -> None:
    prolog = (
        '<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"'
        ' "http://my.netscape.com/publish/formats/rss-0.91.dtd">'
    )

    assert len(drafts(rss(entry(1), prolog=prolog))) == 1
