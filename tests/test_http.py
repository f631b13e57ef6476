import _socket
import socket
import ssl
import subprocess
import sys
import traceback
from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import Enum
from ipaddress import IPv4Address, IPv6Address, ip_address
from types import SimpleNamespace

import pytest
import requests
import responses
import urllib3.exceptions
from hypothesis import given
from hypothesis import strategies as st
from requests_hardened import ip_filter  # type: ignore[import-untyped]
from responses.registries import OrderedRegistry

from connector.domain.errors import (
    AddressRefused,
    AnswerTooLarge,
    Busy,
    NoAnswer,
    NotOurAnswer,
    NotSent,
    TargetError,
    Unclear,
)
from connector.http import Answer, Refusal, Site, Trouble, Web, host_and_port
from connector.http.guard import GuardedAdapter, is_public, prepared, shown
from connector.http.patience import retry_after_s
from connector.ports.web import PublicWeb

PAGE = "https://thuvien.example.vn/tin-tuc"
HOME = "https://thuvien.example.vn"
POSTS = f"{HOME}/wp-json/wp/v2/posts"
SECRET = "chim-hoàng-yến 4711"
BASIC = b64encode(f"thư viện:{SECRET}".encode()).decode()


@pytest.fixture
def server() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(registry=OrderedRegistry) as mock:
        yield mock


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What a name server would say: for each name, one answer for every question."""
    known = {"localhost": ["127.0.0.1"]}

    def resolve(host: str, port: int, **how: int) -> list[tuple[object, ...]]:
        numeric = known[host].pop(0) if host in known else host
        flags = socket.AI_NUMERICHOST
        return list(_socket.getaddrinfo(numeric, port, flags=flags, **how))

    # Only the guard's own view of the resolver: pytest-socket guards the other.
    seen_by_the_guard = {**vars(socket), "getaddrinfo": resolve}
    monkeypatch.setattr(ip_filter, "socket", SimpleNamespace(**seen_by_the_guard))
    return known


class Asleep:
    """Sleeps without taking time, and remembers how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def __call__(self, seconds: float) -> None:
        self.slept.append(seconds)


def portal(
    *, sleep: Asleep | None = None, attempts: int = 4, deadline_s: float = 60
) -> Site:
    return Site(
        target="portal",
        home=HOME,
        user="thư viện",
        password=SECRET,
        attempts=attempts,
        deadline_s=deadline_s,
        sleep=sleep or Asleep(),
    )


# Sockets are disabled in these tests: whatever got past the guard would end in a
# SocketBlockedError, not in the AddressRefused that is asked for.


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://127.1/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://0/",
        "http://0.0.0.0:8080/",
        "http://[::]/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://[::127.0.0.1]/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[64:ff9b::a9fe:a9fe]/",
        "http://localhost:80/",
        "https://127.0.0.1:8443/",
        "http://127.0.0.1#@public.example/",
        "http://127.0.0.1?@public.example/",
    ],
)
def test_no_spelling_of_this_machine_is_asked(url: str) -> None:
    web = Web()

    with pytest.raises(AddressRefused) as refused:
        web.get(url)

    assert refused.value.facts["problem"] in {Refusal.PRIVATE, Refusal.NAMES_USER}


