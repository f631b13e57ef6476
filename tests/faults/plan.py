"""Which fault befalls which request: drawn from a seed, and counted."""

import random
import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tests.faults.requests import POINTS, Purpose


class Fault(StrEnum):
    """What the proxy can do to one request."""

    DROP = "dropped, server never asked"
    RESET = "connection reset, server never asked"
    CUT = "cut after the server did it"
    RESET_AFTER = "reset after the server did it"
    HALF = "half an answer"
    SILENT = "no answer, server never asked"
    SILENT_AFTER = "no answer, server did it"
    DELAY = "delayed, within patience"
    LATE = "delivered after the client gave up"
    TWICE = "delivered twice"
    TWICE_LATE = "delivered again later"
    BUSY = "429, Retry-After 1"
    BUSY_AFTER = "429 after the server did it"
    ERROR = "500/502/503/504, server never asked"
    ERROR_AFTER = "500/502/503/504 after the server did it"
    HTML = "HTML in place of the answer, server never asked"
    HTML_AFTER = "HTML in place of the answer, server did it"


_WEIGHTS: Mapping[Fault, float] = {
    # Each of these holds a worker for as long as its patience lasts.
    Fault.SILENT: 0.4,
    Fault.SILENT_AFTER: 0.4,
    Fault.LATE: 0.6,
    # Each of these lets the whole target rest for a while.
    Fault.BUSY: 0.5,
    Fault.BUSY_AFTER: 0.3,
    Fault.HTML: 0.3,
    Fault.HTML_AFTER: 0.3,
}
"""How often a fault is drawn, where not as often as the others."""


_KILLED = 0.004
"""Of the requests: those around which their worker is killed."""
_KILLED_FIRST = 0.1
"""Likewise, at a point of the protocol at which none has been killed yet."""


class Moment(StrEnum):
    """When a worker is killed, seen from one of its requests."""

    BEFORE = "before the server got it"
    AFTER = "after the server did it, before the answer"
    ANSWERED = "just after the answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What is to happen with one request."""

    fault: Fault | None
    number: float
    """Between 0 and 1: chooses within the fault, a status or a delay."""
    kill: Moment | None = None


@dataclass(kw_only=True)
class Plan:
    """
    The faults of one campaign.

    The n-th request for a purpose has the same fate whenever the seed is the same.
    Which worker sends it, and when, is the machine's affair: real processes cannot be
    repeated exactly, and the simulation is there for what must be.
    """

    seed: int
    share: float
    """Of the requests that meet a fault."""
    faults: Counter[Fault] = field(default_factory=Counter)
    befallen: Counter[Purpose] = field(default_factory=Counter)
    kills: Counter[tuple[Purpose, Moment]] = field(default_factory=Counter)
    asked: Counter[Purpose] = field(default_factory=Counter)
    on: bool = True
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def draw(self, purpose: Purpose) -> Draw:
        """Say what is to happen with the next request for a purpose."""
        with self._lock:
            self.asked[purpose] += 1
            chance = random.Random(f"{self.seed}/{purpose}/{self.asked[purpose]}")  # noqa: S311 -- to be repeated, not secret
            fault = kill = None
            if self.on and chance.random() < self.share:
                kinds = list(Fault)
                (fault,) = chance.choices(kinds, [_WEIGHTS.get(k, 1) for k in kinds])
            if self.on and chance.random() < self._kill_share(purpose):
                # A worker that is killed is fault enough for one request.
                fault, kill = None, self._moment(purpose, chance)
            if fault is not None:
                self.faults[fault] += 1
                self.befallen[purpose] += 1
            return Draw(fault=fault, number=chance.random(), kill=kill)

    def killed(self, purpose: Purpose, moment: Moment) -> None:
        """Count a worker that was killed."""
        with self._lock:
            self.kills[purpose, moment] += 1

    @property
    def total(self) -> int:
        """How many faults there were."""
        with self._lock:
            return sum(self.faults.values())

    @property
    def not_killed_at(self) -> list[tuple[Purpose, Moment]]:
        """The points of the protocol at which no worker has been killed yet."""
        with self._lock:
            every = [(purpose, moment) for purpose in POINTS for moment in Moment]
            return [point for point in every if not self.kills[point]]

    def _kill_share(self, purpose: Purpose) -> float:
        """Return how likely the sender is killed: likelier where none was yet."""
        if purpose not in POINTS:
            return _KILLED
        missing = any(not self.kills[purpose, moment] for moment in Moment)
        return _KILLED_FIRST if missing else _KILLED

    def _moment(self, purpose: Purpose, chance: random.Random) -> Moment:
        """Choose the moment that has come least often, so that all of them come."""
        return min(chance.sample(list(Moment), 3), key=lambda m: self.kills[purpose, m])
