"""What comes back, by XML-RPC and in its place."""

from pathlib import Path
from xmlrpc.client import Fault, dumps, loads

import pytest
import requests
import responses
from pydantic import SecretStr

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    NotSent,
    TargetError,
    TermMissing,
    Unclear,
)
from connector.domain.publication import Post
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import (
    DONE,
    HOME,
    NO_TERM,
    PASSWORD,
    WRONG_LOGIN,
    Answer,
    Endpoint,
    told,
)

JUNK = [
    pytest.param(b"<html>Dang nhap</html>", id="a page"),
    pytest.param(
        b"Notice: Undefined<?xml version='1.0'?><methodResponse/>", id="noise"
    ),
    pytest.param(b"<?xml version='1.0'?><methodResponse><params>", id="cut"),
    pytest.param(b"<?xml version='1.0'?><methodResponse></methodResponse>", id="empty"),
    pytest.param(
        b"<methodResponse><params><param><value><int>x</int></value></param></params>"
        b"</methodResponse>",
        id="no number",
    ),
    pytest.param(
        b"<!DOCTYPE r [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;&a;'>]>"
        b"<methodResponse><params><param><value><string>&b;</string></value></param>"
        b"</params></methodResponse>",
        id="a bomb",
    ),
]


@pytest.mark.parametrize("junk", JUNK)
def test_what_is_no_answer_of_xmlrpc_is_told_and_never_taken_for_one(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post, junk: bytes
) -> None:
    endpoint.will("wp.getPosts", junk)
    endpoint.will("wp.newPost", junk)

    with pytest.raises(NotOurAnswer):
        target.find(post)
    with pytest.raises(Unclear):
        target.put_draft(post)

    assert len(endpoint.asked("wp.newPost")) == 1


