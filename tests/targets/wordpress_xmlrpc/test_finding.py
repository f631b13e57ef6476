"""Which posts are ours."""

from typing import Any

import pytest

from connector.domain.errors import (
    NotOurAnswer,
    SeveralPosts,
)
from connector.domain.publication import Post, PostState
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import DONE, HOME, POST, Answer, Endpoint, live, other, told


def test_a_post_is_searched_by_its_mark_in_every_state(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [])

    assert target.find(post, deep=False) is None

    ((asked, _),) = endpoint.asked("wp.getPosts")
    assert asked["s"] == f"lib:{post.key}"
    assert asked["post_status"] == "any,trash"


@pytest.mark.parametrize(
    "kept",
    [
        {"custom_fields": []},
        {"post_name": "khac"},
        {"post_name": f"{POST.slug}__trashed", "custom_fields": []},
    ],
)
def test_a_post_without_its_mark_is_among_those_changed_last(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    kept: dict[str, Any],
) -> None:
    others = [other(post, str(n)) for n in range(100, 200)]
    edited = told(post, post_content="<p>Đã sửa.</p>", **kept)
    endpoint.will("wp.getPosts", [], others, [edited], [])

    found = target.find(post)

    assert found is not None
    assert found.id == "7"
    pages = [asked for asked, _ in endpoint.asked("wp.getPosts")[1:]]
    assert [page["offset"] for page in pages] == [0, 100, 200]
    assert {page["orderby"] for page in pages} == {"modified"}


def test_a_post_that_moves_on_to_the_next_page_is_not_taken_for_a_second_one(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    edited = told(post, post_content="<p>Đã sửa.</p>")
    endpoint.will("wp.getPosts", [], [edited], [edited], [])

    found = target.find(post)

    assert found is not None
    assert endpoint.asked("wp.editPost") == []


def test_the_look_among_those_changed_last_has_an_end(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    pages = [[other(post, str(n))] for n in range(100, 200)]
    endpoint.will("wp.getPosts", [], *pages)

    assert target.find(post) is None

    assert len(endpoint.asked("wp.getPosts")) == 21


def test_a_site_that_tells_the_same_page_for_ever_is_not_asked_for_ever(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [told(post)])

    assert [key for key, _ in target.ours()] == [post.key]


def test_a_site_that_ignores_the_search_is_read_by_pages(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    anything = [other(post, "100")]
    endpoint.will("wp.getPosts", anything, [told(post)])

    found = target.find(post, deep=False)

    assert found is not None


def test_the_oldest_draft_is_kept_and_the_others_go_to_the_trash(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [told(post, post_id="10"), told(post, post_id="9")])
    endpoint.will("wp.getPost", told(post, post_id="10"))
    endpoint.will("wp.editPost", DONE)

    found = target.find(post)

    assert found is not None
    assert found.id == "9"
    ((number, changes),) = endpoint.asked("wp.editPost")
    assert (number, changes["post_status"]) == ("10", "trash")
    assert "if_not_modified_since" in changes


def test_two_public_posts_are_left_to_the_webmaster(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [live(post, post_id="9"), live(post, post_id="10")])

    with pytest.raises(SeveralPosts):
        target.find(post)


def test_all_that_carries_a_mark_is_told_page_by_page(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [live(post), other(post, "8")], [])

    assert [(key, stored.id) for key, stored in target.ours()] == [(post.key, "7")]


@pytest.mark.parametrize(
    ("link", "listed", "state"),
    [
        (f"{HOME}/tin-tuc/nghi-tet/", [], PostState.LIVE),
        (f"{HOME}/?p=7", ["7"], PostState.SCHEDULED),
        (f"{HOME}/?p=7", ["8"], PostState.LIVE),
    ],
)
def test_a_post_that_waits_for_its_time_is_not_taken_for_a_public_one(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    link: str,
    listed: list[str],
    state: PostState,
) -> None:
    endpoint.will("wp.getPost", live(post, link=link))
    endpoint.will("wp.getPosts", [live(post, post_id=n) for n in listed], [])

    assert target.read("7").state is state


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"post_status": "draft"}, PostState.DRAFT),
        ({"post_status": "pending"}, PostState.HIDDEN),
        ({"post_status": "private"}, PostState.HIDDEN),
        ({"post_status": "trash"}, PostState.TRASHED),
        ({"post_password": "x"}, PostState.HIDDEN),
    ],
)
def test_states_are_told_as_they_are(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    fields: dict[str, str],
    state: PostState,
) -> None:
    endpoint.will("wp.getPost", live(post, **fields))

    assert target.read("7").state is state


@pytest.mark.parametrize(
    "payload",
    [[], True, "7", {}, told(POST, post_id="8"), told(POST, terms="x"), b"nil"],
)
def test_another_shape_or_another_post_is_not_our_answer(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, payload: Answer
) -> None:
    endpoint.will("wp.getPost", payload)

    with pytest.raises(NotOurAnswer):
        target.read("7")
