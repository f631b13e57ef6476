"""A small web server for a public folder: for the demo, for one machine, for tests."""

import io
import os
import shutil
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePath
from typing import BinaryIO
from urllib.parse import quote, unquote, urlsplit

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".pdf": "application/pdf",
    ".avif": "image/avif",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".mp3": "audio/mpeg",
    ".mp4": "video/mp4",
}
"""All else is offered as a download."""


class Server(ThreadingHTTPServer):
    """Serves one public folder, and nothing outside it; never lists a folder."""

    daemon_threads = True

    def __init__(self, folder: Path, *, host: str, port: int) -> None:
        """
        Listen at once.

        Args:
            folder: looked up again for every request, so that each sees one whole site.
            host: 127.0.0.1 unless readers are to come in from outside.
            port: 0 for any free one; `url` tells which.

        Raises:
            OSError: the port is taken.
        """
        self.folder = folder
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """The address of the home page."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/"


@contextmanager
def serve(folder: Path, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """Serve `folder` beside what the caller does, until the `with` block ends."""
    with Server(folder, host=host, port=port) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "connector"
    sys_version = ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer with a file, a redirect to a folder's own address, or the 404 page."""
        path = unquote(urlsplit(self.path).path)
        names = [name for name in path.split("/") if name]
        folder = path.endswith("/")
        if "\0" in path:
            self._missing()
        elif content := self._open(*names, *(["index.html"] if folder else [])):
            self._answer(
                HTTPStatus.OK, TYPES[".html"] if folder else _type(path), content
            )
        elif not folder and (page := self._open(*names, "index.html")):
            page.close()
            self._redirect("".join(f"/{quote(name)}" for name in names) + "/")
        else:
            self._missing()

    def do_HEAD(self) -> None:
        """Answer as GET does, without the bytes."""
        self.do_GET()

    def _open(self, *names: str) -> BinaryIO | None:
        """Open a file of the site; None if the site of this moment has none."""
        while True:
            # The link is followed once: the path below it is of one site.
            root = self.server.folder.resolve()
            if content := _open_below(root, names):
                return content
            # Else that site has been replaced meanwhile, and is gone.
            if self.server.folder.resolve() == root:
                return None

    def _missing(self) -> None:
        # Without a 404 page, no site was made here yet.
        page = self._open("404.html") or io.BytesIO(b"404")
        self._answer(HTTPStatus.NOT_FOUND, TYPES[".html"], page)

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, media_type: str, content: BinaryIO) -> None:
        with content:
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(content.seek(0, os.SEEK_END)))
            self.send_header("X-Content-Type-Options", "nosniff")
            # Readers, and the verifier, are to see what is there now.
            self.send_header("Cache-Control", "no-cache")
            self.end_headers()
            content.seek(0)
            if self.command != "HEAD":
                shutil.copyfileobj(content, self.wfile)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- theirs
        """Say nothing: who reads what is nobody's business."""


def _open_below(root: Path, names: Sequence[str]) -> BinaryIO | None:
    try:
        file = root.joinpath(*names).resolve()
        # A link in the folder could lead out of it.
        return file.open("rb") if file.is_relative_to(root) else None
    except OSError:
        # Not there, a folder, or with a name that is too long: all the same.
        return None


def _type(path: str) -> str:
    return TYPES.get(PurePath(path).suffix, "application/octet-stream")
