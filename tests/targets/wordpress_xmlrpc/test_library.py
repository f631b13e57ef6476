"""What python-wordpress-xmlrpc does wrong by itself, and what is made of it."""

from dataclasses import replace
from datetime import UTC, datetime
from xmlrpc.client import DateTime

import pytest
import requests
import wordpress_xmlrpc
from wordpress_xmlrpc.methods.posts import GetPosts

from connector.domain.errors import (
    TermMissing,
    Unclear,
)
from connector.domain.publication import Post, PostState
from connector.targets import wordpress_xmlrpc as kind
from tests.fakes.xmlrpc import DONE, NEWS, POST, VIETNAM, Endpoint, live, told


def test_nothing_is_asked_before_there_is_something_to_ask(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    assert target.name == "portal"

    assert endpoint.calls == []


def test_a_list_of_posts_is_read(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPosts", [told(post)])

    found = target.find(post)

    assert found is not None
    assert found.id == "7"
    with pytest.raises(AttributeError, match="Iterable"):  # the library by itself
        GetPosts().process_result([told(post)])


def test_a_change_of_the_text_leaves_title_featured_image_and_date_alone(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    before = told(post, post_thumbnail={"attachment_id": "12"})
    new = target.prepared(replace(POST, body="<p>Mới.</p>", featured="12"))
    endpoint.will("wp.getPost", before)
    endpoint.will("wp.editPost", DONE)

    target.update("7", new, expect=target.read("7").version)

    ((_, sent),) = endpoint.asked("wp.editPost")
    assert set(sent) == {"post_content", "custom_fields", "if_not_modified_since"}
    by_itself = wordpress_xmlrpc.WordPressPost()
    assert by_itself.struct["post_title"] == "Untitled"


@pytest.mark.parametrize(
    ("held", "wanted", "sent"),
    [("12", "", ""), ("", "12", 12), ("12", "13", 13)],
)
def test_a_featured_image_is_sent_as_a_number_or_taken_away(
    endpoint: Endpoint,
    target: kind.WordPressXmlRpc,
    post: Post,
    held: str,
    wanted: str,
    sent: object,
) -> None:
    thumbnail = {"attachment_id": held} if held else []
    endpoint.will("wp.getPost", told(post, post_thumbnail=thumbnail))
    endpoint.will("wp.editPost", DONE)

    target.update("7", replace(post, featured=wanted), expect=target.read("7").version)

    ((_, changes),) = endpoint.asked("wp.editPost")
    assert changes["post_thumbnail"] == sent


def test_terms_can_be_cleared(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPost", told(post))
    endpoint.will("wp.editPost", DONE)

    target.update("7", replace(post, terms=()), expect=target.read("7").version)

    ((_, changes),) = endpoint.asked("wp.editPost")
    assert changes["terms"] == {"category": []}


def test_a_time_of_vietnam_is_sent_as_the_same_moment_in_gmt(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.getPost", told(post), live(post))
    endpoint.will("wp.editPost", DONE)

    target.go_live("7", at=datetime(2026, 3, 16, 8, 0, tzinfo=VIETNAM))

    ((_, changes),) = endpoint.asked("wp.editPost")
    assert changes == {
        "post_status": "publish",
        "post_date_gmt": DateTime("20260316T01:00:00"),
        "if_not_modified_since": DateTime("20260316T01:30:00"),
    }


def test_times_are_read_as_gmt_and_a_draft_has_none(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will(
        "wp.getPost",
        live(post),
        told(post),
        live(post, post_date_gmt=DateTime("00000000T00:00:00Z")),
    )

    dates = [target.read("7").date for _ in range(3)]

    assert dates == [datetime(2026, 3, 16, 1, 30, tzinfo=UTC), None, None]


def test_a_new_post_is_sent_with_ids_of_terms_and_never_with_names(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.newPost", "7")
    endpoint.will("wp.getPost", told(post))

    stored = target.put_draft(post)

    assert (stored.id, stored.state) == ("7", PostState.DRAFT)
    assert target.losses(post, stored) == ()
    assert endpoint.asked("wp.newPost") == [
        (
            {
                "post_type": "post",
                "post_status": "draft",
                "post_name": post.slug,
                "post_title": "Nghỉ Tết &amp; mở lại",
                "post_content": post.body,
                "post_excerpt": "Lịch &#91;nghỉ] Tết",
                "terms": {"category": [3]},
                "custom_fields": [{"key": "lib_key", "value": post.key}],
            },
        )
    ]


def test_an_unknown_slug_is_missing_and_nothing_is_made(
    endpoint: Endpoint, target: kind.WordPressXmlRpc
) -> None:
    endpoint.will("wp.getTerms", [{"term_id": "3", "slug": "tin-tuc-noi-bo"}])

    with pytest.raises(TermMissing):
        target.resolve_terms({NEWS: "tin-tuc"})

    assert [method for method, _ in endpoint.calls] == ["wp.getTerms"]


def test_a_request_whose_answer_is_lost_is_sent_once_if_it_creates(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    endpoint.will("wp.newPost", requests.ConnectionError("Remote end closed"), "7")

    with pytest.raises(Unclear):
        target.put_draft(post)

    assert len(endpoint.asked("wp.newPost")) == 1


def test_a_request_that_may_arrive_twice_is_sent_again(
    endpoint: Endpoint, target: kind.WordPressXmlRpc, post: Post
) -> None:
    lost = requests.ConnectionError("Remote end closed")
    endpoint.will("wp.getPost", lost, told(post))

    assert target.read("7").id == "7"
