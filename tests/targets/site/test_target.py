import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.errors import (
    ContentRefused,
    NotOurAnswer,
    NotSent,
    PostMissing,
    TermMissing,
    Unclear,
)
from connector.domain.item import Attachment, Use, sha256
from connector.targets.site.target import EXTENSIONS, SiteTarget, ascii_name, connect
from tests.targets.site.sites import OPTIONS, START, URL, a_post, a_site, files, live

PDF = b"%PDF-1.7 danh muc sach moi"


def a_file(name: str = "Danh mục sách mới (đợt 2).PDF") -> Attachment:
    return Attachment(
        name=name,
        media_type="application/pdf",
        sha256=sha256(PDF),
        size=len(PDF),
        use=Use.ATTACHMENT,
    )


def public_file(folder: Path) -> Path:
    return (
        folder / "public" / "media" / f"{sha256(PDF)[:16]}-danh-muc-sach-moi-dot-2.pdf"
    )


def test_connecting_asks_and_makes_nothing(tmp_path: Path) -> None:
    a_site(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_the_first_question_makes_an_empty_site(tmp_path: Path) -> None:
    probe = a_site(tmp_path).probe()

    assert probe.who == f"uid {os.geteuid()}"
    assert probe.advice == ()
    assert {"index.html", "404.html", "feed.xml"} <= files(tmp_path / "public").keys()


def test_the_probe_tells_of_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "index.php").write_text("<?php")

    with pytest.raises(NotOurAnswer) as error:
        a_site(tmp_path).probe()

    assert error.value.facts == {
        "target": "portal",
        "problem": f"{tmp_path}/public was not made by connector",
        "hint": f"mv {tmp_path}/public {tmp_path}/public.old",
    }
    assert files(tmp_path / "public") == {"index.php": b"<?php"}


