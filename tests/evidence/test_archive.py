import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from errno import ENOSPC
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.errors import Unreadable
from connector.domain.item import Sha256
from connector.evidence.archive import Damage, FolderArchive
from connector.ports.archive import Archive

NOTICE = "Thư viện nghỉ lễ ngày 02/09.".encode()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "archive"


def files(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())


def test_what_was_put_is_got(folder: Path) -> None:
    archive: Archive = FolderArchive(folder)

    sha256 = archive.put(NOTICE)

    assert archive.get(sha256) == NOTICE
    assert FolderArchive(folder).get(sha256) == NOTICE
    assert files(folder) == [f"{sha256[:2]}/{sha256[2:]}"]


@given(st.binary())
def test_all_bytes_come_back(content: bytes) -> None:
    with TemporaryDirectory() as folder:
        archive = FolderArchive(Path(folder))

        assert archive.get(archive.put(content)) == content


def test_the_same_bytes_are_written_once(folder: Path) -> None:
    archive = FolderArchive(folder)
    sha256 = archive.put(NOTICE)
    before = (folder / sha256[:2] / sha256[2:]).stat()

    again = archive.put(NOTICE)

    after = (folder / sha256[:2] / sha256[2:]).stat()
    assert again == sha256
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_many_writers_of_one_file_leave_one_file(folder: Path) -> None:
    archive = FolderArchive(folder)

    with ThreadPoolExecutor(8) as writers:
        names = set(writers.map(archive.put, [NOTICE] * 40))

    assert len(names) == 1
    assert len(files(folder)) == 1
    assert archive.get(names.pop()) == NOTICE


@pytest.mark.parametrize("changed", [NOTICE[:-1], b"", NOTICE.replace(b"9", b"8")])
def test_bytes_that_changed_are_not_given_out(changed: bytes, folder: Path) -> None:
    archive = FolderArchive(folder)
    sha256 = archive.put(NOTICE)
    (folder / sha256[:2] / sha256[2:]).write_bytes(changed)

    with pytest.raises(Unreadable) as error:
        archive.get(sha256)

    assert error.value.facts == {"name": sha256, "problem": Damage.CHANGED}


def test_putting_again_mends_what_rotted(folder: Path) -> None:
    archive = FolderArchive(folder)
    sha256 = archive.put(NOTICE)
    (folder / sha256[:2] / sha256[2:]).write_bytes(b"")

    archive.put(NOTICE)

    assert archive.get(sha256) == NOTICE


def test_what_is_gone_is_unreadable(folder: Path) -> None:
    archive = FolderArchive(folder)

    with pytest.raises(Unreadable) as error:
        archive.get(Sha256("0" * 64))

    assert error.value.facts == {"name": "0" * 64, "problem": Damage.GONE}


@pytest.mark.parametrize(
    "name",
    [
        "",
        "..",
        "../../etc/passwd",
        "/etc/passwd",
        "0" * 63,
        "0" * 65,
        "A" * 64,
        "0" * 64 + "\n",
        "..//" + "0" * 60,
        "\x00" * 64,
        "٠" * 64,
    ],
)
def test_no_name_leads_out_of_the_archive(name: str, folder: Path) -> None:
    archive = FolderArchive(folder)

    with pytest.raises(Unreadable) as error:
        archive.get(Sha256(name))

    assert error.value.facts == {
        "name": name,
        "problem": Damage.NO_NAME,
    }


def test_bytes_and_their_name_are_on_the_disk_before_put_returns(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.mkdir()
    done: list[str] = []

    def recorded(name: str, real: Callable[..., None]) -> Callable[..., None]:
        def call(*arguments: object) -> None:
            done.append(name)
            real(*arguments)

        return call

    monkeypatch.setattr(os, "fsync", recorded("sync", os.fsync))
    monkeypatch.setattr(Path, "replace", recorded("name", Path.replace))

    FolderArchive(folder).put(NOTICE)

    # The new sub-folder, the bytes, then their name in the sub-folder.
    assert done == ["sync", "sync", "name", "sync"]


def test_a_full_disk_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(ENOSPC, "No space left on device")

    archive = FolderArchive(folder)
    sha256 = archive.put(NOTICE)
    (folder / sha256[:2] / sha256[2:]).unlink()
    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left on device"):
        archive.put(NOTICE)

    assert files(folder) == []
