"""An item: one piece of library news on its way to the public website."""

import hashlib
import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NewType

from connector.domain.message import Message
from connector.language import N_

ItemId = NewType("ItemId", int)
"""The number librarians call an item by; given by the staging database."""

CategoryCode = NewType("CategoryCode", str)
"""A table name in config/categories.toml: `news`, `announcement`."""

Sha256 = NewType("Sha256", str)
"""64 lower-case hexadecimal digits."""


class State(StrEnum):
    """How far an item has come: the last step that was done."""

    RETURNED = N_("returned")
    """Found inaccurate: it waits at *receive* for a correction."""
    RECEIVED = N_("received")
    CHECKED = N_("checked")
    CLASSIFIED = N_("classified")
    APPROVED = N_("approved")
    PUBLISHED = N_("published")
    VERIFIED = N_("verified")
    COMPLETE = N_("complete")
    WITHDRAWN = N_("withdrawn")
    REJECTED = N_("rejected")
    """Not wanted, and remembered, so that its source does not bring it back."""


class Use(StrEnum):
    """What a file is to its item."""

    IMAGE = "image"
    """Shown in the body, where `src="attachment:SHA256"` stands."""
    FEATURED = "featured"
    """The picture above the item; also an image."""
    ATTACHMENT = "attachment"
    """Offered for download, where `href="attachment:SHA256"` stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that belongs to a revision; its bytes are kept by `sha256`."""

    name: str
    """The file name a person gave it, in NFC, without a folder."""
    media_type: str
    """As told by the bytes: `image/png`, `application/pdf`."""
    sha256: Sha256
    size: int
    """Bytes."""
    use: Use
    alt: str = ""

    @property
    def address(self) -> str:
        """How the body refers to it until a target has given it a URL."""
        return f"attachment:{self.sha256}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """
    What an item says at one time.

    Immutable, so that what was approved, what was sent and what was verified are
    provably the same. Texts are NFC; `body` is an HTML fragment, sanitised on receipt.
    """

    number: int
    """1 when received; one more for every change."""
    title: str
    body: str
    excerpt: str = ""
    category: CategoryCode | None = None
    """None until step 4."""
    language: str = "vi"
    """BCP 47."""
    files: tuple[Attachment, ...] = ()
    made_by: str
    made_at: datetime
    """Aware, UTC."""

    @property
    def parts(self) -> Mapping[str, str]:
        """The SHA-256 of each part that approval covers, by the part's name."""
        texts = {
            "title": self.title,
            "body": self.body,
            "excerpt": self.excerpt,
            "category": self.category or "",
            "language": self.language,
        }
        parts = {name: _sha256(text) for name, text in texts.items()}
        for file in self.files:
            name = f"file {file.name}"
            # Two files may bear one name, and neither may hide behind the other.
            same = sum(1 for part in parts if part.split("\n")[0] == name)
            key = f"{name}\n{same + 1}" if same else name
            parts[key] = _sha256(f"{file.use} {file.sha256} {file.alt}")
        return parts

    @property
    def digest(self) -> Sha256:
        """
        What a person approves: SHA-256 over all parts.

        Two revisions with equal digests say the same, whoever made them and when.
        """
        return Sha256(_sha256(json.dumps(dict(self.parts), sort_keys=True)))


def changed_parts(before: Revision, after: Revision) -> list[str]:
    """Return the names of the parts that differ, in the order of `parts`."""
    old, new = before.parts, after.parts
    return [name for name in {**old, **new} if old.get(name) != new.get(name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One piece of library news. What it says stands in its revisions."""

    id: ItemId
    key: str
    """12 hexadecimal digits, the mark that our post carries on every target."""
    state: State
    version: int
    """One more for every change of the row; a change names the version it read."""
    source: str
    """A table name in config/sources.toml."""
    source_id: str
    """What the source calls it: a feed's guid, a file's path."""
    link: str
    """Where it was found; empty if it has no address."""
    original: Sha256
    """The bytes as received, in the archive."""
    received_at: datetime
    """Aware, UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a source hands over: an item and its first revision, before staging."""

    source: str
    source_id: str
    link: str = ""
    title: str
    body: str
    excerpt: str = ""
    language: str = "vi"
    dated: str = ""
    """The source's own date, as it stood; empty if it gave none. Never invented."""
    files: tuple[Attachment, ...] = ()
    original: bytes = field(repr=False)
    original_name: str
    blobs: Mapping[Sha256, bytes] = field(default_factory=dict, repr=False)
    """The bytes of `files`, by SHA-256."""


def part_name(part: str) -> Message:
    """Return a part of a revision, as in `parts`, as people say it."""
    kind, _, name = part.partition("\n")[0].partition(" ")
    return (
        Message(N_("file {name}"), {"name": name}) if kind == "file" else Message(part)
    )


PART_NAMES = (
    N_("title"),
    N_("body"),
    N_("excerpt"),
    N_("category"),
    N_("language"),
    N_("featured image"),
    N_("slug"),
    N_("state"),
)
"""The parts that have a name of their own."""


def key_of(source: str, source_id: str) -> str:
    """
    Return the mark of an item, from where it was found.

    It is derived, not drawn: an item received again after a restored backup finds
    the post that it already has.
    """
    return _sha256(f"{source}\n{source_id}")[:12]


def sha256(content: bytes) -> Sha256:
    """Return the SHA-256 of `content`."""
    return Sha256(hashlib.sha256(content).hexdigest())


def nfc(text: str) -> str:
    """Return `text` in Unicode normalisation form C, the form everything is in."""
    return unicodedata.normalize("NFC", text)


def slug_of(title: str, key: str) -> str:
    """
    Return the last part of a post's address: the title in ASCII, then the key.

    WordPress makes its own slug from a title and forgets some Vietnamese marks in
    the browser (gutenberg#12907), so ours is made here and read back.
    """
    plain = unicodedata.normalize("NFD", title.replace("đ", "d").replace("Đ", "d"))
    words = "".join(c if c.isascii() and c.isalnum() else " " for c in _bare(plain))
    return "-".join([*_first(words.lower().split(), 60), key])


def _bare(decomposed: str) -> str:
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _first(words: Iterable[str], characters: int) -> list[str]:
    taken: list[str] = []
    for word in words:
        if sum(map(len, taken)) + len(taken) + len(word) > characters:
            break
        taken.append(word)
    return taken


def _sha256(text: str) -> str:
    return sha256(text.encode())
