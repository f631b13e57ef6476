"""One library's parts, put together by bootstrap and handed to every step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from connector.domain.errors import TargetGone
from connector.domain.item import CategoryCode, Item, Revision
from connector.domain.message import Message
from connector.ports.archive import Archive
from connector.ports.check import Checks
from connector.ports.clock import Clock
from connector.ports.staging import Staging
from connector.ports.target import Target
from connector.ports.web import PublicWeb
from connector.procedure.policy import Policy


class GoLive(StrEnum):
    """Who makes a draft public."""

    CONNECTOR = "connector"
    WEBMASTER = "webmaster"
    """In the CMS, by hand; the connector waits for it and verifies."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A category that a rule proposes. A person decides."""

    category: CategoryCode
    rule: str
    """The table name in config/categories.toml."""
    reason: Message


Propose = Callable[[Item, Revision], Proposal | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """How items reach one target."""

    target: Target
    web: PublicWeb
    """Where its public pages are read; it may ask this target's own host, even a
    private one, and no other."""
    terms: Mapping[CategoryCode, str]
    """The categories the target takes, each with its `term` there."""
    go_live: GoLive = GoLive.CONNECTOR
    noise: tuple[str, ...] = ()
    """CSS selectors of what the site's theme adds inside the body."""
    per_minute: int | None = None
    """How many posts a minute it is sent at most; None for as many as it takes."""
    settles: timedelta = timedelta(minutes=2)
    """How long after a request was given up the site may still carry it out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything the steps work with."""

    staging: Staging
    archive: Archive
    clock: Clock
    checks: Checks
    propose: Propose
    policy: Policy
    routes: Mapping[str, Route]
    """By the target's name in config/targets.toml."""
    labels: Mapping[CategoryCode, Mapping[str, str]]
    """Category → language → what readers see."""
    worker: str = field(default="connector")
    """Who holds the leases: unique to this process."""
    lease: timedelta = timedelta(minutes=5)
    """How long a worker may be silent before another takes its publications over:
    longer than the requests of one phase of an attempt may take together."""

    def route(self, target: str) -> Route:
        """
        Return how items reach a target.

        Raises:
            TargetGone: the configuration has no such target any more.
        """
        if target not in self.routes:
            raise TargetGone(target=target)
        return self.routes[target]
