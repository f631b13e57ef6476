"""
What a site keeps where no reader comes: `<public folder>.state/`.

    posts/KEY.json   one post, draft, live or trashed; readable by the owner only
    media/           the files, under their public names
    trees/           the public site, as made (see `public`)
    unsettled        there while the posts are ahead of the public site
    lock             held by whoever reads or changes something
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from connector.domain.errors import NotOurAnswer
from connector.domain.item import sha256
from connector.domain.publication import PostState
from connector.targets.site.options import SLUG


class Record(BaseModel):
    """One post as stored. Its key is the name of its file, so no two have the same."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: PostState
    changes: int
    """How often it was changed, so that a change there and back is seen."""
    slug: str
    title: str
    body: str
    excerpt: str
    language: str
    terms: tuple[str, ...]
    featured: str
    media: tuple[str, ...]
    """Names in media/."""
    changed_at: datetime
    live_since: datetime | None = None
    """When it went live, as readers are told; no later change moves it."""

    @property
    def version(self) -> str:
        """The SHA-256 of what is stored."""
        return sha256(self.model_dump_json().encode())

    @property
    def live(self) -> bool:
        """Whether readers see it."""
        return self.state is PostState.LIVE


class State:
    """The state folder. Everything but `locked` wants the lock."""

    def __init__(self, folder: Path, *, target: str) -> None:
        self.folder = folder
        self._target = target
        self._posts = folder / "posts"
        self._media = folder / "media"
        self._unsettled = folder / "unsettled"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Be alone, among the threads and processes of this machine."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for private in (self._posts, self._media):
            private.mkdir(mode=0o700, exist_ok=True)
        with (self.folder / "lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def get(self, key: str) -> Record | None:
        """
        Return a post; None if there is none.

        Raises:
            NotOurAnswer: somebody has made its file unreadable.
        """
        path = self._posts / f"{key}.json"
        if not SLUG.fullmatch(key) or not path.exists():
            return None
        try:
            return Record.model_validate_json(path.read_bytes())
        except ValidationError as error:
            problem = f"{path.name}: {error.errors()[0]['msg']}"
            raise NotOurAnswer(
                target=self._target, problem=problem, hint=str(path)
            ) from error

    def records(self) -> dict[str, Record]:
        """Return all posts by key, in no order that means anything."""
        keys = sorted(path.stem for path in self._posts.glob("*.json"))
        found = {key: self.get(key) for key in keys}
        return {key: record for key, record in found.items() if record is not None}

    def put(self, key: str, record: Record) -> None:
        """Store a post, durably; half a post is never seen."""
        write(self._posts / f"{key}.json", record.model_dump_json(indent=2).encode())

    def media(self, name: str) -> Path:
        """Return where the file of this public name is, or would be."""
        return self._media / name

    def put_media(self, name: str, content: bytes) -> None:
        """Store a file, durably, under its public name."""
        write(self._media / name, content)

    def media_called(self, start: str) -> str | None:
        """Return the public name that begins so; None if there is none."""
        return next((path.name for path in self._media.glob(f"{start}-*")), None)

    @property
    def settled(self) -> bool:
        """False if a change was stored and the public site not yet made from it."""
        return not self._unsettled.exists()

    def unsettle(self) -> None:
        """Note, durably, that the public site has to be made again."""
        write(self._unsettled, b"")

    def settle(self) -> None:
        """Note that the public site is what the posts say."""
        self._unsettled.unlink(missing_ok=True)


def write(path: Path, content: bytes) -> None:
    """Write a whole file or none, and return when it would survive a power cut."""
    # A dot, so that a leftover is neither listed as a post nor as a file.
    draft = path.with_name(f".{path.name}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync(path.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
