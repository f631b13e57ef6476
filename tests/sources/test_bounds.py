import contextlib
import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.errors import (
    IntakeError,
    NotADocument,
    Unpacks,
)
from connector.sources.bounds import MEMBERS, refuse_bomb
from tests.sources.word import archive, paragraph, run, word_file

GOOD = word_file(paragraph(run("Thông báo")))


def check(content: bytes) -> None:
    refuse_bomb(content, name="a.docx", kind=".docx", limit_mb=1)


def test_a_good_archive_passes() -> None:
    check(GOOD)
    check(archive({"a": bytes(1_000_000)}))


def test_an_archive_behind_something_else_is_refused() -> None:
    with pytest.raises(NotADocument):
        check(b"#!/bin/sh\n" + GOOD)


def test_all_members_together_count() -> None:
    with pytest.raises(Unpacks):
        check(archive({str(n): bytes(100_001) for n in range(10)}))


@pytest.mark.parametrize("size", [0, 1, 1_000])
def test_a_header_that_lies_about_the_size_does_not_help(size: int) -> None:
    honest = archive({"a": bytes(5_000_000)})
    lying = honest.replace(struct.pack("<I", 5_000_000), struct.pack("<I", size))

    with pytest.raises(NotADocument):  # what is unpacked is not what was packed
        check(lying)


def test_a_header_that_boasts_is_not_believed_either() -> None:
    small = archive({"a": bytes(5_000)})
    boasting = small.replace(struct.pack("<I", 5_000), struct.pack("<I", 4_000_000_000))

    check(boasting)


def test_too_many_members_are_counted_before_they_are_opened() -> None:
    check(archive({f"{n}": b"" for n in range(MEMBERS)}))

    with pytest.raises(Unpacks):
        check(archive({f"{n}": b"" for n in range(MEMBERS + 1)}))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../a", "a/../../b", "..\\a", "\\a", "C:\\a", "C:a", "a\0b"]
)
def test_a_member_that_would_leave_its_folder_is_refused(name: str) -> None:
    with pytest.raises(NotADocument):
        check(
            archive({"xxxxxxxxxxx"[: len(name)]: b"x"}).replace(
                b"xxxxxxxxxxx"[: len(name)], name.encode()
            )
        )


def test_two_members_of_one_name_are_refused() -> None:
    twice = archive({"a.xml": b"1", "b.xml": b"2"}).replace(b"b.xml", b"a.xml")

    with pytest.raises(NotADocument):
        check(twice)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_method_that_word_never_uses_is_refused(method: int) -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        made.writestr("a", bytes(100))

    with pytest.raises(NotADocument):
        check(file.getvalue())


def test_an_encrypted_member_is_refused() -> None:
    content = bytearray(archive({"a": b"x"}))
    content[content.index(b"PK\x01\x02") + 8] |= 1

    with pytest.raises(NotADocument):
        check(bytes(content))


@given(st.integers(4, len(GOOD) - 1), st.binary(min_size=1, max_size=8))
def test_damage_anywhere_is_never_another_error(place: int, damage: bytes) -> None:
    damaged = GOOD[:place] + damage + GOOD[place + len(damage) :]

    with contextlib.suppress(IntakeError):
        check(damaged)
