"""What a request to WordPress is for, told from its bytes: REST and XML-RPC."""

import re
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit


class Purpose(StrEnum):
    """The points of the protocol that a request stands for."""

    TERMS = "terms"
    LOOK = "look-up"
    DRAFT = "draft"
    READ = "read-back"
    UPDATE = "update"
    LIVE = "go-live"
    TRASH = "trash"
    UPLOAD = "upload"
    PUBLISH = "publish at once"
    """Created in public: what only a naive client does."""
    OTHER = "other"


POINTS = (
    Purpose.TERMS,
    Purpose.LOOK,
    Purpose.DRAFT,
    Purpose.LIVE,
    Purpose.READ,
)
"""What every campaign meets; workers are killed around each of them."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read whole."""

    raw: bytes

    @property
    def body(self) -> bytes:
        """What follows the head."""
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def purpose(self) -> Purpose:
        """What it is for; of a batch, what its first member is for."""
        method, target, _ = self.raw.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
        split = urlsplit(target)
        if split.path.endswith("/xmlrpc.php"):
            return _of_call(self.body)
        # With plain permalinks the route stands in the query.
        route = parse_qs(split.query).get("rest_route", [split.path])[0]
        return _of_route(method, route, self.body)


_LIVE = re.compile(rb'"status": ?"publish"')
_LIVE_CALL = re.compile(
    rb"<name>post_status</name>\s*<value>(?:<string>)?publish(?:</string>)?</value>"
)
_CALL = re.compile(rb"(?:<methodName>|<string>)(wp|system|mt|metaWeblog)\.(\w+)<")


def _of_route(method: str, route: str, body: bytes) -> Purpose:
    live, by_id = bool(_LIVE.search(body)), bool(re.search(r"/posts/\d+$", route))
    if route.endswith("/batch/v1"):
        return _of_batch(body, live=live)
    for part, purpose in (
        ("/wp/v2/media", Purpose.UPLOAD),
        ("/wp/v2/categories", Purpose.TERMS),
    ):
        if part in route:
            return purpose
    if "/wp/v2/posts" not in route:
        return Purpose.OTHER
    if method == "GET":
        return Purpose.READ if by_id else Purpose.LOOK
    return Purpose.TRASH if method == "DELETE" else _of_write(live=live, by_id=by_id)


def _of_batch(body: bytes, *, live: bool) -> Purpose:
    one = re.search(rb"\\?/posts(\\?/\d+)?[\"?]", body)
    if one is None:
        return Purpose.OTHER
    if b'"DELETE"' in body:
        return Purpose.TRASH
    return _of_write(live=live, by_id=one[1] is not None)


def _of_write(*, live: bool, by_id: bool) -> Purpose:
    if by_id:
        return Purpose.LIVE if live else Purpose.UPDATE
    return Purpose.PUBLISH if live else Purpose.DRAFT


_CALLS = {
    "getPosts": Purpose.LOOK,
    "getPost": Purpose.READ,
    "deletePost": Purpose.TRASH,
    "getTerms": Purpose.TERMS,
    "getTerm": Purpose.TERMS,
    "getTaxonomies": Purpose.TERMS,
    "uploadFile": Purpose.UPLOAD,
    "getMediaLibrary": Purpose.UPLOAD,
    "getMediaItem": Purpose.UPLOAD,
}


def _of_call(body: bytes) -> Purpose:
    names = [name.decode() for _, name in _CALL.findall(body) if name != b"multicall"]
    first = names[0] if names else ""
    if first in {"newPost", "editPost"}:
        return _of_write(live=bool(_LIVE_CALL.search(body)), by_id=first == "editPost")
    return _CALLS.get(first, Purpose.OTHER)
