"""What a check must be able to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from connector.domain.finding import CheckResult
from connector.domain.item import Item, ItemId, Revision
from connector.domain.message import Fact, Message
from connector.ports.web import PublicWeb


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What a rule has to say, before the library has said how much it weighs."""

    message: Message
    part: str = "body"
    quote: str = ""
    checked: bool = True
    """False: it could not be checked, which is not the same as bad."""


class Known(Protocol):
    """What staging knows of other items, for the rules that compare."""

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        """Return other items, not rejected, whose title and body are equal."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """All that a rule may look at besides the revision."""

    item: Item
    known: Known
    web: PublicWeb
    parameters: Mapping[str, Fact | list[str]]
    """Of this rule, from config/checks.toml, over the rule's own defaults."""


class Rule(Protocol):
    """
    One rule of form or content.

    To add one: one file in checks/ with one or more rules, and one test.
    """

    @property
    def id(self) -> str:
        """Stable; the table name in config/checks.toml."""
        ...

    @property
    def version(self) -> int:
        """One more whenever the rule finds something else than before."""
        ...

    @property
    def defaults(self) -> Mapping[str, Fact | list[str]]:
        """The parameters that the rule knows, with their values unless configured."""
        ...

    def __call__(self, revision: Revision, context: Context) -> Iterator[Remark]:
        """Yield what the rule has to say, in the order of the text."""
        ...


class Checks(Protocol):
    """All rules, at the levels and with the parameters of the library."""

    def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
        """
        Run every rule that is not off for the revision's category.

        Findings come in the order of the rules' ids, then of the text. A rule that
        fails with an error of its own is reported as not checked, never as passed.
        """
        ...
