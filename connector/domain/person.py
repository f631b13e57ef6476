"""Who acts: a person with roles, or the connector itself."""

from dataclasses import dataclass
from enum import StrEnum

from connector.language import N_


class Role(StrEnum):
    """
    Who is responsible for a step.

    Source: QT/TTTT-TV, column "Who is responsible".
    """

    LIBRARIAN = N_("librarian")
    DEPUTY_DIRECTOR = N_("deputy director")
    WEBMASTER = N_("webmaster")
    CONNECTOR = N_("connector")
    """The software: it receives from sources, sends, fetches and compares."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts on items; `name` is what stands in the records."""

    name: str
    roles: frozenset[Role]


CONNECTOR = Person("connector", frozenset({Role.CONNECTOR}))
