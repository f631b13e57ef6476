"""A small web server for a public folder: for the demo, for one machine, for tests."""

import io
import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
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
        # The link is followed once, so that one request never sees two sites.
        root = self.server.folder.resolve()
        path = unquote(urlsplit(self.path).path)
        names = [name for name in path.split("/") if name]
        if {".", ".."} & set(names) or any(c in path for c in "\\\0"):
            self._missing(root)
            return
        file = root.joinpath(*names)
        if file.is_dir() and not path.endswith("/"):
            self._redirect("".join(f"/{quote(name)}" for name in names) + "/")
            return
        if path.endswith("/"):
            file /= "index.html"
        # A link in the folder could still lead out of it.
        if not file.resolve().is_relative_to(root):
            self._missing(root)
            return
        try:
            content = file.open("rb")
        except OSError:
            # Not there, a folder, or with a name that is too long: all the same.
            self._missing(root)
            return
        with content:
            self._answer(HTTPStatus.OK, _type(file), content)

    def do_HEAD(self) -> None:
        """Answer as GET does, without the bytes."""
        self.do_GET()

    def _missing(self, root: Path) -> None:
        try:
            page: BinaryIO = (root / "404.html").open("rb")
        except OSError:  # no site was made here yet
            page = io.BytesIO(b"404")
        with page:
            self._answer(HTTPStatus.NOT_FOUND, TYPES[".html"], page)

    def _redirect(self, to: str) -> None:
        self.send_response(HTTPStatus.MOVED_PERMANENTLY)
        self.send_header("Location", to)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _answer(self, status: HTTPStatus, media_type: str, content: BinaryIO) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(content.seek(0, os.SEEK_END)))
        self.send_header("X-Content-Type-Options", "nosniff")
        # A reader, and the verifier, ask again each time: the site may have changed.
        self.send_header("Cache-Control", "no-cache")
        self.end_headers()
        content.seek(0)
        if self.command != "HEAD":
            shutil.copyfileobj(content, self.wfile)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- theirs
        """Say nothing: who reads what is nobody's business."""


def _type(file: Path) -> str:
    return TYPES.get(file.suffix, "application/octet-stream")
