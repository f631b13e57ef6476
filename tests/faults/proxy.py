"""
A proxy of many connections that misbehaves by a seeded plan.

It differs from tests/live/proxy.py as a storm from a puncture: that one does to the
next request what it is told, this one does something to a third of all requests, and
kills whoever sent them.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.faults.plan import Draw, Fault, Moment, Plan
from tests.faults.requests import Request

_TIMEOUT_S = 60.0
_HTML = (
    b"<!DOCTYPE html><html><head><title>Attention Required!</title></head>"
    b"<body><h1>Just a moment...</h1></body></html>"
)
_STATUSES = ("500 Internal Server Error", "502 Bad Gateway", "503 Unavailable")
_GATEWAY = "504 Gateway Timeout"
_NEVER_ASKED = {Fault.DROP, Fault.RESET, Fault.BUSY, Fault.ERROR, Fault.HTML}
_INSTEAD = {
    Fault.CUT,
    Fault.RESET_AFTER,
    Fault.BUSY_AFTER,
    Fault.ERROR_AFTER,
    Fault.HTML_AFTER,
}

Kill = Callable[[int], bool]
"""Kill the worker of a door, if it runs; say whether it did."""


@dataclass(kw_only=True)
class StormProxy:
    """Doors on 127.0.0.1, one for each worker, before one server."""

    upstream: tuple[str, int]
    plan: Plan
    kill: Kill
    late_s: tuple[float, float]
    """How long after its arrival a late request is delivered: from, to."""
    doors: list[str] = field(default_factory=list)
    """The URL of each, without a slash at the end."""
    _under_way: int = 0
    _loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.new_event_loop)
    _servers: list[asyncio.Server] = field(default_factory=list)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def under_way(self) -> int:
        """How many requests have not come to their end yet, late ones included."""
        return self._under_way + len(self._tasks)

    async def listen(self, doors: int) -> None:
        """Open the doors."""
        for door in range(doors):

            async def handle(
                reader: asyncio.StreamReader,
                writer: asyncio.StreamWriter,
                door: int = door,
            ) -> None:
                self._under_way += 1
                try:
                    # A client that has left is part of the game, and so is a server.
                    with suppress(OSError, asyncio.IncompleteReadError):
                        await self._serve(door, reader, writer)
                finally:
                    self._under_way -= 1
                    with suppress(OSError):
                        writer.close()

            server = await asyncio.start_server(
                handle, "127.0.0.1", 0, limit=2**26, backlog=256
            )
            self._servers.append(server)
            port = server.sockets[0].getsockname()[1]
            self.doors.append(f"http://127.0.0.1:{port}")

    async def end(self) -> None:
        """Close the doors, and give up what is under way."""
        for server in self._servers:
            server.close()
        others = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        # One more round, in which the closed connections let go of their sockets.
        await asyncio.sleep(0.05)

    async def _serve(
        self, door: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        request = await _read(reader)
        draw = self.plan.draw(request.purpose)
        if draw.kill is Moment.BEFORE:
            self._killed(door, request, draw)
        answer = await self._answered(draw, request, reader)
        if draw.kill is Moment.AFTER:
            self._killed(door, request, draw)
        if draw.fault in {Fault.RESET, Fault.RESET_AFTER}:
            _reset(writer)
            return
        if answer:
            writer.write(answer)
            await writer.drain()
        if draw.kill is Moment.ANSWERED:
            writer.close()
            # From nothing to some commits later.
            await asyncio.sleep(0.04 * draw.number**2)
            self._killed(door, request, draw)

    def _killed(self, door: int, request: Request, draw: Draw) -> None:
        if draw.kill is not None and self.kill(door):
            self.plan.killed(request.purpose, draw.kill)

    async def _answered(
        self, draw: Draw, request: Request, reader: asyncio.StreamReader
    ) -> bytes:
        """Do with the request what was drawn, and return what the client gets."""
        fault = draw.fault
        if fault is Fault.DELAY:
            await asyncio.sleep(0.05 + 0.4 * draw.number)
        if fault is Fault.SILENT:
            await _until_left(reader)
            return b""
        if fault is Fault.LATE:
            self._later(request, draw)
            await _until_left(reader)
            return b""
        if fault in _NEVER_ASKED:
            return _instead(draw)
        if fault is Fault.TWICE_LATE:
            self._later(request, draw)
        if fault is Fault.TWICE:
            answer, _ = await asyncio.gather(self._ask(request), self._ask(request))
        else:
            answer = await self._ask(request)
        if fault is Fault.SILENT_AFTER:
            await _until_left(reader)
            return b""
        if fault is Fault.HALF:
            return answer[: int(len(answer) * (0.2 + 0.7 * draw.number))]
        return _instead(draw) if fault in _INSTEAD else answer

    def _later(self, request: Request, draw: Draw) -> None:
        first, last = self.late_s

        async def deliver() -> None:
            await asyncio.sleep(first + (last - first) * draw.number)
            with suppress(OSError, asyncio.IncompleteReadError):
                await self._ask(request)

        task = self._loop.create_task(deliver())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, request: Request) -> bytes:
        """Forward a request; the Host header stays, and so names the proxy."""
        head, _, rest = request.raw.partition(b"\r\n")
        async with asyncio.timeout(_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(*self.upstream)
            try:
                writer.write(head + b"\r\nConnection: close\r\n" + rest)
                return await reader.read()
            finally:
                writer.close()


def _instead(draw: Draw) -> bytes:
    """Return the answer that takes the place of the server's; no byte for none."""
    match draw.fault:
        case Fault.BUSY | Fault.BUSY_AFTER:
            return _written("429 Too Many Requests", b"{}", "Retry-After: 1\r\n")
        case Fault.ERROR | Fault.ERROR_AFTER:
            statuses = (*_STATUSES, _GATEWAY)
            return _written(statuses[int(draw.number * 4)], b"<h1>Error</h1>")
        case Fault.HTML | Fault.HTML_AFTER:
            return _written("200 OK" if draw.number < 0.5 else "403 Forbidden", _HTML)
        case _:
            return b""


def _written(status: str, body: bytes, more: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=UTF-8\r\n{more}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


async def _read(reader: asyncio.StreamReader) -> Request:
    head = await reader.readuntil(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n")[1:]:
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return Request(head + await reader.readexactly(length))


async def _until_left(reader: asyncio.StreamReader) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(_TIMEOUT_S):
            while await reader.read(1):
                pass


def _reset(writer: asyncio.StreamWriter) -> None:
    connection = writer.get_extra_info("socket")
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    writer.transport.abort()


@contextmanager
def storm_proxy(
    upstream: tuple[str, int],
    *,
    plan: Plan,
    doors: int,
    kill: Kill,
    late_s: tuple[float, float],
) -> Iterator[StormProxy]:
    """Run a proxy with so many doors until the context is left."""
    proxy = StormProxy(upstream=upstream, plan=plan, kill=kill, late_s=late_s)
    loop = proxy._loop  # noqa: SLF001 -- its other half
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(proxy.listen(doors), loop).result()
        yield proxy
    finally:
        asyncio.run_coroutine_threadsafe(proxy.end(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
