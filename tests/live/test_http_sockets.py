"""What only real sockets show: who was asked how often, and what breaks off."""

import gzip
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from traceback import TracebackException

import pytest

from connector.domain.errors import (
    AddressRefused,
    AnswerTooLarge,
    NoAnswer,
    NotSent,
    Unclear,
)
from connector.http import Refusal, Site, Trouble, Web, host_and_port

pytestmark = pytest.mark.live

Behaviour = Callable[[socket.socket], None]
PATIENCE_S = 10


@dataclass
class Peer:
    """A server that behaves once for every connection, in the order given."""

    url: str
    behaviours: list[Behaviour]
    asked: list[bytes] = field(default_factory=list, repr=False)


def says(answer: bytes) -> Behaviour:
    return lambda connection: connection.sendall(answer)


def page(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def is_silent(connection: socket.socket) -> None:
    connection.recv(1)  # returns when the other side has given up


def never_ends(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(b"x" * 65_536)


def drips(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        with suppress(TimeoutError):
            connection.settimeout(0.02)
            connection.recv(1)
        connection.settimeout(PATIENCE_S)


@contextmanager
def peer(*behaviours: Behaviour, tls: ssl.SSLContext | None = None) -> Iterator[Peer]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        scheme = "https" if tls else "http"
        server = Peer(f"{scheme}://127.0.0.1:{port}/", list(behaviours))
        thread = threading.Thread(target=_serve, args=(listener, server, tls))
        thread.start()
        try:
            yield server
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(PATIENCE_S)
            assert not thread.is_alive()


def _serve(listener: socket.socket, server: Peer, tls: ssl.SSLContext | None) -> None:
    while True:
        try:
            connection, _client = listener.accept()
        except OSError:  # shut down: the test is over
            return
        connection.settimeout(PATIENCE_S)
        with connection, suppress(OSError):
            if tls:
                with tls.wrap_socket(connection, server_side=True) as secured:
                    _answer(secured, server)
            else:
                _answer(connection, server)


def _answer(connection: socket.socket, server: Peer) -> None:
    if request := _request(connection):
        server.asked.append(request)
        server.behaviours.pop(0)(connection)


def _request(connection: socket.socket) -> bytes:
    request = connection.recv(65_536)
    head, _, body = request.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            missing = int(line.split(b":")[1]) - len(body)
            while missing > 0 and (more := connection.recv(missing)):
                request += more
                missing -= len(more)
    return request


def allowing(server: Peer, *, timeout_s: float = PATIENCE_S) -> Web:
    return Web(allow=frozenset({host_and_port(server.url)}), timeout_s=timeout_s)


def site_at(url: str, *, timeout_s: float = PATIENCE_S, ca: str | None = None) -> Site:
    return Site(
        target="portal",
        home=url,
        user="thư viện",
        password="bí mật",
        timeout_s=timeout_s,
        ca=ca,
        sleep=lambda _seconds: None,
    )


def closed_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"


def test_a_refused_connection_was_surely_not_sent() -> None:
    site = site_at(closed_port())

    with pytest.raises(NotSent) as error:
        site.call("POST", "posts", repeat=False, json={"title": "Thông báo"})

    assert error.value.facts["problem"] is Trouble.NO_CONNECTION


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (resets, Trouble.CUT),
        (says(b""), Trouble.CUT),
        (says(page(b'{"id": 7}')[:-4]), Trouble.CUT),
        (is_silent, Trouble.TIME),
        (says(page(b"nonsense", "Content-Encoding: gzip")), Trouble.GARBLED),
    ],
    ids=["reset", "closed", "half a body", "silence", "no gzip"],
)
def test_a_lost_answer_to_a_write_is_unclear_and_nothing_is_sent_twice(
    behaviour: Behaviour, problem: Trouble
) -> None:
    with peer(behaviour, says(page(b"[]"))) as server:
        site = site_at(server.url, timeout_s=0.3)

        with pytest.raises(Unclear) as error:
            site.call("POST", "posts", repeat=False, json={"title": "Thông báo"})

    assert error.value.facts == {"target": "portal", "problem": problem}
    assert len(server.asked) == 1


@pytest.mark.parametrize("behaviour", [resets, is_silent])
def test_the_password_is_in_no_trace_however_much_it_shows(
    behaviour: Behaviour, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    with peer(behaviour) as server:
        site = site_at(server.url, timeout_s=0.1)

        with pytest.raises(Unclear) as error:
            site.call("POST", "posts", repeat=False)

    trace = TracebackException.from_exception(error.value, capture_locals=True)
    shown = "".join(trace.format()) + caplog.text
    assert "Site(target='portal'" in shown
    assert "bí mật" not in shown
    assert "dGjGsCB2aeG7h246YsOtIG3huq10" not in shown


def test_a_lost_answer_to_a_question_is_asked_for_again() -> None:
    with peer(resets, says(page(b'[{"id": 7}]'))) as server:
        answer = site_at(server.url).call("GET", "posts", repeat=True)

    assert answer.json() == [{"id": 7}]
    assert [request.split(b" HTTP")[0] for request in server.asked] == [
        b"GET /posts",
        b"GET /posts",
    ]


def test_a_dripping_answer_of_a_target_is_unclear() -> None:
    with peer(drips) as server:
        site = site_at(server.url, timeout_s=0.1)

        with pytest.raises(Unclear) as error:
            site.call("POST", "posts", repeat=False)

    assert error.value.facts["problem"] is Trouble.TIME


def test_an_answer_of_a_target_without_end_is_stopped() -> None:
    with peer(never_ends) as server, pytest.raises(Unclear) as error:
        site_at(server.url).call("POST", "posts", repeat=False)

    assert error.value.facts == {"target": "portal", "problem": Trouble.ENDLESS}


def test_half_a_head_is_not_taken_for_an_answer() -> None:
    with peer(says(b"HTTP/1.1 201 Created\r\nContent-Len")) as server:
        answer = site_at(server.url).call("POST", "posts", repeat=False)

    with pytest.raises(Unclear):
        answer.json()


def test_nothing_of_the_environment_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login khác password khác")
    with peer() as proxy, peer(says(page(b"1")), says(page(b"2"))) as server:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("ALL_PROXY", proxy.url)

        allowing(server).get(server.url)
        site_at(server.url).call("GET", "posts", repeat=False)

    assert proxy.asked == []
    assert b"Authorization" not in server.asked[0]
    assert b"Authorization: Basic dGjGsCB2aeG7h246YsOtIG3huq10" in server.asked[1]


@dataclass(frozen=True)
class SelfSigned:
    """A certificate that nobody vouches for, made for one address."""

    file: Path
    server: ssl.SSLContext


@pytest.fixture(params=["IP:127.0.0.1", "DNS:another.example"])
def self_signed(request: pytest.FixtureRequest, tmp_path: Path) -> SelfSigned:
    if not shutil.which("openssl"):
        pytest.skip("openssl is not installed")
    key, file = tmp_path / "key.pem", tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=portal"
    name = ["-addext", f"subjectAltName={request.param}"]
    output = ["-keyout", str(key), "-out", str(file)]
    subprocess.run([*command.split(), *name, *output], check=True, capture_output=True)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file, key)
    return SelfSigned(file, server)


def test_a_certificate_nobody_vouches_for_is_refused_once_and_for_all(
    self_signed: SelfSigned,
) -> None:
    with peer(says(page(b"[]")), tls=self_signed.server) as server:
        site = site_at(server.url)

        with pytest.raises(NotSent) as error:
            site.call("GET", "posts", repeat=True)

    assert error.value.facts["problem"] is Trouble.CERTIFICATE
    assert server.asked == []


@pytest.mark.parametrize("self_signed", ["DNS:another.example"], indirect=True)
def test_a_trusted_certificate_of_another_host_is_refused(
    self_signed: SelfSigned,
) -> None:
    with peer(says(page(b"[]")), tls=self_signed.server) as server:
        site = site_at(server.url, ca=str(self_signed.file))

        with pytest.raises(NotSent) as error:
            site.call("GET", "posts", repeat=True)

    assert error.value.facts["problem"] is Trouble.CERTIFICATE
    assert server.asked == []


@pytest.mark.parametrize("self_signed", ["IP:127.0.0.1"], indirect=True)
def test_a_library_may_trust_its_own_certificates(self_signed: SelfSigned) -> None:
    with peer(says(page(b"[]")), tls=self_signed.server) as server:
        site = site_at(server.url, ca=str(self_signed.file))

        answer = site.call("GET", "posts", repeat=True)

    assert answer.json() == []


def test_a_target_is_asked_where_the_same_address_from_a_feed_is_refused() -> None:
    with peer(says(page("Thông báo".encode()))) as server:
        with pytest.raises(AddressRefused) as refused:
            Web().get(server.url)
        fetched = allowing(server).get(server.url)

    assert refused.value.facts == {"url": server.url, "problem": Refusal.PRIVATE}
    assert fetched.body == "Thông báo".encode()
    assert len(server.asked) == 1


def test_a_redirect_into_the_private_network_is_not_followed() -> None:
    with peer() as inside:
        redirect = page(b"", f"Location: {inside.url}admin", status="302 Found")
        with peer(says(redirect)) as server, pytest.raises(AddressRefused) as refused:
            allowing(server).get(server.url)

    assert refused.value.facts["url"] == f"{inside.url}admin"
    assert len(server.asked) == 1
    assert inside.asked == []


def test_a_small_answer_that_unpacks_to_a_large_one_is_stopped() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000)
    with peer(says(page(bomb, "Content-Encoding: gzip"))) as server:
        web = allowing(server)

        with pytest.raises(AnswerTooLarge):
            web.get(server.url, limit_mb=1)

    assert len(bomb) < 1_000_000


