"""The small web server of the kind `site`, asked as a reader asks."""

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path, PosixPath
from typing import ClassVar
from urllib.parse import urlsplit

import pytest

from connector.domain.item import Attachment, Use, sha256
from connector.targets.site.serve import Server, serve
from tests.targets.site.sites import a_post, a_site, live

pytestmark = pytest.mark.live

PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1000
SLUG = a_post(1).slug


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    live(a_site(tmp_path), a_post(1))
    with serve(tmp_path / "public") as server:
        yield server


def ask(
    server: Server, path: str, method: str = "GET"
) -> tuple[int, dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=10)
    connection.request(method, path)
    answer = connection.getresponse()
    headers = {name.lower(): value for name, value in answer.getheaders()}
    body = answer.read()
    connection.close()
    return answer.status, headers, body


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/", "text/html; charset=utf-8"),
        (f"/tin-tuc/{SLUG}/", "text/html; charset=utf-8"),
        (f"/tin-tuc/{SLUG}/?utm_source=x", "text/html; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/sitemap.xml", "application/xml; charset=utf-8"),
        ("/style.css?0123", "text/css; charset=utf-8"),
    ],
)
def test_pages_are_served_with_their_type(
    server: Server, path: str, media_type: str
) -> None:
    status, headers, body = ask(server, path)

    assert (status, headers["content-type"]) == (200, media_type)
    assert headers["content-length"] == str(len(body))
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-cache"
    if media_type.startswith("text/html"):
        assert "Giới thiệu sách mới" in body.decode()


def test_a_head_request_gets_no_bytes(server: Server) -> None:
    _, headers, page = ask(server, "/")

    status, head, body = ask(server, "/", "HEAD")

    assert (status, head["content-length"], body) == (200, str(len(page)), b"")
    assert head["content-type"] == headers["content-type"]


def test_files_come_byte_by_byte(server: Server, tmp_path: Path) -> None:
    site = a_site(tmp_path)
    file = Attachment(
        name="Bìa sách.png",
        media_type="image/png",
        sha256=sha256(PICTURE),
        size=len(PICTURE),
        use=Use.FEATURED,
    )
    media = site.put_media(file, PICTURE)
    path = urlsplit(media.url).path
    assert ask(server, path)[0] == 404

    live(site, a_post(2, featured=media.id))

    status, headers, body = ask(server, path)
    assert (status, headers["content-type"]) == (200, "image/png")
    assert body == PICTURE


@pytest.mark.parametrize(
    "path",
    [
        "/khong-co/",
        "/khong-co",
        f"/tin-tuc/{SLUG}/khong-co",
        "/feed.xml/",
        "/media/",
        "/../public.state/posts/000000000001.json",
        "/%2e%2e/public.state/posts/000000000001.json",
        "/..%2fpublic.state%2fposts%2f000000000001.json",
        "/tin-tuc/../../public.state/lock",
        "/..\\public.state\\lock",
        "/%00",
        "//etc/passwd",
        "/" + "a" * 3000,
    ],
)
def test_what_is_not_there_is_the_site_s_own_404_page(
    server: Server, path: str
) -> None:
    status, headers, body = ask(server, path)

    assert status == 404
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert "Không tìm thấy trang" in body.decode()


def test_a_link_out_of_the_folder_is_not_followed(
    server: Server, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("bí mật")
    (tmp_path / "public" / "out.txt").symlink_to(tmp_path / "secret.txt")

    assert ask(server, "/out.txt")[0] == 404


@pytest.mark.parametrize(
    ("path", "to"),
    [
        ("/tin-tuc", "/tin-tuc/"),
        (f"/tin-tuc/{SLUG}", f"/tin-tuc/{SLUG}/"),
        ("//tin-tuc", "/tin-tuc/"),
    ],
)
def test_a_folder_without_its_slash_is_redirected(
    server: Server, path: str, to: str
) -> None:
    status, headers, _ = ask(server, path)

    assert (status, headers["location"]) == (301, to)


def test_other_methods_are_not_allowed(server: Server) -> None:
    assert ask(server, "/", "POST")[0] == 501


def test_what_is_published_is_seen_at_once_and_what_is_withdrawn_is_gone(
    server: Server, tmp_path: Path
) -> None:
    site = a_site(tmp_path)
    path = f"/tin-tuc/{a_post(2).slug}/"
    assert ask(server, path)[0] == 404

    post_id = live(site, a_post(2))
    assert ask(server, path)[0] == 200

    site.withdraw(post_id)
    assert ask(server, path)[0] == 404


def test_readers_never_miss_a_page_while_others_are_published(
    server: Server, tmp_path: Path
) -> None:
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not done.is_set():
            seen.append(ask(server, f"/tin-tuc/{SLUG}/")[0])

    reader = threading.Thread(target=read)
    reader.start()
    site = a_site(tmp_path)
    for number in range(2, 22):
        live(site, a_post(number))
    done.set()
    reader.join()

    assert set(seen) == {200}


def test_a_folder_that_is_not_there_yet_is_a_404(tmp_path: Path) -> None:
    with serve(tmp_path / "public") as server:
        assert ask(server, "/")[0] == 404


def test_a_site_replaced_twice_within_one_request_is_looked_up_again(
    server: Server, tmp_path: Path
) -> None:
    gone, here = tmp_path / "gone", server.folder.resolve()

    class Replaced(PosixPath):
        shown: ClassVar[list[Path]] = [gone, here, here]

        def resolve(  # type: ignore[override]
            self,
            strict: bool = False,  # noqa: FBT001, FBT002 -- as pathlib has it
        ) -> Path:
            del strict
            return self.shown.pop(0)

    server.folder = Replaced(tmp_path / "public")

    assert ask(server, "/style.css")[0] == 200
    assert Replaced.shown == []
