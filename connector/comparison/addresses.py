"""When two addresses are one: of links, of pictures, of files."""

import re
from enum import Enum, auto
from urllib.parse import (
    SplitResult,
    parse_qsl,
    quote,
    unquote,
    urlencode,
    urljoin,
    urlsplit,
)

_DEFAULT_PORTS = {"http": 80, "https": 443}
_PATH_SIGNS = "/:@!$&'()*+,;=~-._"
_TRACKING = re.compile(r"(utm_\w+|fbclid|gclid)\Z")
_SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}\Z)")
_SCALED = re.compile(r"-(?:scaled|rotated|e\d{10,})(?=\.\w{2,5}\Z)")
_WEBP = re.compile(r"(\.(?:jpe?g|png|gif))\.(?:webp|avif)\Z", re.IGNORECASE)
_EXTENSION = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)\Z", re.IGNORECASE)


class Sameness(Enum):
    """How two link targets compare."""

    EQUAL = auto()
    UPGRADED = auto()
    """http became https."""
    TRACKED = auto()
    """Parameters that only count visitors were added or lost."""
    DIFFERENT = auto()


class Derivation(Enum):
    """What a shown picture is to the one that was approved."""

    ITSELF = auto()
    SIZED = auto()
    """`-300x200`: made smaller by the CMS."""
    REWORKED = auto()
    """`-scaled`, `.webp`: made anew by the CMS or a plugin."""
    OTHER = auto()


def split(address: str) -> SplitResult | None:
    """Return the parts of `address`; None if it is no address at all."""
    try:
        parts = urlsplit(address)
        parts.port  # noqa: B018 -- reading it checks it
    except ValueError:
        return None
    return parts


def absolute(address: str, base: str) -> str:
    """
    Return `address` as seen from `base`, in one spelling.

    A bare fragment stays one. What is no address is returned as it stands.
    """
    address = re.sub(r"[\t\n\r]", "", address.strip())
    if address.startswith("#"):
        return address
    try:
        joined = urljoin(base, address)
    except ValueError:
        return address
    parts = split(joined)
    if parts is None:
        return address
    if not parts.netloc:
        return f"{parts.scheme.lower()}:{joined.partition(':')[2]}"
    path = quote(unquote(parts.path, errors="surrogateescape"), safe=_PATH_SIGNS,
                 errors="surrogateescape")  # fmt: skip
    return parts._replace(
        scheme=parts.scheme.lower(), netloc=_place(parts), path=path or "/"
    ).geturl()


def _place(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    if parts.port is None or parts.port == _DEFAULT_PORTS.get(parts.scheme.lower()):
        return host
    return f"{host}:{parts.port}"


def host(address: str) -> str:
    """Return the host without `www.`; empty if the address has none."""
    parts = split(address)
    return (parts.hostname or "").removeprefix("www.") if parts else ""


def path(address: str) -> str:
    """Return the path and query, decoded, without a slash at the end."""
    parts = split(address)
    if parts is None:
        return address
    found = unquote(parts.path).rstrip("/")
    return f"{found}?{parts.query}" if parts.query else found


def same(approved: str, shown: str) -> Sameness:
    """Compare two addresses that `absolute` has returned."""
    if approved == shown:
        return Sameness.EQUAL
    if _secure(approved) == _secure(shown):
        upgraded = approved.startswith("http:")
        return Sameness.UPGRADED if upgraded else Sameness.DIFFERENT
    if _untracked(_secure(approved)) == _untracked(_secure(shown)):
        return Sameness.TRACKED
    return Sameness.DIFFERENT


def _secure(address: str) -> str:
    return f"https:{address[5:]}" if address.startswith("http:") else address


def _untracked(address: str) -> str:
    parts = split(address)
    if parts is None:
        return address
    kept = [
        (name, value)
        for name, value in parse_qsl(parts.query, keep_blank_values=True)
        if not _TRACKING.match(name)
    ]
    return parts._replace(query=urlencode(kept)).geturl()


def derivation(approved: str, shown: str) -> Derivation:
    """
    Say what the picture at `shown` is to the one at `approved`, by their addresses.

    The host and anything a delivery network puts before the path do not count, nor
    does the query; the bytes are compared elsewhere.
    """
    expected, found = _file(approved), _file(shown)
    if _ends(found, expected):
        return Derivation.ITSELF
    for rework, kind in ((_unsized, Derivation.SIZED), (_bare, Derivation.REWORKED)):
        if _ends(rework(found), rework(expected)):
            return kind
    return Derivation.OTHER


def _file(address: str) -> str:
    parts = split(address)
    if parts is None or not parts.netloc:
        return address
    return unquote(parts.path)


def _unsized(file: str) -> str:
    return _SIZE.sub("", file)


def _bare(file: str) -> str:
    # -scaled is set aside on both sides, since WordPress reports it as the source.
    return _EXTENSION.sub("", _SCALED.sub("", _SIZE.sub("", _WEBP.sub(r"\1", file))))


def _ends(found: str, expected: str) -> bool:
    return found == expected or (expected.startswith("/") and found.endswith(expected))


def srcset(value: str) -> list[str]:
    """Return the addresses of a `srcset`, in order."""
    found = (part.split() for part in re.split(r",\s+|\s*,(?=https?:|/)", value))
    return [part[0].rstrip(",") for part in found if part and part[0].rstrip(",")]


def cloudflare(code: str) -> str:
    """Return the address that Cloudflare hides from robots: XOR with the first byte."""
    try:
        key, *signs = bytes.fromhex(code)
    except ValueError:
        return ""
    return bytes(sign ^ key for sign in signs).decode("utf-8", "replace")
