"""The public folder of a site, as its readers get it, without a socket."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connector.domain.errors import NoAnswer
from connector.ports.web import Fetched

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".xml": "application/xml",
    ".css": "text/css",
    ".png": "image/png",
    ".jpg": "image/jpeg",
}


@dataclass
class SiteWeb:
    """Serves `folder` at `home`. Implements ports.web.PublicWeb."""

    home: str
    folder: Path
    down: bool = False
    """Nothing answers, as where nobody serves the folder."""

    def get(self, url: str, *, limit_mb: float = 10, asks: int = 1) -> Fetched:
        del limit_mb, asks
        if self.down or not url.startswith(self.home):
            raise NoAnswer(url=url, problem="no connection")
        file = self.folder / urlsplit(url).path.lstrip("/")
        if file.is_dir():
            file /= "index.html"
        there = file.is_file()
        return Fetched(
            url=url,
            final_url=url,
            status=200 if there else 404,
            headers={"content-type": _TYPES.get(file.suffix, "")},
            body=file.read_bytes() if there else b"404",
        )

    def status(self, url: str) -> int:
        return self.get(url).status
