"""Where bytes are kept: originals, pictures, pages as fetched."""

from typing import Protocol

from connector.domain.item import Sha256


class Archive(Protocol):
    """Bytes by their SHA-256. Nothing is ever changed or removed."""

    def put(self, content: bytes) -> Sha256:
        """Keep `content`, durably before returning; the same bytes are kept once."""
        ...

    def get(self, sha256: Sha256) -> bytes:
        """
        Return the bytes, after comparing them with their name.

        Raises:
            Unreadable: they are gone, or no longer what they were.
        """
        ...
