"""
How much memory publishing takes, for few items and for many.

Each number of items is published by a process of its own, which does nothing else; its
largest resident set is what the system reports of it at the end.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from benchmarks.article import Article
from benchmarks.library import TARGET, Prepared, opened, written
from benchmarks.ways import ours
from connector.domain.publication import Post, StoredPost
from connector.rehearsal.wordpress import WordPress
from connector.targets.memory import MemoryTarget

_ON_A_SITE = (100, 1_000)
_IN_MEMORY = (100, 1_000, 10_000)
_KEPT = 100
"""Posts that the forgetful site remembers: more than are sent at once."""


class ForgetfulTarget(MemoryTarget):
    """A site that forgets its oldest posts, so that only our own memory can grow."""

    def put_draft(self, post: Post) -> StoredPost:
        """Create a draft, and forget the post that was created long ago."""
        stored = super().put_draft(post)
        self._posts.pop(str(int(stored.id) - _KEPT), None)
        return stored


def growth(folder: Path, site: WordPress, *, many: bool) -> Iterator[str]:
    """Yield the rows of a table: items, where they went, and the memory it took."""
    yield "| items | on | largest resident set |"
    yield "|---|---|---|"
    yield from _rows(folder / "on-a-site", _ON_A_SITE, site)
    if many:
        yield from _rows(folder / "in-memory", _IN_MEMORY, None)


def _rows(home: Path, counts: Sequence[int], site: WordPress | None) -> Iterator[str]:
    environment = written(home, site)
    library = Prepared(opened(home, environment))
    done = 0
    for count in counts:
        library.approve([Article(n) for n in range(done, done + count)])
        done += count
    library.library.engine.dispose()
    where = "a site in memory" if site is None else "WordPress"
    for count in counts:
        yield f"| {count:,} | {where} | {_measured(home, count, environment)} MB |"


def _measured(home: Path, count: int, environment: Mapping[str, str]) -> str:
    command = [sys.executable, "-m", "benchmarks.memory", str(home), str(count)]
    done = subprocess.run(  # noqa: S603 -- ourselves
        command, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@click.command()
@click.argument("home", type=Path)
@click.argument("count", type=int)
def main(home: Path, count: int) -> None:
    """Publish so many items of a library, and print how much memory it took, in MB."""
    library = opened(home, os.environ)
    route = library.parts.routes[TARGET]
    if isinstance(route.target, MemoryTarget):
        route = replace(route, target=ForgetfulTarget(TARGET))
        library = replace(library, parts=replace(library.parts, routes={TARGET: route}))
    ours(Prepared(library), count)
    click.echo(f"{_largest_mb():.0f}")


def _largest_mb() -> float:
    # Not getrusage: there a program begins with the size of the one that started it.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    kilobytes = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(kilobytes[1]) / 1024 if kilobytes else 0.0


if __name__ == "__main__":
    main()
