"""
One worker process: the real `connector run --every 1`, its waits shortened.

Run as `python -m tests.faults.worker HOME DOOR`.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

from connector.bootstrap import Library, open_library
from connector.cli import app
from connector.cli.desk import Desk
from connector.http import Web

# Here, before the waits are shortened: every module that names one must be there.
from connector.worker import runner
from tests.faults.knobs import PAGES, JumpingClock, Knobs, shorten


def opened(home: Path, door: str) -> Library:
    """Open the library as production does, then shorten its waits."""
    knobs = Knobs.read(home)
    clock = JumpingClock(home / "clocks" / door)
    library = open_library(home / "config", os.environ, clock)
    # The proxy stands before the APIs; the pages are read where readers read them.
    web = Web(allow=frozenset({knobs.readers}))
    routes = {
        name: replace(route, web=web) for name, route in library.parts.routes.items()
    }
    shorten(knobs.shorter)
    return replace(library, parts=replace(library.parts, routes=routes))


def main() -> int:
    """Work until somebody kills this process."""
    home, door = Path(sys.argv[1]), sys.argv[2]
    # Each worker another number, and its successor again another one.
    runner.PAGE = PAGES[(int(door) + os.getpid()) % len(PAGES)]
    desk = Desk(config=home / "config", language="en")
    desk.library = opened(home, door)
    return app.run(["run", "--every", "1"], desk)


if __name__ == "__main__":
    sys.exit(main())
