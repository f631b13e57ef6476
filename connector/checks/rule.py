"""A rule: what it is called, what it may be told, and the function that looks."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from connector.domain.finding import Level
from connector.domain.item import Revision
from connector.domain.message import Fact
from connector.ports.check import Context, Remark

Parameters = Mapping[str, Fact | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRule:
    """One rule of ours; implements ports.check.Rule."""

    id: str
    version: int
    title: str
    """What it asks for, in a few words: an English message id, marked with N_."""
    level: Level
    """What a finding means, unless config/checks.toml says otherwise."""
    look: Callable[[Revision, Context], Iterator[Remark]]
    defaults: Parameters = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The only words that a list parameter may hold, by the parameter's name."""

    def __call__(self, revision: Revision, context: Context) -> Iterator[Remark]:
        """Yield what the rule has to say, in the order of the text."""
        return self.look(revision, context)


def number(context: Context, name: str) -> int:
    """Return the parameter `name` of a rule whose default for it is a number."""
    match context.parameters[name]:
        case int(value):
            return value
        case other:
            raise TypeError(f"{name} is no whole number: {other!r}")


def words(context: Context, name: str) -> list[str]:
    """Return the parameter `name` of a rule whose default for it is a list."""
    match context.parameters[name]:
        case list(value):
            return value
        case other:
            raise TypeError(f"{name} is no list: {other!r}")