def test_an_answer_without_end_is_stopped() -> None:
    with peer(never_ends) as server, pytest.raises(AnswerTooLarge):
        allowing(server).get(server.url, limit_mb=1)


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (drips, Trouble.TIME),
        (is_silent, Trouble.TIME),
        (resets, Trouble.CUT),
        (says(page("Thông báo".encode())[:-1]), Trouble.CUT),
    ],
    ids=["drips", "silence", "reset", "half a body"],
)
def test_a_page_that_does_not_come_whole_is_no_answer(
    behaviour: Behaviour, problem: Trouble
) -> None:
    with peer(behaviour) as server, pytest.raises(NoAnswer) as error:
        allowing(server, timeout_s=0.1).get(server.url)

    assert error.value.facts["problem"] is problem


def test_no_cookie_is_kept_from_one_call_to_the_next() -> None:
    answer = page(b"", "Set-Cookie: reader=7; Path=/")
    with peer(says(answer), says(answer)) as server:
        web = allowing(server)

        web.get(server.url)
        web.get(server.url)

    assert len(server.asked) == 2
    assert b"Cookie" not in server.asked[1]


def test_no_cookie_is_kept_from_a_target() -> None:
    answer = page(b"", "Set-Cookie: session=7; Path=/")
    with peer(says(answer), says(answer)) as server:
        site = site_at(server.url)

        site.call("GET", "posts", repeat=True)
        site.call("GET", "posts", repeat=True)

    assert len(server.asked) == 2
    assert b"Cookie" not in server.asked[1]


def test_a_server_that_hangs_up_on_head_is_asked_by_get() -> None:
    with peer(resets, says(page(b"Xin chao", status="410 Gone"))) as server:
        status = allowing(server).status(server.url)

    assert status == 410
    assert [request[:4] for request in server.asked] == [b"HEAD", b"GET "]
