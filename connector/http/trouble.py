"""What can go wrong on the way, in words that every reader understands."""

import ssl
from collections.abc import Iterator
from enum import StrEnum
from socket import gaierror

import requests
import urllib3.exceptions as urllib3
from urllib3.util.ssl_match_hostname import CertificateError

from connector.language import N_


class Trouble(StrEnum):
    """The fact `problem` of NoAnswer, NotSent and Unclear."""

    NAME = N_("its name is not known")
    NO_CONNECTION = N_("no connection")
    ADDRESS = N_("its address is not a web address")
    CERTIFICATE = N_("its certificate is not valid")
    ENCRYPTION = N_("no encrypted connection")
    TIME = N_("no answer in time")
    CUT = N_("the answer broke off")
    GARBLED = N_("the answer cannot be unpacked")
    ENDLESS = N_("the answer has no end")
    REDIRECTS = N_("it redirects too often")
    NOT_JSON = N_("the answer is not JSON")

    @property
    def may_pass(self) -> bool:
        """True if asking again, unchanged, may help."""
        return self in _MAY_PASS

    @property
    def before_sending(self) -> bool:
        """True if the request surely did not reach anybody who understood it."""
        return self in _BEFORE_SENDING


_MAY_PASS = {
    Trouble.NAME,
    Trouble.NO_CONNECTION,
    Trouble.TIME,
    Trouble.CUT,
    Trouble.GARBLED,
    Trouble.NOT_JSON,
}
_BEFORE_SENDING = {
    Trouble.NAME,
    Trouble.NO_CONNECTION,
    Trouble.ADDRESS,
    Trouble.CERTIFICATE,
}

_MEANING: tuple[tuple[Trouble, tuple[type[BaseException], ...]], ...] = (
    (Trouble.CERTIFICATE, (ssl.SSLCertVerificationError, CertificateError)),
    (Trouble.CUT, (ssl.SSLEOFError, ssl.SSLZeroReturnError, ssl.SSLSyscallError)),
    (Trouble.ENCRYPTION, (requests.exceptions.SSLError,)),
    (Trouble.NAME, (gaierror, urllib3.NameResolutionError)),
    (
        Trouble.NO_CONNECTION,
        (
            requests.ConnectTimeout,
            urllib3.NewConnectionError,
            urllib3.ConnectTimeoutError,
        ),
    ),
    (Trouble.TIME, (requests.ReadTimeout, urllib3.ReadTimeoutError)),
    (
        Trouble.ADDRESS,
        (
            requests.exceptions.InvalidURL,
            requests.exceptions.MissingSchema,
            requests.exceptions.InvalidSchema,
            UnicodeError,
        ),
    ),
    (Trouble.GARBLED, (requests.exceptions.ContentDecodingError,)),
)
"""
In this order: to requests an SSLError is also a ConnectionError, and an end within
TLS is also an SSLError, though the request before it may well have arrived.
"""


def trouble_of(error: Exception) -> Trouble:
    """Return what `error` of requests means; CUT, the most careful reading, if new."""
    causes = list(_causes(error))
    for trouble, kinds in _MEANING:
        if any(isinstance(cause, kinds) for cause in causes):
            return trouble
    return Trouble.CUT


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield `error` and all it was made of: causes, `reason`s, wrapped arguments."""
    while error is not None:
        yield error
        reason = getattr(error, "reason", None)
        inner = [reason, error.__cause__, *error.args, error.__context__]
        error = next((one for one in inner if isinstance(one, BaseException)), None)
