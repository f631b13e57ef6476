"""How one target has answered lately, and whether anybody is to ask it now."""

from dataclasses import dataclass
from datetime import datetime

from connector.domain.message import Message


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """
    One target, as all workers know it.

    Closed: it is asked. Open: it refused us, or is not to be had; its items wait
    until `resume_at`, when one worker asks again. Busy: as open, but nobody need act.
    """

    target: str
    """A table name in config/targets.toml."""
    resume_at: datetime | None = None
    """Nobody asks it before; None if it may be asked now."""
    problem: Message | None = None
    """Why it is open, for people to read; None if it is closed, or merely busy."""
    since: datetime | None = None
    """When the first item met the problem."""
    busy: int = 0
    """Answers in a row that said “not now”."""
    lost: int = 0
    """Requests in a row that were not answered, or did not arrive."""
    next_slot_at: datetime | None = None
    """When the next post may be sent, where the target's rate is limited."""

    @property
    def is_open(self) -> bool:
        """True if it refuses us or is not to be had."""
        return self.problem is not None

    def waits(self, now: datetime) -> bool:
        """Return whether nobody is to ask it now."""
        return self.resume_at is not None and self.resume_at > now
