"""What the tests on a real WordPress send, and what they look at."""

import struct
import zlib
from pathlib import Path

from pydantic import SecretStr

from connector.domain.item import (
    Attachment,
    CategoryCode,
    Use,
    key_of,
    sha256,
    slug_of,
)
from connector.domain.publication import Post
from connector.rehearsal.wordpress import WordPress
from connector.targets import wordpress

NEWS = CategoryCode("news")
IFRAME = '<iframe src="https://www.youtube.com/embed/abc" width="560"></iframe>'


def target_of(
    site: WordPress, *, user: str = "editor", url: str = "", password: str = ""
) -> wordpress.WordPress:
    options = wordpress.Options(
        url=url or site.url,
        user=user,
        password=SecretStr(password or site.users[user]),
    )
    return wordpress.connect("portal", options=options, folder=Path())


def a_post(
    site: WordPress, title: str, *, body: str = "<p>Thư viện mở cửa.</p>"
) -> Post:
    key = key_of("live", title)
    return Post(
        key=key,
        slug=slug_of(title, key),
        title=title,
        body=body,
        excerpt="",
        language="vi",
        category=NEWS,
        terms=(str(site.categories["tin-tuc"]),),
    )


def a_png(shade: int) -> bytes:
    """Return a picture of one point."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(bytes([0, shade])))
        + chunk(b"IEND", b"")
    )


def statuses(site: WordPress, key: str) -> list[str]:
    """Return the status of every post of which slug or text has the key."""
    rows = site.sql(
        "SELECT post_status FROM wp_posts WHERE post_type = 'post'"  # noqa: S608 -- a key of ours
        f" AND (post_name LIKE '%{key}%' OR post_content LIKE '%{key}%') ORDER BY ID"
    )
    return [status for (status,) in rows]


def a_file(name: str, content: bytes, *, alt: str = "") -> Attachment:
    return Attachment(
        name=name,
        media_type="application/pdf" if name.endswith(".pdf") else "image/png",
        sha256=sha256(content),
        size=len(content),
        use=Use.ATTACHMENT if name.endswith(".pdf") else Use.IMAGE,
        alt=alt,
    )
