"""Files by XML-RPC."""

import pytest
import requests

from connector.domain.errors import (
    NotOurAnswer,
    Unclear,
)
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import DONE, FILE, HOME, NAMED, Answer, Endpoint


def listed(title: str, description: str = "") -> dict[str, str]:
    return {"post_id": "12", "post_title": title, "post_content": description}


def test_a_file_is_uploaded_once_and_then_given_its_title(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    url = f"{HOME}/wp-content/uploads/{NAMED}.png"
    endpoint.will("wp.getPosts", [])
    endpoint.will(
        "wp.uploadFile",
        {"attachment_id": "12", "title": f"{NAMED}.png", "link": url},
    )
    endpoint.will("wp.editPost", DONE)
    endpoint.will("wp.getMediaItem", {"link": url})

    media = target.put_media(FILE, b"png")

    ((sent,),) = endpoint.asked("wp.uploadFile")
    assert (sent["name"], sent["bits"].data) == (f"{NAMED}.png", b"png")
    assert (media.id, media.url) == ("12", url)
    assert endpoint.asked("wp.editPost") == [
        ("12", {"post_title": "Lịch nghỉ Tết", "post_content": f"<!-- {NAMED} -->"})
    ]


def test_a_file_that_is_there_is_not_sent_again(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    endpoint.will("wp.getPosts", [listed("Tên khác", f"<!-- {NAMED} -->")])
    endpoint.will("wp.getMediaItem", {"link": f"{HOME}/{NAMED}.png"})

    target.put_media(FILE, b"png")

    assert {method for method, _ in endpoint.calls} == {
        "wp.getPosts",
        "wp.getMediaItem",
    }


@pytest.mark.parametrize("lost", [requests.ReadTimeout(), b"", True])
def test_a_lost_answer_to_an_upload_is_looked_for(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, lost: Answer
) -> None:
    endpoint.will("wp.getPosts", [], [listed(f"{NAMED}.png")])
    endpoint.will("wp.uploadFile", lost)
    endpoint.will("wp.editPost", DONE)
    endpoint.will("wp.getMediaItem", {"link": f"{HOME}/{NAMED}.png"})

    assert target.put_media(FILE, b"png").id == "12"
    assert len(endpoint.asked("wp.uploadFile")) == 1


def test_an_upload_that_left_no_trace_is_unclear(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    endpoint.will("wp.getPosts", [])
    endpoint.will("wp.uploadFile", requests.ReadTimeout())

    with pytest.raises(Unclear):
        target.put_media(FILE, b"png")


@pytest.mark.parametrize(
    ("method", "payload"), [("wp.getPosts", "x"), ("wp.getMediaItem", {"link": ""})]
)
def test_an_answer_about_files_of_another_shape_is_not_ours(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, method: str, payload: Answer
) -> None:
    endpoint.will("wp.getPosts", [listed("Tên", f"<!-- {NAMED} -->")])
    endpoint.will("wp.getMediaItem", {"link": f"{HOME}/{NAMED}.png"})
    endpoint.will(method, payload)

    with pytest.raises(NotOurAnswer):
        target.put_media(FILE, b"png")
