"""Changes, and what came between."""

from collections.abc import Callable
from dataclasses import replace
from xmlrpc.client import DateTime, Fault

import pytest
import requests

from connector.domain.errors import (
    PostChanged,
    PostMissing,
    TargetError,
)
from connector.domain.publication import Post, PostState
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import DONE, HOME, POST, Answer, Endpoint, live, told


def test_a_post_of_another_version_is_not_overwritten(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPost", told(post))

    with pytest.raises(PostChanged):
        target.update("7", post, expect="another")

    assert endpoint.asked("wp.editPost") == []


def test_a_change_that_came_between_is_not_overwritten(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPost", told(post))
    endpoint.will("wp.editPost", Fault(409, "Có một bản mới hơn."))

    with pytest.raises(PostChanged):
        target.update("7", replace(post, title="Mới"), expect=target.read("7").version)

    ((_, changes),) = endpoint.asked("wp.editPost")
    assert changes["if_not_modified_since"] == DateTime("20260316T01:30:00")


def test_our_own_change_whose_answer_was_lost_is_no_conflict(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    new = replace(post, title="Mới")
    endpoint.will("wp.getPost", told(post))
    endpoint.will("wp.editPost", DONE)
    expect = target.read("7").version
    target.update("7", new, expect=expect)
    ((_, sent),) = endpoint.asked("wp.editPost")
    (stamp,) = sent["custom_fields"]
    endpoint.will(
        "wp.getPost", told(post), told(new, custom_fields=[{"id": "2", **stamp}])
    )
    endpoint.will("wp.editPost", requests.ReadTimeout(), Fault(409, ""))

    updated = target.update("7", new, expect=expect)

    assert updated.title == "Mới"


def test_the_stamp_of_a_change_takes_the_place_of_the_one_before(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    fields = [{"id": "5", "key": "lib_sent", "value": "old"}]
    endpoint.will("wp.getPost", told(post, custom_fields=fields))
    endpoint.will("wp.editPost", DONE)
    expect = target.read("7").version

    target.update("7", replace(post, title="Mới"), expect=expect)

    ((_, changes),) = endpoint.asked("wp.editPost")
    assert expect.startswith("old/")
    (stamp,) = changes["custom_fields"]
    assert (stamp["id"], stamp["key"]) == ("5", "lib_sent")
    assert stamp["value"] != "old"


def test_a_post_that_says_it_already_is_left_alone(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPost", told(post))
    expect = target.read("7").version

    assert target.update("7", post, expect=expect).version == expect
    assert endpoint.asked("wp.editPost") == []


@pytest.mark.parametrize(
    ("after", "error"),
    [
        (live(POST), None),
        (told(POST, post_status="trash"), PostMissing),
        (told(POST), PostChanged),
    ],
)
def test_what_changed_just_before_going_live_is_looked_at_again(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    after: Answer,
    error: type[TargetError] | None,
) -> None:
    endpoint.will("wp.getPost", told(POST), after)
    endpoint.will("wp.editPost", Fault(409, ""))

    if error is None:
        assert target.go_live("7").state is PostState.LIVE
    else:
        with pytest.raises(error):
            target.go_live("7")

    assert len(endpoint.asked("wp.editPost")) == 1


def test_a_post_that_was_scheduled_is_made_public_by_the_sites_own_clock(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    waits = live(post, link=f"{HOME}/?p=7")
    endpoint.will("wp.getPost", waits, waits, live(post))
    endpoint.will("wp.getPosts", [waits], [], [waits], [])
    endpoint.will("wp.editPost", DONE)

    assert target.go_live("7").state is PostState.LIVE

    _, (_, changes) = endpoint.asked("wp.editPost")
    assert changes["post_date_gmt"] == DateTime("20260316T01:30:00")


Ask = Callable[[kind.WordPressXmlRpc], object]


@pytest.mark.parametrize(
    "ask",
    [
        lambda target: target.read("7"),
        lambda target: target.go_live("7"),
        lambda target: target.update("7", POST, expect="1"),
    ],
    ids=["read", "go_live", "update"],
)
def test_a_post_that_is_gone_is_missing(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, ask: Ask
) -> None:
    endpoint.will("wp.getPost", Fault(404, ""))

    with pytest.raises(PostMissing):
        ask(target)


@pytest.mark.parametrize("answer", [Fault(404, ""), told(POST, post_status="trash")])
def test_what_is_gone_or_in_the_trash_is_not_trashed_again(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, answer: Answer
) -> None:
    endpoint.will("wp.getPost", answer)

    target.trash("7")

    assert [method for method, _ in endpoint.calls] == ["wp.getPost"]


def test_a_public_post_is_not_trashed(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    endpoint.will("wp.getPost", live(POST))

    with pytest.raises(PostChanged):
        target.trash("7")

    assert endpoint.asked("wp.editPost") == []


@pytest.mark.parametrize(
    ("after", "error"),
    [(told(POST, post_status="trash"), None), (live(POST), PostChanged)],
)
def test_a_draft_that_was_changed_meanwhile_is_trashed_only_if_it_is_there_already(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    after: Answer,
    error: type[TargetError] | None,
) -> None:
    endpoint.will("wp.getPost", told(POST), after)
    endpoint.will("wp.editPost", Fault(409, ""))

    if error is None:
        target.trash("7")
    else:
        with pytest.raises(error):
            target.trash("7")
