"""
The whole procedure on a real WordPress, by the commands that a librarian types.

A second, independent pair of eyes (XML-RPC) and the database itself say what is there.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest
from wordpress_xmlrpc import Client
from wordpress_xmlrpc.methods.posts import GetPost

from connector.bootstrap import Library, open_library
from connector.cli import app
from connector.cli.desk import Desk, Exit
from connector.cli.init import write_example
from connector.domain.item import ItemId, State
from connector.http import Web, host_and_port
from connector.markup import text_of
from connector.rehearsal.wordpress import WordPress
from connector.targets.site.serve import serve
from tests.live.proxy import fault_proxy

pytestmark = pytest.mark.live

EXAMPLES = Path(str(files("connector") / "examples" / "demo"))
PHONE, WRONG_PHONE = "024 5550 0123", "024 5550 0132"
TAMPER = (
    "UPDATE wp_posts SET post_content = REPLACE(post_content,"
    " '024 5550 0123', '024 5550 0132') WHERE post_type = 'post'"
)

TARGET = """
[targets.portal]
kind = "wordpress"
url = "{url}"
user = "editor"
"""

FEED = """
[sources.bao-vi-du]
kind = "feed"
url = "{url}tin-giao-duc.xml"
attribution = "Báo Ví Dụ"
"""

UNATTENDED = {
    "CONNECTOR_APPROVAL": "check",
    "CONNECTOR_STEPS__CHECK__AUTOMATIC": "true",
    "CONNECTOR_STEPS__CLASSIFY__AUTOMATIC": "true",
    "CONNECTOR_CHECKS__LINKS__LEVEL": "off",
}
"""The literal reading of the written procedure, with nobody at the desk."""


@dataclass
class Desktop:
    """One library on disk, and how its commands end."""

    home: Path
    library: Library
    capsys: pytest.CaptureFixture[str]

    def connector(self, *words: str) -> tuple[int, list[dict[str, object]]]:
        desk = Desk(config=self.home / "config", json=True)
        desk.library = self.library
        code = app.run([*words], desk)
        printed = self.capsys.readouterr().out
        return code, json.loads(printed) if printed else []

    def state(self, item: int) -> State:
        with self.library.parts.staging.reading() as tx:
            return tx.item(ItemId(item)).state

    def text(self, item: int) -> tuple[str, str]:
        with self.library.parts.staging.reading() as tx:
            revision = tx.revision(ItemId(item))
        return revision.title, text_of(revision.body)

    def url(self, item: int) -> str:
        with self.library.parts.staging.reading() as tx:
            return tx.publications(ItemId(item))[0].url


@contextmanager
def desktop(
    home: Path,
    site: WordPress,
    capsys: pytest.CaptureFixture[str],
    *,
    via: str | None = None,
    password: str | None = None,
) -> Iterator[Desktop]:
    config = home / "config"
    write_example(config)
    (config / "targets.toml").write_text(TARGET.format(url=via or site.url))
    with serve(EXAMPLES) as newspaper:
        (config / "sources.toml").write_text(FEED.format(url=newspaper.url))
        environment = {
            **UNATTENDED,
            "CONNECTOR_TARGETS__PORTAL__PASSWORD": password or site.users["editor"],
        }
        library = open_library(config, environment)
        web = Web(allow=frozenset({host_and_port(newspaper.url)}))
        # Through the proxy the CMS still names its own address in its links.
        readers = Web(allow=frozenset({host_and_port(site.url)}))
        routes = {
            name: replace(route, web=readers)
            for name, route in library.parts.routes.items()
        }
        library = replace(library, web=web, parts=replace(library.parts, routes=routes))
        yield Desktop(home=home, library=library, capsys=capsys)


def posts(site: WordPress) -> list[list[str]]:
    """Every post that is not a revision or an automatic draft, from the database."""
    return site.sql(
        "SELECT ID, post_status, post_title, post_modified_gmt FROM wp_posts"
        " WHERE post_type = 'post' AND post_status <> 'auto-draft' ORDER BY ID"
    )


def seen_by_xmlrpc(site: WordPress) -> list[tuple[str, str]]:
    """Title and text of every post, asked in another dialect by another program."""
    client = Client(f"{site.url}/xmlrpc.php", "editor", site.users["editor"])
    seen = [client.call(GetPost(int(number))) for number, *_ in posts(site)]
    return [(unescape(post.title), text_of(post.content)) for post in seen]


@pytest.fixture
def empty_site(wordpress_site: WordPress) -> WordPress:
    wordpress_site.php(
        "foreach (get_posts(['numberposts' => -1, 'post_status' => 'any']) as $p)"
        " wp_delete_post($p->ID, true);"
        "foreach (get_posts(['numberposts' => -1, 'post_status' => 'trash']) as $p)"
        " wp_delete_post($p->ID, true);"
    )
    return wordpress_site


def test_a_feed_a_word_file_and_an_html_file_become_proved_public_posts(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docx = shutil.copyfile(EXAMPLES / "thong-bao-da-sua.docx", tmp_path / "a.docx")

    with desktop(tmp_path, empty_site, capsys) as desk:
        received, _ = desk.connector(
            "receive", "bao-vi-du", str(docx), str(EXAMPLES / "tuyen-ngon.html")
        )
        ran, _ = desk.connector("run")
        listed, rows = desk.connector("list")
        approved = [desk.text(number) for number in range(1, 5)]

    assert (received, ran, listed) == (Exit.DONE, Exit.DONE, Exit.DONE)
    assert [row["state"] for row in rows] == ["complete"] * 4
    assert [status for _, status, _, _ in posts(empty_site)] == ["publish"] * 4
    assert {row["title"] for row in rows} == {post[2] for post in posts(empty_site)}
    assert sorted(seen_by_xmlrpc(empty_site)) == sorted(approved)


def test_a_second_run_changes_nothing_and_sends_nothing(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        fault_proxy(empty_site.url) as proxy,
        desktop(tmp_path, empty_site, capsys, via=proxy.url) as desk,
    ):
        desk.connector("receive", "bao-vi-du")
        desk.connector("run")
        before, asked = posts(empty_site), len(proxy.seen)

        desk.connector("receive", "bao-vi-du")
        code, rows = desk.connector("run")

        assert (code, rows) == (Exit.DONE, [])
        assert posts(empty_site) == before
        assert len(before) == 2
        assert len(proxy.seen) == asked


def test_an_answer_lost_after_the_draft_was_stored_leaves_exactly_one_post(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with (
        fault_proxy(empty_site.url) as proxy,
        desktop(tmp_path, empty_site, capsys, via=proxy.url) as desk,
    ):
        desk.connector("receive", str(EXAMPLES / "tin-van.md"))
        proxy.cut_answer_of("POST", "/wp/v2/posts", times=1)
        code, _ = desk.connector("run")

        assert code == Exit.DONE
        assert [status for _, status, _, _ in posts(empty_site)] == ["publish"]
        assert desk.state(1) is State.COMPLETE


def test_a_digit_changed_by_hand_is_found_shown_and_returned(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docx = shutil.copyfile(EXAMPLES / "thong-bao-da-sua.docx", tmp_path / "a.docx")
    with desktop(tmp_path, empty_site, capsys) as desk:
        desk.connector("receive", str(docx))
        desk.connector("run")
        assert desk.state(1) is State.COMPLETE
        empty_site.sql(TAMPER)

        found, rows = desk.connector("verify", "1")

        assert found == Exit.MISMATCH
        assert rows[0]["judgement"] == "FAIL"
        differences = rows[0]["differences"]
        assert isinstance(differences, list)
        assert any(
            PHONE in one["approved"] and WRONG_PHONE in one["shown"]
            for one in differences
        )
        assert desk.state(1) is State.APPROVED

        # Somebody changed it in the CMS: it is not overwritten unless a person says so.
        refused, rows = desk.connector("publish", "1")
        assert refused == Exit.FAILED
        assert rows[0]["state"] == "conflict"
        assert (
            WRONG_PHONE
            in empty_site.sql(
                "SELECT post_content FROM wp_posts WHERE post_type = 'post'"
            )[0][0]
        )

        again, _ = desk.connector(
            "publish", "1", "--overwrite", "--reason", "Số điện thoại bị sửa sai"
        )
        proved, _ = desk.connector("verify", "1", "--as", "bien-tap")

        assert (again, proved) == (Exit.DONE, Exit.DONE)
        assert desk.state(1) is State.COMPLETE


def test_a_withdrawn_item_is_gone_for_readers(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desktop(tmp_path, empty_site, capsys) as desk:
        desk.connector("receive", str(EXAMPLES / "tin-van.md"))
        desk.connector("run")
        url = desk.url(1)
        readers = desk.library.parts.routes["portal"].web
        assert readers.get(url).status == 200

        code, _ = desk.connector(
            "withdraw", "1", "--reason", "Thông tin đã cũ", "--as", "pho-giam-doc"
        )

        assert code == Exit.DONE
        assert readers.get(url).status == 404
        assert desk.state(1) is State.WITHDRAWN


def test_a_post_that_somebody_threw_away_is_written_anew_when_a_person_says_so(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desktop(tmp_path, empty_site, capsys) as desk:
        desk.connector("receive", str(EXAMPLES / "tin-van.md"))
        desk.connector("run")
        (old,) = posts(empty_site)
        empty_site.php(f"wp_trash_post({old[0]});")

        missed, _ = desk.connector("verify", "1")
        desk.connector("return", "1", "--reason", "Bài bị bỏ vào thùng rác")
        refused, _ = desk.connector("publish", "1")
        again, _ = desk.connector(
            "publish", "1", "--overwrite", "--reason", "Bị xoá nhầm"
        )
        desk.connector("verify", "1")

        assert missed == Exit.UNREACHABLE
        assert refused == Exit.FAILED
        assert again == Exit.DONE
        assert [status for _, status, _, _ in posts(empty_site)] == ["trash", "publish"]
        assert desk.state(1) is State.COMPLETE


def test_a_wrong_password_is_tried_once_and_all_go_on_when_it_is_mended(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desktop(tmp_path, empty_site, capsys, password="sai mat khau") as desk:
        desk.connector("receive", "bao-vi-du")
        ran, _ = desk.connector("run")
        code, rows = desk.connector("publish")

        assert (ran, code) == (Exit.UNREACHABLE, Exit.UNREACHABLE)
        assert [row["state"] for row in rows] == ["waits", "waits"]
        assert posts(empty_site) == []

    with desktop(tmp_path, empty_site, capsys) as desk:
        code, _ = desk.connector("publish")
        desk.connector("run")

        assert code == Exit.DONE
        assert [desk.state(number) for number in (1, 2)] == [State.COMPLETE] * 2


def test_the_doctor_names_the_account_and_what_it_may_do(
    empty_site: WordPress, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with desktop(tmp_path, empty_site, capsys) as desk:
        code, rows = desk.connector("doctor")

    assert code == Exit.DONE
    (portal,) = [row for row in rows if row.get("target") == "portal"]
    assert portal["who"] == "editor"
    assert portal["may_publish"] is True


@pytest.mark.parametrize("on_wordpress", [False, True], ids=["site", "wordpress"])
def test_the_demonstration_ends_with_every_item_proved(
    on_wordpress: bool,  # noqa: FBT001 -- pytest's own
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:
    if on_wordpress:
        # Asked only for its leave: the demonstration starts a WordPress of its own.
        request.getfixturevalue("wordpress_site")
    words = ["demo", str(tmp_path / "demo"), "--json"]

    code = app.run(words + (["--wordpress"] if on_wordpress else []), Desk())

    assert code == Exit.DONE
    (told,) = json.loads(capsys.readouterr().out)
    library = open_library(tmp_path / "demo" / "config", {})
    with library.parts.staging.reading() as tx:
        states = [item.state for item in tx.items()]
        assert tx.broken_audit_row() is None
    assert states == [State.COMPLETE] * 5
    assert told["folder"] == str(tmp_path / "demo")
    assert "024 5550 0132" in (tmp_path / "demo" / "so-sanh.html").read_text("utf-8")
