"""
A WordPress in memory, behind the HTTP library, as odd as the real one where it counts.

It proves itself by keeping the same contract as the real one. Its oddities were all
measured on WordPress 6.1.9: a second slug gets `-2`, the trash `__trashed`; unknown
categories are dropped and 201 is said; unknown query parameters are ignored; a wrong
password reads as an anonymous reader; authors lose HTML; publishing a post in the
trash restores it; a date ahead makes it `future`; a batch is answered 207 and is no
transaction; `modified_gmt` does not move within a second (here: never).
"""

import fnmatch
import itertools
import json
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests
import responses

from tests.fakes import rest
from tests.fakes.rest import Reply

_ONE_MINUTE = timedelta(minutes=1)
_AT_ONCE = 25
_FORBIDDEN_STATUS = {
    "code": "rest_invalid_param",
    "message": "Invalid parameter(s): status",
    "data": {
        "status": 400,
        "params": {"status": "Status is forbidden."},
        "details": {
            "status": {
                "code": "rest_forbidden_status",
                "message": "Status is forbidden.",
                "data": {"status": 401},
            }
        },
    },
}
_CAPABILITIES = {
    "administrator": {"edit_posts", "publish_posts", "upload_files", "unfiltered_html"},
    "editor": {"edit_posts", "publish_posts", "upload_files", "unfiltered_html"},
    "author": {"edit_posts", "publish_posts", "upload_files"},
    "contributor": {"edit_posts"},
    "subscriber": set(),
}
_TAKEN_OUT = re.compile(r"</?(?:script|style|iframe|form|input|embed|svg)\b[^>]*>")
_POST = re.compile(r"/wp/v2/posts/(\d+)")
_FILE = re.compile(r"/wp/v2/media/(\d+)")


@dataclass(kw_only=True)
class Fault:
    """What befalls the next request of this method and route."""

    method: str
    route: str
    """A shell pattern."""
    reply: Reply | None = None
    """Said without doing anything; None: it is done, and the answer is lost."""


