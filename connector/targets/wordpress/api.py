"""Finds the REST root of a site, and asks it: one method for each verb."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import parse_qs, urljoin, urlsplit
from xmlrpc.client import dumps

from requests.utils import parse_header_links

from connector.domain.errors import NotOurAnswer, TargetError, Unclear
from connector.http import Answer, Site
from connector.language import N_
from connector.targets.wordpress.answers import (
    Account,
    Action,
    Front,
    for_good,
    not_our_answer,
    payload_of,
)

_OK = 200
_RELATION = "https://api.w.org/"
_GUESSES = ("wp-json/", "?rest_route=/")
"""Where the API is: with permalinks, and always."""

ELSEWHERE = Front(
    problem=N_("its REST API is on another server: {root}"),
    hint=N_(
        "in targets.toml, set url to the “Site Address” of WordPress's own settings"
    ),
)

Params = Mapping[str, str | int]


class Api:
    """
    The REST API of one site.

    The root is looked for once, with the first request. It must be on the server
    that was configured: the password goes nowhere else.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self._root = ""
        self.asks = Account(target=site.target, home=site.home, user=site.user)

    @property
    def root(self) -> str:
        """The address of the REST API, found with the first request."""
        self._root = self._root or self._find_root()
        return self._root

    def front_page(self) -> Answer:
        """Return the page that readers come to first."""
        return self._site.call("GET", self._site.home + "/", repeat=True)

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
    ) -> Any:  # noqa: ANN401 -- JSON has any shape
        """
        Make something new. Sent once.

        Raises:
            Unclear: it may have been made.
            TargetError: it was not.
        """
        try:
            answer = self.answer(
                "POST",
                route,
                repeat=False,
                params=params,
                json=json,
                data=data,
                headers=headers,
            )
        except Unclear as error:
            raise for_good(error, self.asks) from error
        return payload_of(answer, expect=201, action=action, asks=self.asks)

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
        return self._site.call(
            method,
            url,
            repeat=repeat,
            params={**query, **(params or {})},
            json=json,
            data=data,
            headers=headers,
        )

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
