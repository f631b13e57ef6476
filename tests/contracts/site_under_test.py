"""What a kind of target brings along to be held against the contract."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import pytest

from connector.domain.item import CategoryCode
from connector.domain.publication import StoredPost
from connector.ports.target import Target


class ChangeBehind(Protocol):
    def __call__(self, post_id: str, *, body: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteUnderTest:
    """One site, and the eyes and hands of others on it."""

    target: Target
    terms: Mapping[CategoryCode, str]
    """Two categories, `news` and `announcement`, with terms that the site has."""
    public: Callable[[], Mapping[str, bytes]]
    """All that an anonymous reader gets, lists, feed and files too: address → body."""
    everything: Callable[[], Sequence[StoredPost]]
    """All posts as an administrator sees them, drafts and trash too."""
    change_behind: ChangeBehind
    """Edit a post in the CMS, as somebody else would."""
    trash_behind: Callable[[str], None]
    """Put a post in the trash, as somebody else would."""
    write_behind: Callable[[], str] | None = None
    """Publish something of one's own, as somebody else would, and return its id; None
    where nobody else can."""


MakeSite = Callable[[pytest.FixtureRequest], AbstractContextManager[SiteUnderTest]]
"""Bring up a site for one test; `request.getfixturevalue` gives folders and servers."""
