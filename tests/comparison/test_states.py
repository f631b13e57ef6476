"""When there is nothing to compare, the verdict says why."""

from dataclasses import replace

import pytest

from connector.comparison import compare
from connector.domain.verdict import Judgement
from tests.comparison.pages import APPROVED, SITE, WORDPRESS, around, codes, page


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (404, Judgement.NOT_LIVE),
        (410, Judgement.NOT_LIVE),
        (401, Judgement.BLOCKED),
        (403, Judgement.BLOCKED),
        (429, Judgement.BLOCKED),
        (500, Judgement.UNREACHABLE),
        (502, Judgement.UNREACHABLE),
        (503, Judgement.UNREACHABLE),
        (204, Judgement.UNREACHABLE),
        (302, Judgement.UNREACHABLE),
    ],
)
def test_a_status_that_is_no_page_decides(status: int, expected: Judgement) -> None:
    found = compare(APPROVED, page(WORDPRESS, status=status))

    assert found.judgement is expected
    assert str(status) in str(found.reason)


LOGIN = around('<form><input name="log"><input type="password"></form>', title="Vào")
CHALLENGE = around('<script src="/cdn-cgi/challenge-platform/h/b.js"></script>')
SOFT_404 = around("<p>Không tìm thấy trang mà bạn yêu cầu.</p>", title="Không tìm thấy")
OTHER = around("<p>Thư viện tổ chức hội thảo về dữ liệu mở.</p>", title="Hội thảo")


@pytest.mark.parametrize(
    ("html", "expected", "reason"),
    [
        (LOGIN, Judgement.BLOCKED, "The page asks for a password."),
        (CHALLENGE, Judgement.BLOCKED, "A firewall asks who is reading."),
        (SOFT_404, Judgement.NOT_LIVE, "Nothing of the item is on the page."),
        (OTHER, Judgement.NOT_LIVE, "Nothing of the item is on the page."),
        ("  ", Judgement.UNREACHABLE, "The page is empty."),
        (
            WORDPRESS[: WORDPRESS.index("<h2>Cần nhớ")],
            Judgement.UNREACHABLE,
            "The page was cut off on its way: truncated.",
        ),
        (
            WORDPRESS.replace("postid-412", "postid-7").replace("Trân trọng", "Kính"),
            Judgement.NOT_LIVE,
            "The address shows another item: number 7, not 412.",
        ),
    ],
)
def test_a_page_that_is_not_the_items_is_named(
    html: str, expected: Judgement, reason: str
) -> None:
    found = compare(APPROVED, page(html))

    assert (found.judgement, str(found.reason)) == (expected, reason)


def test_a_firewall_may_answer_as_if_under_maintenance() -> None:
    assert compare(APPROVED, page(CHALLENGE, status=503)).judgement is Judgement.BLOCKED


def test_a_file_is_no_page() -> None:
    found = compare(
        APPROVED, page(WORDPRESS, headers={"content-type": "application/json"})
    )

    assert found.judgement is Judgement.UNREACHABLE
    assert str(found.reason) == "The address holds no page, but application/json."


def test_another_address_with_another_text_is_another_page() -> None:
    html = WORDPRESS.replace("Trân trọng", "Kính mong")

    found = compare(APPROVED, page(html, final_url=f"{SITE}/thong-bao/khac/"))

    assert found.judgement is Judgement.NOT_LIVE


def test_another_address_with_the_same_text_is_looked_at() -> None:
    found = compare(APPROVED, page(WORDPRESS, final_url=f"{SITE}/tin/lich-mo-cua/"))

    assert (found.judgement, codes(found)) == (Judgement.REVIEW, {"url.moved"})


@pytest.mark.parametrize("address", ["lich-mo-cua", "lich-mo-cua/?_verify=8f2a"])
def test_a_slash_or_a_query_is_no_other_address(address: str) -> None:
    shown = page(WORDPRESS, final_url=f"{SITE}/thong-bao/{address}")

    assert compare(APPROVED, shown).judgement is Judgement.PASS


def test_an_earlier_version_is_stale() -> None:
    corrected = replace(
        APPROVED, body=APPROVED.body.replace("3/5/2025", "4/5/2025"), title="Tin khác"
    )

    found = compare(corrected, page(WORDPRESS), earlier=[APPROVED])

    assert found.judgement is Judgement.STALE
    assert {"title.heading", "text.number"} <= codes(found)


def test_the_newest_version_is_not_stale_because_an_earlier_one_is_like_it() -> None:
    earlier = replace(APPROVED, body=APPROVED.body.replace("3/5/2025", "4/5/2025"))

    assert (
        compare(APPROVED, page(WORDPRESS), earlier=[earlier]).judgement
        is Judgement.PASS
    )


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, WORDPRESS.encode()),
        ({"content-type": "text/html"}, WORDPRESS.encode()),
        (
            {"content-type": "text/html; charset=utf-16"},
            WORDPRESS.encode("utf-16"),
        ),
        (
            {"content-type": "text/html; charset=nonsense"},
            WORDPRESS.encode("utf-8-sig"),
        ),
    ],
)
def test_a_charset_is_found_as_browsers_find_it(
    headers: dict[str, str], body: bytes
) -> None:
    assert compare(APPROVED, page(body, headers=headers)).judgement is Judgement.PASS


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, WORDPRESS.encode().replace(b"chi\xe1\xbb", b"chi\xe1", 1)),
        ({"content-type": "text/html; charset=us-ascii"}, WORDPRESS.encode()),
    ],
)
def test_bytes_that_are_not_what_the_page_says_fail(
    headers: dict[str, str], body: bytes
) -> None:
    found = compare(APPROVED, page(body, headers=headers))

    assert found.judgement is Judgement.FAIL
    assert "charset" in codes(found)


def test_search_engines_may_be_sent_away_by_a_header_too() -> None:
    found = compare(
        APPROVED,
        page(
            WORDPRESS, headers={"Content-Type": "text/html", "X-Robots-Tag": "noindex"}
        ),
    )

    assert codes(found) == {"robots.noindex"}
