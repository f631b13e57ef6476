"""What only a real WordPress shows: its own words, filters, races and files."""

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests
from pydantic import SecretStr

from connector.domain.errors import (
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    PostChanged,
    PostMissing,
    TermMissing,
    Unclear,
)
from connector.domain.item import (
    Attachment,
    CategoryCode,
    Use,
    key_of,
    sha256,
    slug_of,
)
from connector.domain.publication import Post, PostState
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live

NEWS = CategoryCode("news")
IFRAME = '<iframe src="https://www.youtube.com/embed/abc" width="560"></iframe>'


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


def target_of(
    site: WordPress, *, user: str = "editor", url: str = "", password: str = ""
) -> wordpress.WordPress:
    options = wordpress.Options(
        url=url or site.url,
        user=user,
        password=SecretStr(password or site.users[user]),
    )
    return wordpress.connect("portal", options=options, folder=Path())


def a_post(
    site: WordPress, title: str, *, body: str = "<p>Thư viện mở cửa.</p>"
) -> Post:
    key = key_of("live", title)
    return Post(
        key=key,
        slug=slug_of(title, key),
        title=title,
        body=body,
        excerpt="",
        language="vi",
        category=NEWS,
        terms=(str(site.categories["tin-tuc"]),),
    )


def a_png(shade: int) -> bytes:
    """Return a picture of one point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes([0, shade])))
        + chunk(b"IEND", b"")
    )


def statuses(site: WordPress, key: str) -> list[str]:
    """Return the status of every post of which slug or text has the key."""
    rows = site.sql(
        "SELECT post_status FROM wp_posts WHERE post_type = 'post'"  # noqa: S608 -- a key of ours
        f" AND (post_name LIKE '%{key}%' OR post_content LIKE '%{key}%') ORDER BY ID"
    )
    return [status for (status,) in rows]


def page(url: str) -> str:
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200
    return answer.text


def test_a_wrong_password_is_named(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site, password="sai mật khẩu")
    post = target.prepared(a_post(wordpress_site, "Sai mật khẩu"))
    draft = target_of(wordpress_site).put_draft(
        target.prepared(a_post(wordpress_site, "Bài có sẵn"))
    )

    for ask in (
        target.probe,
        lambda: target.find(post),
        lambda: target.put_draft(post),
        lambda: target.read(draft.id),
    ):
        with pytest.raises(CredentialsRefused) as error:
            ask()
        assert error.value.facts == {"target": "portal", "user": "editor"}
    assert statuses(wordpress_site, post.key) == []


def test_a_host_that_strips_the_password_off_is_named(
    wordpress_site: WordPress,
) -> None:
    host = wordpress_site.folder / "wp-content/mu-plugins/host.php"
    host.write_text(
        "<?php unset( $_SERVER['PHP_AUTH_USER'], $_SERVER['PHP_AUTH_PW'] );"
    )

    with pytest.raises(NotOurAnswer) as error:
        target_of(wordpress_site).probe()
    host.unlink()

    assert "fastcgi_param HTTP_AUTHORIZATION" in str(error.value.facts["hint"])


def test_a_subscriber_may_not_write_and_is_told_so(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site, user="subscriber")
    post = target.prepared(a_post(wordpress_site, "Không có quyền"))

    probe = target.probe()
    with pytest.raises(Denied):
        target.put_draft(post)

    assert (probe.may_create, probe.may_publish, probe.may_upload) == (False,) * 3
    assert str(probe.advice[0]) == (
        "“subscriber” may not do all that is needed: make it an editor."
    )


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


def test_a_lost_answer_leaves_one_draft_that_is_found(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    post = target.prepared(a_post(wordpress_site, "Mất hồi đáp khi tạo bản nháp"))
    proxy.cut_answer_of("POST", "/wp/v2/posts")

    with pytest.raises(Unclear):
        target.put_draft(post)
    found = target.find(post)

    assert found is not None
    assert target.losses(post, found) == ()
    assert statuses(wordpress_site, post.key) == ["draft"]
    assert [seen for seen in proxy.seen if seen[0] == "POST"] == [
        ("POST", proxy.seen[-2][1])
    ]


def test_a_text_that_the_database_does_not_take_is_refused_for_good(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Tiêu đề quá dài"))

    with pytest.raises(ContentRefused, match="db_insert_error"):
        target.put_draft(replace(post, title="Thư viện " * 7_000))

    assert statuses(wordpress_site, post.key) == []


def test_a_kind_of_file_that_the_site_forbids_is_refused_for_good(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    file = Attachment(
        name="bản đồ.svg",
        media_type="image/svg+xml",
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
    )

    with pytest.raises(ContentRefused, match="rest_upload_unknown_error"):
        target.put_media(file, content)


def test_a_draft_whose_slug_and_title_were_changed_is_found_by_its_mark(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Đổi đường dẫn"))
    draft = target.put_draft(post)
    wordpress_site.php(
        f"wp_update_post( ['ID' => {draft.id}, 'post_name' => 'khac'] );"
    )

    found = target.find(post)

    assert found is not None
    assert (found.id, found.slug) == (draft.id, "khac")
    assert [loss.part for loss in target.losses(post, found)] == ["slug"]


def test_nothing_in_a_body_is_carried_out(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    ran = wordpress_site.folder / "wp-content/mu-plugins/danger.php"
    ran.write_text(
        "<?php add_shortcode( 'nguy_hiem', fn() => 'đã chạy' );"
        " add_filter( 'pre_oembed_result', fn() => 'đã nhúng' );"
    )
    body = (
        "<p>[gallery] [nguy_hiem] [embed]http://169.254.169.254/[/embed]</p>\n"
        "http://169.254.169.254/latest/meta-data/\n"
        "<!-- wp:latest-posts /--><?php echo 'đã chạy'; ?>"
    )
    post = target.prepared(a_post(wordpress_site, "Mã ngắn", body=body))

    live = target.go_live(target.put_draft(post).id)
    shown = page(live.url)
    ran.unlink()

    assert target.losses(post, live) == ()
    for text in ("[gallery]", "[nguy_hiem]", "[embed]", "169.254.169.254/latest"):
        assert text in shown.replace("&#91;", "[").replace("&#58;", ":")
    assert "đã chạy" not in shown
    assert "đã nhúng" not in shown
    assert "wp-block-latest-posts" not in shown


def test_a_vietnamese_file_name_becomes_ascii_and_title_and_alt_stay(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = a_png(1)
    file = Attachment(
        name="Thông báo nghỉ Tết (1).png",
        media_type="image/png",
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
        alt='Lịch nghỉ Tết "Ất Tỵ" – trang 1',
    )

    media = target.put_media(file, content)

    stored = requests.get(
        f"{wordpress_site.url}/wp-json/wp/v2/media/{media.id}?context=edit",
        auth=("editor", wordpress_site.users["editor"]),
        timeout=30,
    ).json()
    assert media.url.rpartition("/")[2] == f"lib-{file.sha256[:16]}.png"
    assert stored["title"]["raw"] == "Thông báo nghỉ Tết (1)"
    assert stored["alt_text"] == file.alt
    assert requests.get(media.url, timeout=30).content == content


def test_a_lost_answer_to_an_upload_leaves_one_file(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    content = a_png(2)
    file = Attachment(
        name="ảnh.png",
        media_type="image/png",
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
    )
    proxy.cut_answer_of("POST", "/wp/v2/media")

    first = target.put_media(file, content)
    again = target.put_media(file, content)

    held = wordpress_site.sql(
        "SELECT ID FROM wp_posts WHERE post_type = 'attachment'"  # noqa: S608 -- a name of ours
        f" AND post_name LIKE 'lib-{file.sha256[:16]}%'"
    )
    assert held == [[first.id]]
    assert again == first


def test_a_renamed_category_stays_the_same_and_a_deleted_one_is_missing(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    made = json.loads(
        wordpress_site.php(
            "echo json_encode( wp_insert_term( 'Sách hay', 'category' ) );"
        )
    )
    term = str(made["term_id"])

    wordpress_site.php(
        f"wp_update_term( {term}, 'category',"
        " ['name' => 'Sách quý', 'slug' => 'sach-quy'] );"
    )
    renamed = target.resolve_terms({NEWS: term})
    wordpress_site.php(f"wp_delete_term( {term}, 'category' );")

    assert renamed == {NEWS: term}
    with pytest.raises(TermMissing) as error:
        target.resolve_terms({NEWS: term})
    assert error.value.facts["term"] == term


def test_a_post_edited_by_somebody_else_is_left_as_it_is(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Bị sửa sau lưng"))
    live = target.go_live(target.put_draft(post).id)
    wordpress_site.php(
        f"wp_update_post( ['ID' => {live.id}, 'post_content' => 'Đã sửa.'] );"
    )

    with pytest.raises(PostChanged):
        target.update(live.id, post, expect=live.version)

    assert target.read(live.id).body == "Đã sửa."
    assert "Đã sửa." in page(live.url)


def test_a_post_trashed_by_somebody_else_is_found_and_stays_there(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = target.prepared(a_post(wordpress_site, "Bị bỏ vào thùng rác"))
    live = target.go_live(target.put_draft(post).id)
    wordpress_site.php(f"wp_trash_post( {live.id} );")

    found = target.find(post)
    with pytest.raises(PostMissing):
        target.go_live(live.id)

    assert found is not None
    assert (found.id, found.state) == (live.id, PostState.TRASHED)
    assert statuses(wordpress_site, post.key) == ["trash"]


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


def test_plain_permalinks_are_no_obstacle(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    wordpress_site.php("update_option( 'permalink_structure', '' );")

    probe = target.probe()
    draft = target.put_draft(
        target.prepared(a_post(wordpress_site, "Đường dẫn tĩnh đơn giản"))
    )
    wordpress_site.php(
        "update_option( 'permalink_structure', '/%category%/%postname%/' );"
        "delete_option( 'rewrite_rules' );"
    )

    assert draft.state is PostState.DRAFT
    assert "rest_route=" in probe.details["rest root"]
    assert any("Permalinks" in str(advice) for advice in probe.advice)
