"""One configured target, asked with its password; no write is sent twice unasked."""

import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
import tenacity
from urllib3.exceptions import HTTPError

from connector.domain.errors import (
    AddressRefused,
    Busy,
    NotOurAnswer,
    NotSent,
    TargetError,
    Unclear,
)
from connector.http.answer import (
    AGENT,
    CONNECT_TIMEOUT_S,
    Answer,
    TooLong,
    body_of,
    headers_of,
)
from connector.http.guard import host_and_port
from connector.http.patience import LONGEST_WAIT_S, jitter, retry_after_s
from connector.http.trouble import Trouble, trouble_of
from connector.language import N_

_LIMIT = 50 * 10**6
"""Bytes that an answer may have."""
_BUSY_S = 10
"""How long to wait where the target says that it is busy, but not until when."""
_TOO_MANY = 429
_UNAVAILABLE = 503
_SERVER_ERRORS = 500
_BEHIND_A_GATEWAY = {502, 503, 504}
_SHOWN = 500
"""How many characters of an error page are kept with the error."""


class _Elsewhere(StrEnum):
    """The facts of NotOurAnswer, where a path leads to another server."""

    PROBLEM = N_("it named an address on another server")
    HINT = N_("the address in targets.toml must be the CMS's own, with https if it has")


class _Password(requests.auth.HTTPBasicAuth):
    """User and password in UTF-8; requests itself knows Latin-1 only."""

    def __init__(self, user: str, password: str) -> None:
        super().__init__(user.encode(), password.encode())

    def __repr__(self) -> str:
        return "_Password(…)"


@dataclass(kw_only=True, eq=False)
class Site:
    """
    An authenticated session with one target. Private addresses are allowed.

    Redirects are never followed, no cookie is kept, nothing of the environment
    (proxies, .netrc, certificates) is used, and the password goes to `home` only.
    """

    target: str
    """The table name in config/targets.toml, a fact of every error."""
    home: str
    """The site's address; paths are relative to it."""
    user: str
    """Empty to ask without a password."""
    password: str = field(repr=False)
    timeout_s: float = 20
    """For one read; a whole answer may take six times as long."""
    attempts: int = 4
    deadline_s: float = 60
    """No attempt begins later than this after the first."""
    ca: str | None = None
    """A file of certificates to trust in place of the public ones."""
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    _session: requests.Session = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Open the session."""
        session = requests.Session()
        session.trust_env = False
        session.verify = self.ca or True
        session.headers["User-Agent"] = AGENT
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if self.user:
            session.auth = _Password(self.user, self.password)
        self._session = session

    def call(
        self,
        method: str,
        path_or_url: str,
        *,
        repeat: bool,
        params: Mapping[str, Any] | None = None,
        json: Any = None,  # noqa: ANN401 -- JSON has any shape
        data: bytes | Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """
        Ask the target, and return its answer whatever the status, redirects included.

        Args:
            method: GET, POST …
            path_or_url: relative to `home`, or absolute on the same server.
            repeat: True if the same request may arrive twice without harm. It is then
                sent up to `attempts` times; otherwise exactly once.
            params: of the query.
            json: the body, as JSON.
            data: the body, as bytes or as a form.
            headers: beside those of every request.

        Raises:
            NotSent: the request surely did not arrive.
            Busy: 429, or 503 with Retry-After: surely nothing was done. Also raised
                at once where the target asks for more than 30 s.
            Unclear: the answer was lost, or `repeat` is False and the server failed
                (facts `status`, `said`); with `repeat`, 502, 503 and 504 to the end.
            NotOurAnswer: `path_or_url` is on another server, where the password must
                not go.
        """
        request = requests.Request(
            method,
            self._url(path_or_url),
            params=params,
            json=json,
            data=data,
            headers=dict(headers or {}),
        )
        if not repeat:
            answer = self._once(request)
            if answer.status >= _SERVER_ERRORS:
                raise self._failed(answer)
            return answer
        asking = tenacity.Retrying(
            stop=tenacity.stop_any(
                tenacity.stop_after_attempt(self.attempts),
                tenacity.stop_before_delay(self.deadline_s),
            ),
            retry=tenacity.retry_if_exception(_may_pass),
            wait=_wait,
            sleep=self.sleep,
            reraise=True,
        )
        return asking(self._repeatable, request)

    def _url(self, path_or_url: str) -> str:
        if not path_or_url.startswith(("http://", "https://")):
            return f"{self.home.rstrip('/')}/{path_or_url.lstrip('/')}"
        if not _same_server(path_or_url, self.home):
            raise NotOurAnswer(
                target=self.target,
                problem=_Elsewhere.PROBLEM,
                hint=_Elsewhere.HINT,
            )
        return path_or_url

    def _repeatable(self, request: requests.Request) -> Answer:
        answer = self._once(request)
        if answer.status in _BEHIND_A_GATEWAY:
            raise self._failed(answer)
        return answer

    def _once(self, request: requests.Request) -> Answer:
        """Send once, and tell the three outcomes apart: not sent, refused, unknown."""
        try:
            with self._session.send(
                self._session.prepare_request(request),
                allow_redirects=False,
                stream=True,
                timeout=(CONNECT_TIMEOUT_S, self.timeout_s),
            ) as response:
                answer = Answer(
                    status=response.status_code,
                    headers=headers_of(response),
                    body=body_of(response, limit=_LIMIT, timeout_s=self.timeout_s),
                    url=response.url,
                    target=self.target,
                )
        except TooLong:
            raise Unclear(target=self.target, problem=Trouble.ENDLESS) from None
        except (OSError, HTTPError, UnicodeError) as error:
            # Not chained: below this error lie frames that hold the password.
            problem = trouble_of(error)
            outcome = NotSent if problem.before_sending else Unclear
            raise outcome(target=self.target, problem=problem) from None
        self._refuse_busy(answer)
        return answer

    def _refuse_busy(self, answer: Answer) -> None:
        asked_s = retry_after_s(answer.headers)
        unavailable = answer.status == _UNAVAILABLE and asked_s is not None
        if answer.status == _TOO_MANY or unavailable:
            raise Busy(
                target=self.target,
                retry_after_s=_BUSY_S if asked_s is None else round(asked_s),
            )

    def _failed(self, answer: Answer) -> Unclear:
        return Unclear(
            target=self.target,
            problem=f"HTTP {answer.status}",
            status=answer.status,
            said=self._without_password(answer.body.decode(errors="replace"))[:_SHOWN],
        )

    def _without_password(self, text: str) -> str:
        """Blank the password in an error page: some print the whole request."""
        if not self.password:
            return text
        basic = b64encode(f"{self.user}:{self.password}".encode()).decode()
        return text.replace(self.password, "…").replace(basic, "…")


def _same_server(url: str, home: str) -> bool:
    try:
        same_place = host_and_port(url) == host_and_port(home)
    except AddressRefused:
        return False
    return same_place and urlsplit(url).scheme == urlsplit(home).scheme


def _may_pass(error: BaseException) -> bool:
    match error:
        case Busy():
            return _asked_s(error) <= LONGEST_WAIT_S
        case NotSent() | Unclear():
            problem = error.facts["problem"]
            return not isinstance(problem, Trouble) or problem.may_pass
        case _:
            return False


def _wait(state: tenacity.RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    asked_s = _asked_s(error) if isinstance(error, Busy) else 0
    return max(asked_s, jitter(state))


def _asked_s(error: TargetError) -> float:
    seconds = error.facts["retry_after_s"]
    return seconds if isinstance(seconds, int) else 0