@pytest.mark.parametrize(
    "address",
    [
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "169.254.169.254",
        "168.63.129.16",
        "192.88.99.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "fc00::1",
        "fe80::1",
        "fec0::1",
        "ff02::1",
        "2002:7f00:1::",
        "2001:db8::1",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_not_asked(
    address: str, names: dict[str, list[str]]
) -> None:
    names["tin.example"] = [address]
    web = Web()

    with pytest.raises(AddressRefused) as refused:
        web.get("http://tin.example/")

    assert refused.value.facts == {
        "url": "http://tin.example/",
        "problem": Refusal.PRIVATE,
    }


@pytest.mark.parametrize(
    "url",
    [
        "",
        "tin-tuc",
        "//public.example/",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_FLUSHALL",
        "ftp://public.example/",
        "data:text/html,xin chào",
        "javascript:alert(1)",
        "http:///tin",
        "http://[::1",
        "http://a..b/",
        "http://public.example:99999/",
        "http+unix://%2Fvar%2Frun%2Fdocker.sock/",
    ],
)
def test_what_is_no_web_address_is_not_asked(url: str) -> None:
    web = Web()

    with pytest.raises(AddressRefused) as refused:
        web.get(url)

    assert refused.value.facts == {"url": url, "problem": Refusal.NOT_WEB}


@pytest.mark.parametrize(
    "url",
    [
        "http://user:secret@public.example/",
        "http://user@public.example/",
        "http://public.example@127.0.0.1/",
        "http://public.example:80@127.0.0.1:22/",
    ],
)
def test_an_address_with_a_user_name_is_not_asked_nor_shown(url: str) -> None:
    web = Web()

    with pytest.raises(AddressRefused) as refused:
        web.get(url)

    assert refused.value.facts["problem"] is Refusal.NAMES_USER
    assert "@" not in str(refused.value)


def test_a_refused_address_is_told_by_the_error_alone() -> None:
    asked = (
        "from connector.domain.errors import AddressRefused\n"
        "from connector.http import Web\n"
        "try:\n    Web().get('http://10.0.0.1/')\n"
        "except AddressRefused:\n    print('refused')\n"
    )

    # In a process of its own: pytest sets logging up, a command does not.
    said = subprocess.run(
        [sys.executable, "-c", asked], capture_output=True, text=True, check=True
    )

    assert (said.stdout, said.stderr) == ("refused\n", "")


def test_what_is_judged_is_what_is_sent(names: dict[str, list[str]]) -> None:
    names["public.example"] = ["93.184.215.14"]
    adapter = GuardedAdapter(https=False, allow=frozenset({"127.0.0.1:80"}))
    request = prepared(requests.Session(), "GET", "http://public.example\\@127.0.0.1/")

    place, _tls = adapter.build_connection_pool_key_attributes(request, verify=True)

    assert place["host"] == "93.184.215.14"


def test_status_and_feeds_pass_the_same_guard_as_pages() -> None:
    web = Web()

    with pytest.raises(AddressRefused):
        web.status("http://192.168.1.1/")


def test_the_connection_goes_to_the_address_that_was_judged(
    names: dict[str, list[str]],
) -> None:
    names["tin.example"] = ["93.184.215.14", "127.0.0.1"]
    adapter = GuardedAdapter(https=True, allow=frozenset())
    request = requests.Request("GET", "https://tin.example/tin").prepare()

    place, tls = adapter.build_connection_pool_key_attributes(request, verify=True)

    assert place["host"] == "93.184.215.14"
    assert request.headers["Host"] == "tin.example"
    assert tls["server_hostname"] == tls["assert_hostname"] == "tin.example"
    assert names["tin.example"] == ["127.0.0.1"]


def test_only_the_very_host_and_port_of_a_target_is_allowed() -> None:
    adapter = GuardedAdapter(https=False, allow=frozenset({"10.0.0.7:80"}))
    other_port = requests.Request("GET", "http://10.0.0.7:8080/").prepare()
    target = requests.Request("GET", "http://10.0.0.7/tin").prepare()

    place, _tls = adapter.build_connection_pool_key_attributes(target, verify=True)

    assert place["host"] == "10.0.0.7"
    with pytest.raises(requests.RequestException):
        adapter.build_connection_pool_key_attributes(other_port, verify=True)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://Thuvien.example.vn", "thuvien.example.vn:80"),
        ("https://thuvien.example.vn/tin/", "thuvien.example.vn:443"),
        ("http://127.0.0.1:8180/wp/", "127.0.0.1:8180"),
        ("http://[::1]:8180/", "[::1]:8180"),
        ("http://thưviện.vn/", "xn--thvin-grb5423c.vn:80"),
    ],
)
def test_a_target_is_allowed_by_host_and_port(url: str, expected: str) -> None:
    assert host_and_port(url) == expected


