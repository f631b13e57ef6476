"""The public web, asked as an anonymous reader asks it."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import requests
import tenacity
from requests_hardened.ip_filter import (  # type: ignore[import-untyped]
    InvalidIPAddress,
)
from urllib3.exceptions import HTTPError

from connector.domain.errors import AddressRefused, AnswerTooLarge, NoAnswer
from connector.http.answer import (
    AGENT,
    CONNECT_TIMEOUT_S,
    TooLong,
    body_of,
    headers_of,
)
from connector.http.guard import GuardedAdapter, Refusal, prepared, shown
from connector.http.patience import LONGEST_WAIT_S, jitter, retry_after_s
from connector.http.trouble import Trouble, trouble_of
from connector.ports.web import Fetched

_REDIRECTS = 3
_BUSY = {429, 503}
_DOES_NOT_SAY = 400
"""From this status on an answer to HEAD proves nothing: many servers get it wrong."""
_TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class _Hop:
    """The last answer of a chain, still open, and how it was reached."""

    response: requests.Response
    url: str
    redirects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """
    A fresh, anonymous session for every call; implements `ports.web.PublicWeb`.

    No proxy, no password and no certificate of the environment is used.
    """

    allow: frozenset[str] = frozenset()
    """`host:port` of configured targets, the only private addresses that are asked."""
    user_agent: str = AGENT
    timeout_s: float = 20
    """For one read; a whole answer may take six times as long."""
    sleep: Callable[[float], None] = time.sleep

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        """
        Fetch `url`, following at most three redirects.

        Args:
            url: http or https.
            limit_mb: how many megabytes (10**6 bytes) the answer may have, unpacked.
            asks: how often to ask in all, where no answer comes or the server is busy.

        Raises:
            AddressRefused: no web address, or one in a private network.
            NoAnswer: no answer in time, or an incomplete one.
            AnswerTooLarge: the answer has more than `limit_mb`.
        """
        asking = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(asks),
            retry=tenacity.retry_any(
                tenacity.retry_if_exception(_may_pass),
                tenacity.retry_if_result(_is_busy),
            ),
            wait=_wait,
            sleep=self.sleep,
            retry_error_callback=_last,
        )
        return asking(self._get, url, limit_mb=limit_mb)

    def status(self, url: str) -> int:
        """
        Ask whether `url` answers (HEAD, then GET), and return the status.

        Raises:
            AddressRefused: no web address, or one in a private network.
            NoAnswer: no answer in time, or too many redirects.
        """
        try:
            with self._asked("HEAD", url) as hop:
                status = hop.response.status_code
        except NoAnswer:  # some servers hang up on HEAD
            status = _DOES_NOT_SAY
        if status < _DOES_NOT_SAY or status == _TOO_MANY:
            return status
        with self._asked("GET", url) as hop:
            return hop.response.status_code

    def _get(self, url: str, *, limit_mb: float) -> Fetched:
        with self._asked("GET", url) as hop:
            try:
                body = body_of(
                    hop.response,
                    limit=int(limit_mb * 10**6),
                    timeout_s=self.timeout_s,
                )
            except TooLong:
                raise AnswerTooLarge(url=url, limit_mb=limit_mb) from None
            except requests.RequestException as error:
                raise NoAnswer(url=url, problem=trouble_of(error)) from error
            return Fetched(
                url=url,
                final_url=hop.url,
                status=hop.response.status_code,
                headers=headers_of(hop.response),
                body=body,
                redirects=hop.redirects,
            )

    @contextmanager
    def _asked(self, method: str, url: str) -> Iterator[_Hop]:
        """Follow redirects by hand: every address on the way passes the guard."""
        passed: list[str] = []
        here = url
        with self._session() as session:
            while True:
                response = self._send(session, method, here)
                onward = session.get_redirect_target(response)
                if onward is None:
                    break
                response.close()
                passed.append(here)
                if len(passed) > _REDIRECTS:
                    raise NoAnswer(url=shown(url), problem=Trouble.REDIRECTS)
                here = urljoin(here, onward)
            with response:
                yield _Hop(response, here, tuple(passed))

    def _session(self) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.headers["User-Agent"] = self.user_agent
        session.mount("http://", GuardedAdapter(https=False, allow=self.allow))
        session.mount("https://", GuardedAdapter(https=True, allow=self.allow))
        return session

    def _send(
        self, session: requests.Session, method: str, url: str
    ) -> requests.Response:
        try:
            return session.send(
                prepared(session, method, url),
                allow_redirects=False,
                stream=True,
                timeout=(CONNECT_TIMEOUT_S, self.timeout_s),
            )
        except InvalidIPAddress:
            raise AddressRefused(url=url, problem=Refusal.PRIVATE) from None
        except (OSError, HTTPError, UnicodeError) as error:
            problem = trouble_of(error)
            if problem is Trouble.ADDRESS:
                raise AddressRefused(url=url, problem=Refusal.NOT_WEB) from error
            raise NoAnswer(url=url, problem=problem) from error


def _may_pass(error: BaseException) -> bool:
    if not isinstance(error, NoAnswer):
        return False
    problem = error.facts["problem"]
    return isinstance(problem, Trouble) and problem.may_pass


def _is_busy(fetched: Fetched) -> bool:
    wait_s = retry_after_s(fetched.headers) or 0
    return fetched.status in _BUSY and wait_s <= LONGEST_WAIT_S


def _wait(state: tenacity.RetryCallState) -> float:
    asked_s = 0.0
    if state.outcome and not state.outcome.failed:
        asked_s = retry_after_s(state.outcome.result().headers) or 0
    return max(asked_s, jitter(state))


def _last(state: tenacity.RetryCallState) -> Fetched:
    """Return the last answer, whatever it is, or raise the last error."""
    assert state.outcome  # noqa: S101 -- tenacity calls this after an attempt
    fetched: Fetched = state.outcome.result()
    return fetched
