"""The address guard: nothing from outside makes us ask inside the campus network."""

import logging
from collections.abc import Mapping
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import requests
from requests.adapters import HTTPAdapter
from requests_hardened.ip_filter import (  # type: ignore[import-untyped]
    InvalidIPAddress,
)
from requests_hardened.ip_filter_adapter import (  # type: ignore[import-untyped]
    IPFilterAdapter,
)

from connector.domain.errors import AddressRefused
from connector.language import N_

# It warns of every address it refuses, on the screen where nobody set logging up; our
# own error says the same in the reader's language.
logging.getLogger("requests_hardened").addHandler(logging.NullHandler())


class Refusal(StrEnum):
    """The fact `problem` of AddressRefused."""

    NOT_WEB = N_("it is not a complete http or https address")
    NAMES_USER = N_("it contains a user name or a password")
    PRIVATE = N_("it leads into a private network")


ALSO_PRIVATE = (
    ip_network("fec0::/10"),  # site-local, deprecated but still routed in places
    ip_network("::/96"),  # an IPv4 address in the oldest of its IPv6 spellings
    ip_network("168.63.129.16/32"),  # Azure's own services, as seen from a guest
)
"""What requests-hardened 1.3 lets through."""


def host_and_port(url: str) -> str:
    """
    Return `host:port` of an http or https address, as the lists of allowed ones say it.

    Raises:
        AddressRefused: it is no such address, or has a user name in it.
    """
    parts = urlsplit(prepared(requests.Session(), "GET", url).url or "")
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    host = parts.hostname or ""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def prepared(
    session: requests.Session, method: str, url: str
) -> requests.PreparedRequest:
    """
    Return the request, spelled as it will be sent.

    What is judged is what is sent: two readers of one odd address may disagree
    about where it leads.

    Raises:
        AddressRefused: not http or https, or with a user name.
    """
    try:
        request = session.prepare_request(requests.Request(method, url))
        parts = urlsplit(request.url or "")
    except (requests.RequestException, ValueError):
        raise AddressRefused(url=shown(url), problem=Refusal.NOT_WEB) from None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        raise AddressRefused(url=shown(url), problem=Refusal.NOT_WEB)
    if "@" in parts.netloc:
        raise AddressRefused(url=shown(url), problem=Refusal.NAMES_USER)
    return request


def shown(url: str) -> str:
    """Return `url` as it may be shown and logged: without user name and password."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url.rpartition("@")[2]
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host))


class GuardedAdapter(IPFilterAdapter):  # type: ignore[misc]  # no types
    """
    Connects to exactly the public address that was checked, or to an allowed target.

    The name is resolved once, the address is judged, and the connection is made to
    that address: a second answer of the name server changes nothing.
    """

    def __init__(self, *, https: bool, allow: frozenset[str]) -> None:
        super().__init__(is_https_proto=https)
        self._allow = allow

    def build_connection_pool_key_attributes(
        self,
        request: requests.PreparedRequest,
        verify: bool | str,  # noqa: FBT001 -- requests asks so
        cert: str | tuple[str, str] | None = None,
    ) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
        """
        Say where to connect to; requests asks this for every request.

        Raises:
            InvalidIPAddress: the address is not public.
        """
        if host_and_port(request.url or "") in self._allow:
            return HTTPAdapter.build_connection_pool_key_attributes(
                self, request, verify, cert
            )
        place, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        address = ip_address(place["host"].strip("[]"))
        if not is_public(address):
            raise InvalidIPAddress(address)
        return place, tls


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether `address` is one the whole world can ask."""
    return address.is_global and not any(address in net for net in ALSO_PRIVATE)