@dataclass(kw_only=True)
class FakeWordPress:
    """One site with one account that has an application password."""

    url: str = "https://thu-vien.example"
    user: str = "connector"
    password: str = "abcd efgh ijkl mnop qrst uvwx"
    role: str = "editor"
    pretty: bool = True
    """False: permalinks are “Plain”."""
    utf8mb3: bool = False
    """True: the database takes no character of four bytes."""
    application_passwords: bool = True
    strips_header: bool = False
    """True: the host takes the Authorization header out."""
    skew_s: int = 0
    """How far its clock is ahead."""
    batches: bool = True
    """False: older than 5.6, there is no batch/v1."""
    categories: dict[int, str] = field(
        default_factory=lambda: {1: "uncategorized", 2: "tin-tuc", 5: "thong-bao"}
    )
    posts: dict[int, dict[str, Any]] = field(default_factory=dict)
    files: dict[int, dict[str, Any]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and route of every request, in order."""
    addresses: list[str] = field(default_factory=list)
    """Of every request, in full."""
    faults: list[Fault] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(10))
    _born: datetime = field(default_factory=lambda: datetime.now(UTC))

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Answer every request of this process that goes to `url`."""
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            for method in ("HEAD", "GET", "POST", "DELETE"):
                mock.add_callback(
                    method, re.compile(re.escape(self.url)), callback=self._answer
                )
            yield

    def lose_answer_of(self, method: str, route: str) -> None:
        """Do the next such request, and close the connection without an answer."""
        self.faults.append(Fault(method=method, route=route))

    def reply(
        self,
        method: str,
        route: str,
        status: int,
        body: str = "",
        **headers: str,
    ) -> None:
        """Say this to the next such request, and do nothing; HTML unless told so."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        reply = (status, {"Content-Type": "text/html"} | named, body)
        self.faults.append(Fault(method=method, route=route, reply=reply))

    def edit(self, post_id: str, **fields: Any) -> None:  # noqa: ANN401 -- like the API
        """Change a post as somebody else would."""
        self._change(self.posts[int(post_id)], fields)

    def trash(self, post_id: str) -> None:
        """Put a post in the trash as somebody else would."""
        self._trash(self.posts[int(post_id)])

    def public(self) -> dict[str, bytes]:
        """Return what an anonymous reader gets: address → bytes."""
        live = [post for post in self.posts.values() if post["status"] == "publish"]
        pages = {
            self._link(post): (
                f"<h1>{post['title']}</h1>{post['content']}"
                f'<time datetime="{post["date"]}+00:00">'
            ).encode()
            for post in live
        }
        links = "".join(f'<a href="{url}"></a>' for url in pages)
        files = {file["source_url"]: file["content"] for file in self.files.values()}
        return {f"{self.url}/": links.encode(), **pages, **files}

    def _answer(self, request: requests.PreparedRequest) -> Reply:
        method = request.method or ""
        parts = urlsplit(request.url or "")
        query = dict(parse_qsl(parts.query))
        route = self._route(parts.path, query)
        self.seen.append((method, route))
        self.addresses.append(request.url or "")
        fault = self._fault(method, route)
        if fault is not None and fault.reply is not None:
            return fault.reply
        reply = self._do(request, method, route, query)
        if fault is not None:
            raise requests.ConnectionError("Connection aborted")
        status, headers, body = reply
        date = datetime.now(UTC) + timedelta(seconds=self.skew_s)
        return status, headers | {"Date": format_datetime(date, usegmt=True)}, body

    def _route(self, path: str, query: dict[str, str]) -> str:
        if "rest_route" in query:
            return query.pop("rest_route")
        if self.pretty and path.startswith("/wp-json/"):
            return path.removeprefix("/wp-json")
        return "page"

    def _fault(self, method: str, route: str) -> Fault | None:
        for fault in self.faults:
            if fault.method == method and fnmatch.fnmatch(route, fault.route):
                self.faults.remove(fault)
                return fault
        return None

    def _do(
        self,
        request: requests.PreparedRequest,
        method: str,
        route: str,
        query: Mapping[str, str],
    ) -> Reply:
        if route == "page" and method == "POST":
            return self._xmlrpc(request)
        if route == "page":
            return self._page(method)
        known = self._knows(request)
        may = _CAPABILITIES[self.role] if known else set()
        file = _FILE.fullmatch(route)
        if file:
            self.files[int(file[1])] |= rest.json_of(request)
            return rest.yes(200, rest.shown(self.files[int(file[1])]), query)
        post = _POST.fullmatch(route)
        if post:
            return self._one(request, method, int(post[1]), query, may=may)
        ways: dict[tuple[str, str], Callable[[], Reply]] = {
            ("GET", "/"): self._index,
            ("GET", "/wp/v2/users/me"): lambda: self._me(known=known),
            ("GET", "/wp/v2/categories"): lambda: self._list_categories(query),
            ("GET", "/wp/v2/posts"): lambda: self._list(query, may=may),
            ("POST", "/batch/v1"): lambda: self._batch(request),
            ("POST", "/wp/v2/posts"): lambda: self._create(
                rest.json_of(request), query, may=may, known=known
            ),
            ("GET", "/wp/v2/media"): lambda: self._list_files(query, may=may),
            ("POST", "/wp/v2/media"): lambda: self._upload(
                request, query, may=may, known=known
            ),
        }
        return ways.get((method, route), lambda: rest.no(404, "rest_no_route"))()

    def _batch(self, request: requests.PreparedRequest) -> Reply:
        """Do each request inside; a fault inside that loses the answer is fatal."""
        asked = rest.json_of(request)["requests"]
        if not self.batches:
            return rest.no(404, "rest_no_route")
        if len(asked) > _AT_ONCE:
            return rest.no(400, "rest_invalid_param")
        said = []
        for one in asked:
            parts = urlsplit(one["path"])
            query = dict(parse_qsl(parts.query))
            inner = requests.Request("POST", self.url, json=one["body"]).prepare()
            inner.headers["Authorization"] = request.headers["Authorization"]
            fault = self._fault(one["method"], parts.path)
            if fault is not None and fault.reply is not None:
                status, _, body = fault.reply
            else:
                status, _, body = self._do(inner, one["method"], parts.path, query)
            if fault is not None and fault.reply is None:
                return rest.no(500, "internal_server_error")
            said.append({"status": status, "headers": [], "body": json.loads(body)})
        return rest.json_reply(207, {"failed": "", "responses": said})

    def _xmlrpc(self, request: requests.PreparedRequest) -> Reply:
        """Answer wp.getUsersBlogs, which takes the password in the body."""
        body = request.body if isinstance(request.body, bytes) else b""
        known = self.password.encode() in body
        said = "<name>blogid</name>" if known else "<fault></fault>"
        return 200, {"Content-Type": "text/xml"}, f"<methodResponse>{said}"

    def _page(self, method: str) -> Reply:
        root = "/wp-json/" if self.pretty else "/index.php?rest_route=/"
        feed = f'<{self.url}/feed/>; rel="alternate"'
        link = f'{feed}, <{self.url}{root}>; rel="https://api.w.org/"'
        page = '<meta name="generator" content="WordPress 6.1.9" />'
        headers = {"Content-Type": "text/html", "Link": link}
        return 200, headers, "" if method == "HEAD" else page

    def _knows(self, request: requests.PreparedRequest) -> bool:
        said = request.headers.get("Authorization", "").removeprefix("Basic ")
        if self.strips_header or not self.application_passwords:
            return False
        return b64decode(said).decode() == f"{self.user}:{self.password}"

    def _index(self) -> Reply:
        offered: Any = (
            {"application-passwords": {}} if self.application_passwords else []
        )
        return rest.yes(200, {"namespaces": ["wp/v2"], "authentication": offered}, {})

    def _me(self, *, known: bool) -> Reply:
        if not known:
            return rest.no(401, "rest_not_logged_in")
        capabilities = dict.fromkeys(_CAPABILITIES[self.role], True)
        me = {"username": self.user, "roles": [self.role], "capabilities": capabilities}
        return rest.yes(200, me, {})

    def _list_categories(self, query: Mapping[str, str]) -> Reply:
        found = [
            {"id": number, "slug": slug, "name": slug}
            for number, slug in self.categories.items()
            if query.get("slug", slug) == slug
            and query.get("include", str(number)) == str(number)
        ]
        return rest.yes(200, found, query)

    def _list(self, query: Mapping[str, str], *, may: set[str]) -> Reply:
        wanted = set(query.get("status", "publish").split(","))
        if "edit_posts" not in may:
            if wanted != {"publish"}:
                return rest.json_reply(400, _FORBIDDEN_STATUS)
            if query.get("context") == "edit":
                return rest.no(401, "rest_forbidden_context")
        if "any" in wanted:
            wanted |= {"publish", "draft", "pending", "private", "future"}
        slugs = query["slug"].split(",") if "slug" in query else None
        ids = query["include"].split(",") if "include" in query else None
        found = [
            self._seen(post, query)
            for post in self.posts.values()
            if post["status"] in wanted
            and (slugs is None or post["slug"] in slugs)
            and (ids is None or str(post["id"]) in ids)
            and query.get("search", "") in post["title"] + post["content"]
        ]
        return _page(found, query)

    def _create(
        self,
        fields: Mapping[str, Any],
        query: Mapping[str, str],
        *,
        may: set[str],
        known: bool,
    ) -> Reply:
        if "edit_posts" not in may:
            return rest.no(403 if known else 401, "rest_cannot_create")
        if self._database_refuses(fields):
            return rest.no(500, "db_insert_error")
        post: dict[str, Any] = {
            "id": next(self._ids),
            "slug": self._free_slug(fields["slug"]),
            "status": fields["status"],
            "password": "",
            "revision": 0,
            "date": None,
        }
        self.posts[post["id"]] = post
        self._write(post, fields)
        return rest.yes(201, self._seen(post, query), query)

    def _one(
        self,
        request: requests.PreparedRequest,
        method: str,
        post_id: int,
        query: Mapping[str, str],
        *,
        may: set[str],
    ) -> Reply:
        post = self.posts.get(post_id)
        if post is None:
            return rest.no(404, "rest_post_invalid_id")
        if "edit_posts" not in may:
            return rest.no(401, "rest_forbidden_context")
        if method == "DELETE":
            if post["status"] == "trash":
                return rest.no(410, "rest_already_trashed")
            self._trash(post)
        if method == "POST":
            fields = rest.json_of(request)
            if fields.get("status") == "publish" and "publish_posts" not in may:
                return rest.no(403, "rest_cannot_publish")
            if self._database_refuses(fields):
                return rest.no(500, "db_update_error")
            self._change(post, fields)
        return rest.yes(200, self._seen(post, query), query)

    def _change(self, post: dict[str, Any], fields: Mapping[str, Any]) -> None:
        status = fields.get("status", post["status"])
        if post["status"] == "trash" and status != "trash":
            post["slug"] = self._free_slug(post["slug"].removesuffix("__trashed"))
        post["date"] = fields.get("date_gmt", post["date"])
        if (
            status == "publish"
            and post["status"] == "future"
            and "date_gmt" not in fields
        ):
            status = "future"
        if status == "publish":
            now = self._now()
            date = datetime.fromisoformat(post["date"] or now).replace(tzinfo=UTC)
            post["date"] = f"{date:%Y-%m-%dT%H:%M:%S}"
            ahead = date - datetime.fromisoformat(now).replace(tzinfo=UTC)
            status = "future" if ahead >= _ONE_MINUTE else "publish"
        post["status"] = status
        texts = {"title", "content", "excerpt"} & fields.keys()
        before = [post[name] for name in sorted(texts)]
        self._write(post, fields)
        if before != [post[name] for name in sorted(texts)]:
            post["revision"] = next(self._ids)

    def _write(self, post: dict[str, Any], fields: Mapping[str, Any]) -> None:
        for name in ("title", "content", "excerpt"):
            text = str(fields.get(name, post.get(name, "")))
            filtered = "unfiltered_html" not in _CAPABILITIES[self.role]
            post[name] = _TAKEN_OUT.sub("", text) if filtered else text
        given = fields.get("categories", post.get("categories", []))
        post["categories"] = [term for term in given if term in self.categories]
        featured = fields.get("featured_media", post.get("featured_media", 0))
        post["featured_media"] = featured if featured in self.files else 0

    def _now(self) -> str:
        return f"{self._born + timedelta(seconds=self.skew_s):%Y-%m-%dT%H:%M:%S}"

    def _trash(self, post: dict[str, Any]) -> None:
        post["status"] = "trash"
        post["slug"] += "__trashed"

    def _free_slug(self, wanted: str) -> str:
        return _free(wanted, [post["slug"] for post in self.posts.values()])

    def _database_refuses(self, fields: Mapping[str, Any]) -> bool:
        texts = "".join(str(fields.get(name, "")) for name in ("title", "content"))
        return self.utf8mb3 and any(ord(character) > 0xFFFF for character in texts)

    def _link(self, post: Mapping[str, Any]) -> str:
        if post["status"] == "publish":
            return f"{self.url}/{post['slug']}/"
        return f"{self.url}/?p={post['id']}"

    def _seen(
        self, post: Mapping[str, Any], query: Mapping[str, str]
    ) -> dict[str, Any]:
        links: dict[str, Any] = {"self": [{}]}
        if post["revision"]:
            links["predecessor-version"] = [{"id": post["revision"]}]
        if "unfiltered_html" in _CAPABILITIES[self.role]:
            links["wp:action-unfiltered-html"] = [{}]
        texts = {
            name: {"rendered": f"<p>{post[name]}</p>"}
            | ({"raw": post[name]} if query.get("context") == "edit" else {})
            for name in ("title", "content", "excerpt")
        }
        return {
            **{n: v for n, v in post.items() if n not in {"revision", "date"}},
            **texts,
            "link": self._link(post),
            "modified_gmt": self._now(),
            # Of a draft without a date it tells one all the same.
            "date_gmt": post["date"] or self._now(),
            "_links": links,
        }

    def _list_files(self, query: Mapping[str, str], *, may: set[str]) -> Reply:
        if query.get("context") == "edit" and not may:
            return rest.no(401, "rest_forbidden_context")
        found = [
            rest.shown(file)
            for file in self.files.values()
            if file["slug"] in query.get("slug", file["slug"]).split(",")
        ]
        return rest.yes(200, found, query)

    def _upload(
        self,
        request: requests.PreparedRequest,
        query: Mapping[str, str],
        *,
        may: set[str],
        known: bool,
    ) -> Reply:
        if "upload_files" not in may:
            return rest.no(403 if known else 401, "rest_cannot_create")
        fields, name, content = rest.form(request)
        if not name.endswith((".png", ".jpg", ".gif", ".webp", ".pdf")):
            return rest.no(500, "rest_upload_unknown_error")
        number = next(self._ids)
        self.files[number] = {
            "id": number,
            "slug": _free(
                fields["slug"], [file["slug"] for file in self.files.values()]
            ),
            "title": fields["title"],
            "alt_text": fields["alt_text"],
            "source_url": f"{self.url}/wp-content/uploads/{name}",
            "content": content,
        }
        return rest.yes(201, rest.shown(self.files[number]), query)


def _free(wanted: str, taken: list[str]) -> str:
    others = (f"{wanted}-{number}" for number in itertools.count(2))
    return next(s for s in itertools.chain([wanted], others) if s not in taken)


def _page(found: list[dict[str, Any]], query: Mapping[str, str]) -> Reply:
    """Return one page of a list."""
    most, page = int(query.get("per_page", "10")), int(query.get("page", "1"))
    pages = -(-len(found) // most)
    if page > max(pages, 1):
        return rest.no(400, "rest_post_invalid_page_number")
    status, headers, body = rest.yes(200, found[most * (page - 1) : most * page], query)
    return status, headers | {"X-WP-TotalPages": str(pages)}, body
