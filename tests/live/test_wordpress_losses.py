"""What a real WordPress changes in a draft, for whom, and how it is weighed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from connector.domain.errors import ContentRefused
from connector.domain.publication import PostState
from connector.rehearsal.wordpress import WordPress, wordpress
from tests.live.on_wordpress import IFRAME, a_post, target_of

pytestmark = pytest.mark.live

HARMLESS = (
    "<p>[gallery] Nghiên cứu &amp; Phát triển, xem:</p>\n"
    "https://vi.example/a?b=1&amp;c=2\n"
    '<p><time datetime="2026-02-17">Mồng một</time>, <del cite="https://vi.example/"'
    ' datetime="2026-01-01">cũ</del> thu<wbr>vien.vn "ngoặc" \'đơn\' 𡨸 &lt;3</p>'
)
HARMFUL = (
    IFRAME + '<script>alert("1")</script><p style="color:red;position:absolute">z</p>'
    '<form action="/x"><input name="q"></form><p onclick="x()">n</p>'
    '<a href="zalo://x">Zalo</a>'
)
NAMED = (
    "“iframe” was taken out",
    "“script” was taken out",
    "the code of “script” now stands in the text",
    "the style “position:absolute” was taken away from “p”",
    "“form” was taken out",
    "“input” was taken out",
    "“onclick” was taken away from “p”",
    "the address “zalo://x” became “//x”",
)


@contextmanager
def plugin(site: WordPress, code: str) -> Iterator[None]:
    """Run PHP code in every request."""
    file = site.folder / "wp-content/mu-plugins/while_testing.php"
    file.write_text(f"<?php {code}")
    try:
        yield
    finally:
        file.unlink()


def test_what_an_author_loses_is_named_while_it_is_a_draft(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site, user="author")
    prepared = target.prepared(a_post(wordpress_site, "Khung nhúng bị bỏ"))
    post = replace(prepared, body=f"<p>Xem:</p>{IFRAME}{prepared.body}")

    stored = target.put_draft(post)

    (loss,) = target.losses(post, stored)
    assert stored.state is PostState.DRAFT
    assert (loss.part, loss.harmless) == ("body", False)
    assert IFRAME[:50] in loss.sent
    assert "iframe" not in loss.stored
    assert not target.probe().keeps_html


def test_an_editor_loses_nothing(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    prepared = target.prepared(a_post(wordpress_site, "Biên tập viên giữ nguyên"))
    link = '<p><a href="https://example.org/" target="_blank">liên kết</a></p>'
    post = replace(prepared, body=f"{IFRAME}{link}{prepared.body}")

    stored = target.put_draft(post)

    (loss,) = target.losses(post, stored)
    assert (loss.part, loss.harmless) == ("body", True)
    assert 'rel="noopener"' in stored.body


def test_a_post_made_private_by_a_plugin_is_told_as_it_is(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Thành bài riêng tư"))
    plugin = wordpress_site.folder / "wp-content/mu-plugins/private.php"
    plugin.write_text(
        "<?php add_filter( 'wp_insert_post_data',"
        " fn( $data ) => ['post_status' => 'private'] + $data );"
    )

    stored = target.put_draft(post)
    plugin.unlink()

    assert stored.state is PostState.HIDDEN
    assert [loss.part for loss in target.losses(post, stored)] == ["state"]


@pytest.mark.parametrize("user", ["author", "contributor"])
def test_all_that_somebody_without_unfiltered_html_loses_is_named(
    user: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site, user=user)
    prepared = target.prepared(a_post(wordpress_site, f"Mất nhiều thứ, {user}"))
    post = replace(prepared, body=HARMFUL + prepared.body)

    stored = target.put_draft(post)

    (loss,) = target.losses(post, stored)
    assert stored.state is PostState.DRAFT
    assert not loss.harmless
    for words in NAMED:
        assert words in str(loss.message)


@pytest.mark.parametrize("user", ["author", "contributor"])
def test_what_is_only_spelled_in_another_way_is_harmless(
    user: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site, user=user)
    plain = a_post(wordpress_site, f"Chỉ khác cách viết, {user}", body=HARMLESS)
    post = target.prepared(plain)

    stored = target.put_draft(post)

    (loss,) = target.losses(post, stored)
    assert (loss.part, loss.harmless) == ("body", True)
    assert "[gallery]" in target.unprepared(stored, post).body
    assert "https://vi.example/a" in target.unprepared(stored, post).body


def test_an_editor_gets_back_what_was_prepared(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    plain = a_post(wordpress_site, "Nguyên vẹn trở về", body=HARMLESS)
    post = target.prepared(plain)

    stored = target.put_draft(post)

    assert target.losses(post, stored) == ()
    back = target.unprepared(stored, post)
    assert target.prepared(back) == post
    assert "[gallery]" in back.body


def test_a_category_and_a_picture_that_are_gone_are_named(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    prepared = target.prepared(a_post(wordpress_site, "Chuyên mục đã xóa"))
    post = replace(prepared, terms=("99999",), featured="99999")

    losses = target.losses(post, target.put_draft(post))

    assert [str(loss.message) for loss in losses] == [
        "It is in no category: WordPress has no category 99999 any more.",
        "The featured image 99999 was dropped.",
    ]


def test_an_address_that_another_post_has_is_named(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Trùng đường dẫn"))
    wordpress_site.php(
        "wp_insert_post( ['post_title' => 'Khác', 'post_status' => 'publish',"
        f" 'post_name' => '{post.slug}'] );"
    )

    (loss,) = target.losses(post, target.put_draft(post))

    assert str(loss.message) == (
        f"Another post has the address “{post.slug}”: this one got “{post.slug}-2”."
    )


@pytest.mark.parametrize(
    ("fields", "state", "words"),
    [
        ("['post_status' => 'pending']", PostState.HIDDEN, "private, pending"),
        ("['post_status' => 'private']", PostState.HIDDEN, "private, pending"),
        (
            (
                "['post_status' => 'future', 'post_date' => '2055-01-01 00:00:00',"
                " 'post_date_gmt' => '2055-01-01 00:00:00']"
            ),
            PostState.SCHEDULED,
            "will become public by itself",
        ),
    ],
)
def test_a_state_that_a_plugin_changes_is_named(
    fields: str, state: PostState, words: str, wordpress_site: WordPress
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, f"Bị đổi trạng thái {fields[:30]}"))

    with plugin(
        wordpress_site,
        f"add_filter( 'wp_insert_post_data', fn( $data ) => {fields} + $data );",
    ):
        stored = target.put_draft(post)

    (loss,) = target.losses(post, stored)
    assert (stored.state, loss.part, loss.harmless) == (state, "state", False)
    assert words in str(loss.message)


def test_a_character_that_an_old_database_does_not_take_is_named() -> None:
    with wordpress(php_workers=2) as site:
        site.sql("ALTER TABLE wp_posts CONVERT TO CHARACTER SET utf8mb3")
        target = target_of(site)
        post = target.prepared(a_post(site, "Sách mới về thư viện"))
        draft = target.put_draft(post)
        bulk = target.bulk
        assert bulk is not None
        titled = replace(post, title="Sách mới 📚")
        body = post.body.replace("mở cửa", "chữ 𡨸")

        with pytest.raises(ContentRefused, match=r"“📚” \(U\+1F4DA\) in: title"):
            target.put_draft(titled)
        with pytest.raises(ContentRefused, match=r"“𡨸” \(U\+21A38\) in: body"):
            target.update(draft.id, replace(post, body=body), expect=draft.version)
        (refused,) = bulk.put_draft([titled])

        assert "“📚” (U+1F4DA) in: title" in str(refused)
        assert target.read(draft.id) == draft
