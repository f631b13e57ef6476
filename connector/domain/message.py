"""A message: what is said, as a template and its facts, before it has a language."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

Fact = str | int | float | bool | None
"""What a stored fact may be: whatever JSON has, but nothing nested."""


def _no_facts() -> Mapping[str, Fact]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Message:
    """
    A sentence to be: `template` is English with {facts}, and a gettext message id.

    Stored as it is, shown by `language.say` in the language of whoever reads it.
    """

    template: str
    facts: Mapping[str, Fact] = field(default_factory=_no_facts)

    def __str__(self) -> str:
        """Return the English sentence."""
        return self.template.format(**self.facts)
