"""
Bounds for files from outside: their sizes, their names, what they unpack to.

Each is looked at before a parser sees the bytes, because the parsers have no bounds
of their own: a .docx of 0.4 MB kept mammoth busy for longer than anyone would wait.
"""

import io
import math
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from enum import StrEnum
from pathlib import Path

from connector.domain.errors import (
    Empty,
    NotADocument,
    TooLarge,
    Unpacks,
    Unreadable,
)
from connector.domain.item import nfc
from connector.language import N_

MEMBERS = 2_000
"""How many files an archive may hold; a long Word file has a few dozen."""

_MB = 1_000_000
_PIECE = 1 << 16

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    struct.error,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
"""All that zipfile was seen to raise over damaged or encrypted archives."""


class Problem(StrEnum):
    """Why a file could not be read."""

    NOT_A_FILE = N_("it is not a file")
    MISSING = N_("there is no such file")
    NAME = N_("its name has characters that cannot be shown")
    OUTSIDE = N_("it lies outside of the folder")
    ENCODING = N_("its encoding is not known; save it as UTF-8")
    EFFORT = N_("to read it takes too much time or memory")


def name_of(path: Path) -> str:
    """
    Return the file's name in NFC.

    Raises:
        Unreadable: it holds control characters, or others that no reader sees.
    """
    name = nfc(path.name)
    visible = "".join(c if _visible(c) else "\N{REPLACEMENT CHARACTER}" for c in name)
    if visible != name:
        raise Unreadable(name=visible, problem=Problem.NAME)
    return name


def read_file(path: Path, *, name: str, limit_mb: float) -> bytes:
    """
    Return the bytes of a regular file, which are never more than the limit.

    Args:
        path: the file.
        name: how errors call it.
        limit_mb: in megabytes (10**6 bytes).

    Raises:
        Empty: it has no bytes.
        TooLarge: it has more bytes than the limit; they were not read.
        Unreadable: it is gone, may not be read, or is no regular file.
    """
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable(name=name, problem=Problem.NOT_A_FILE)
        refuse_larger(found.st_size, name=name, limit_mb=limit_mb)
        with path.open("rb") as file:
            content = file.read(int(limit_mb * _MB) + 1)
    except FileNotFoundError as error:
        raise Unreadable(name=name, problem=Problem.MISSING) from error
    except OSError as error:
        raise Unreadable(name=name, problem=error.strerror) from error
    refuse_larger(len(content), name=name, limit_mb=limit_mb)
    if not content:
        raise Empty(name=name)
    return content


def refuse_larger(size: int, *, name: str, limit_mb: float) -> None:
    """
    Let a size in bytes pass that is at most `limit_mb`.

    Raises:
        TooLarge: it is more.
    """
    if size > limit_mb * _MB:
        size_mb = math.ceil(size / _MB * 10) / 10
        raise TooLarge(name=name, size_mb=size_mb, limit_mb=limit_mb)


def refuse_bomb(content: bytes, *, name: str, kind: str, limit_mb: float) -> None:
    """
    Let a zip archive pass that unpacks, by its real bytes, to at most the limit.

    Args:
        content: the archive.
        name: how errors call it.
        kind: what it claims to be: `.docx`.
        limit_mb: for all its members together, unpacked.

    Raises:
        NotADocument: it is no zip archive, or a broken, encrypted or odd one.
        Unpacks: it has too many members, or too much in them.
    """
    wrong = NotADocument(name=name, kind=kind)
    if not content.startswith(b"PK\x03\x04"):
        raise wrong
    # Counted first: zipfile makes an object for each before it can be asked.
    if content.count(b"PK\x01\x02") > MEMBERS:
        raise Unpacks(name=name, limit_mb=limit_mb)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if not _plain(members):
                raise wrong
            left = int(limit_mb * _MB)
            for member in members:
                left -= _unpacked(archive, member, at_most=left)
                if left < 0:
                    raise Unpacks(name=name, limit_mb=limit_mb)
    except _BROKEN as error:
        raise wrong from error


def _visible(character: str) -> bool:
    # macOS puts a narrow no-break space, which is not “printable”, into file names.
    return character.isprintable() or unicodedata.category(character) == "Zs"


def _plain(members: list[zipfile.ZipInfo]) -> bool:
    names = {member.filename for member in members}
    return len(names) == len(members) and all(
        member.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        and _inside(member.orig_filename)
        for member in members
    )


def _inside(name: str) -> bool:
    """Tell whether a member's name stays in the folder that it is unpacked to."""
    parts = re.split(r"[/\\]", name)
    return bool(parts[0]) and ".." not in parts and ":" not in name and "\0" not in name


def _unpacked(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, *, at_most: int
) -> int:
    size = 0
    with archive.open(member) as stream:
        while size <= at_most and (piece := stream.read(_PIECE)):
            size += len(piece)
    return size
