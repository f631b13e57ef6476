"""A message: what is said, as a template and its facts, before it has a language."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import Self, Union

Fact = Union[str, int, float, bool, None, "Message"]
"""What a stored fact may be: whatever JSON has, or a message inside the message."""


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

    @classmethod
    def of(cls, template: str, facts: Mapping[str, object]) -> Self:
        """
        Return a message that can be stored, whatever its facts are.

        Words of the business (enumerations) become messages, so that they are still
        translated when somebody reads the message years later.
        """
        return cls(template, {name: _storable(fact) for name, fact in facts.items()})


def _storable(fact: object) -> Fact:
    match fact:
        case Message():
            return fact
        case Enum():
            return Message(str(fact.value))
        case None | bool() | int() | float():
            return fact
        case list() | tuple() | set() | frozenset():
            return ", ".join(str(_storable(one)) for one in fact)
        case _:
            return str(fact)


def listed(words: Iterable[Message]) -> Message:
    """Return a message that says several, with commas between them."""
    facts: dict[str, Fact] = {f"word{n}": word for n, word in enumerate(words)}
    return Message(", ".join(f"{{{name}}}" for name in facts), facts)
