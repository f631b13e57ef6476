"""
The public folder: a symbolic link to one complete site, replaced in one step.

A new site is made in `trees/` beside the posts, from hard links to what has not
changed and new files for what has. Then the link is renamed over the old one, which
POSIX does in one step: at every moment, a crash included, the folder is one whole
site. The site before stays until the next one, for readers in the middle of a page.
"""

import json
import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from connector.domain.errors import NotOurAnswer
from connector.targets.site.state import sync, write


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One file of the site that is made, not copied."""

    path: str
    """Relative, with slashes: `tin-tuc/index.html`."""
    stamp: str = ""
    """Equal stamps make equal files; empty for a file that is made every time."""
    render: Callable[[], str]


class Public:
    """The public folder and the trees it can point to."""

    def __init__(self, folder: Path, trees: Path, *, target: str) -> None:
        self._folder = folder
        self._trees = trees
        self._target = target

    def shows(self, layout: str) -> bool:
        """Tell whether the folder shows a site of this layout."""
        tree = self._current()
        return tree is not None and tree.is_dir() and tree.name.endswith(f"-{layout}")

    def make(
        self, layout: str, pages: Iterable[Page], media: Mapping[str, Path]
    ) -> Path:
        """
        Make a complete new site, which nobody sees yet, and return its folder.

        Args:
            layout: what the name of the tree ends with.
            pages: all of them.
            media: public name → file.

        Raises:
            NotOurAnswer: the public folder belongs to somebody else.
        """
        old = self._current()
        number = int(old.name.split("-")[0]) + 1 if old else 1
        tree = self._trees / f"{number:06}-{layout}"
        self._remove_all_but(old)
        tree.mkdir(parents=True)
        before = _stamps(old)
        stamps: dict[str, str] = {}
        for page in pages:
            path = tree / page.path
            path.parent.mkdir(parents=True, exist_ok=True)
            same = old / page.path if old and page.stamp else None
            if same and before.get(page.path) == page.stamp and same.is_file():
                os.link(same, path)
            else:
                _write(path, page.render().encode())
            stamps[page.path] = page.stamp
        (tree / "media").mkdir()
        for name, file in media.items():
            os.link(file, tree / "media" / name)
        write(_stamps_of(tree), json.dumps(stamps).encode())
        for folder, _, _ in os.walk(tree):
            sync(Path(folder))
        return tree

    def show(self, tree: Path) -> None:
        """Let the public folder be this site, in one step."""
        link = self._trees / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(os.path.relpath(tree, self._folder.parent))
        if self._folder.is_dir() and not self._folder.is_symlink():
            self._folder.rmdir()  # empty: `make` has refused it otherwise
        link.replace(self._folder)
        sync(self._folder.parent)

    def _current(self) -> Path | None:
        """Return the tree that is shown; None if the folder is empty or not there."""
        if self._folder.is_symlink():
            tree = self._folder.parent / self._folder.readlink()
            if tree.parent.resolve() == self._trees.resolve():
                return self._trees / tree.name
        elif not self._folder.exists() or _is_empty(self._folder):
            return None
        raise NotOurAnswer(
            target=self._target,
            problem=f"{self._folder} was not made by connector",
            hint=f"mv {self._folder} {self._folder}.old",
        )

    def _remove_all_but(self, kept: Path | None) -> None:
        """Remove the site before, and what a crash has left."""
        if not self._trees.is_dir():
            return
        wanted = {kept, _stamps_of(kept)} if kept else set()
        for path in sorted(set(self._trees.iterdir()) - wanted):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def _is_empty(folder: Path) -> bool:
    return folder.is_dir() and not any(folder.iterdir())


def _stamps_of(tree: Path) -> Path:
    return tree.with_name(f"{tree.name}.json")


def _stamps(tree: Path | None) -> Mapping[str, str]:
    if tree is None or not _stamps_of(tree).exists():
        return {}
    stamps: dict[str, str] = json.loads(_stamps_of(tree).read_bytes())
    return stamps


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
