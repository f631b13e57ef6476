"""What only a real WordPress shows of its XML-RPC."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import requests
import wordpress_xmlrpc as library
from pydantic import SecretStr
from wordpress_xmlrpc.methods.posts import NewPost

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
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
from connector.targets import wordpress, wordpress_xmlrpc
from tests.contracts.target_posts import PICTURE
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live

NEWS = CategoryCode("news")
VIETNAM = timezone(timedelta(hours=7))
ENDPOINT = "/xmlrpc.php"
MORNING = datetime(2026, 3, 16, 8, 0, tzinfo=VIETNAM)


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


@pytest.fixture
def plugin(wordpress_site: WordPress) -> Iterator[Path]:
    """A must-use plugin, to be written; gone after the test."""
    path = wordpress_site.folder / "wp-content/mu-plugins/xmlrpc-test.php"
    yield path
    path.unlink(missing_ok=True)


def target_of(
    site: WordPress,
    *,
    user: str = "editor",
    url: str = "",
    password: str = "",
    timeout_s: float = 20,
) -> wordpress_xmlrpc.WordPressXmlRpc:
    options = wordpress_xmlrpc.Options(
        url=url or site.url,
        user=user,
        password=SecretStr(password or site.users[user]),
        timeout_s=timeout_s,
    )
    return wordpress_xmlrpc.connect("portal", options=options, folder=Path())


def a_post(
    site: WordPress, title: str, *, body: str = "<p>Thư viện mở cửa.</p>"
) -> Post:
    key = key_of("live by xmlrpc", title)
    return target_of(site).prepared(
        Post(
            key=key,
            slug=slug_of(title, key),
            title=title,
            body=body,
            excerpt="",
            language="vi",
            category=NEWS,
            terms=(str(site.categories["tin-tuc"]),),
        )
    )


def a_file(content: bytes, *, name: str, media_type: str = "image/png") -> Attachment:
    return Attachment(
        name=name,
        media_type=media_type,
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
        alt="Lịch nghỉ Tết",
    )


def column(site: WordPress, name: str, key: str) -> list[str]:
    """Return a column of every post of which slug or text has the key."""
    rows = site.sql(
        f"SELECT {name} FROM wp_posts WHERE post_type = 'post'"  # noqa: S608 -- a key of ours
        f" AND (post_name LIKE '%{key}%' OR post_content LIKE '%{key}%') ORDER BY ID"
    )
    return [value for (value,) in rows]


def statuses(site: WordPress, key: str) -> list[str]:
    return column(site, "post_status", key)


def test_it_publishes_where_the_rest_api_is_shut(
    wordpress_site: WordPress, plugin: Path
) -> None:
    plugin.write_text(
        "<?php add_filter( 'rest_authentication_errors', fn() =>"
        " new WP_Error( 'rest_disabled', 'Đã tắt', ['status' => 403] ) );"
    )
    by_rest = wordpress.connect(
        "portal",
        options=wordpress.Options(
            url=wordpress_site.url,
            user="editor",
            password=SecretStr(wordpress_site.users["editor"]),
        ),
        folder=Path(),
    )
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "REST bị tắt")

    with pytest.raises(NotOurAnswer):
        by_rest.find(post)
    live = target.go_live(target.put_draft(post).id)

    assert live.state is PostState.LIVE
    assert "Thư viện mở cửa." in requests.get(live.url, timeout=30).text


def test_a_post_type_that_rest_does_not_show_is_published(
    wordpress_site: WordPress, plugin: Path
) -> None:
    plugin.write_text(
        "<?php add_action( 'init', function () {"
        " register_post_type( 'su_kien', ['public' => true, 'show_in_rest' => false,"
        " 'rewrite' => false] );"
        " register_taxonomy( 'loai', 'su_kien', ['public' => true] ); } );"
    )
    (term,) = wordpress_site.php(
        "echo wp_insert_term( 'Hội thảo', 'loai', ['slug' => 'hoi-thao'] )['term_id'];"
    ).splitlines()
    options = wordpress_xmlrpc.Options(
        url=wordpress_site.url,
        user="editor",
        password=SecretStr(wordpress_site.users["editor"]),
        post_type="su_kien",
        taxonomy="loai",
    )
    target = wordpress_xmlrpc.connect("portal", options=options, folder=Path())
    terms = target.resolve_terms({NEWS: "hoi-thao"})
    post = replace(a_post(wordpress_site, "Hội thảo mở"), terms=(terms[NEWS],))

    live = target.go_live(target.put_draft(post).id)
    found = target.find(post)

    assert terms == {NEWS: term}
    assert live.state is PostState.LIVE
    assert found == live
    assert target.losses(post, live) == ()


def test_a_lost_answer_leaves_one_draft_that_is_found(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    post = a_post(wordpress_site, "Mất hồi đáp khi tạo bản nháp")
    proxy.cut_answer_of("POST", ENDPOINT)

    with pytest.raises(Unclear):
        target.put_draft(post)
    sent = list(proxy.seen)
    found = target.find(post, deep=False)

    assert found is not None
    assert target.losses(post, found) == ()
    assert sent == [("POST", ENDPOINT)]
    assert statuses(wordpress_site, post.key) == ["draft"]


def test_the_library_by_itself_makes_two_posts_of_a_lost_answer(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    password = wordpress_site.users["editor"]
    client = library.Client(proxy.url + ENDPOINT, "editor", password)
    post = library.WordPressPost()
    post.title = "Gửi hai lần"
    post.slug = key_of("live by xmlrpc", "Gửi hai lần")
    proxy.cut_answer_of("POST", ENDPOINT)

    client.call(NewPost(post))

    assert statuses(wordpress_site, post.slug) == ["draft", "draft"]


def test_a_site_that_does_not_answer_in_time_is_given_up(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url, timeout_s=0.2)
    post = a_post(wordpress_site, "Chờ mãi không xong")
    proxy.delay(1, "POST", ENDPOINT)

    with pytest.raises(Unclear, match="no answer in time"):
        target.put_draft(post)


def test_a_lost_answer_to_a_change_is_no_conflict(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Mất hồi đáp khi sửa")
    draft = target.put_draft(post)
    wordpress_site.sql(
        "UPDATE wp_posts SET post_modified_gmt = '2026-03-16 01:00:00'"  # noqa: S608 -- a number
        f" WHERE ID = {draft.id}"
    )
    new = target.prepared(replace(post, body="<p>Mới.</p>"))
    behind = target_of(wordpress_site, url=proxy.url)
    expect = behind.read(draft.id).version
    # The first is the look before the change.
    proxy.delay(0, "POST", ENDPOINT)
    proxy.cut_answer_of("POST", ENDPOINT)

    updated = behind.update(draft.id, new, expect=expect)

    assert target.losses(new, updated) == ()
    assert len(proxy.seen) > 4


def test_a_wrong_password_is_named(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site, password="sai mật khẩu")
    post = a_post(wordpress_site, "Sai mật khẩu")

    for ask in (
        target.probe,
        lambda: target.find(post),
        lambda: target.put_draft(post),
        lambda: target.resolve_terms({NEWS: "tin-tuc"}),
    ):
        with pytest.raises(CredentialsRefused) as error:
            ask()
        assert error.value.facts == {"target": "portal", "user": "editor"}
    assert statuses(wordpress_site, post.key) == []


@pytest.mark.parametrize(
    ("user", "rights"),
    [
        ("admin", (True, True, True, True)),
        ("editor", (True, True, True, True)),
        ("author", (True, True, True, False)),
        ("contributor", (True, False, False, False)),
        ("subscriber", (False, False, False, False)),
    ],
)
def test_the_probe_tells_what_each_role_may_do(
    wordpress_site: WordPress, user: str, rights: tuple[bool, ...]
) -> None:
    probe = target_of(wordpress_site, user=user).probe()

    assert probe.who == user
    assert probe.software.startswith("WordPress 6")
    assert abs(probe.clock_skew_s) < 60
    assert rights == (
        probe.may_create,
        probe.may_publish,
        probe.may_upload,
        probe.keeps_html,
    )


def test_a_subscriber_may_not_write_and_is_told_so(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site, user="subscriber")

    with pytest.raises(Denied):
        target.put_draft(a_post(wordpress_site, "Không có quyền"))


def test_what_an_author_loses_is_named_while_it_is_a_draft(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site, user="author")
    post = a_post(wordpress_site, "Khung nhúng bị bỏ")
    framed = replace(post, body=f'<iframe src="https://a.example"></iframe>{post.body}')

    stored = target.put_draft(framed)

    assert [loss.part for loss in target.losses(framed, stored)] == ["body"]


def test_a_category_that_is_gone_is_missing_and_nothing_is_made(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = replace(a_post(wordpress_site, "Chuyên mục đã xoá"), terms=("99999",))
    before = wordpress_site.sql("SELECT COUNT(*) FROM wp_terms")

    with pytest.raises(TermMissing):
        target.put_draft(post)
    draft = target.put_draft(a_post(wordpress_site, "Chuyên mục còn"))
    with pytest.raises(TermMissing):
        target.update(draft.id, post, expect=draft.version)

    assert statuses(wordpress_site, post.key) == []
    assert wordpress_site.sql("SELECT COUNT(*) FROM wp_terms") == before


def test_terms_are_cleared_where_there_are_to_be_none(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Bỏ hết chuyên mục")
    draft = target.put_draft(post)

    updated = target.update(draft.id, replace(post, terms=()), expect=draft.version)

    assert updated.terms == ()


def test_a_change_leaves_what_others_have_set(wordpress_site: WordPress) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Giữ nguyên phần của người khác")
    content = PICTURE + b"featured"
    image = target.put_media(a_file(content, name="bìa.png"), content)
    featured = replace(post, featured=image.id)
    draft = target.put_draft(featured)
    wordpress_site.php(
        f"wp_set_post_tags( {draft.id}, 'thẻ của biên tập' );"
        f"update_post_meta( {draft.id}, 'nguon', 'Báo Giáo dục' );"
    )
    new = replace(featured, title="Tiêu đề mới")

    updated = target.update(draft.id, new, expect=target.read(draft.id).version)
    kept = wordpress_site.php(
        f"echo get_the_tags( {draft.id} )[0]->name, '|',"
        f" get_post_meta( {draft.id}, 'nguon', true ), '|',"
        f" get_post( {draft.id} )->post_date_gmt;"
    )

    assert target.losses(new, updated) == ()
    assert updated.featured == image.id
    # The date of a draft goes on floating.
    assert kept == "thẻ của biên tập|Báo Giáo dục|0000-00-00 00:00:00"


def test_the_date_that_readers_see_is_the_minute_in_vietnam(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Tám giờ sáng")

    live = target.go_live(target.put_draft(post).id, at=MORNING)

    assert live.state is PostState.LIVE
    assert live.date == MORNING.astimezone(UTC)
    assert column(wordpress_site, "post_date", post.key) == ["2026-03-16 08:00:00"]
    assert column(wordpress_site, "post_date_gmt", post.key) == ["2026-03-16 01:00:00"]


@pytest.mark.parametrize("permalinks", ["/%category%/%postname%/", ""])
def test_a_post_that_waits_for_its_time_is_scheduled_and_can_be_made_public(
    wordpress_site: WordPress, permalinks: str
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, f"Hẹn giờ đăng {len(permalinks)}")
    draft = target.put_draft(post)
    wordpress_site.php(f"update_option( 'permalink_structure', '{permalinks}' );")
    wordpress_site.php(
        f"wp_update_post( ['ID' => {draft.id}, 'post_status' => 'future',"
        " 'post_date' => '2099-01-01 08:00:00', 'edit_date' => true] );"
    )

    waiting = target.read(draft.id)
    live = target.go_live(draft.id)
    after = target.read(draft.id)
    wordpress_site.php(
        "update_option( 'permalink_structure', '/%category%/%postname%/' );"
        "delete_option( 'rewrite_rules' );"
    )

    assert waiting.state is PostState.SCHEDULED
    assert (live.state, after.state) == (PostState.LIVE, PostState.LIVE)
    assert statuses(wordpress_site, post.key) == ["publish"]


def test_a_post_without_slug_and_mark_is_found_by_its_custom_field(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Đổi cả đường dẫn và nội dung")
    draft = target.put_draft(post)
    wordpress_site.php(
        f"wp_update_post( ['ID' => {draft.id}, 'post_name' => 'khac-han',"
        " 'post_content' => 'Viết lại.'] );"
    )

    found = target.find(post)

    assert target.find(post, deep=False) is None
    assert found is not None
    assert (found.id, found.slug) == (draft.id, "khac-han")


def test_a_draft_goes_to_the_trash_and_is_never_deleted_from_it(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, "Bỏ vào thùng rác")
    draft = target.put_draft(post)

    for _ in range(3):
        target.trash(draft.id)
    found = target.find(post)

    assert found is not None
    assert (found.id, found.state) == (draft.id, PostState.TRASHED)
    with pytest.raises(PostMissing):
        target.go_live(draft.id)


def test_a_file_has_an_ascii_name_and_the_title_people_gave_it(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    content = PICTURE + b"titled"
    file = a_file(content, name="Thông báo nghỉ Tết (1).png")

    first = target.put_media(file, content)
    again = target.put_media(replace(file, name="tên khác.png"), content)

    held = wordpress_site.sql(
        "SELECT post_title FROM wp_posts WHERE post_type = 'attachment'"  # noqa: S608 -- a name of ours
        f" AND guid LIKE '%lib-{file.sha256[:16]}%'"
    )
    assert first == again
    assert first.url.rpartition("/")[2] == f"lib-{file.sha256[:16]}.png"
    assert held == [["Thông báo nghỉ Tết (1)"]]
    assert requests.get(first.url, timeout=30).content == content


def test_a_lost_answer_to_an_upload_leaves_one_file(
    wordpress_site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(wordpress_site, url=proxy.url)
    content = PICTURE + b"lost"
    file = a_file(content, name="ảnh.png")
    # The first is the look for the file.
    proxy.delay(0, "POST", ENDPOINT)
    proxy.cut_answer_of("POST", ENDPOINT)

    first = target.put_media(file, content)

    held = wordpress_site.sql(
        "SELECT ID FROM wp_posts WHERE post_type = 'attachment'"  # noqa: S608 -- a name of ours
        f" AND guid LIKE '%lib-{file.sha256[:16]}%'"
    )
    assert held == [[first.id]]


def test_a_kind_of_file_that_the_site_forbids_is_refused_for_good(
    wordpress_site: WordPress,
) -> None:
    content = b"<svg xmlns='http://www.w3.org/2000/svg'/>"
    file = a_file(content, name="bản đồ.svg", media_type="image/svg+xml")

    with pytest.raises(ContentRefused):
        target_of(wordpress_site).put_media(file, content)


def test_a_text_that_the_database_does_not_take_is_refused_for_good(
    wordpress_site: WordPress,
) -> None:
    target = target_of(wordpress_site)
    post = replace(a_post(wordpress_site, "Tiêu đề quá dài"), title="Thư viện " * 7_000)

    with pytest.raises(ContentRefused):
        target.put_draft(post)

    assert statuses(wordpress_site, post.key) == []


@pytest.mark.parametrize(
    "end", ["throw new Error( 'hỏng' );", "wp_die( 'dừng lại' );", "die();"]
)
def test_a_plugin_that_breaks_off_after_the_post_was_stored_is_unclear(
    wordpress_site: WordPress, plugin: Path, end: str
) -> None:
    target = target_of(wordpress_site)
    post = a_post(wordpress_site, f"Hỏng sau khi lưu: {end}")
    plugin.write_text(
        "<?php add_action( 'save_post_post', function ( $id, $post ) {"
        f" if ( 'auto-draft' !== $post->post_status ) {{ {end} }} }}, 10, 2 );"
    )

    with pytest.raises(Unclear):
        target.put_draft(post)
    plugin.unlink()

    found = target.find(post, deep=False)
    assert found is not None
    assert statuses(wordpress_site, post.key) == ["draft"]


def test_a_site_in_maintenance_is_busy(wordpress_site: WordPress) -> None:
    flag = wordpress_site.folder / ".maintenance"
    flag.write_text("<?php $upgrading = time();")

    with pytest.raises(Busy):
        target_of(wordpress_site).probe()
    flag.unlink()


def test_a_warning_before_the_answer_is_named(
    wordpress_site: WordPress, plugin: Path
) -> None:
    plugin.write_text("<?php echo 'Warning: Undefined variable';")

    with pytest.raises(NotOurAnswer) as error:
        target_of(wordpress_site).probe()

    assert "WP_DEBUG_DISPLAY" in str(error.value.facts["hint"])


def test_xmlrpc_that_is_switched_off_is_named(
    wordpress_site: WordPress, plugin: Path
) -> None:
    plugin.write_text("<?php add_filter( 'xmlrpc_enabled', '__return_false' );")

    with pytest.raises(NotOurAnswer) as error:
        target_of(wordpress_site).probe()

    assert "switched off" in str(error.value.facts["problem"])
