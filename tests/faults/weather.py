"""What befalls the machines while the workers work: by turns, drawn from the seed."""

import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from tests.faults.crew import Crew
from tests.faults.servers import Php, SmallDisk, drop_connections

_LOCK = """
import sys, time
from connector.staging.engine import open_engine
with open_engine(f"sqlite:///{sys.argv[1]}").begin():
    time.sleep(float(sys.argv[2]))
"""


class Trouble(StrEnum):
    """What can befall a machine."""

    KILL = "worker killed at a random time"
    STOP = "worker stopped for longer than its lease"
    CLOCK = "clock of a worker set forward or back"
    LOCKED = "SQLite locked by another program"
    FULL = "disk full"
    DROPPED = "PostgreSQL connections dropped"
    RESTART = "web server of the site killed and started again"
    FEWER = "2 workers instead of 4"
    MORE = "4 workers instead of 2"


@dataclass(kw_only=True)
class Weather:
    """Who can be hurt, and what has happened so far."""

    chance: random.Random
    crew: Crew
    php: Php
    disk: SmallDisk
    database: str
    """The URL of the staging database."""
    lease_s: float
    every_s: tuple[float, float]
    """How long it is quiet between two troubles: from, to."""
    workers: int = 4
    seen: Counter[Trouble] = field(default_factory=Counter)
    _turn: list[Trouble] = field(default_factory=list)

    def next(self) -> None:
        """Let the next trouble happen, and end."""
        if not self._turn:
            self._turn = [*self._possible, *[Trouble.KILL] * 6]
            self.chance.shuffle(self._turn)
        trouble = self._turn.pop()
        if self._happens(trouble):
            self.seen[trouble] += 1

    def clear(self) -> None:
        """Let every clock be right again."""
        for door in range(len(self.crew.doors)):
            self.crew.set_clock(door, 0)

    @property
    def _possible(self) -> list[Trouble]:
        kinds = [Trouble.STOP, Trouble.CLOCK, Trouble.CLOCK, Trouble.RESTART]
        kinds += [Trouble.FEWER, Trouble.MORE]
        if make_url(self.database).get_backend_name() == "sqlite":
            kinds += [Trouble.LOCKED] + [Trouble.FULL] * self.disk.is_small
        else:
            kinds += [Trouble.DROPPED] * 3
        return kinds

    def _happens(self, trouble: Trouble) -> bool:
        uniform = self.chance.uniform
        match trouble:
            case Trouble.KILL:
                return self.crew.kill_any(self.chance)
            case Trouble.STOP:
                seconds = self.lease_s + uniform(0.5, 3)
                return self.crew.stop_any(self.chance, seconds=seconds)
            case Trouble.CLOCK:
                door = self.chance.randrange(len(self.crew.doors))
                self.crew.set_clock(door, self.lease_s * uniform(-3, 3))
            case Trouble.LOCKED:
                self._lock(uniform(0.5, 2))
            case Trouble.FULL:
                self.disk.fill()
                time.sleep(uniform(0.5, 1.5))
                self.disk.empty()
            case Trouble.DROPPED:
                with suppress(DBAPIError):
                    drop_connections(self.database)
            case Trouble.RESTART:
                self.php.kill()
                time.sleep(uniform(0, 1))
                self.php.start()
            case Trouble.FEWER:
                self.workers = 2
            case Trouble.MORE:
                self.workers = 4
        return True

    def _lock(self, seconds: float) -> None:
        """Hold the database as a writer, as a backup program may."""
        path = str(make_url(self.database).database)
        # In a process of its own: two copies of SQLite in one process undo each
        # other's locks, and the file is damaged (sqlite.org/howtocorrupt.html, 2.2.1).
        subprocess.run(
            [sys.executable, "-c", _LOCK, path, str(seconds)],
            capture_output=True,
            check=False,
        )


@contextmanager
def blowing(weather: Weather) -> Iterator[None]:
    """Let troubles happen, one after the other, until the context is left."""
    over = threading.Event()

    def blow() -> None:
        while not over.wait(weather.chance.uniform(*weather.every_s)):
            weather.next()

    thread = threading.Thread(target=blow)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        weather.clear()
