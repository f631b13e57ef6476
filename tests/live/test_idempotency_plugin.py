"""The plugin of extras/wordpress: WordPress itself makes a post once for each key."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests

from connector.domain.errors import Unclear
from connector.domain.publication import StoredPost
from connector.rehearsal import variants
from connector.rehearsal.wordpress import WordPress
from tests.live.proxy import FaultProxy, fault_proxy
from tests.live.the_way import a_post, statuses, target_of

pytestmark = pytest.mark.live

PLUGIN = (
    Path(__file__).parents[2] / "extras/wordpress/connector-idempotency.php"
).read_text("utf-8")
ONCE = (
    "&& ! get_option( 'khong_may_{number}' )"
    " && update_option( 'khong_may_{number}', 1 )"
)


@pytest.fixture
def site(wordpress_site: WordPress) -> Iterator[WordPress]:
    with wordpress_site.mu_plugin(PLUGIN.removeprefix("<?php\n")):
        yield wordpress_site


@pytest.fixture
def proxy(site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(site.url) as proxy:
        yield proxy


def create(
    site: WordPress, key: str, *, user: str = "editor", route: str = "posts"
) -> requests.Response:
    return requests.post(
        f"{site.url}/wp-json/wp/v2/{route}",
        json={"title": f"Bài {key}", "status": "draft"},
        headers={"Idempotency-Key": quote(key)},
        auth=(user, site.users[user]),
        timeout=60,
    )


def titled(site: WordPress, key: str) -> list[str]:
    rows = site.sql(f"SELECT ID FROM wp_posts WHERE post_title = 'Bài {key}'")  # noqa: S608 -- ours
    return [post_id for (post_id,) in rows]


def failing(when: str, number: int) -> str:
    """Return a plugin that fails on the first new post, at this hook."""
    once = ONCE.format(number=number)
    return (
        f"add_action( '{when}', function ( $id ) {{"
        f" if ( defined( 'REST_REQUEST' ) && wp_is_post_revision( $id ) === false"
        f" {once} ) {{ throw new Error( 'hong' ); }} }}, 10, 1 );"
    )


def test_eight_clients_with_one_key_make_one_post(site: WordPress) -> None:
    with ThreadPoolExecutor(8) as clients:
        answers = list(clients.map(lambda _: create(site, "tám máy"), range(8)))

    replayed = [a.headers.get("Idempotent-Replayed") for a in answers]
    assert [answer.status_code for answer in answers] == [201] * 8
    assert sorted(map(str, replayed)) == ["None", *["true"] * 7]
    assert {str(answer.json()["id"]) for answer in answers} == set(
        titled(site, "tám máy")
    )


def test_a_fatal_error_after_the_post_was_made_gives_the_same_post(
    site: WordPress,
) -> None:
    with site.mu_plugin(failing("save_post", 1)):
        first = create(site, "hỏng sau")
        second = create(site, "hỏng sau")

    assert (first.status_code, second.status_code) == (500, 201)
    assert second.headers["Idempotent-Replayed"] == "true"
    assert titled(site, "hỏng sau") == [str(second.json()["id"])]


def test_a_process_that_ends_between_post_and_key_leaves_neither(
    site: WordPress,
) -> None:
    # What it stores in the database is undone with the post: so, a file.
    once = "! is_file( ABSPATH . 'ngat' ) && touch( ABSPATH . 'ngat' )"
    code = f"add_action( 'set_object_terms', fn() => ({once}) && exit() );"
    with site.mu_plugin(code):
        first = create(site, "ngắt giữa")
        made_by_first = titled(site, "ngắt giữa")
        second = create(site, "ngắt giữa")

    assert first.text == ""
    assert made_by_first == []
    assert titled(site, "ngắt giữa") == [str(second.json()["id"])]


def test_a_retry_waits_for_the_first_request(site: WordPress) -> None:
    slow = "add_action( 'save_post', function () { usleep( 500000 ); } );"
    with site.mu_plugin(slow), ThreadPoolExecutor(2) as clients:
        answers = list(clients.map(lambda _: create(site, "chậm"), range(2)))

    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(titled(site, "chậm")) == 1


def test_another_user_or_kind_with_the_same_key_is_refused(site: WordPress) -> None:
    create(site, "của biên tập viên")

    answers = [
        create(site, "của biên tập viên", user="admin"),
        create(site, "của biên tập viên", route="pages"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert {answer.json()["code"] for answer in answers} == {"connector_key_taken"}
    assert len(titled(site, "của biên tập viên")) == 1


def test_who_may_not_create_learns_nothing_by_a_key(site: WordPress) -> None:
    create(site, "bí mật")

    answer = create(site, "bí mật", user="subscriber")

    assert (answer.status_code, answer.json()["code"]) == (403, "rest_cannot_create")


def test_a_key_finds_its_post_and_no_other(site: WordPress) -> None:
    made = create(site, "khóa một").json()["id"]
    create(site, "khóa một hai")

    def found(key: str) -> list[int]:
        answer = requests.get(
            f"{site.url}/wp-json/wp/v2/posts",
            params={"connector_key": quote(key), "status": "any", "context": "edit"},
            auth=("editor", site.users["editor"]),
            timeout=30,
        )
        return [post["id"] for post in answer.json()]

    assert (found("khóa một"), found("khóa")) == ([made], [])


def test_a_key_works_inside_a_batch(site: WordPress) -> None:
    one: dict[str, Any] = {
        "path": "/wp/v2/posts",
        "method": "POST",
        "body": {"title": "Bài trong lô", "status": "draft"},
        "headers": {"Idempotency-Key": "trong-lo"},
    }
    other = {**one, "headers": {"Idempotency-Key": "trong-lo-2"}}

    answer = requests.post(
        f"{site.url}/wp-json/batch/v1",
        json={"requests": [one, one, other]},
        auth=("editor", site.users["editor"]),
        timeout=30,
    )

    first, again, second = answer.json()["responses"]
    assert answer.status_code == 207
    assert first["body"]["id"] == again["body"]["id"] != second["body"]["id"]
    assert again["headers"]["Idempotent-Replayed"] == "true"
    assert len(titled(site, "trong lô")) == 2


def test_a_key_whose_post_was_deleted_for_good_is_free_again(site: WordPress) -> None:
    first = create(site, "xóa hẳn").json()["id"]
    site.php(f"wp_delete_post( {first}, true );")

    second = create(site, "xóa hẳn")

    assert second.status_code == 201
    assert titled(site, "xóa hẳn") == [str(second.json()["id"])]


def test_the_plugin_is_told_by_every_answer(site: WordPress) -> None:
    for route, status in (("", 200), ("wp/v2/posts", 200), ("wp/v2/users/me", 401)):
        answer = requests.get(f"{site.url}/wp-json/{route}", timeout=30)
        assert answer.status_code == status
        assert answer.headers["X-Connector-Idempotency"] == "1"


# The connector with it.


def test_a_lost_answer_is_asked_for_again_and_nothing_is_made_twice(
    site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(site, url=proxy.url)
    post = a_post(target, "Hồi đáp mất, hỏi lại")
    proxy.cut_answer_of("POST", "/wp/v2/posts", times=2)

    draft = target.put_draft(post)

    assert target.capabilities.key_conflict == "replay"
    assert target.losses(post, draft) == ()
    assert statuses(site, post) == ["draft"]
    assert [method for method, _ in proxy.seen].count("POST") == 3


def test_what_a_fatal_error_after_the_draft_cut_off_is_named(
    site: WordPress,
) -> None:
    target = target_of(site)
    post = a_post(target, "Trình cắm khác hỏng")

    with site.mu_plugin(failing("save_post", 3)):
        draft = target.put_draft(post)

    assert statuses(site, post) == ["draft"]
    # WordPress files a post in its categories after the hooks.
    assert [loss.part for loss in target.losses(post, draft)] == ["category"]


def test_a_batch_whose_answer_is_lost_is_asked_for_again(
    site: WordPress, proxy: FaultProxy
) -> None:
    target = target_of(site, url=proxy.url)
    posts = [a_post(target, f"Lô mất hồi đáp {number}") for number in range(3)]
    proxy.cut_answer_of("POST", "/batch/v1")
    assert target.bulk is not None

    drafts = target.bulk.put_draft(posts)

    assert all(isinstance(draft, StoredPost) for draft in drafts)
    assert [statuses(site, post) for post in posts] == [["draft"]] * 3


def test_a_site_that_loses_the_plugin_is_written_to_once_only(
    wordpress_site: WordPress,
) -> None:
    with fault_proxy(wordpress_site.url) as proxy:
        target = target_of(wordpress_site, url=proxy.url)
        with wordpress_site.mu_plugin(PLUGIN.removeprefix("<?php\n")):
            post = a_post(target, "Gỡ trình cắm")
            assert target.capabilities.key_conflict == "replay"
        assert target.find(post) is None
        proxy.cut_answer_of("POST", "/wp/v2/posts")

        with pytest.raises(Unclear):
            target.put_draft(post)

    assert target.capabilities.key_conflict == "suffix"
    assert statuses(wordpress_site, post) == ["draft"]


def test_the_drafter_sends_the_key_that_the_publisher_learned_of(
    site: WordPress,
) -> None:
    with fault_proxy(site.url) as proxy:
        target = target_of(
            site,
            url=proxy.url,
            user="author",
            publisher_user="editor",
            publisher_password=site.users["editor"],
        )
        post = a_post(target, "Hai tài khoản và một khóa")
        proxy.cut_answer_of("POST", "/wp/v2/posts")

        draft = target.put_draft(post)

    assert target.losses(post, draft) == ()
    assert statuses(site, post) == ["draft"]


def test_a_kind_of_the_sites_own_is_made_once_too(site: WordPress) -> None:
    with variants.library_news(site), fault_proxy(site.url) as proxy:
        target = target_of(
            site, url=proxy.url, post_type="library-news", taxonomy="sections"
        )
        post = a_post(target, "Bản tin một lần")
        proxy.cut_answer_of("POST", "/wp/v2/library-news")

        target.put_draft(post)

    assert statuses(site, post) == ["draft"]
