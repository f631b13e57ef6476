"""The worker processes of a campaign: started, killed, stopped, replaced."""

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
_UNCAUGHT = "Traceback"


@dataclass(kw_only=True)
class Crew:
    """Workers behind the doors of the proxy; whoever dies is replaced."""

    home: Path
    module: str
    environment: Mapping[str, str]
    doors: list[str] = field(default_factory=list)
    """The URL that the worker of each door has for the site."""
    started: int = 0
    ended_alone: Counter[int] = field(default_factory=Counter)
    """Exit codes of workers that nobody killed."""
    _workers: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)
    _stopped: dict[int, float] = field(default_factory=dict)
    """Door → when its worker goes on, by the monotonic clock."""
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def keep(self, wanted: int) -> None:
        """Let `wanted` workers run: replace the dead, wake those whose time it is."""
        with self._lock:
            for door in range(len(self.doors)):
                self._wake(door)
                worker = self._workers.get(door)
                if worker is not None and worker.poll() is not None:
                    if worker.returncode != -signal.SIGKILL:
                        self.ended_alone[worker.returncode] += 1
                    del self._workers[door]
                if door < wanted and door not in self._workers:
                    self._start(door)

    def kill(self, door: int) -> bool:
        """Kill the worker of a door; say whether there was one to kill."""
        with self._lock:
            worker = self._workers.get(door)
            if worker is None or worker.poll() is not None:
                return False
            worker.kill()
            worker.wait()
            self._stopped.pop(door, None)
            return True

    def kill_any(self, chance: random.Random) -> bool:
        """Kill a worker at whatever it does just now."""
        with self._lock:
            return bool(self._workers) and self.kill(
                chance.choice(sorted(self._workers))
            )

    def stop_any(self, chance: random.Random, *, seconds: float) -> bool:
        """Let a worker stand still, as a machine that sleeps, and go on later."""
        with self._lock:
            running = sorted(set(self._workers) - set(self._stopped))
            if not running:
                return False
            door = chance.choice(running)
            if self._workers[door].poll() is not None:
                return False
            self._workers[door].send_signal(signal.SIGSTOP)
            self._stopped[door] = time.monotonic() + seconds
            return True

    def set_clock(self, door: int, seconds: float) -> None:
        """Set the clock of a door's workers forward, or back."""
        clock = self.home / "clocks" / str(door)
        # Replaced, not written: it is read at any moment.
        fresh = clock.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(clock)

    @property
    def standing_still(self) -> bool:
        """True if any worker is stopped."""
        with self._lock:
            return bool(self._stopped)

    def _wake(self, door: int) -> None:
        if self._stopped.get(door, time.monotonic() + 1) <= time.monotonic():
            del self._stopped[door]
            if door in self._workers and self._workers[door].poll() is None:
                self._workers[door].send_signal(signal.SIGCONT)

    def _start(self, door: int) -> None:
        self.started += 1
        environment = {
            **os.environ,
            **self.environment,
            "CONNECTOR_TARGETS__PORTAL__URL": self.doors[door],
            "PYTHONPATH": str(ROOT),
        }
        with (self.home / f"worker-{door}.log").open("ab") as log:
            self._workers[door] = subprocess.Popen(
                [sys.executable, "-m", self.module, str(self.home), str(door)],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
            )

    def unforeseen(self) -> list[str]:
        """Return what the workers met that nobody had foreseen, once each."""
        told = set()
        for log in self.home.glob("worker-*.log"):
            for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
                if "was not foreseen" in line or line.startswith(_UNCAUGHT):
                    told.add(line)
        return sorted(told)

    def end(self) -> None:
        """Kill all of them."""
        with self._lock:
            for worker in self._workers.values():
                worker.kill()
                worker.wait()
            self._workers.clear()
            self._stopped.clear()


@contextmanager
def crew(
    home: Path, *, module: str, environment: Mapping[str, str], doors: int
) -> Iterator[Crew]:
    """Make a crew that ends with the context; its `doors` are still to be named."""
    (home / "clocks").mkdir()
    one = Crew(home=home, module=module, environment=environment)
    for door in range(doors):
        one.set_clock(door, 0)
    try:
        yield one
    finally:
        one.end()