@given(st.ip_addresses())
def test_what_is_not_global_is_never_public(address: IPv4Address | IPv6Address) -> None:
    assert not is_public(address) or address.is_global


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_in_ipv6_clothes_is_no_more_public(
    address: IPv4Address,
) -> None:
    assert not is_public(ip_address(f"::{address}"))


def test_a_page_is_fetched_whatever_its_status(server: responses.RequestsMock) -> None:
    server.get(PAGE, status=404, body="Không tìm thấy", headers={"X-Cache": "MISS"})

    web: PublicWeb = Web()

    fetched = web.get(PAGE)

    assert (fetched.url, fetched.final_url, fetched.status) == (PAGE, PAGE, 404)
    assert fetched.body == "Không tìm thấy".encode()
    assert fetched.headers["x-cache"] == "MISS"
    assert fetched.redirects == ()


def test_connector_says_who_it_is(server: responses.RequestsMock) -> None:
    server.get(PAGE)

    Web().get(PAGE)

    assert server.calls[0].request.headers["User-Agent"] == (
        "Mozilla/5.0 (compatible; library-connector)"
    )


def test_redirects_are_followed_and_told(server: responses.RequestsMock) -> None:
    server.get("http://thuvien.example.vn/", status=301, headers={"Location": HOME})
    server.get(HOME, status=302, headers={"Location": "/tin-tuc"})
    server.get(PAGE, body="Thông báo")

    fetched = Web().get("http://thuvien.example.vn/")

    assert fetched.final_url == PAGE
    assert fetched.redirects == ("http://thuvien.example.vn/", HOME)
    assert fetched.body == "Thông báo".encode()


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "gopher://127.0.0.1/", "http://a:b@public.example/"],
)
def test_a_redirect_leads_nowhere_else_than_the_web(
    location: str, server: responses.RequestsMock
) -> None:
    server.get(PAGE, status=302, headers={"Location": location})

    with pytest.raises(AddressRefused):
        Web().get(PAGE)

    assert len(server.calls) == 1


def test_a_circle_of_redirects_ends(server: responses.RequestsMock) -> None:
    for _ in range(4):
        server.get(PAGE, status=302, headers={"Location": PAGE})

    with pytest.raises(NoAnswer) as error:
        Web().get(PAGE)

    assert error.value.facts == {"url": PAGE, "problem": Trouble.REDIRECTS}


def test_an_answer_over_the_limit_is_not_kept(server: responses.RequestsMock) -> None:
    server.get(PAGE, body=b"x" * 1_001)

    with pytest.raises(AnswerTooLarge) as error:
        Web().get(PAGE, limit_mb=0.001)

    assert error.value.facts == {"url": PAGE, "limit_mb": 0.001}


def test_an_answer_at_the_limit_is_kept(server: responses.RequestsMock) -> None:
    server.get(PAGE, body=b"x" * 1_000)

    fetched = Web().get(PAGE, limit_mb=0.001)

    assert len(fetched.body) == 1_000


def test_a_page_is_asked_for_again_if_so_wished(server: responses.RequestsMock) -> None:
    server.get(PAGE, body=requests.ReadTimeout())
    server.get(PAGE, status=503, headers={"Retry-After": "7"})
    server.get(PAGE, body="Thông báo")
    sleep = Asleep()

    fetched = Web(sleep=sleep).get(PAGE, asks=3)

    assert fetched.status == 200
    assert sleep.slept[1] == 7


def test_a_page_is_asked_for_once_unless_wished(server: responses.RequestsMock) -> None:
    server.get(PAGE, status=503)

    assert Web().get(PAGE).status == 503


def test_the_last_error_is_told_when_all_asking_was_in_vain(
    server: responses.RequestsMock,
) -> None:
    server.get(PAGE, status=503)
    server.get(PAGE, body=requests.ReadTimeout())

    with pytest.raises(NoAnswer) as error:
        Web(sleep=Asleep()).get(PAGE, asks=2)

    assert error.value.facts == {"url": PAGE, "problem": Trouble.TIME}


def test_nobody_waits_in_line_for_ten_minutes(server: responses.RequestsMock) -> None:
    server.get(PAGE, status=503, headers={"Retry-After": "600"})

    assert Web(sleep=Asleep()).get(PAGE, asks=3).status == 503


