"""What is sent to a target under test, and how one looks for it afterwards."""

import re
from datetime import datetime

from connector.domain.item import (
    Attachment,
    CategoryCode,
    Use,
    key_of,
    sha256,
    slug_of,
)
from connector.domain.publication import Post, StoredPost
from tests.contracts.site_under_test import SiteUnderTest

NEWS = CategoryCode("news")
ANNOUNCEMENT = CategoryCode("announcement")
TITLE = 'Thông báo: nghỉ Tết 30/12–05/01, mở lại \\ "đúng giờ" & “an toàn” <3 🎉'
BODY = (
    "<h2>Lịch phục vụ</h2>\n"
    "<p>Thư viện nghỉ Tết từ ngày 30/12 đến hết ngày 05/01; "
    "mở cửa trở lại lúc 7 giờ 30.</p>\n"
    "<ul><li>Phòng đọc tầng 2 &amp; 3</li><li>Kho mở</li></ul>"
)
NEW_BODY = "<p>Lịch mới: Thư viện mở cửa trở lại lúc 8 giờ ngày 06/01.</p>"
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02"
    b"\x00\x00\x00\x90wS\xde\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01"
    b"\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def a_post(site: SiteUnderTest, *, seed: str, title: str = TITLE) -> Post:
    key = key_of("contract", seed)
    return site.target.prepared(
        Post(
            key=key,
            slug=slug_of(title, key),
            title=title,
            body=BODY,
            excerpt="Thư viện thông báo lịch nghỉ Tết Nguyên đán.",
            language="vi",
            category=NEWS,
            terms=(site.target.resolve_terms(site.terms)[NEWS],),
        )
    )


def a_file(
    name: str = "Ảnh bìa, số 1 (mới).png", content: bytes = PICTURE
) -> Attachment:
    return Attachment(
        name=name,
        media_type="image/png",
        sha256=sha256(content),
        size=len(content),
        use=Use.IMAGE,
        alt="Bìa sách",
    )


def page(site: SiteUnderTest, url: str) -> str:
    return site.public()[url].decode()


def date_shown(site: SiteUnderTest, url: str) -> datetime:
    """Return the date that a page says it is of: to its readers, or to machines."""
    found = re.search(
        r'(?:<time [^>]*datetime|property="article:published_time" content)="([^"]+)"',
        page(site, url),
    )
    assert found, page(site, url)
    return datetime.fromisoformat(found[1])


def places(site: SiteUnderTest, needle: str) -> set[str]:
    """Return every public address at which `needle` is in the address or the bytes."""
    return {
        url
        for url, body in site.public().items()
        if needle in url or needle.encode() in body
    }


def ours(site: SiteUnderTest, post: Post) -> list[StoredPost]:
    return [stored for stored in site.everything() if post.key in stored.slug]
