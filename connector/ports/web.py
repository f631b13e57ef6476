"""The public web, seen as an anonymous reader sees it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """An answer, whatever its status."""

    url: str
    """As asked."""
    final_url: str
    """After redirects."""
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    redirects: tuple[str, ...] = ()


class PublicWeb(Protocol):
    """A fresh, anonymous session for every call; private addresses are refused."""

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        """
        Fetch `url`, following at most three redirects.

        Args:
            url: http or https.
            limit_mb: how many megabytes (10**6 bytes) the answer may have.
            asks: how often to ask in all, where no answer comes or the server is busy.

        Raises:
            AddressRefused: no web address, or one in a private network.
            NoAnswer: no answer in time, or an incomplete one.
            AnswerTooLarge: the answer has more than `limit_mb`.
        """
        ...

    def status(self, url: str) -> int:
        """Ask whether `url` answers (HEAD, then GET), and return the status."""
        ...