def test_status_asks_for_the_head_only(server: responses.RequestsMock) -> None:
    server.head(PAGE, status=200)

    assert Web().status(PAGE) == 200


@pytest.mark.parametrize("wrong", [400, 403, 404, 405, 500, 501])
def test_status_does_not_trust_a_bad_answer_to_head(
    wrong: int, server: responses.RequestsMock
) -> None:
    server.head(PAGE, status=wrong)
    server.get(PAGE, status=200)

    assert Web().status(PAGE) == 200


def test_status_asks_again_where_head_is_not_answered(
    server: responses.RequestsMock,
) -> None:
    server.head(PAGE, body=requests.ConnectionError())
    server.get(PAGE, status=410)

    assert Web().status(PAGE) == 410


def test_status_does_not_press_a_busy_server(server: responses.RequestsMock) -> None:
    server.head(PAGE, status=429)

    assert Web().status(PAGE) == 429


def test_a_target_is_asked_with_its_password(server: responses.RequestsMock) -> None:
    server.post(POSTS, status=201, json={"id": 7}, headers={"X-WP-Nonce": "a"})

    answer = portal().call(
        "POST", "/wp-json/wp/v2/posts", repeat=False, json={"title": "Tin vắn"}
    )

    request = server.calls[0].request
    assert answer == Answer(
        status=201,
        headers=answer.headers,
        body=b'{"id": 7}',
        url=POSTS,
        target="portal",
    )
    assert answer.json() == {"id": 7}
    assert answer.headers["x-wp-nonce"] == "a"
    assert request.body == b'{"title": "Tin v\\u1eafn"}'
    assert request.headers["Authorization"] == f"Basic {BASIC}"


def test_a_target_without_a_user_is_asked_without_a_password(
    server: responses.RequestsMock,
) -> None:
    server.get(POSTS)
    site = Site(target="portal", home=HOME, user="", password="")

    site.call("GET", POSTS, repeat=True)

    assert "Authorization" not in server.calls[0].request.headers


def test_an_address_that_the_target_named_is_asked(
    server: responses.RequestsMock,
) -> None:
    server.get("https://thuvien.example.vn:443/wp-json/", json={})

    answer = portal().call(
        "GET", "https://Thuvien.example.vn:443/wp-json/", repeat=True
    )

    assert answer.status == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://thuvien.example.vn/wp-json/",
        "http://thuvien.example.vn:443/wp-json/",
        "https://www.thuvien.example.vn/wp-json/",
        "https://thuvien.example.vn:8443/wp-json/",
        "https://thuvien.example.vn@evil.example/",
        "https://evil.example/?thuvien.example.vn",
        "https://[",
    ],
)
def test_the_password_goes_to_no_other_server(url: str) -> None:
    site = portal()

    with pytest.raises(NotOurAnswer) as error:
        site.call("GET", url, repeat=True)

    assert error.value.facts["target"] == "portal"
    assert isinstance(error.value.facts["problem"], Enum)


def test_a_redirected_write_is_not_followed(server: responses.RequestsMock) -> None:
    server.post(POSTS, status=301, headers={"Location": "https://www.example.vn/"})

    answer = portal().call("POST", POSTS, repeat=False)

    assert (answer.status, len(server.calls)) == (301, 1)


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 410, 413, 500, 501])
def test_a_clear_answer_is_the_adapters_to_judge(
    status: int, server: responses.RequestsMock
) -> None:
    server.get(POSTS, status=status, body="x")

    assert portal().call("GET", POSTS, repeat=True).status == status


@pytest.mark.parametrize("status", [500, 501, 502, 503, 504])
def test_a_server_error_says_nothing_about_a_write(
    status: int, server: responses.RequestsMock
) -> None:
    server.post(POSTS, status=status, body="Lỗi kết nối cơ sở dữ liệu")

    with pytest.raises(Unclear) as error:
        portal().call("POST", POSTS, repeat=False)

    assert error.value.facts == {
        "target": "portal",
        "problem": f"HTTP {status}",
        "status": status,
        "said": "Lỗi kết nối cơ sở dữ liệu",
    }
    assert len(server.calls) == 1


