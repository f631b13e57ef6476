"""
An observer who believes nobody's rows: it watches what the site shows, and when.

It is told by the site itself of every change of every post, whoever asked for it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime

from connector.domain.publication import PostState, StoredPost

Place = tuple[str, str]
"""A site, and the key of an item."""


@dataclass(eq=False)
class Observer:
    """What was ever seen on the sites."""

    posts: dict[Place, dict[str, StoredPost]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    approved: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Key → the bodies that a person approved, in their order."""
    touched: set[Place] = field(default_factory=set)
    """Where the webmaster had a hand in it."""
    made: dict[Place, list[tuple[str, datetime, bool]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    """Each post's number, when it was made, and whether its sender had given up."""
    late: set[Place] = field(default_factory=set)
    """Where a change or a going live arrived after its sender had given it up."""
    twice: set[Place] = field(default_factory=set)
    """Two posts of one item were public at one time."""
    unapproved: set[Place] = field(default_factory=set)
    """Something was public that nobody had approved, and nobody put there by hand."""

    def saw(self, site: str, key: str, post: StoredPost) -> None:
        """Take note of a post as it now is."""
        place = site, key
        self.posts[place][post.id] = post
        if post.state is not PostState.LIVE:
            return
        if len(self.live(place)) > 1:
            self.twice.add(place)
        if post.body not in self.approved[key] and place not in self.touched:
            self.unapproved.add(place)

    def live(self, place: Place) -> list[StoredPost]:
        return self._in(place, PostState.LIVE)

    def strays(self, place: Place) -> list[StoredPost]:
        """Return the drafts that stand beside the one post an item has."""
        drafts = self._in(place, PostState.DRAFT)
        return drafts if self.live(place) else drafts[1:]

    def shows(self, place: Place) -> bool:
        """Say whether exactly what was approved last is public, once."""
        bodies = [post.body for post in self.live(place)]
        return bodies == self.approved[place[1]][-1:]

    def _in(self, place: Place, state: PostState) -> list[StoredPost]:
        return [post for post in self.posts[place].values() if post.state is state]
