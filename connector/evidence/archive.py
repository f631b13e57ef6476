"""The archive in a folder: every file is named by the SHA-256 of its bytes."""

import os
import re
import tempfile
from enum import StrEnum
from pathlib import Path

from connector.domain.errors import Unreadable
from connector.domain.item import Sha256
from connector.domain.item import sha256 as sha256_of
from connector.language import N_

_NAME = re.compile(r"[0-9a-f]{64}")


class Damage(StrEnum):
    """The fact `problem` of Unreadable."""

    NO_NAME = N_("the archive has no such names")
    GONE = N_("it is not in the archive")
    CHANGED = N_("its bytes have changed")


class FolderArchive:
    """
    Bytes in `folder`, at `ab/cdef…`; implements `ports.archive.Archive`.

    A file appears under its name whole and on the disk, or not at all.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, content: bytes) -> Sha256:
        """
        Keep `content`, durably before returning; the same bytes are kept once.

        Raises:
            OSError: the disk is full, or the folder may not be written.
        """
        sha256 = sha256_of(content)
        place = self._place(sha256)
        if not _holds(place, content):
            _write(place, content)
        return sha256

    def get(self, sha256: Sha256) -> bytes:
        """
        Return the bytes, after comparing them with their name.

        Raises:
            Unreadable: they are gone, or no longer what they were.
        """
        if not _NAME.fullmatch(sha256):
            raise Unreadable(name=sha256, problem=Damage.NO_NAME)
        try:
            content = self._place(sha256).read_bytes()
        except FileNotFoundError:
            raise Unreadable(name=sha256, problem=Damage.GONE) from None
        except OSError as error:
            raise Unreadable(name=sha256, problem=error.strerror) from error
        if sha256_of(content) != sha256:
            raise Unreadable(name=sha256, problem=Damage.CHANGED)
        return content

    def _place(self, sha256: Sha256) -> Path:
        return self._folder / sha256[:2] / sha256[2:]


def _holds(place: Path, content: bytes) -> bool:
    # The bytes are compared, not only the name: what rotted on the disk is mended.
    try:
        return place.read_bytes() == content
    except FileNotFoundError:
        return False


def _write(place: Path, content: bytes) -> None:
    _make_folder(place.parent)
    handle, temporary = tempfile.mkstemp(dir=place.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(place)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    _sync_folder(place.parent)


def _make_folder(folder: Path) -> None:
    """Make `folder` and those above it, each on the disk before what is put in it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _sync_folder(folder.parent)


def _sync_folder(folder: Path) -> None:
    """Bring the names in `folder` to the disk, where the system can (not Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