CERTIFICATE = requests.exceptions.SSLError(
    urllib3.exceptions.MaxRetryError(
        pool=None,  # type: ignore[arg-type]  # needed for its own message only
        url=POSTS,
        reason=urllib3.exceptions.SSLError(
            ssl.SSLCertVerificationError("self-signed certificate")
        ),
    )
)
REFUSED = requests.ConnectionError(
    urllib3.exceptions.MaxRetryError(
        pool=None,  # type: ignore[arg-type]  # needed for its own message only
        url=POSTS,
        reason=urllib3.exceptions.NewConnectionError(None, "refused"),  # type: ignore[arg-type]
    )
)
RESET = requests.ConnectionError(
    urllib3.exceptions.ProtocolError("Connection aborted.", ConnectionResetError())
)
CUT_IN_TLS = requests.exceptions.SSLError(
    urllib3.exceptions.SSLError(ssl.SSLEOFError("UNEXPECTED_EOF_WHILE_READING"))
)
NO_TLS = requests.exceptions.SSLError(
    urllib3.exceptions.SSLError(ssl.SSLError("WRONG_VERSION_NUMBER"))
)
HALF = requests.exceptions.ChunkedEncodingError()
SILENT = requests.ReadTimeout()


@pytest.mark.parametrize(
    ("failure", "outcome", "problem"),
    [
        (CERTIFICATE, NotSent, Trouble.CERTIFICATE),
        (REFUSED, NotSent, Trouble.NO_CONNECTION),
        (requests.ConnectTimeout(), NotSent, Trouble.NO_CONNECTION),
        (requests.exceptions.InvalidURL(), NotSent, Trouble.ADDRESS),
        (RESET, Unclear, Trouble.CUT),
        (CUT_IN_TLS, Unclear, Trouble.CUT),
        (NO_TLS, Unclear, Trouble.ENCRYPTION),
        (HALF, Unclear, Trouble.CUT),
        (SILENT, Unclear, Trouble.TIME),
        (requests.exceptions.ContentDecodingError(), Unclear, Trouble.GARBLED),
        (requests.RequestException(), Unclear, Trouble.CUT),
    ],
)
def test_not_sent_and_unclear_are_told_apart(
    failure: Exception,
    outcome: type[TargetError],
    problem: Trouble,
    server: responses.RequestsMock,
) -> None:
    server.post(POSTS, body=failure)

    with pytest.raises(outcome) as error:
        portal().call("POST", POSTS, repeat=False)

    assert error.value.facts == {"target": "portal", "problem": problem}
    assert len(server.calls) == 1


@pytest.mark.parametrize("failure", [REFUSED, RESET, HALF, SILENT])
def test_what_may_be_repeated_is_repeated(
    failure: Exception, server: responses.RequestsMock
) -> None:
    server.get(POSTS, body=failure)
    server.get(POSTS, status=502)
    server.get(POSTS, json=[])
    sleep = Asleep()

    answer = portal(sleep=sleep).call("GET", POSTS, repeat=True)

    assert answer.json() == []
    assert len(sleep.slept) == 2
    assert sleep.slept[0] <= 1
    assert sleep.slept[1] <= 2


@pytest.mark.parametrize("failure", [CERTIFICATE, NO_TLS])
def test_what_encryption_refused_is_never_repeated(
    failure: Exception, server: responses.RequestsMock
) -> None:
    server.get(POSTS, body=failure)

    with pytest.raises(TargetError):
        portal().call("GET", POSTS, repeat=True)

    assert len(server.calls) == 1


def test_after_the_last_attempt_the_last_error_is_raised(
    server: responses.RequestsMock,
) -> None:
    for _ in range(3):
        server.get(POSTS, body=REFUSED)
    server.get(POSTS, status=504, body="Gateway time-out")

    with pytest.raises(Unclear) as error:
        portal(attempts=4).call("GET", POSTS, repeat=True)

    assert error.value.facts["problem"] == "HTTP 504"


