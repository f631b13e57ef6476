"""An xmlrpc.php that answers what it is told to, and what WordPress would tell."""

from dataclasses import dataclass, field
from datetime import timedelta, timezone
from typing import Any
from xmlrpc.client import DateTime, Fault, dumps, loads

import requests

from connector.domain.item import Attachment, CategoryCode, Use, sha256
from connector.domain.publication import Post
from connector.http import Site
from connector.targets import wordpress_xmlrpc
from connector.targets.wordpress_xmlrpc.api import Api

HOME = "https://thuvien.example"
PASSWORD = "mat-khau & <bi mat>"
NEWS = CategoryCode("news")
WRONG_LOGIN = Fault(403, "Tên người dùng hoặc mật khẩu không đúng.")
NO_TERM = Fault(403, "ID chuyên mục không hợp lệ.")
DONE = True
VIETNAM = timezone(timedelta(hours=7))

POST = Post(
    key="0123456789ab",
    slug="nghi-tet-0123456789ab",
    title="Nghỉ Tết & mở lại",
    body="<p>Thư viện nghỉ Tết.</p>",
    excerpt="Lịch [nghỉ] Tết",
    language="vi",
    category=NEWS,
    terms=("3",),
)
FILE = Attachment(
    name="Lịch nghỉ Tết.png",
    media_type="image/png",
    sha256=sha256(b"png"),
    size=3,
    use=Use.IMAGE,
    alt="Lịch nghỉ",
)
NAMED = f"lib-{FILE.sha256[:16]}"

Answer = Any
"""A result, a Fault, an exception on the way, or bytes or a status instead."""


@dataclass
class Endpoint:
    """An xmlrpc.php that answers what it is told to, and keeps what it was asked."""

    calls: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    """Method, and its arguments without blog, user and password."""
    answers: dict[str, list[Answer]] = field(default_factory=dict)

    def will(self, method: str, *answers: Answer) -> None:
        """Answer these, one after the other; the last stays."""
        self.answers[method] = list(answers)

    def asked(self, method: str) -> list[tuple[Any, ...]]:
        return [arguments for name, arguments in self.calls if name == method]

    def __call__(
        self, request: requests.PreparedRequest
    ) -> tuple[int, dict[str, str], bytes]:
        body = request.body
        assert isinstance(body, bytes)
        arguments, method = loads(body)
        assert method is not None
        self.calls.append((method, arguments[3:]))
        queue = self.answers[method]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        match answer:
            case Exception() if not isinstance(answer, Fault):
                raise answer
            case int() if not isinstance(answer, bool):
                # Some error pages print what was asked.
                return answer, {}, b"<html>" + body
            case bytes():
                return 200, {}, answer
            case _:
                result = answer if isinstance(answer, Fault) else (answer,)
                return 200, {}, dumps(result, methodresponse=True).encode()


def a_target() -> wordpress_xmlrpc.WordPressXmlRpc:
    """Return the site, which nobody waits for between two tries."""
    site = Site(
        target="portal",
        home=HOME,
        user="",
        password=PASSWORD,
        sleep=lambda _: None,
    )
    api = Api(site, user="editor", endpoint="xmlrpc.php")
    return wordpress_xmlrpc.WordPressXmlRpc(api)


def told(post: Post, **fields: Answer) -> dict[str, Any]:
    """Return the post as WordPress tells it, a draft of the editor."""
    usual = {
        "post_id": "7",
        "post_title": post.title.replace("&", "&amp;"),
        "post_content": post.body,
        "post_excerpt": post.excerpt.replace("[", "&#91;"),
        "post_name": post.slug,
        "post_status": "draft",
        "post_password": "",
        "link": f"{HOME}/?p=7",
        "post_date_gmt": DateTime("20260316T01:30:00"),
        "post_modified_gmt": DateTime("20260316T01:30:00"),
        "post_thumbnail": [],
        "terms": [
            {"taxonomy": "post_tag", "term_id": "9"},
            {"taxonomy": "category", "term_id": "3"},
        ],
        "custom_fields": [{"id": "1", "key": "lib_key", "value": post.key}],
    }
    return usual | fields


def live(post: Post, **fields: Answer) -> dict[str, Any]:
    usual = {"post_status": "publish", "link": f"{HOME}/tin-tuc/nghi-tet/"}
    return told(post, **usual | fields)


def other(post: Post, number: str) -> dict[str, Any]:
    return told(
        post,
        post_id=number,
        post_name="tin-khac",
        post_content="Tin khác",
        custom_fields=[],
    )
