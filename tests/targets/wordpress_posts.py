"""What the tests of the WordPress target send, and whom they ask."""

from dataclasses import replace
from typing import Any

from connector.domain.item import Attachment, CategoryCode, Use, sha256
from connector.domain.publication import Post, PostState, StoredPost
from connector.http import Site
from connector.targets import wordpress
from connector.targets.wordpress import posts
from connector.targets.wordpress.api import Api
from tests.fakes.wordpress import FakeWordPress

KEY = "0123456789ab"
JSON = "application/json; charset=UTF-8"
POSTS = "/wp/v2/posts"
MEDIA = "/wp/v2/media"
POST = Post(
    key=KEY,
    slug=f"nghi-tet-{KEY}",
    title="Thông báo nghỉ Tết",
    body="<p>Thư viện nghỉ Tết từ ngày 30/12.</p>",
    excerpt="Lịch nghỉ Tết",
    language="vi",
    category=CategoryCode("news"),
    terms=("2",),
)
PREPARED = posts.prepared(POST)
A_FILE = Attachment(
    name="Thông báo nghỉ Tết (1).png",
    media_type="image/png",
    sha256=sha256(b"png"),
    size=3,
    use=Use.IMAGE,
    alt="Lịch nghỉ",
)
SOMEBODY_ELSES: dict[str, Any] = {
    "id": 77,
    "slug": "gioi-thieu",
    "status": "publish",
    "link": "https://thu-vien.example/gioi-thieu/",
    "title": {"raw": "Giới thiệu"},
    "content": {"raw": "<p>Thư viện…</p>"},
    "excerpt": {"raw": ""},
    "categories": [2],
    "featured_media": 0,
}


def target_of(fake: FakeWordPress, *, password: str = "") -> wordpress.WordPress:
    site = Site(
        target="portal",
        home=fake.url,
        user=fake.user,
        password=password or fake.password,
        sleep=lambda _: None,
    )
    return wordpress.WordPress(Api(site))


def stored(**changes: Any) -> StoredPost:  # noqa: ANN401 -- any field
    usual = StoredPost(
        id="7",
        state=PostState.DRAFT,
        url="https://thu-vien.example/?p=7",
        slug=POST.slug,
        title=POST.title,
        body=PREPARED.body,
        excerpt=POST.excerpt,
        terms=("2",),
        version="1",
    )
    return replace(usual, **changes)


def sent(fake: FakeWordPress, method: str) -> list[str]:
    return [route for verb, route in fake.seen if verb == method]
