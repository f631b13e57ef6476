"""Where our own processor time goes: by room, and by function."""

import cProfile
import pstats
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.article import Article
from benchmarks.library import prepared
from benchmarks.ways import ours
from connector.rehearsal.wordpress import WordPress

_MOST = 45
_ROOMS = ("connector", "sqlalchemy", "urllib3", "requests", "json", "http")


def profiled(folder: Path, site: WordPress, *, items: int) -> str:
    """
    Publish so many items, and return the processor time of each function.

    Waiting is not counted. The profiler itself doubles what small functions take.
    """
    library = prepared(folder / "profiled", site)
    library.approve([Article(n) for n in range(2 + items)])
    ours(library, 2)
    profile = cProfile.Profile(time.process_time)
    profile.runcall(ours, library, items)
    return "\n".join(_lines(pstats.Stats(profile), items))


def _lines(stats: pstats.Stats, items: int) -> Iterator[str]:
    functions: dict[tuple[str, int, str], Any] = stats.stats  # type: ignore[attr-defined]  # typeshed leaves it out
    rooms: Counter[str] = Counter()
    for (file, _, name), (_, _, own_s, _, _) in functions.items():
        rooms[_room(file, name)] += own_s
    yield f"{rooms.total() / items * 1000:.2f} ms an item, under the profiler"
    yield "\nms/item, own time by room"
    for room, seconds in rooms.most_common(20):
        yield f"{seconds / items * 1000:8.3f}  {room}"
    yield "\nms/item, with what is called; calls/item"
    ordered = sorted(functions.items(), key=lambda one: -one[1][3])
    for (file, line, name), (_, calls, _, whole_s, _) in ordered[:_MOST]:
        where = f"{_room(file, name)}:{line} {name}"
        yield f"{whole_s / items * 1000:8.3f} {calls / items:7.2f}  {where}"


def _room(file: str, name: str) -> str:
    """Return `connector/steps` and the like, or the library."""
    parts = Path(file).parts
    if file == "~":
        return "sqlite" if "sqlite" in name else "built in"
    for room in _ROOMS:
        if room in parts:
            at = len(parts) - 1 - parts[::-1].index(room)
            return "/".join(parts[at : at + 2]) if room == "connector" else room
    return (
        Path(file).stem
        if "site-packages" not in parts
        else parts[parts.index("site-packages") + 1]
    )
