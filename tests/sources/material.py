"""Pictures, pages and feeds that the tests of sources share."""

import struct
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from connector.domain.errors import NoAnswer
from connector.ports.web import Fetched

FEED_URL = "https://bao.example/rss/giao-duc.rss"


def png(colour: int = 0) -> bytes:
    """Return a picture of one pixel, of a grey from 0 to 255."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    pixel = zlib.compress(bytes([0, colour]))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        _chunk(kind, content)
        for kind, content in ((b"IHDR", header), (b"IDAT", pixel), (b"IEND", b""))
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


@dataclass
class Web:
    """A public web of a few pages; whatever else is asked gives no answer."""

    pages: Mapping[str, bytes | Fetched] = field(default_factory=dict)

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        del limit_mb, asks
        page = self.pages.get(url)
        if page is None:
            raise NoAnswer(url=url, problem="timeout")
        if isinstance(page, Fetched):
            return page
        return Fetched(url=url, final_url=url, status=200, headers={}, body=page)

    def status(self, url: str) -> int:
        return self.get(url).status


def rss(*entries: str, prolog: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """Return an RSS feed of the given items, each without its `<item>`."""
    items = "".join(f"<item>{entry}</item>" for entry in entries)
    channel = (
        f"<title>Giáo dục - Báo Ví Dụ</title><link>https://bao.example/</link>{items}"
    )
    return f'{prolog}<rss version="2.0"><channel>{channel}</channel></rss>'.encode()


def entry(number: int = 1, *, date: str = "Fri, 19 Nov 2021 01:45:08 +0700") -> str:
    """Return an item of a feed, without its `<item>`."""
    link = f"https://bao.example/tin/{number}.htm"
    return (
        f"<title>Thư viện số {number} mở cửa cả ngày Chủ nhật</title>"
        f"<link>{link}</link><guid>{link}</guid><pubDate>{date}</pubDate>"
        "<description><![CDATA[<p>Bạn đọc mượn được <b>mười</b> cuốn.</p>]]>"
        "</description>"
    )
