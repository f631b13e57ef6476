"""Finds the REST root of a site, and asks it: one method for each verb."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs, urljoin, urlsplit
from xmlrpc.client import dumps

from requests.utils import parse_header_links

from connector.domain.errors import NotOurAnswer, TargetError, Unclear
from connector.http import Answer, Site
from connector.targets.wordpress.answers import (
    Account,
    Action,
    for_good,
    not_our_answer,
    payload_of,
)
from connector.targets.wordpress.fronts import ELSEWHERE

_OK = 200
_RELATION = "https://api.w.org/"
_GUESSES = ("wp-json/", "?rest_route=/")
"""Where the API is: with permalinks, and always."""

_PLUGIN = "x-connector-idempotency"
"""A header of every answer where extras/wordpress/connector-idempotency.php is."""

Params = Mapping[str, str | int]


@dataclass(slots=True)
class _Learned:
    """What the answers of a site have shown."""

    root: str = ""
    replays: bool = False


class Api:
    """
    The REST API of one site.

    The root is looked for once, with the first request. It must be on the server
    that was configured: the password goes nowhere else.
    """

    def __init__(self, site: Site, *, drafter: Site | None = None) -> None:
        self._site = site
        self._learned = _Learned()
        self.asks = Account(target=site.target, home=site.home, user=site.user)
        self.drafter = self
        """The same API, asked by the account that writes drafts."""
        if drafter is not None:
            self.drafter = Api(drafter)
            self.drafter._learned = self._learned  # noqa: SLF001 -- its other half

    @property
    def root(self) -> str:
        """The address of the REST API, found with the first request."""
        self._learned.root = self._learned.root or self._find_root()
        return self._learned.root

    @property
    def replays(self) -> bool:
        """Whether the site creates a post once, however often it is sent with a key."""
        return self._learned.replays

    def keyed(self, key: str) -> dict[str, str]:
        """Return the header that makes a creation repeatable; none if it would not."""
        return {"Idempotency-Key": key} if key and self.replays else {}

    def has_password_like(self, pattern: re.Pattern[str]) -> bool:
        """Return whether the password, without its blanks, has this form."""
        return bool(pattern.fullmatch("".join(self._site.password.split())))

    def front_page(self) -> Answer:
        """Return the page that readers come to first."""
        return self._site.call("GET", self._site.home + "/", repeat=True)

    def head(self, url: str) -> Answer:
        """Return how the site answers for a file of its own, without the file."""
        return self._site.call("HEAD", url, repeat=True)

    def login_in_body(self) -> Answer:
        """
        Log in by XML-RPC, which carries user and password in the body, not in a header.

        It is the only way to tell a wrong password from one that never arrived; the
        REST API answers both alike.
        """
        login = dumps((self._site.user, self._site.password), "wp.getUsersBlogs")
        return self._site.call(
            "POST",
            "xmlrpc.php",
            repeat=True,
            data=login.encode(),
            headers={"Content-Type": "text/xml"},
        )

    def get(self, route: str, params: Params | None = None, *, action: Action) -> Any:  # noqa: ANN401 -- JSON has any shape
        """Return what is at `route`, such as `wp/v2/posts`; raise TargetError."""
        answer = self.answer("GET", route, repeat=True, params=params)
        return payload_of(answer, expect=_OK, action=action, asks=self.asks)

    def set(
        self, route: str, fields: Mapping[str, Any], *, params: Params, action: Action
    ) -> Any:  # noqa: ANN401 -- JSON has any shape
        """Change what is at `route`; repeated if need be, since twice is once."""
        answer = self.answer("POST", route, repeat=True, params=params, json=fields)
        return payload_of(answer, expect=_OK, action=action, asks=self.asks)

    def create(
        self,
        route: str,
        *,
        action: Action,
        params: Params,
        json: Mapping[str, Any] | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        key: str = "",
    ) -> Any:  # noqa: ANN401 -- JSON has any shape
        """
        Make something new. Sent once, unless the site knows it again by its key.

        Raises:
            Unclear: it may have been made.
            TargetError: it was not.
        """
        keyed = self.keyed(key)

        def once() -> Any:  # noqa: ANN401 -- JSON has any shape
            answer = self.answer(
                "POST",
                route,
                repeat=bool(keyed),
                params=params,
                json=json,
                data=data,
                headers={**(headers or {}), **keyed},
            )
            return payload_of(answer, expect=201, action=action, asks=self.asks)

        try:
            return once()
        except Unclear as error:
            if not keyed:
                raise for_good(error, self.asks) from error
        # PHP failed after the post was made: what follows then need not fail again.
        return once()

    def answer(
        self,
        method: Literal["GET", "POST", "DELETE"],
        route: str,
        *,
        repeat: bool,
        params: Params | None = None,
        json: Mapping[str, Any] | None = None,
        data: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Return the answer as it came."""
        url, query = _split(self.root, route)
        answer = self._site.call(
            method,
            url,
            repeat=repeat,
            params={**query, **(params or {})},
            json=json,
            data=data,
            headers=headers,
        )
        self._learned.replays = _PLUGIN in answer.headers
        return answer

    def _find_root(self) -> str:
        front_page = self._site.call("HEAD", self._site.home + "/", repeat=True)
        named = _root_named_in(front_page)
        if named:
            if _server(named) != _server(self._site.home):
                raise not_our_answer(ELSEWHERE, self.asks, root=named)
            return named
        # Some hosts drop the header, and some answer HEAD with an error.
        errors: list[TargetError] = []
        for guess in _GUESSES:
            root = f"{self._site.home}/{guess}"
            try:
                self._look_into(root)
            except (NotOurAnswer, Unclear) as error:
                errors.append(error)
            else:
                return root
        raise errors[0]

    def _look_into(self, root: str) -> None:
        """Raise TargetError if there is no REST API at `root`."""
        url, query = _split(root, "")
        params = {**query, "_fields": "namespaces"}
        answer = self._site.call("GET", url, repeat=True, params=params)
        index = payload_of(answer, expect=_OK, action=Action.PROBE, asks=self.asks)
        if not isinstance(index, dict) or "wp/v2" not in index.get("namespaces", ()):
            raise Unclear(target=self.asks.target, problem="no wp/v2")


def _root_named_in(front_page: Answer) -> str:
    for link in parse_header_links(front_page.headers.get("link", "")):
        if link.get("rel") == _RELATION:
            return urljoin(front_page.url, link["url"])
    return ""


def _split(root: str, route: str) -> tuple[str, dict[str, str]]:
    """Return the URL of `route`, and the query that names it without permalinks."""
    parts = urlsplit(root)
    if "rest_route" in parse_qs(parts.query):
        return parts._replace(query="").geturl(), {"rest_route": f"/{route}"}
    return root + route, {}


def _server(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
