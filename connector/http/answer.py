"""An answer as it came: its bytes counted, its waiting time understood."""

import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Timer
from typing import Any

import requests

from connector.domain.errors import Unclear
from connector.http.trouble import Trouble

AGENT = "Mozilla/5.0 (compatible; library-connector)"
"""Honest, and in the form that firewalls before public sites let through."""

CONNECT_TIMEOUT_S = 3.05
"""A little more than 3 s, after which TCP sends its first packet again."""

_CHUNK = 65_536
_WHOLE_ANSWER = 6
"""How many times the time-out a whole answer may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a target answered, whatever the status."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes = field(repr=False)
    url: str
    target: str = ""
    """The target that was asked, for the error of `json`."""

    def json(self) -> Any:  # noqa: ANN401 -- JSON has any shape
        """
        Return the body read as JSON.

        Raises:
            Unclear: it is none. A warning that PHP printed before it is enough, and
                says nothing about what was done.
        """
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise Unclear(
                target=self.target or self.url, problem=Trouble.NOT_JSON
            ) from None


class TooLong(requests.RequestException):
    """The body has more bytes than the limit."""


def headers_of(response: requests.Response) -> dict[str, str]:
    """Return the headers, names in lower case."""
    return {name.lower(): value for name, value in response.headers.items()}


def body_of(response: requests.Response, *, limit: int, timeout_s: float) -> bytes:
    """
    Return the body, unpacked, of a response that is being streamed.

    Args:
        response: asked for with `stream=True`.
        limit: bytes, counted after unpacking.
        timeout_s: of one read; the whole body may take six times as long, however
            steadily it drips.

    Raises:
        TooLong: more than `limit` bytes came. No more than that were kept.
        requests.RequestException: time-out, half a body, or no way to unpack it.
    """
    end = time.monotonic() + timeout_s * _WHOLE_ANSWER
    alarm = Timer(timeout_s * _WHOLE_ANSWER, _hang_up, [response])
    alarm.daemon = True
    alarm.start()
    body = bytearray()
    try:
        for chunk in response.iter_content(_CHUNK):
            body += chunk
            if len(body) > limit:
                raise TooLong
    except requests.RequestException:
        if time.monotonic() < end:
            raise
    finally:
        alarm.cancel()
    if time.monotonic() >= end:  # we hung up: what came is not the whole
        raise requests.ReadTimeout
    return bytes(body)


def _hang_up(response: requests.Response) -> None:
    # It may have ended in this very moment: then there is nothing to hang up.
    with suppress(OSError, ValueError, RuntimeError):
        response.raw.shutdown()
