"""Each kind of target, brought up for a library, with others' eyes and hands on it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, cast

import pytest

from connector.domain.errors import Unclear
from connector.domain.publication import PostState, StoredPost
from connector.http import Web, host_and_port
from connector.ports.parts import Route
from connector.ports.target import Target
from connector.ports.web import PublicWeb
from connector.rehearsal.wordpress import WordPress
from connector.targets.memory import MemoryTarget
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_sites import folder_site, memory_site
from tests.contracts.wordpress_sites import wordpress_here
from tests.fakes.site_web import SiteWeb
from tests.fakes.web import FakeWeb
from tests.live.proxy import FaultProxy, fault_proxy
from tests.steps.faulty import Hook, raising

_ASKED = frozenset(
    "find put_draft update go_live withdraw read put_media resolve_terms".split()
)
_NEVER_SENT = 10_000
"""More requests than any test makes."""

KINDS: Sequence[str] = ("memory", "site", "wordpress", "wordpress-xmlrpc")


class Watched:
    """Any target, each call of which can be met by a hook before it, and after."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.once: dict[str, Hook] = {}
        self.always: dict[str, Hook] = {}

    @property
    def bulk(self) -> None:
        """None: each post is asked about alone, so that its hooks are met."""

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- whatever the target has
        there = getattr(self.target, name)
        if name not in _ASKED:
            return there

        def asked(*given: object, **named: object) -> object:
            self._meet("*", name)
            answer = there(*given, **named)
            self._meet("*:done", f"{name}:done")
            return answer

        return asked

    def _meet(self, *names: str) -> None:
        for name in names:
            for hook in (self.always.get(name), self.once.pop(name, None)):
                if hook is not None:
                    hook()


@dataclass(kw_only=True)
class Place:
    """One target of a library."""

    name: str = "portal"
    table: str
    """In targets.toml."""
    password: str = ""
    eyes: SiteUnderTest
    web: PublicWeb
    proxy: FaultProxy | None = None
    """Before the APIs of a WordPress."""
    watched: Watched | None = None
    """Around a target without a server."""
    replaced: Callable[[Target], Target] = lambda target: target
    """What a test puts in the target's place."""

    def attach(self, route: Route) -> Route:
        """Return the route with hooks, and with the readers of this machine."""
        target: Target = self.replaced(route.target)
        if self.proxy is None:
            self.watched = Watched(target)
            target = cast("Target", self.watched)
        return replace(route, target=target, web=self.web)

    def held(self, key: str = "") -> list[StoredPost]:
        """Return every post, trash included, that has a key, or any."""
        return [one for one in self.eyes.everything() if one.slug.endswith(key)]

    def states(self, key: str = "") -> list[PostState]:
        """Return the state of each of them."""
        return [post.state for post in self.held(key)]

    def loses_the_answer_to_a_draft(self) -> None:
        """Let the next draft be made, its answer be lost, and nothing pass then."""
        if self.watched is not None:
            self.watched.once["put_draft:done"] = self.goes_dead
        if self.proxy is not None:
            for method, path, saying in CREATES:
                self.proxy.when(method, path, self.goes_dead, saying=saying, done=True)

    def goes_dead(self) -> None:
        """Let nothing pass any more."""
        if self.proxy is not None:
            self.proxy.mend()
            self.proxy.refuse(times=_NEVER_SENT)
        if self.watched is not None:
            dead = raising(Unclear(target=self.name, problem="time-out"))
            self.watched.always["*"] = dead
            dead()

    def is_well(self) -> None:
        """Let all pass again."""
        if self.proxy is not None:
            self.proxy.mend()
        if self.watched is not None:
            self.watched.always.clear()
            self.watched.once.clear()


CREATES = (
    ("POST", "/wp/v2/posts", b""),
    ("POST", "/xmlrpc.php", b"wp.newPost"),
)
"""What makes a draft, by method, path, and what it says."""

_WORDPRESS = """
[targets.{name}]
kind = "{kind}"
url = "{url}"
user = "{user}"
"""
_SITE = """
[targets.{name}]
kind = "site"
folder = "public"
url = "https://thuvien.example/"
"""
_MEMORY = """
[targets.{name}]
kind = "memory"
"""


@contextmanager
def in_memory(
    request: pytest.FixtureRequest, *, name: str = "portal"
) -> Iterator[Place]:
    """Open a site in memory."""
    target = MemoryTarget(name)
    with memory_site(request) as eyes:
        yield Place(
            name=name,
            table=_MEMORY.format(name=name),
            eyes=replace(
                eyes,
                target=target,
                public=target.public,
                everything=target.everything,
                change_behind=target.edit,
                trash_behind=target.throw_away,
            ),
            web=FakeWeb(target),
            replaced=lambda _: target,
        )


@contextmanager
def in_a_folder(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Open a site in the folder `public` of the test's own folder."""
    home: Path = request.getfixturevalue("tmp_path")
    with folder_site(request) as eyes:
        web = SiteWeb("https://thuvien.example/", home / "public")
        yield Place(table=_SITE.format(name="portal"), eyes=eyes, web=web)


@contextmanager
def on_wordpress(
    request: pytest.FixtureRequest,
    *,
    kind: str = "wordpress",
    user: str = "editor",
) -> Iterator[Place]:
    """Empty a real WordPress, and stand a proxy before its APIs."""
    site: WordPress = request.getfixturevalue("wordpress_site")
    with wordpress_here(request) as eyes, fault_proxy(site.url) as proxy:
        yield Place(
            table=_WORDPRESS.format(name="portal", kind=kind, url=proxy.url, user=user),
            password=site.users[user],
            eyes=eyes,
            # Through the proxy the CMS still names its own address in its links.
            web=Web(allow=frozenset({host_and_port(site.url)})),
            proxy=proxy,
        )


@contextmanager
def place_of(kind: str, request: pytest.FixtureRequest) -> Iterator[Place]:
    """Bring up a target of this kind."""
    match kind:
        case "memory":
            made = in_memory(request)
        case "site":
            made = in_a_folder(request)
        case _:
            made = on_wordpress(request, kind=kind)
    with made as place:
        yield place
