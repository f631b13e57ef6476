"""Pictures in a document: found, read, and given to the item as its files."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborNode

from connector.domain.errors import UnknownFormat, Unreadable
from connector.domain.item import Attachment, Sha256, Use, sha256
from connector.sources.bounds import Problem, name_of, read_file, refuse_larger
from connector.sources.text import one_line

_BEGINNINGS = {
    "image/png": rb"\x89PNG\r\n\x1a\n",
    "image/jpeg": rb"\xff\xd8\xff",
    "image/gif": rb"GIF8[79]a",
    "image/webp": rb"RIFF....WEBP",
}
_KINDS = "PNG, JPEG, GIF, WebP"
_DATA = re.compile(r"data:(?:[^,]*;base64,)?(.*)", re.IGNORECASE | re.DOTALL)
_PART = re.compile(r"part:([0-9]+)")
_UNSEEN = re.compile(r"[\x00-\x20]")
"""What browsers drop from an address before they read it."""


def media_type(content: bytes) -> str | None:
    """Return which kind of picture the bytes are; None if none that is received."""
    for kind, beginning in _BEGINNINGS.items():
        if re.match(beginning, content, re.DOTALL):
            return kind
    return None


def disown(tree: LexborNode) -> None:
    """
    Take away every address that points into our own archive.

    Whoever wrote the text cannot know what is kept there, and may not name it.
    """
    for name in ("src", "href"):
        for node in tree.css(f"[{name}]"):
            address = _UNSEEN.sub("", node.attributes.get(name) or "")
            if address.lower().startswith("attachment:"):
                del node.attrs[name]


@dataclass
class Pictures:
    """
    The pictures of one document, in the order of its text.

    A picture is contained (`part:N`, `data:`), lies beside the document (a relative
    path that stays in its folder), or stays where it is on the web.
    """

    document: str
    """The document's name, for errors and for pictures that have none of their own."""
    folder: Path
    parts: Sequence[bytes]
    limit_mb: float
    """For all pictures together."""
    files: dict[Sha256, Attachment] = field(default_factory=dict)
    blobs: dict[Sha256, bytes] = field(default_factory=dict)

    def take(self, body: LexborNode) -> None:
        """
        Make every picture of `body` that is not on the web a file of the item.

        Raises:
            TooLarge: they are too large together.
            UnknownFormat: one is no picture that is received.
            Unreadable: one is not there, or not where it should be.
        """
        disown(body)
        for image in body.css("img[src]"):
            src = (image.attributes.get("src") or "").strip()
            if not src or _elsewhere(src):
                continue
            image.attrs["src"] = self._file(src, image.attributes).address

    def _file(self, src: str, attributes: Mapping[str, str | None]) -> Attachment:
        name, content = self._read(src)
        kind = media_type(content)
        if kind is None:
            raise UnknownFormat(name=f"{self.document}: {name}", kinds=_KINDS)
        digest = sha256(content)
        if digest not in self.files:
            self.blobs[digest] = content
            size = sum(map(len, self.blobs.values()))
            refuse_larger(size, name=self.document, limit_mb=self.limit_mb)
            self.files[digest] = Attachment(
                name=self._unused(name, kind),
                media_type=kind,
                sha256=digest,
                size=len(content),
                use=Use.IMAGE,
                alt=one_line(attributes.get("alt") or ""),
            )
        return self.files[digest]

    def _read(self, src: str) -> tuple[str, bytes]:
        """Return the picture's name, empty if it has none, and its bytes."""
        if part := _PART.fullmatch(src):
            return "", self.parts[int(part[1])]
        if data := _DATA.fullmatch(src):
            try:
                return "", base64.b64decode(unquote(_UNSEEN.sub("", data[1])))
            except binascii.Error:
                return "", b""
        return self._beside(src)

    def _beside(self, src: str) -> tuple[str, bytes]:
        called = f"{self.document}: {one_line(src)[:200]}"
        outside = Unreadable(name=called, problem=Problem.OUTSIDE)
        path = _relative(src)
        if path is None:
            raise outside
        name = name_of(path)
        found = (self.folder / path).resolve()
        if not found.is_relative_to(self.folder.resolve()):
            raise outside
        return name, read_file(found, name=called, limit_mb=self.limit_mb)

    def _unused(self, name: str, kind: str) -> str:
        """Return a name that no other picture of this document has."""
        suffix = Path(name).suffix or "." + kind.removeprefix("image/")
        stem = Path(name).stem or f"{Path(self.document).stem}-{len(self.files) + 1}"
        used = {file.name for file in self.files.values()}
        candidate, number = f"{stem}{suffix}", 2
        while candidate in used:
            candidate, number = f"{stem}-{number}{suffix}", number + 1
        return candidate


def _elsewhere(src: str) -> bool:
    """Tell whether the picture is on the web, or its address is no address at all."""
    try:
        parts = urlsplit(src)
    except ValueError:
        return True
    return parts.scheme in {"http", "https"} or bool(parts.netloc)


def _relative(src: str) -> Path | None:
    """Return the path below the document's folder that `src` names, if it is one."""
    parts = urlsplit(src)
    path = unquote(parts.path).replace("\\", "/")
    names = path.split("/")
    inside = not parts.scheme and names[0] and ":" not in path
    return Path(path) if inside and "\0" not in path else None
