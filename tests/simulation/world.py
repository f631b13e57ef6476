"""
Time, workers that take turns, and requests that are still on their way.

Everything happens on one thread. A worker is a greenlet that runs until it comes to a
point; there the dice say whether it goes on, waits, ends, or another has its turn. The
same seed gives the same run.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

from greenlet import (  # type: ignore[import-untyped]  # it ships no types
    getcurrent,
    greenlet,
)

BEGINNING = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)


class Killed(BaseException):
    """The process ends here; like KeyboardInterrupt, no handler is meant for it."""


@dataclass(eq=False)
class Machine:
    """A computer with a clock, which somebody may set."""

    world: "World"
    skew: timedelta = timedelta(0)

    def now(self) -> datetime:
        return self.world.time() + self.skew

    def sleep(self, seconds: float) -> None:
        """Nothing in the steps waits; whoever does has its turn later."""
        self.world.sleep(seconds)


@dataclass(eq=False)
class Worker:
    """One process, from its start to its end."""

    name: str
    machine: Machine
    wakes_at: float = 0
    dead: bool = False
    life: greenlet | None = None


@dataclass(eq=False)
class World:
    """One run: its time in seconds since BEGINNING, and whoever lives in it."""

    random: Random
    now: float = 0
    workers: list[Worker] = field(default_factory=list)
    turn: Worker | None = None
    turns: int = 0
    """How many there have been."""
    _on_its_way: list[tuple[float, int, Callable[[], object]]] = field(
        default_factory=list
    )
    _number: int = 0
    _hub: greenlet = field(default_factory=getcurrent)

    def time(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.now)

    def start(self, worker: Worker, life: Callable[[], object]) -> None:
        """Let a worker live from now on."""
        worker.life = greenlet(life, self._hub)
        self.workers.append(worker)

    def later(self, seconds: float, happens: Callable[[], object]) -> None:
        """Let something happen in some time, whoever has the turn then."""
        self._number += 1
        heapq.heappush(self._on_its_way, (self.now + seconds, self._number, happens))

    def pass_time(self, seconds: float) -> None:
        """Go on; what was on its way in the meantime arrives."""
        ends = self.now + seconds
        while self._on_its_way and self._on_its_way[0][0] <= ends:
            at, _, happens = heapq.heappop(self._on_its_way)
            self.now = max(self.now, at)
            happens()
        self.now = max(self.now, ends)

    def sleep(self, seconds: float) -> None:
        """Let whoever has the turn go on in some time."""
        if self.turn is not None:
            self.turn.wakes_at = self.now + seconds
            self._hub.switch()

    def give_way(self) -> None:
        """Let any worker go on that can, this one included."""
        if len(self.workers) > 1:
            self._hub.switch()

    def run(self, until: Callable[[], bool]) -> None:
        """Give turns, and jump over the time in which everybody waits."""
        while not until():
            ready = [w for w in self.workers if w.wakes_at <= self.now]
            if not ready:
                wakes = min((w.wakes_at for w in self.workers), default=self.now + 60)
                arrives = self._on_its_way[0][0] if self._on_its_way else wakes
                self.pass_time(max(0.0, min(wakes, arrives) - self.now))
                continue
            self.turn = self.random.choice(ready)
            self.turns += 1
            life = self.turn.life
            assert life is not None
            life.switch()
            if life.dead:
                self.workers.remove(self.turn)
            self.turn = None

    @property
    def busy(self) -> bool:
        """Say whether anything is still on its way."""
        return bool(self._on_its_way)
