"""What a source of news must be able to do."""

from collections.abc import Iterator
from typing import Protocol

from connector.domain.errors import ConnectorError
from connector.domain.item import Draft


class Source(Protocol):
    """
    One place news comes from.

    To add a kind: one file in sources/ and one line in the contract test.
    """

    @property
    def name(self) -> str:
        """The table name in config/sources.toml."""
        ...

    def offers(self) -> Iterator[Draft | ConnectorError]:
        """
        Yield what is offered now, one draft each, oldest first.

        What cannot be received is yielded as its IntakeError, so that the next one
        goes on. Nothing is lost, nothing is invented: a missing date stays missing.

        Raises:
            WebError: the source as a whole was not had.
            IntakeError: the source as a whole is not what it should be.
        """
        ...
