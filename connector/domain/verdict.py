"""A verdict: does the public page show what was approved?"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from connector.domain.item import ItemId, Sha256
from connector.domain.message import Message
from connector.language import N_


class Judgement(StrEnum):
    """What was found. Only PASS completes an item without a person."""

    PASS = N_("PASS")
    REVIEW = N_("REVIEW")
    """A person has to look: accept with a reason, or send back."""
    FAIL = N_("FAIL")
    NOT_LIVE = N_("NOT LIVE")
    """No such page, a draft, another item's page."""
    STALE = N_("STALE")
    """An earlier version of ours: a cache has not let go of it."""
    BLOCKED = N_("BLOCKED")
    """A login, a firewall or a limit stands between us and the page."""
    UNREACHABLE = N_("UNREACHABLE")


class Severity(StrEnum):
    """How much a difference weighs."""

    FAIL = N_("wrong")
    REVIEW = N_("to be looked at")
    INFO = N_("harmless")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One difference between the approved source and the page."""

    code: str
    """Stable: `text.changed`, `link.target`, `image.bytes`, `inject.script`."""
    severity: Severity
    message: Message
    place: str
    """Where in the source: `title`, `block 3`, `block 4, row 2, column 1`."""
    shown_place: str = ""
    """Where on the page, as a path of elements."""
    approved: str = ""
    """The approved text, as it stands in the source."""
    shown: str = ""
    """What the page shows instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The judgement on one page, with all that led to it."""

    judgement: Judgement
    differences: tuple[Difference, ...] = ()
    equal: Mapping[str, int] = field(default_factory=dict)
    """How many of each were compared and found equal: `blocks`, `links`, `images`."""
    reason: Message | None = None
    """Why there was nothing to compare (NOT_LIVE, STALE, BLOCKED, UNREACHABLE)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """One verdict on one publication, with its evidence."""

    item_id: ItemId
    target: str
    digest: Sha256
    """Of the approved revision it was compared with."""
    at: datetime
    """Aware, UTC."""
    url: str
    verdict: Verdict
    page: Sha256 | None
    """The page as fetched, in the archive; None if there was none."""
    by: str
    accepted_by: str = ""
    """Who accepted a REVIEW; empty if nobody did."""
    accepted_reason: str = ""