@pytest.mark.parametrize(("status", "after"), [(429, "7"), (503, "7")])
def test_a_busy_target_is_given_the_time_it_asks_for(
    status: int, after: str, server: responses.RequestsMock
) -> None:
    server.get(POSTS, status=status, headers={"Retry-After": after})
    server.get(POSTS, json=[])
    sleep = Asleep()

    portal(sleep=sleep).call("GET", POSTS, repeat=True)

    assert sleep.slept == [7]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"Retry-After": "600"}, 600), ({}, 10), ({"Retry-After": "soon"}, 10)],
)
def test_a_busy_target_did_nothing_with_a_write(
    headers: dict[str, str], seconds: int, server: responses.RequestsMock
) -> None:
    server.post(POSTS, status=429, headers=headers)

    with pytest.raises(Busy) as error:
        portal().call("POST", POSTS, repeat=False)

    assert error.value.facts == {"target": "portal", "retry_after_s": seconds}


def test_a_long_wait_is_somebody_elses(server: responses.RequestsMock) -> None:
    server.get(POSTS, status=503, headers={"Retry-After": "31"})
    sleep = Asleep()

    with pytest.raises(Busy) as error:
        portal(sleep=sleep).call("GET", POSTS, repeat=True)

    assert error.value.facts["retry_after_s"] == 31
    assert sleep.slept == []


def test_no_attempt_begins_after_the_deadline(server: responses.RequestsMock) -> None:
    server.get(POSTS, status=429, headers={"Retry-After": "20"})
    sleep = Asleep()

    with pytest.raises(Busy):
        portal(sleep=sleep, deadline_s=20).call("GET", POSTS, repeat=True)

    assert sleep.slept == []


def test_a_date_to_come_back_is_understood() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)

    seconds = retry_after_s({"retry-after": later})

    assert seconds is not None
    assert 17 <= seconds <= 20


@given(st.text())
def test_no_retry_after_breaks_anything(said: str) -> None:
    seconds = retry_after_s({"retry-after": said})

    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'<br />\n<b>Warning</b>: Undefined variable\n{"id": 7}',
        b'{"id": 7',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_an_answer_that_is_no_json_is_unclear(body: bytes) -> None:
    answer = Answer(status=201, headers={}, body=body, url=POSTS, target="portal")

    with pytest.raises(Unclear) as error:
        answer.json()

    assert error.value.facts == {"target": "portal", "problem": Trouble.NOT_JSON}


def test_a_byte_order_mark_before_json_does_no_harm() -> None:
    answer = Answer(status=200, headers={}, body=b'\xef\xbb\xbf{"id": 7}', url=POSTS)

    assert answer.json() == {"id": 7}


def everything_shown(error: BaseException) -> str:
    trace = traceback.TracebackException.from_exception(error, capture_locals=True)
    facts = getattr(error, "facts", {})
    return f"{error!s} {error!r} {facts!r} {''.join(trace.format())}"


@pytest.mark.parametrize("failure", [REFUSED, RESET, SILENT, CERTIFICATE, HALF])
def test_the_password_is_in_no_error_and_no_log(
    failure: Exception,
    server: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    server.post(POSTS, body=failure)

    with pytest.raises(TargetError) as error:
        portal().call("POST", POSTS, repeat=False, json={"title": "Thông báo"})

    shown_anywhere = everything_shown(error.value) + caplog.text + repr(portal())
    assert SECRET not in shown_anywhere
    assert BASIC not in shown_anywhere


def test_an_error_page_that_prints_the_request_does_not_show_the_password(
    server: responses.RequestsMock,
) -> None:
    server.post(POSTS, status=500, body=f"Authorization: Basic {BASIC} ({SECRET})")

    with pytest.raises(Unclear) as error:
        portal().call("POST", POSTS, repeat=False)

    assert error.value.facts["said"] == "Authorization: Basic … (…)"


def test_an_address_is_shown_without_its_password() -> None:
    assert shown("https://a:b@tin.example/x?y#z") == "https://tin.example/x?y#z"
    assert "b" not in shown("https://a:b@[::1/")
