from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.item import (
    Attachment,
    CategoryCode,
    Revision,
    Use,
    changed_parts,
    key_of,
    sha256,
    slug_of,
)

POSTER = Attachment(
    name="áp phích.png",
    media_type="image/png",
    sha256=sha256(b"poster"),
    size=6,
    use=Use.IMAGE,
    alt="Áp phích Ngày hội sách",
)

REVISION = Revision(
    number=1,
    title="Ngày hội sách mùa đông",
    body="<p>Mời bạn đọc tới dự.</p>",
    excerpt="Ngày hội sách",
    category=CategoryCode("announcement"),
    language="vi",
    files=(POSTER,),
    made_by="bien-tap",
    made_at=datetime(2026, 11, 23, 1, 0, tzinfo=UTC),
)

CHANGES: dict[str, Revision] = {
    "title": replace(REVISION, title="Ngày hội sách mùa xuân"),
    "body": replace(REVISION, body="<p>Mời bạn đọc đến dự.</p>"),
    "excerpt": replace(REVISION, excerpt=""),
    "category": replace(REVISION, category=CategoryCode("news")),
    "language": replace(REVISION, language="en"),
    "file áp phích.png": replace(
        REVISION, files=(replace(POSTER, sha256=sha256(b"another")),)
    ),
}


@pytest.mark.parametrize("part", CHANGES)
def test_a_change_of_any_part_changes_the_digest_and_is_named(part: str) -> None:
    changed = CHANGES[part]

    assert changed.digest != REVISION.digest
    assert changed_parts(REVISION, changed) == [part]


def test_who_made_it_and_when_does_not_change_the_digest() -> None:
    again = replace(
        REVISION, number=2, made_by="kiem-tra", made_at=datetime(2027, 1, 1, tzinfo=UTC)
    )

    assert again.digest == REVISION.digest
    assert changed_parts(REVISION, again) == []


def test_another_description_of_a_picture_is_a_change() -> None:
    changed = replace(REVISION, files=(replace(POSTER, alt=""),))

    assert changed_parts(REVISION, changed) == ["file áp phích.png"]


def test_a_file_that_is_gone_is_a_change() -> None:
    assert changed_parts(REVISION, replace(REVISION, files=())) == ["file áp phích.png"]


def test_the_key_comes_from_where_the_item_was_found() -> None:
    assert key_of("tuoi-tre", "guid-1") == key_of("tuoi-tre", "guid-1")
    assert key_of("tuoi-tre", "guid-1") != key_of("tuoi-tre", "guid-2")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        (
            "Thông báo: nghỉ Tết – Đinh Mùi 2027!",
            "thong-bao-nghi-tet-dinh-mui-2027-k",
        ),
        ("ĐẠI HỌC đổi mới", "dai-hoc-doi-moi-k"),
        ("Sách mới: 漢字 📚", "sach-moi-k"),
        ("漢字", "k"),
        ("a" * 70, "k"),
        (
            "một hai " * 20,
            "mot-hai-mot-hai-mot-hai-mot-hai-mot-hai-mot-hai-mot-hai-mot-k",
        ),
    ],
)
def test_a_slug_is_the_title_in_ascii_and_the_key(title: str, slug: str) -> None:
    assert slug_of(title, "k") == slug


@given(st.text(), st.from_regex(r"[0-9a-f]{12}", fullmatch=True))
def test_a_slug_is_what_a_cms_keeps_as_it_is(title: str, key: str) -> None:
    slug = slug_of(title, key)

    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in slug
    assert slug.endswith(key)
    assert len(slug) <= 73


@given(st.text(), st.text())
def test_two_titles_have_one_digest_only_if_they_are_one(one: str, two: str) -> None:
    same = replace(REVISION, title=one).digest == replace(REVISION, title=two).digest

    assert same == (one == two)


def test_two_files_of_one_name_are_both_in_the_digest() -> None:
    first, second = POSTER, replace(POSTER, sha256=sha256(b"another"))
    both = replace(REVISION, files=(first, second))

    assert both.digest != replace(REVISION, files=(first,)).digest
    assert both.digest != replace(REVISION, files=(second,)).digest
    assert len(changed_parts(replace(REVISION, files=(first,)), both)) == 1
