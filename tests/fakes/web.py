"""The public web as one target's readers see it, able to misbehave."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit, urlunsplit

from connector.domain.errors import NoAnswer
from connector.ports.web import Fetched
from connector.targets.memory import MemoryTarget

LOGIN = (
    '<!doctype html><html lang="vi"><head><title>Đăng nhập</title></head><body>'
    '<form action="/dang-nhap"><input name="user"><input type="password"></form>'
    "</body></html>"
).encode()


@dataclass
class FakeWeb:
    """
    Shows what is live on a MemoryTarget. Implements ports.web.PublicWeb.

    An argument `_verify` passes the cache, as it does on real sites.
    """

    target: MemoryTarget
    asked: list[str] = field(default_factory=list)
    """Every address that was fetched, in order."""
    before: Callable[[], object] = lambda: None
    """Called whenever something is asked, before it is answered."""
    answers: int = 200
    """The status of every page."""
    body: bytes | None = None
    """Of every page, in place of its own."""
    silent: bool = False
    """Nothing answers."""
    tampered: tuple[str, str] = ("", "")
    """These words stand on every page as those."""
    cache: dict[str, bytes] = field(default_factory=dict)
    """What the plain address still gives."""

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        """Answer as the site would."""
        del limit_mb, asks
        self.asked.append(url)
        self.before()
        if self.silent:
            raise NoAnswer(url=url, problem="time-out")
        plain = _plain(url)
        body = self.cache.get(url) or self._shown().get(plain)
        page = Fetched(
            url=url,
            final_url=url,
            status=self.answers if body is not None else 404,
            headers={"content-type": _media_type(plain)},
            body=body or "<!doctype html><p>Không tìm thấy trang.</p>".encode(),
        )
        return page if self.body is None else replace(page, body=self.body)

    def status(self, url: str) -> int:
        """Return the status of one address."""
        return self.get(url).status

    def keep_in_cache(self) -> None:
        """Go on giving what is public now to whoever asks for a plain address."""
        self.cache = dict(self.target.public())

    def _shown(self) -> dict[str, bytes]:
        old, new = (words.encode() for words in self.tampered)
        public = self.target.public()
        return {u: b.replace(old, new) if old else b for u, b in public.items()}


def _plain(url: str) -> str:
    scheme, host, path, query, _ = urlsplit(url)
    kept = [one for one in query.split("&") if one and not one.startswith("_verify=")]
    return urlunsplit((scheme, host, path, "&".join(kept), ""))


def _media_type(url: str) -> str:
    return "image/png" if "/media/" in url else "text/html; charset=utf-8"
