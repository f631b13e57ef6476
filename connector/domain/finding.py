"""What the checks have to say about a revision."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.domain.item import ItemId, Sha256
from connector.domain.message import Message
from connector.domain.person import Role
from connector.language import N_


class Level(StrEnum):
    """What a finding of a rule means for the item."""

    OFF = N_("off")
    WARN = N_("warn")
    """Shown; the item may go on."""
    BLOCK = N_("block")
    """The item may not go on until it is corrected or the rule is waived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One remark of one rule."""

    rule: str
    """Stable id: a table name in config/checks.toml, such as `title-length`."""
    rule_version: int
    level: Level
    message: Message
    part: str = "body"
    """The part of the revision it speaks of: `title`, `body`, `excerpt`, `file X`."""
    quote: str = ""
    """The words it speaks of, as they stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What all rules found in one revision; it holds for that digest only."""

    item_id: ItemId
    digest: Sha256
    at: datetime
    """Aware, UTC."""
    findings: tuple[Finding, ...] = ()
    unchecked: tuple[Finding, ...] = ()
    """What could not be checked (a link that did not answer): never counted as bad."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver:
    """A blocking rule set aside for one revision, by somebody who may, with why."""

    item_id: ItemId
    digest: Sha256
    rule: str
    rule_version: int
    reason: str
    by: str
    role: Role
    at: datetime
    """Aware, UTC."""
