"""What only a real WordPress shows: its own words, filters, races and files."""

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests

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
from connector.domain.publication import PostState
from connector.rehearsal.wordpress import WordPress
from tests.live.on_wordpress import NEWS, a_post, statuses, target_of
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


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
