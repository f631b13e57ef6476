"""A proxy that stands before a CMS and misbehaves when told to."""

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from socketserver import BaseRequestHandler, ThreadingTCPServer
from urllib.parse import parse_qs, urlsplit

_TIMEOUT_S = 60.0


@dataclass(kw_only=True)
class _Fault:
    method: str
    path: str
    times: int
    wait_s: float = 0
    forward: bool = True
    answer: bytes | None = None
    """Given instead of the server's; no byte at all if empty."""
    saying: bytes = b""
    """What the request must contain."""
    then: Callable[[], object] | None = None
    """Called before it is answered."""


@dataclass(frozen=True)
class FaultProxy:
    """
    What the proxy is told, and what it saw.

    `path` is a shell pattern for the end of the path or REST route, without the
    query: `/wp/v2/posts` is the collection only, `/wp/v2/posts/*` each post. A
    fault befalls the next `times` requests that fit; of several the oldest is
    used first.
    """

    url: str
    """Without a slash at the end."""
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and target, query included, of every request in order of arrival."""
    _faults: list[_Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def cut_answer_of(self, method: str, path: str, *, times: int = 1) -> None:
        """Let the server do it, then close the connection without an answer."""
        self._add(_Fault(method=method, path=path, times=times, answer=b""))

    def refuse(self, method: str = "*", path: str = "", *, times: int = 1) -> None:
        """Close the connection; the server never hears of the request."""
        fault = _Fault(method=method, path=path, times=times, forward=False, answer=b"")
        self._add(fault)

    def delay(
        self,
        seconds: float,
        method: str = "*",
        path: str = "",
        *,
        times: int = 1,
    ) -> None:
        """Hold the request back; the server gets it even if the client has left."""
        self._add(_Fault(method=method, path=path, times=times, wait_s=seconds))

    def answer(
        self,
        status: int,
        headers: Mapping[str, str],
        body: bytes | str,
        method: str = "*",
        path: str = "",
        *,
        times: int = 1,
    ) -> None:
        """
        Answer this; the server never hears of the request.

        A `Content-Length` of your own makes a body that breaks off.
        """
        content = body.encode() if isinstance(body, str) else body
        own = {"Connection": "close", "Content-Length": str(len(content))}
        lines = [f"{name}: {value}\r\n" for name, value in {**own, **headers}.items()]
        head = f"HTTP/1.1 {status} Told to\r\n{''.join(lines)}\r\n"
        answer = head.encode() + content
        fault = _Fault(
            method=method,
            path=path,
            times=times,
            forward=False,
            answer=answer,
        )
        self._add(fault)

    def when(
        self,
        method: str,
        path: str,
        do: Callable[[], object],
        *,
        saying: bytes = b"",
        done: bool,
        answered: bool = False,
    ) -> None:
        """
        Call `do` at the next request that fits and contains `saying`.

        Args:
            method: of the request.
            path: of the request.
            do: called in a thread of the proxy.
            saying: what is looked for in the whole request.
            done: whether the server does it first; else it never hears of it.
            answered: whether the client gets the server's answer, or none.
        """
        fault = _Fault(
            method=method,
            path=path,
            times=1,
            forward=done,
            answer=None if answered else b"",
            saying=saying,
            then=do,
        )
        self._add(fault)

    def mend(self) -> None:
        """Forget all that was told."""
        with self._lock:
            self._faults.clear()

    def _add(self, fault: _Fault) -> None:
        with self._lock:
            self._faults.append(fault)

    def _meet(self, method: str, target: str, request: bytes) -> _Fault | None:
        split = urlsplit(target)
        route = parse_qs(split.query).get("rest_route", [split.path])[0]
        with self._lock:
            self.seen.append((method, target))
            for fault in self._faults:
                if (
                    fault.times > 0
                    and fnmatchcase(method, fault.method)
                    and fnmatchcase(route, f"*{fault.path}")
                    and fault.saying in request
                ):
                    fault.times -= 1
                    return fault
        return None


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """
    Forward requests to a server on this machine, unless told otherwise.

    The server sees the proxy's address in the Host header: WordPress serves its
    APIs there, but its links and its redirects of pages name its own address.

    Args:
        upstream: the URL of the server, with a port.
    """
    server = urlsplit(upstream)
    address = (server.hostname or "127.0.0.1", server.port or 80)

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            client: socket.socket = self.request
            client.settimeout(_TIMEOUT_S)
            request = _read_request(client)
            if not request:
                return
            method, target, _ = request.split(b"\r\n", 1)[0].decode().split()
            fault = proxy._meet(method, target, request)  # noqa: SLF001 -- its other half
            if fault is None:
                client.sendall(_ask(address, request))
                return
            time.sleep(fault.wait_s)
            answer = _ask(address, request) if fault.forward else b""
            if fault.then is not None:
                fault.then()
            client.sendall(answer if fault.answer is None else fault.answer)

    class Server(ThreadingTCPServer):
        def handle_error(self, *_: object) -> None:
            """A client that has left is part of the game."""

    with Server(("127.0.0.1", 0), Handler) as listener:
        proxy = FaultProxy(f"http://127.0.0.1:{listener.server_address[1]}")
        thread = threading.Thread(target=listener.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield proxy
        finally:
            listener.shutdown()
            thread.join()


def _read_request(client: socket.socket) -> bytes:
    request = b""
    while b"\r\n\r\n" not in request:
        if not (chunk := client.recv(65536)):
            return b""
        request += chunk
    head, _, body = request.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    while len(body) < length and (chunk := client.recv(65536)):
        body += chunk
    return head + b"\r\n\r\n" + body


def _ask(address: tuple[str, int], request: bytes) -> bytes:
    # The server tells the end of its answer by closing: one request a connection.
    head, _, rest = request.partition(b"\r\n")
    answer = b""
    with socket.create_connection(address, timeout=_TIMEOUT_S) as server:
        server.sendall(head + b"\r\nConnection: close\r\n" + rest)
        while chunk := server.recv(65536):
            answer += chunk
    return answer
