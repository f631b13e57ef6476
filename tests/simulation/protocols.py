"""The protocol that is simulated: the real one, or one with a planted bug."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from connector.ports.clock import Clock
from connector.ports.parts import Parts
from connector.ports.target import Target
from connector.worker.runner import sweep
from tests.fakes.staging import MemoryStaging
from tests.simulation.wire import Wire


def real_sweep(parts: Parts) -> None:
    """Do what `connector run` does."""
    for _ in sweep(parts):
        pass


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """How publications are carried out."""

    name: str
    sweep: Callable[[Parts], None] = real_sweep
    staging: Callable[[Clock], MemoryStaging] = MemoryStaging
    target: Callable[[Wire], Target] = lambda wire: wire
    settles: timedelta = timedelta(minutes=2)
    late: float = 120.0
    """Seconds in which a site still carries out what was given up."""
    slow: bool = False
    """Always at a site that makes posts late, which is where the bug shows."""


REAL = Protocol(name="real")
MISTAKEN = Protocol(name="mistaken", late=600.0, slow=True)
"""The real protocol, where the operator took the server to be quicker than it is."""
