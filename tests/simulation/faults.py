"""What goes wrong, how often, and how often it did."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class Fault(StrEnum):
    """One kind of mishap."""

    REFUSED = "connection refused"
    BUSY = "429, come back later"
    LOST_BEFORE = "time-out before it was done"
    LOST_AFTER = "time-out after it was done"
    ERROR_BEFORE = "5xx before it was done"
    ERROR_AFTER = "5xx after it was done"
    HALF = "half an answer"
    TWICE = "delivered twice"
    LATE = "delivered late"
    PARTLY = "part of a batch, then nothing"
    PASSWORD = "credentials refused"
    KILLED_BEFORE = "killed before a call"
    KILLED_AFTER = "killed after a call"
    KILLED_WAITING = "killed while a request is on its way"
    PAUSED_BEFORE = "paused before a call"
    PAUSED_AFTER = "paused after a call"
    CLOCK = "clock set by up to an hour"
    DATABASE_BUSY = "database busy"
    DISK_FULL = "disk full at a commit"
    CONNECTION_LOST = "connection lost after a commit"
    KILLED_BEGIN = "killed before a transaction"
    KILLED_COMMIT = "killed before a commit"
    KILLED_COMMITTED = "killed after a commit"
    PAUSED_COMMITTED = "paused after a commit"
    NO_PAGE = "page not had"
    ERROR_PAGE = "error page"
    STALE_PAGE = "page out of a cache"


_REQUEST = (
    *[Fault.REFUSED, Fault.LOST_BEFORE, Fault.LOST_AFTER] * 3,
    *[Fault.ERROR_BEFORE, Fault.ERROR_AFTER, Fault.HALF, Fault.TWICE] * 2,
    *[Fault.LATE] * 6,
    *[Fault.BUSY, Fault.KILLED_WAITING, Fault.PAUSED_BEFORE, Fault.PAUSED_AFTER],
    *[Fault.KILLED_BEFORE, Fault.KILLED_AFTER, Fault.PARTLY],
)
_RARE = (Fault.PASSWORD, Fault.CLOCK)
_BEGIN = (Fault.DATABASE_BUSY, Fault.DATABASE_BUSY, Fault.KILLED_BEGIN)
_COMMIT = (Fault.DISK_FULL, Fault.KILLED_COMMIT)
_COMMITTED = (
    Fault.CONNECTION_LOST,
    Fault.KILLED_COMMITTED,
    Fault.PAUSED_COMMITTED,
)
_PAGE = (Fault.NO_PAGE, Fault.ERROR_PAGE, Fault.STALE_PAGE, Fault.PAUSED_AFTER)


@dataclass(eq=False)
class Dice:
    """Says at each point whether something goes wrong there, and counts."""

    random: Random
    density: float
    """How many requests in a hundredth meet with something."""
    switching: float = 0.15
    slow: bool = False
    """The site makes half of all posts only when nobody waits for it any more."""
    counts: Counter[Fault] = field(default_factory=Counter)

    def request(self, *, creates: bool = False) -> Fault | None:
        if creates and self.slow and self.random.random() < 0.5:
            return self._one((Fault.LATE,))
        chance = self.random.random()
        if chance >= self.density:
            return None
        if chance < self.density * 0.03:
            return self._one(_RARE)
        return self._one(_REQUEST)

    def page(self) -> Fault | None:
        return self._now(self.density, _PAGE)

    def begin(self) -> Fault | None:
        return self._now(self.density / 7, _BEGIN)

    def commit(self) -> Fault | None:
        return self._now(self.density / 4.5, _COMMIT)

    def committed(self) -> Fault | None:
        return self._now(self.density / 4.5, _COMMITTED)

    def switch(self) -> bool:
        return self.random.random() < self.switching

    def _now(self, chance: float, kinds: tuple[Fault, ...]) -> Fault | None:
        return self._one(kinds) if self.random.random() < chance else None

    def _one(self, kinds: tuple[Fault, ...]) -> Fault:
        fault = kinds[int(self.random.random() * len(kinds))]
        self.counts[fault] += 1
        return fault
