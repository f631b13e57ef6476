"""
Carries the calls of python-wordpress-xmlrpc, and leaves out what it does wrong.

Its own way (xmlrpc.client's transport) sends a request again when the connection is
closed without an answer, and so makes two posts; it knows no time-out. Its `Client`
asks the site before it is asked anything, and calls every Fault 403 a wrong password.
Its results break on lists since Python 3.10. Here requests go through `connector.http`,
and results stay as they came.
"""

from enum import Enum, auto
from typing import Any
from xml.parsers.expat import ExpatError
from xmlrpc.client import ResponseError, ServerProxy, Unmarshaller
from xmlrpc.client import Transport as StandardTransport

import wordpress_xmlrpc
from defusedxml.common import DefusedXmlException
from defusedxml.xmlrpc import DefusedExpatParser

from connector.http import Answer, Site
from connector.targets.wordpress.answers import Account
from connector.targets.wordpress_xmlrpc.faults import no_answer, no_xml

_OK = 200
_ILLEGAL = bytes(byte for byte in range(0x20) if byte not in b"\t\n\r")
"""XML has no place for them; WordPress sends them if somebody's post has them."""
_BEFORE_XML = b"\xef\xbb\xbf \t\r\n"
"""What a file of a plugin that begins with a BOM or a blank line puts first."""
_NO_XMLRPC = (
    *(ExpatError, DefusedXmlException),
    *(ResponseError, AttributeError, LookupError, TypeError, ValueError),
)
"""What the parser, and xmlrpc.client behind it, raise at an answer that is none."""


class Manner(Enum):
    """What a call does to the site, and so how it may be sent."""

    READ = auto()
    SET = auto()
    """Changes what is there: twice is once."""
    CREATE = auto()
    """Makes something new: sent once."""


class Transport(StandardTransport):
    """Sends through `Site`: time-outs, certificates, and no second try unasked."""

    def __init__(
        self, site: Site, endpoint: str, *, manner: Manner, asks: Account
    ) -> None:
        super().__init__()
        self._site = site
        self._endpoint = endpoint
        self._manner = manner
        self._asks = asks
        self.date = ""
        """The `Date` of the latest answer."""

    def request(
        self,
        host: object,  # noqa: ARG002 -- the endpoint is known better here
        handler: str,  # noqa: ARG002 -- likewise
        request_body: Any,  # noqa: ANN401 -- bytes, as xmlrpc.client makes them
        verbose: bool = False,  # noqa: ARG002, FBT001, FBT002 -- xmlrpc.client's own
    ) -> tuple[Any, ...]:
        """
        Send a call, and return what the answer holds.

        Raises:
            xmlrpc.client.Fault: WordPress says no.
            TargetError: no answer of WordPress.
        """
        answer = self._site.call(
            "POST",
            self._endpoint,
            repeat=self._manner is not Manner.CREATE,
            data=request_body,
            headers={"Content-Type": "text/xml; charset=utf-8"},
        )
        self.date = answer.headers.get("date", "")
        return self._read(answer)

    def _read(self, answer: Answer) -> tuple[Any, ...]:
        reading = self._manner is Manner.READ
        body = answer.body.translate(None, _ILLEGAL).lstrip(_BEFORE_XML)
        if answer.status != _OK or not body:
            raise no_answer(answer, self._asks, reading=reading)
        unmarshaller = Unmarshaller()
        parser = DefusedExpatParser(unmarshaller, forbid_dtd=True)
        try:
            parser.feed(body)
            parser.close()
            return unmarshaller.close()
        except _NO_XMLRPC:
            raise no_xml(answer, self._asks, reading=reading) from None


class Client(wordpress_xmlrpc.Client):  # type: ignore[misc]  # it ships no types
    """python-wordpress-xmlrpc's client, which asks nothing until it is asked."""

    def __init__(self, url: str, *, user: str, password: str, by: Transport) -> None:
        self.url = url
        self.username = user
        self.password = password
        self.blog_id = 0
        self.server = ServerProxy(url, transport=by)

    def __repr__(self) -> str:
        """Show the address; the password stays unseen."""
        return f"Client({self.url!r})"

    def call(self, method: Any) -> Any:  # noqa: ANN401 -- any method, any result
        """Return the result of a method as it came; Faults stay as they are."""
        send = getattr(self.server, method.method_name)
        return send(*method.get_args(self))