def test_an_empty_answer_is_maintenance_to_a_question_and_unclear_to_a_change(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", b"")
    endpoint.will("wp.newPost", b" \n")

    with pytest.raises(Busy):
        target.find(post)
    with pytest.raises(Unclear):
        target.put_draft(post)


@pytest.mark.parametrize("before", [b"\xef\xbb\xbf", b"\n \r\n"])
def test_a_file_that_begins_with_a_blank_line_or_a_bom_does_no_harm(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post, before: bytes
) -> None:
    answer = dumps((told(post),), methodresponse=True).encode()
    endpoint.will("wp.getPost", before + answer)

    assert target.read("7").id == "7"


def test_a_control_character_in_somebodys_post_hides_no_other(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    listed = [told(post, post_title="Sách\x01 mới"), told(post, post_id="8")]
    endpoint.will("wp.getPosts", dumps((listed,), methodresponse=True).encode())
    endpoint.will("wp.getPost", told(post, post_id="8"))
    endpoint.will("wp.editPost", DONE)

    found = target.find(post)

    assert found is not None
    assert found.title == "Sách mới"


@pytest.mark.parametrize(
    ("status", "reading", "creating"),
    [
        (301, NotOurAnswer, NotOurAnswer),
        (401, NotOurAnswer, NotOurAnswer),
        (403, NotOurAnswer, NotOurAnswer),
        (404, NotOurAnswer, NotOurAnswer),
        (405, NotOurAnswer, NotOurAnswer),
        (413, ContentRefused, ContentRefused),
        (429, Busy, Busy),
        (500, Unclear, Unclear),
        (502, Unclear, Unclear),
    ],
)
def test_other_statuses_are_told_apart(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    status: int,
    reading: type[TargetError],
    creating: type[TargetError],
) -> None:
    endpoint.will("wp.getPosts", status)
    endpoint.will("wp.newPost", status)

    endpoint.will("wp.getTerm", {"term_id": "3"})

    with pytest.raises(reading):
        target.find(post)
    endpoint.will("wp.getPosts", [])
    with pytest.raises(creating):
        target.put_draft(post)


@pytest.mark.parametrize("answer", [405, Fault(405, ""), Fault(-32601, "")])
def test_xmlrpc_that_is_switched_off_is_named(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, answer: Answer
) -> None:
    endpoint.will("wp.getProfile", answer)

    with pytest.raises(NotOurAnswer, match="switched off"):
        target.probe()


@pytest.mark.parametrize(
    ("fault", "reading", "creating"),
    [
        (Fault(401, "Không được phép"), Denied, Denied),
        (Fault(405, "XML-RPC đã tắt"), NotOurAnswer, NotOurAnswer),
        (Fault(-32601, "không có phương thức"), NotOurAnswer, NotOurAnswer),
        (Fault(-32700, "parse error"), Unclear, ContentRefused),
        (Fault(404, "Không có ảnh này"), Unclear, ContentRefused),
        (Fault(500, "Không thể chèn bài viết"), Unclear, ContentRefused),
        (Fault(500, "<p>Đã có lỗi nghiêm trọng</p>"), Unclear, Unclear),
        (Fault(-32500, "application error"), Unclear, Unclear),
    ],
)
def test_faults_are_told_apart(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    fault: Fault,
    reading: type[TargetError],
    creating: type[TargetError],
) -> None:
    endpoint.will("wp.getPosts", fault)
    endpoint.will("wp.newPost", fault)
    endpoint.will("wp.getTerm", {"term_id": "3"})

    with pytest.raises(reading):
        target.find(post)
    endpoint.will("wp.getPosts", [])
    with pytest.raises(creating):
        target.put_draft(post)


def test_fault_403_is_a_wrong_password_or_a_term_that_is_gone(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.newPost", NO_TERM)
    endpoint.will("wp.getTerm", Fault(404, "ID chuyên mục không hợp lệ."))
    endpoint.will("wp.getProfile", {"username": "editor"})

    with pytest.raises(TermMissing):
        target.put_draft(post)
    endpoint.will("wp.getProfile", WRONG_LOGIN)
    endpoint.will("wp.getPosts", WRONG_LOGIN)
    with pytest.raises(CredentialsRefused):
        target.put_draft(post)
    with pytest.raises(CredentialsRefused):
        target.find(post)


def test_fault_403_to_a_question_is_a_wrong_kind_of_post(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", Fault(403, "Loại bài viết không hợp lệ."))
    endpoint.will("wp.getProfile", {"username": "editor"})

    with pytest.raises(NotOurAnswer, match="no such kind"):
        target.find(post)


def test_what_was_refused_but_stands_there_is_unclear(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.newPost", Fault(500, "Tiện ích mở rộng đã dừng lại"))
    endpoint.will("wp.getTerm", {"term_id": "3"})
    endpoint.will("wp.getPosts", [told(post)])

    with pytest.raises(Unclear):
        target.put_draft(post)


@pytest.mark.parametrize(
    "after", [requests.ConnectTimeout(), Fault(404, ""), Fault(401, ""), 403]
)
def test_a_draft_that_was_made_but_cannot_be_read_is_unclear(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post, after: Answer
) -> None:
    endpoint.will("wp.newPost", "7")
    endpoint.will("wp.getPost", after)

    with pytest.raises(Unclear):
        target.put_draft(post)


def test_what_was_never_sent_is_told_so(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.newPost", requests.ConnectTimeout())

    with pytest.raises(NotSent):
        target.put_draft(post)


@pytest.mark.parametrize(
    "answer",
    [
        Fault(500, f"Lỗi: {PASSWORD}"),
        WRONG_LOGIN,
        500,
        requests.ConnectionError(PASSWORD),
        PASSWORD.encode(),
    ],
)
def test_the_password_is_in_no_error_and_in_no_repr(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post, answer: Answer
) -> None:
    endpoint.will("wp.newPost", answer)
    endpoint.will("wp.getProfile", answer)
    endpoint.will("wp.getTerm", answer)

    with pytest.raises(TargetError) as error:
        target.put_draft(post)

    shown = f"{error.value!r} {error.value.facts} {error.value.__cause__!r}"
    parts = [vars(target), vars(vars(target)["_api"])]
    assert "bi mat" not in f"{shown} {target!r} {parts!r}"


def test_the_login_stands_in_the_body_only(post: Post) -> None:
    options = kind.Options(url=HOME, user="editor", password=SecretStr(PASSWORD))
    target = kind.connect("portal", options=options, folder=Path())
    with responses.RequestsMock() as mock:
        answer = dumps((told(post),), methodresponse=True)
        mock.add("POST", f"{HOME}/xmlrpc.php", body=answer)

        target.read("7")
        request = mock.calls[0].request

    assert "authorization" not in {name.lower() for name in request.headers}
    assert loads(request.body or b"")[0][1:3] == ("editor", PASSWORD)
