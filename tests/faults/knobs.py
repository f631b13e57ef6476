"""What the campaign and its workers agree on, and how short their waits are."""

import json
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import tenacity

import connector.http.site

KNOBS = "knobs.json"
TIMEOUT_S = 1.5
"""How long a client waits for an answer; 20 in production."""
LEASE_S = 8.0
"""How long a worker may be silent; 300 in production."""
SETTLES_S = 10.0
"""Longer than a late request takes to be carried out; 120 in production."""
LATE_S = (TIMEOUT_S + 0.1, 4.5)
"""When a late request is delivered, after it was sent."""


PAGES = (1, 3, 8, 50)
"""How many items a worker takes at a time, one after the other: from single requests
to whole batches."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """Waits, and where the worker's own site is read."""

    readers: str
    """host:port of the public pages."""
    shorter: float = 1 / 1200
    """What every other wait of the protocol is multiplied by."""

    def write(self, home: Path) -> None:
        """Leave them where the workers look."""
        (home / KNOBS).write_text(json.dumps(asdict(self)))

    @classmethod
    def read(cls, home: Path) -> "Knobs":
        """Return what the campaign left."""
        return cls(**json.loads((home / KNOBS).read_text()))


def shorten(factor: float) -> Mapping[str, timedelta]:
    """
    Multiply every wait that the protocol's modules name, and return what it was.

    Only constants are changed: what is done, and in which order, stays.
    """
    found = {}
    for name, module in list(sys.modules.items()):
        if not name.startswith(("connector.steps", "connector.procedure.circuit")):
            continue
        for constant, value in list(vars(module).items()):
            if isinstance(value, timedelta):
                found[f"{name}.{constant}"] = value
                setattr(module, constant, value * factor)
    # Between the repeated requests of one call.
    connector.http.site.jitter = tenacity.wait_random_exponential(  # type: ignore[attr-defined]
        multiplier=0.02, max=0.2
    )
    return found


class JumpingClock:
    """The clock of one worker, set forward and back through a file by the campaign."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """Return the time, as this worker's machine has it."""
        return datetime.now(UTC) + timedelta(seconds=float(self._file.read_text()))

    def sleep(self, seconds: float) -> None:
        """Wait a twentieth of it."""
        time.sleep(seconds / 20)
