"""Where the time comes from, so that tests can set it."""

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A clock, and a way to wait by it."""

    def now(self) -> datetime:
        """Return the time: aware, UTC."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
