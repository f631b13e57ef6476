"""
The drop folder: departments put their files in, each becomes an item.

Files are only read. Whoever put one in takes it away again, and a file that was
received is recognised by its path, so that it may stay as long as it likes.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from connector.domain.errors import ConnectorError, IntakeError, Unreadable
from connector.domain.item import Draft, Sha256, sha256
from connector.ports.source import Source
from connector.ports.web import PublicWeb
from connector.sources.bounds import Problem, name_of, read_file
from connector.sources.document import read_document
from connector.sources.text import source_line

_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload")
_PICTURES = (".png", ".jpg", ".jpeg", ".gif", ".webp")
_COMPANIONS = ("_files", ".files")
"""How Word and browsers call the folder that they save beside a page."""


class Options(BaseModel):
    """Where the folder is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Path
    """Relative ones start from the folder that `connect` is given."""
    attribution: str = ""
    """The source's name as readers see it; empty: no source line."""
    language: str = "vi"
    """BCP 47; of the text in the files."""


def connect(
    name: str, *, options: Options, folder: Path, web: PublicWeb, limit_mb: float
) -> Source:
    """Return the source of a drop folder. Nothing is read before `offers`."""
    del web  # a document is complete, or what it lacks is not fetched
    return DropFolder(name, folder / options.path, options, limit_mb)


@dataclass(frozen=True)
class DropFolder:
    """A folder and all folders below it."""

    name: str
    folder: Path
    options: Options
    limit_mb: float

    def offers(self) -> Iterator[Draft | ConnectorError]:
        """
        Yield one draft a file, by name, or the reason why the file is not received.

        Hidden and unfinished files are passed over, and so are pictures that a
        document shows.

        Raises:
            Unreadable: the folder is not there.
        """
        if not self.folder.is_dir():
            raise Unreadable(name=self.options.path, problem=Problem.MISSING)
        shown: set[Sha256] = set()
        paths = sorted(_files(self.folder), key=lambda path: path.as_posix())
        for path in [p for p in paths if not _is_picture(p)]:
            try:
                draft = self._read(path)
            except IntakeError as error:
                yield error
            else:
                shown.update(draft.blobs)
                yield draft
        for path in filter(_is_picture, paths):
            try:
                if not self._shows(path, shown):
                    self._read(path)
            except IntakeError as error:
                yield error

    def _read(self, path: Path) -> Draft:
        self._refuse_outside(path)
        place = path.relative_to(self.folder)
        draft = read_document(
            path,
            source=self.name,
            limit_mb=self.limit_mb,
            language=self.options.language,
            source_id="/".join(map(name_of, reversed([place, *place.parents][:-1]))),
        )
        if not self.options.attribution:
            return draft
        credit = source_line(
            self.options.attribution, link="", language=self.options.language
        )
        return replace(draft, body=f"{draft.body}{credit}")

    def _shows(self, picture: Path, shown: set[Sha256]) -> bool:
        self._refuse_outside(picture)
        name = name_of(picture)
        return sha256(read_file(picture, name=name, limit_mb=self.limit_mb)) in shown

    def _refuse_outside(self, path: Path) -> None:
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise Unreadable(name=name_of(path), problem=Problem.OUTSIDE)


def _files(folder: Path) -> Iterator[Path]:
    """Yield every file that somebody meant to drop, and every link to a folder."""
    for place, folders, names in os.walk(folder, onerror=_refuse_unlisted):
        here = Path(place)
        links = [name for name in folders if (here / name).is_symlink()]
        pages = {Path(name).stem for name in names}
        folders[:] = [
            name
            for name in folders
            if not _unwanted(name) and not _companion(name, pages)
        ]
        yield from (here / name for name in [*names, *links] if not _unwanted(name))


def _refuse_unlisted(error: OSError) -> None:
    raise Unreadable(name=error.filename, problem=error.strerror) from error


def _unwanted(name: str) -> bool:
    return name.startswith((".", "~$")) or name.lower().endswith(_UNFINISHED)


def _companion(folder: str, pages: set[str]) -> bool:
    return any(
        folder.endswith(ending) and folder.removesuffix(ending) in pages
        for ending in _COMPANIONS
    )


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in _PICTURES
