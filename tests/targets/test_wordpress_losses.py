"""What WordPress changes is named, weighed, and told apart from what nobody sees."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.publication import Loss, PostState
from connector.targets.wordpress.changes import around_the_difference, changes
from connector.targets.wordpress.losses import losses, reads_alike, with_noopener
from tests.targets.wordpress_posts import POST, PREPARED, stored


def test_what_was_stored_as_sent_is_no_loss() -> None:
    assert losses(PREPARED, stored()) == ()
    assert losses(PREPARED, stored(state=PostState.LIVE)) == ()


@pytest.mark.parametrize(
    ("part", "held"),
    [
        ("title", {"title": "Tên khác"}),
        ("body", {"body": "<p>Khác</p>"}),
        ("excerpt", {"excerpt": ""}),
        ("category", {"terms": ()}),
        ("category", {"terms": ("2", "5")}),
        ("slug", {"slug": f"{POST.slug}-2"}),
        ("featured image", {"featured": "9"}),
        ("state", {"state": PostState.HIDDEN}),
        ("state", {"state": PostState.SCHEDULED}),
        ("state", {"state": PostState.TRASHED}),
    ],
)
def test_every_part_that_differs_is_a_loss(part: str, held: dict[str, object]) -> None:
    (loss,) = losses(PREPARED, stored(**held))

    assert (loss.part, loss.harmless) == (part, False)
    assert str(loss.message)


@pytest.mark.parametrize(
    ("sent", "held", "said"),
    [
        (
            {"featured": "9"},
            {},
            "The featured image 9 was dropped.",
        ),
        (
            {},
            {"terms": ()},
            "It is in no category: WordPress has no category 2 any more.",
        ),
        ({}, {"excerpt": ""}, "The excerpt “Lịch nghỉ Tết” was dropped."),
        (
            {},
            {"slug": f"{POST.slug}-2"},
            (
                f"Another post has the address “{POST.slug}”: this one got"
                f" “{POST.slug}-2”."
            ),
        ),
        (
            {},
            {"slug": "khac"},
            f"Its address was to end in “{POST.slug}” and ends in “khac”.",
        ),
        (
            {},
            {"state": PostState.HIDDEN},
            (
                "A plugin made it private, pending or protected by a password: not"
                " everybody will be able to read it."
            ),
        ),
        (
            {},
            {"state": PostState.SCHEDULED},
            "It has a date in the future, and will become public by itself.",
        ),
    ],
)
def test_what_is_lost_is_said(
    sent: dict[str, Any], held: dict[str, object], said: str
) -> None:
    (loss,) = losses(replace(PREPARED, **sent), stored(**held))

    assert str(loss.message) == said


@pytest.mark.parametrize(
    ("sent", "held", "said"),
    [
        ("<p>x</p><iframe src='y'></iframe>z", "<p>x</p>z", "“iframe” was taken out"),
        (
            "<p>x</p><script>alert(1)</script>",
            "<p>x</p>alert(1)",
            (
                "“script” was taken out, the code of “script” now stands in the text,"
                " for all to read, “<p>x</p><script>alert(1)</script>” was stored as"
                " “<p>x</p>alert(1)”"
            ),
        ),
        (
            '<p style="color:red;position:absolute">z</p>',
            '<p style="color:red">z</p>',
            "the style “position:absolute” was taken away from “p”",
        ),
        (
            '<p onclick="x()" class="c">a</p>',
            '<p class="c">a</p>',
            "“onclick” was taken away from “p” (“x()”)",
        ),
        (
            '<a href="zalo://x">z</a>',
            '<a href="//x">z</a>',
            "the address “zalo://x” became “//x”",
        ),
        (
            '<form action="/x"><input name="q">g</form>',
            "g",
            "“form” was taken out, “input” was taken out",
        ),
        ("<p>a</p>", "<p>b</p>", "“<p>a</p>” was stored as “<p>b</p>”"),
        (
            "<p>a<!-- x --></p>",
            "<p>a</p>",
            "“<p>a<!-- x --></p>” was stored as “<p>a</p>”",
        ),
        ('<p style="a:b">x</p>', "", "“p” was taken out, “<p …” was stored as “”"),
    ],
)
def test_what_was_taken_out_of_a_text_is_named(sent: str, held: str, said: str) -> None:
    shown = str(changes(sent, held)).replace('<p style="a:b">x</p>', "<p …")

    assert shown == said
    assert not reads_alike(sent, held)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("<p>&#91;1] &#58;</p>", "<p>&#091;1] &#058;</p>"),
        ("<p>a & b</p><br/>", "<p >a &amp; b</p><br />"),
        ("<p class='a'>x</p>", '<p class="a">x</p>'),
        ("<p>a<wbr>b <time>x</time></p>", "<p>ab x</p>"),
        (
            '<p><del cite="/q" datetime="x">y</del></p>',
            '<p><del datetime="x">y</del></p>',
        ),
    ],
)
def test_another_spelling_of_the_same_text_is_harmless(sent: str, held: str) -> None:
    (loss,) = losses(replace(PREPARED, body=sent), stored(body=held))

    assert (loss.part, loss.harmless) == ("body", True)
    assert str(loss.message) == "WordPress changed what no reader notices, in: body."


def test_code_that_is_still_there_is_not_called_visible() -> None:
    kept = "<script>alert</script><p>{}</p>alert"

    said = str(changes(kept.format("một"), kept.format("hai")))

    assert "for all to read" not in said


def test_a_shortcode_that_comes_alive_is_not_harmless() -> None:
    (loss,) = losses(
        replace(PREPARED, body="<p>&#91;gallery]</p>"),
        stored(body="<p>[gallery]</p>"),
    )

    assert not loss.harmless


@given(st.text(), st.text())
def test_every_difference_can_be_said(ours: str, theirs: str) -> None:
    assert str(changes(f"<p>{ours}</p>", f"<p>{theirs}</p>"))


def test_only_the_first_difference_of_a_long_text_is_shown() -> None:
    text = "Thư viện mở cửa. " * 20
    body = f"{text}<b>quan trọng</b>{text}"

    (loss,) = losses(
        replace(PREPARED, body=body), stored(body=body.replace("<b>", "<i>"))
    )

    assert loss == Loss(
        part="body",
        sent=f"…{text[-59:]}<b>quan trọng</b>{text[:44]}…",
        stored=f"…{text[-59:]}<i>quan trọng</b>{text[:44]}…",
        message=loss.message,
    )


@pytest.mark.parametrize(
    "body",
    [
        f"{PREPARED.body}\n",
        f"\n {PREPARED.body}",
    ],
)
def test_blanks_at_the_ends_are_harmless(body: str) -> None:
    (loss,) = losses(PREPARED, stored(body=body))

    assert (loss.part, loss.harmless) == ("body", True)


def test_noopener_is_harmless_and_its_loss_is_not() -> None:
    bare = '<p><a href="https://vi.example/" target="_blank">ngoài</a></p>'
    added = (
        '<p><a href="https://vi.example/" target="_blank" rel="noopener">ngoài</a></p>'
    )

    (gained,) = losses(replace(PREPARED, body=bare), stored(body=added))
    (lost,) = losses(replace(PREPARED, body=added), stored(body=bare))

    assert (gained.harmless, lost.harmless) == (True, False)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<a href="/x">', '<a href="/x">'),
        ('<a target="_blank">', '<a target="_blank" rel="noopener">'),
        (
            '<a rel="nofollow" target="_blank">',
            '<a rel="nofollow noopener" target="_blank">',
        ),
        (
            '<a rel="noopener" target="_blank">',
            '<a rel="noopener" target="_blank">',
        ),
    ],
)
def test_noopener_is_added_as_wordpress_adds_it(before: str, after: str) -> None:
    assert with_noopener(before) == after
    assert with_noopener(after) == after


@given(st.text(), st.text(), st.text())
def test_what_is_shown_of_two_texts_differs_where_they_do(
    same: str, ours: str, theirs: str
) -> None:
    shown = around_the_difference(same + ours, same + theirs)

    assert (shown[0] == shown[1]) == (ours == theirs)
    assert all(len(text) <= 122 for text in shown)