def test_a_link_of_somebody_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "public").symlink_to("old")

    with pytest.raises(NotOurAnswer):
        a_site(tmp_path).put_draft(a_post(1))

    assert (tmp_path / "public").readlink() == Path("old")


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()

    live(a_site(tmp_path), a_post(1))

    assert (tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html").is_file()


def test_a_place_that_cannot_be_written_is_not_sent(tmp_path: Path) -> None:
    (tmp_path / "public.state").write_text("a file, where a folder should be")

    site = a_site(tmp_path)

    with pytest.raises(NotSent):
        site.put_draft(a_post(1))
    with pytest.raises(NotSent):
        site.probe()


def test_drafts_are_for_the_owner_only(tmp_path: Path) -> None:
    a_site(tmp_path).put_draft(a_post(1))

    state = tmp_path / "public.state"
    assert (state / "posts").stat().st_mode & 0o777 == 0o700
    assert (state / "media").stat().st_mode & 0o777 == 0o700
    assert (state / "trees").stat().st_mode & 0o055 == 0o055


def test_a_file_is_public_as_long_as_a_live_post_uses_it(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    media = site.put_media(a_file(), PDF)
    assert media.url == f"{URL}media/{public_file(tmp_path).name}"
    post = replace(
        a_post(1), media=(media,), body=f'<a href="{media.url}">Danh mục</a>'
    )

    draft = site.put_draft(site.prepared(post))
    assert not public_file(tmp_path).exists()

    site.go_live(draft.id)
    assert public_file(tmp_path).read_bytes() == PDF

    site.withdraw(draft.id)
    assert not public_file(tmp_path).exists()


def test_a_file_that_was_not_stored_is_not_referred_to(tmp_path: Path) -> None:
    site = a_site(tmp_path)

    with pytest.raises(ContentRefused):
        site.put_draft(replace(a_post(1), featured="0123456789abcdef-bia.png"))

    assert site.find(a_post(1)) is None


def test_other_bytes_than_the_approved_ones_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ContentRefused):
        a_site(tmp_path).put_media(a_file(), b"%PDF-1.7 danh muc khac")


def test_a_file_that_somebody_changed_on_the_site_is_right_after_the_next_update(
    tmp_path: Path,
) -> None:
    site = a_site(tmp_path)
    media = site.put_media(a_file(), PDF)
    post = site.prepared(
        replace(a_post(1), media=(media,), body=f'<a href="{media.url}">Danh mục</a>')
    )
    live = site.go_live(site.put_draft(post).id)
    public_file(tmp_path).write_bytes(b"khac")

    site.put_media(a_file(), PDF)
    site.update(live.id, post, expect=live.version)

    assert public_file(tmp_path).read_bytes() == PDF


def test_a_post_that_was_made_unreadable_is_told_of(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    draft = site.put_draft(a_post(1))
    path = tmp_path / "public.state" / "posts" / f"{draft.id}.json"
    path.write_text('{"state": "draft"')

    with pytest.raises(NotOurAnswer) as error:
        site.read(draft.id)

    assert error.value.facts["hint"] == str(path)


@pytest.mark.parametrize("slug", ["", "..", "a/b", "../../etc", "Tin-Tuc", "a b", "đ"])
def test_a_post_stays_in_its_own_folder(tmp_path: Path, slug: str) -> None:
    site = a_site(tmp_path)

    with pytest.raises(ContentRefused):
        site.put_draft(a_post(1, slug=slug))
    with pytest.raises(ContentRefused):
        site.put_draft(a_post(1, key=slug))
    with pytest.raises(PostMissing):
        site.read(slug)


def test_two_posts_cannot_have_one_address(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    before = files(tmp_path / "public")

    with pytest.raises(ContentRefused) as error:
        site.put_draft(a_post(2, slug=a_post(1).slug))

    problem = f"{a_post(1).slug} is the slug of 000000000001"
    assert error.value.facts == {"target": "portal", "problem": problem}
    assert files(tmp_path / "public") == before


@pytest.mark.parametrize("character", ["\x00", "\x0b", "\ufffe", "\ud83c"])
def test_a_title_that_would_break_the_feed_is_refused(
    tmp_path: Path, character: str
) -> None:
    with pytest.raises(ContentRefused) as error:
        a_site(tmp_path).put_draft(a_post(1, title=f"Tin{character} mới"))

    assert error.value.facts["problem"] == f"U+{ord(character):04X}"


@pytest.mark.parametrize("terms", [(), ("khong-co",), ("tin-tuc", "khong-co")])
def test_a_post_without_a_known_section_is_refused(
    tmp_path: Path, terms: tuple[str, ...]
) -> None:
    site = a_site(tmp_path)

    with pytest.raises(TermMissing):
        site.put_draft(replace(a_post(1), terms=terms))

    assert site.find(a_post(1)) is None


def test_a_post_that_changes_its_section_leaves_the_old_one(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    before = site.read(a_post(1).key)

    moved = site.update(before.id, a_post(1, term="thong-bao"), expect=before.version)

    names = files(tmp_path / "public").keys()
    assert moved.url == f"{URL}thong-bao/{a_post(1).slug}/"
    assert f"thong-bao/{a_post(1).slug}/index.html" in names
    assert f"tin-tuc/{a_post(1).slug}/index.html" not in names


def test_a_post_that_goes_live_again_keeps_its_day(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    post_id = live(site, a_post(1))
    page = tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html"
    before = page.read_text("utf-8")

    site.withdraw(post_id)
    site.go_live(post_id)

    assert page.read_text("utf-8") == before


def test_every_page_is_of_the_date_that_a_post_goes_live_with(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    draft = site.put_draft(a_post(2))

    site.go_live(draft.id, at=START - timedelta(days=40))

    public = files(tmp_path / "public")
    home, feed = public["index.html"].decode(), public["feed.xml"].decode()
    assert home.index(a_post(1).slug) < home.index(a_post(2).slug)
    assert '<time datetime="2026-10-11T08:30:00+07:00">11/10/2026</time>' in home
    assert "<pubDate>Sun, 11 Oct 2026 08:30:00 +0700</pubDate>" in feed


def test_a_draft_in_the_trash_is_not_written_anew(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    draft = site.put_draft(a_post(1))
    site.trash(draft.id)

    with pytest.raises(Unclear):
        site.put_draft(a_post(1))

    assert list(site.ours()) == []
    assert site.read(draft.id).version != draft.version


def test_a_change_there_and_back_within_a_moment_is_seen(tmp_path: Path) -> None:
    site = connect("portal", options=OPTIONS, folder=tmp_path, now=lambda: START)
    draft = site.put_draft(a_post(1))

    other = site.update(draft.id, a_post(1, title="Lịch mới"), expect=draft.version)
    back = site.update(draft.id, a_post(1), expect=other.version)
    live_once = site.go_live(draft.id)
    site.withdraw(draft.id)
    live_again = site.go_live(draft.id)

    assert back.title == draft.title
    versions = [post.version for post in (draft, other, back, live_once, live_again)]
    assert len(set(versions)) == 5


def test_pages_that_did_not_change_are_not_made_again(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    page = tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html"
    before = page.stat().st_ino

    live(site, a_post(2))
    assert page.stat().st_ino == before

    stored = site.read(a_post(1).key)
    site.update(stored.id, a_post(1), expect=stored.version)
    assert page.stat().st_ino != before


def test_an_update_mends_a_page_that_was_changed_by_hand(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    page = tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html"
    right = page.read_text("utf-8")
    page.write_text("Trang bị sửa")

    stored = site.read(a_post(1).key)
    site.update(stored.id, a_post(1), expect=stored.version)

    assert page.read_text("utf-8") == right


@pytest.mark.parametrize("lost", ["a page", "the site", "the trees", "the record"])
def test_what_was_deleted_by_hand_is_made_again(tmp_path: Path, lost: str) -> None:
    site = a_site(tmp_path)
    live(site, a_post(1))
    before = files(tmp_path / "public").keys()
    _delete(tmp_path, lost)

    site.withdraw(live(site, a_post(2)))

    assert files(tmp_path / "public").keys() == before


def _delete(folder: Path, lost: str) -> None:
    trees = folder / "public.state" / "trees"
    match lost:
        case "a page":
            (folder / "public" / "tin-tuc" / a_post(1).slug / "index.html").unlink()
        case "the site":
            (folder / "public").unlink()
        case "the trees":
            trees.rename(folder / "elsewhere")
        case _:
            for stamps in trees.glob("*.json"):
                stamps.unlink()


def test_another_title_shows_at_the_next_question(tmp_path: Path) -> None:
    live(a_site(tmp_path), a_post(1))
    title = "Trung tâm Thông tin – Thư viện"

    a_site(tmp_path, OPTIONS.model_copy(update={"title": title})).find(a_post(1))

    page = tmp_path / "public" / "tin-tuc" / a_post(1).slug / "index.html"
    assert f"– {title}</title>" in page.read_text("utf-8")


def test_a_relative_folder_starts_at_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    options = OPTIONS.model_copy(update={"folder": Path("../www/thu-vien")})

    site: SiteTarget = a_site(tmp_path / "config", options)
    live(site, a_post(1))

    assert (tmp_path / "www" / "thu-vien" / "index.html").is_file()
    assert (tmp_path / "www" / "thu-vien.state" / "posts").is_dir()
    link = (tmp_path / "www" / "thu-vien").readlink()
    assert not link.is_absolute()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("Thông báo nghỉ Tết (1).jpg", "thong-bao-nghi-tet-1.jpg"),
        ("Đề án Đổi mới.DOCX", "de-an-doi-moi.docx"),
        ("shell.php", "shell.bin"),
        ("trang.html", "trang.bin"),
        ("ảnh.svg", "anh.bin"),
        (".htaccess", "htaccess.bin"),
        ("../../etc/passwd", "file.bin"),
        ("🎉.png", "file.png"),
        ("", "file.bin"),
    ],
)
def test_file_names_are_plain(name: str, wanted: str) -> None:
    assert ascii_name(name) == wanted


@given(st.text(max_size=300))
def test_every_file_name_is_safe(name: str) -> None:
    stem, _, extension = ascii_name(name).rpartition(".")

    assert extension in EXTENSIONS | {"bin"}
    assert 0 < len(stem) <= 60
    assert stem.strip("-") == stem
    assert set(stem) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
