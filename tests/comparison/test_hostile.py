"""Pages made to hurt: a verdict comes, and soon."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.comparison import Profile, aligned, compare, wanted
from connector.domain.verdict import Judgement
from tests.comparison.pages import APPROVED, WORDPRESS, page, simple

SECONDS = 10
"""Far more than is needed; without the limits these take minutes or for ever."""

MANY = 100_000
HOSTILE = {
    "large": b"<p>" + b"a" * 50_000_000,
    "deep": b"<div>" * 100_000 + b"x",
    "deep without blocks": b"<b id=1>" * 100_000,
    "deep in a drawing": b"<svg>" + b"<li>" * 100_000,
    "many attributes": b"<p " + b" ".join(b"a%d=1" % at for at in range(MANY)) + b">",
    "close attributes": b"<p " + b"".join(b'a%d="1"' % at for at in range(MANY)) + b">",
    "slashed attributes": b"<p" + b"".join(b"/a%d" % at for at in range(MANY)) + b">",
    "unclosed scripts": b"<script " * 500_000,
    "unclosed comments": b"<!--" * 1_000_000,
    "unclosed quotes": b"<a '\"" * 500_000,
    "many paragraphs": b"<p>" * 100_000,
    "many signs": b"<" * 4_900_000,
    "nested tables": b"<table><tr><td>" * 300 + b"x",
    "wide cells": b"<table>" + b"<tr><td rowspan=65534 colspan=1000>x" * 2_000,
    "nested lists": b"<ul><li>x" * 400,
    "many words": b"<p>" + b"thu vien mo cua " * 60_000,
    "many short blocks": b"<p>a</p><p>b</p>" * 30_000,
    "greedy styles": b"<style>"
    + b"h6 div div div i{display:none}h6 i{display:none}i:last-child{display:none}" * 99
    + b"</style>"
    + b"<div>" * 500
    + b"<i>x</i>" * 9_000,
    "styles without end": b"<style>" + b"a" * 4_000_000,
    "nul": b"\x00" * 100_000,
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_page_ends_in_a_verdict(body: bytes) -> None:
    started = time.process_time()

    found = compare(APPROVED, page(body))

    assert found.judgement is not Judgement.PASS
    assert time.process_time() - started < SECONDS


def test_a_page_that_is_too_large_says_so() -> None:
    found = compare(APPROVED, page(WORDPRESS.encode() + b" " * 5_000_000))

    assert found.judgement is Judgement.UNREACHABLE
    assert str(found.reason) == "The page is too large to be read, or too deep."
    assert wanted(APPROVED, page(b"<div>" * 100_000)) == ()
    assert aligned(APPROVED, page(b"<div>" * 100_000)) == ()


@given(st.binary(max_size=400))
def test_any_bytes_end_in_a_verdict(body: bytes) -> None:
    compare(APPROVED, page(body))
    wanted(APPROVED, page(body))
    aligned(APPROVED, page(body))


PIECES = st.sampled_from(
    [
        "<p>", "</p>", "<div>", "</div>", "<ul>", "<li>", "<table>", "<tr>", "<td>",
        "<pre>", "</pre>", "<a href='http://['>", "<a href=//x>", "</a>", "<br>", "\n",
        "<img src=x>", "<img>", "<svg>", "<template>", "<noscript>", "<title>", "<q>",
        "<base href='http://['>", "<code>", "<del>", "<b>", "<h1>", "một", "hai", " ",
        "&#0;", "\u0323", "<meta http-equiv=refresh>", "<td rowspan=-1 colspan=x>",
        "<script type=application/ld+json>[", "</script>", "<ol start=99999999999>",
        "<a data-cfemail=zz>", "<body>", "<frameset>", "<p style=':;color'>", "\ud800",
    ]
)  # fmt: skip


@given(st.lists(PIECES).map("".join), st.lists(PIECES).map("".join))
def test_any_html_on_either_side_ends_in_a_verdict(body: str, shown: str) -> None:
    profile = Profile(container="div", noise=("td", "["), category="b")
    approved = simple(body, category="Thông báo", excerpt="một")

    compare(approved, page(shown), profile, earlier=[simple(shown)])
    wanted(approved, page(shown), profile)
    aligned(approved, page(shown), profile)
