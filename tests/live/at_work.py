"""
One real process that runs one command, and can be killed at it.

Run as `python -m tests.live.at_work HOME READERS WORD...`; READERS is host:port of the
public pages. The password stands in the environment.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from connector.bootstrap import open_library
from connector.cli import app
from connector.cli.desk import Desk
from connector.http import Web, host_and_port
from tests.live.places import Place

_ROOT = Path(__file__).parents[2]


def process(
    home: Path, place: Place, *words: str, readers: str
) -> subprocess.Popen[bytes]:
    """Start a command on the library in `home`, which publishes on a WordPress."""
    environment = {
        **os.environ,
        "CONNECTOR_TARGETS__PORTAL__PASSWORD": place.password,
        "PYTHONPATH": str(_ROOT),
    }
    here = [str(home), host_and_port(readers), *words]
    with (home / "process.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "tests.live.at_work", *here],
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env=environment,
        )


def main(arguments: Sequence[str]) -> int:
    """Run one command."""
    home, readers, *words = arguments
    config = Path(home) / "config"
    library = open_library(config, os.environ)
    # The proxy stands before the APIs; the pages are read where readers read them.
    web = Web(allow=frozenset({readers}))
    routes = {
        name: replace(route, web=web) for name, route in library.parts.routes.items()
    }
    desk = Desk(config=config, language="en")
    desk.library = replace(library, parts=replace(library.parts, routes=routes))
    return app.run(words, desk)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
