import time
from collections.abc import Iterator

import pytest
import requests

from connector.rehearsal.wordpress import WordPress
from tests.live.proxy import FaultProxy, fault_proxy

pytestmark = pytest.mark.live

POSTS = "/wp-json/wp/v2/posts"


@pytest.fixture
def proxy(wordpress_site: WordPress) -> Iterator[FaultProxy]:
    with fault_proxy(wordpress_site.url) as proxy:
        yield proxy


def draft(
    title: str,
    proxy: FaultProxy,
    site: WordPress,
    *,
    timeout: float = 30,
) -> requests.Response:
    return requests.post(
        proxy.url + POSTS,
        json={"title": title, "status": "draft"},
        auth=("editor", site.users["editor"]),
        timeout=timeout,
    )


def made(title: str, site: WordPress) -> int:
    """Return how many posts of this title the database holds."""
    query = f"SELECT COUNT(*) FROM wp_posts WHERE post_title = '{title}'"  # noqa: S608
    return int(site.sql(query)[0][0])


def test_requests_pass_unless_told_otherwise(
    proxy: FaultProxy,
    wordpress_site: WordPress,
) -> None:
    answer = draft("Qua cổng", proxy, wordpress_site)
    requests.get(f"{proxy.url}/?rest_route=/wp/v2/posts", timeout=30)

    assert answer.status_code == 201
    assert made("Qua cổng", wordpress_site) == 1
    assert proxy.seen == [("POST", POSTS), ("GET", "/?rest_route=/wp/v2/posts")]


def test_a_cut_answer_leaves_a_post(
    proxy: FaultProxy,
    wordpress_site: WordPress,
) -> None:
    proxy.cut_answer_of("POST", "/wp/v2/posts")

    with pytest.raises(requests.ConnectionError, match="without response"):
        draft("Mất hồi đáp", proxy, wordpress_site)
    first = made("Mất hồi đáp", wordpress_site)
    again = draft("Mất hồi đáp", proxy, wordpress_site)

    assert first == 1
    assert again.status_code == 201
    assert proxy.seen == [("POST", POSTS)] * 2


def test_a_refused_request_leaves_nothing(
    proxy: FaultProxy,
    wordpress_site: WordPress,
) -> None:
    proxy.refuse("POST", "/wp/v2/posts")

    with pytest.raises(requests.ConnectionError):
        draft("Bị từ chối", proxy, wordpress_site)

    assert made("Bị từ chối", wordpress_site) == 0


def test_a_delayed_request_is_done_after_the_client_left(
    proxy: FaultProxy,
    wordpress_site: WordPress,
) -> None:
    proxy.delay(0.5, "POST")

    with pytest.raises(requests.ReadTimeout):
        draft("Đến muộn", proxy, wordpress_site, timeout=0.1)
    at_first = made("Đến muộn", wordpress_site)
    deadline = time.monotonic() + 30
    while not made("Đến muộn", wordpress_site) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert at_first == 0
    assert made("Đến muộn", wordpress_site) == 1


def test_an_answer_can_be_put_in_the_servers_mouth(
    proxy: FaultProxy,
    wordpress_site: WordPress,
) -> None:
    proxy.answer(503, {"Retry-After": "600"}, "<h1>Bảo trì</h1>", "POST")

    answer = draft("Đang bảo trì", proxy, wordpress_site)
    passed = requests.get(proxy.url + POSTS, timeout=30)

    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "600")
    assert answer.content.decode() == "<h1>Bảo trì</h1>"
    assert made("Đang bảo trì", wordpress_site) == 0
    assert passed.status_code == 200


def test_a_fault_befalls_only_the_route_it_names(proxy: FaultProxy) -> None:
    proxy.answer(500, {}, "", "*", "/wp/v2/posts/*", times=2)

    statuses = [
        requests.get(proxy.url + target, timeout=30).status_code
        for target in (POSTS, f"{POSTS}/1", "/?rest_route=/wp/v2/posts/1", POSTS)
    ]

    assert statuses == [200, 500, 500, 200]
