"""Many posts with one request: each answer inside is judged as it would be alone."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    Denied,
    NotOurAnswer,
    NotSent,
    PostMissing,
    SeveralPosts,
    TargetError,
    Unclear,
)
from connector.domain.publication import Post, PostState, StoredPost
from connector.targets import wordpress
from connector.targets.wordpress import posts
from connector.targets.wordpress.bulk import Batches
from tests.fakes.wordpress import FakeWordPress
from tests.targets.wordpress_posts import (
    JSON,
    POST,
    POSTS,
    SOMEBODY_ELSES,
    sent,
    target_of,
)

BATCH = "/batch/v1"


def some_posts(count: int) -> list[Post]:
    keys = [f"{number:012x}" for number in range(count)]
    return [
        posts.prepared(replace(POST, key=key, slug=f"nghi-tet-{key}")) for key in keys
    ]


def bulk_of(target: wordpress.WordPress) -> Batches:
    assert target.bulk is not None
    return target.bulk


def drafts_of(target: wordpress.WordPress, wanted: Sequence[Post]) -> list[StoredPost]:
    outcomes = bulk_of(target).put_draft(wanted)
    drafts = [one for one in outcomes if isinstance(one, StoredPost)]
    assert len(drafts) == len(wanted)
    return drafts


def kinds(outcomes: Sequence[object]) -> list[type]:
    return [type(outcome) for outcome in outcomes]


def inner(body: object, status: int = 201) -> dict[str, Any]:
    return {"status": status, "headers": [], "body": body}


# To create.


def test_fifty_drafts_are_made_with_two_requests(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(50)

    drafts = drafts_of(target, wanted)

    assert sent(fake, "POST") == [BATCH] * 2
    assert [draft.slug for draft in drafts] == [post.slug for post in wanted]
    assert [target.find(post) for post in wanted] == drafts
    assert {draft.state for draft in drafts} == {PostState.DRAFT}


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "rest_cannot_create", CredentialsRefused),
        (403, "rest_cannot_create", Denied),
        (400, "rest_invalid_param", ContentRefused),
        (500, "db_insert_error", ContentRefused),
        (500, "internal_server_error", Unclear),
        (429, "too_many_requests", Busy),
        (404, "rest_no_route", NotOurAnswer),
    ],
)
def test_each_answer_is_judged_by_itself(
    status: int,
    code: str,
    expected: type[TargetError],
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    said = json.dumps({"code": code, "message": "Xin lỗi"})
    fake.reply("POST", POSTS, status, said, Content_Type=JSON)

    outcomes = bulk_of(target).put_draft(some_posts(3))

    assert kinds(outcomes) == [expected, StoredPost, StoredPost]
    assert len(fake.posts) == 2


def test_a_character_that_the_database_does_not_take_is_named_in_a_batch_too(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.utf8mb3 = True
    first, second = some_posts(2)

    refused, made = bulk_of(target).put_draft([replace(first, title="📚"), second])

    assert "“📚” (U+1F4DA) in: title" in str(refused)
    assert isinstance(made, StoredPost)


def test_a_failure_in_the_middle_is_unclear_for_all(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(3)
    fake.lose_answer_of("POST", POSTS)

    outcomes = bulk_of(target).put_draft(wanted)

    assert kinds(outcomes) == [Unclear] * 3
    found = [target.find(post) for post in wanted]
    assert kinds(found) == [StoredPost, type(None), type(None)]
    assert sent(fake, "POST") == [BATCH]


def test_a_lost_answer_is_unclear_for_all_and_nothing_is_sent_again(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(3)
    fake.lose_answer_of("POST", BATCH)

    outcomes = bulk_of(target).put_draft(wanted)

    assert kinds(outcomes) == [Unclear] * 3
    assert kinds(bulk_of(target).find(wanted)) == [StoredPost] * 3
    assert sent(fake, "POST") == [BATCH]


@pytest.mark.parametrize(
    "said",
    [
        "<b>Warning</b>",
        "[]",
        json.dumps({"responses": None}),
        json.dumps({"responses": [inner(None)]}),
        json.dumps({"responses": [None]}),
        json.dumps({"responses": []}),
        json.dumps({"responses": [inner([]), inner([]), inner([])]}),
        "",
    ],
)
@pytest.mark.parametrize("kind", [JSON, "text/html"])
def test_an_answer_that_does_not_tell_of_a_post_is_unclear(
    said: str, kind: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("POST", BATCH, 207, said, Content_Type=kind)

    outcomes = bulk_of(target).put_draft(some_posts(2))

    assert kinds(outcomes) == [Unclear] * 2


def test_another_post_in_a_batch_is_not_ours(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    said = json.dumps({"responses": [inner(SOMEBODY_ELSES), inner([1])]})
    fake.reply("POST", BATCH, 207, said, Content_Type=JSON)

    outcomes = bulk_of(target).put_draft(some_posts(2))

    assert kinds(outcomes) == [NotOurAnswer] * 2


@pytest.mark.parametrize(
    ("status", "headers", "expected"),
    [
        (429, {"Retry_After": "120"}, Busy),
        (503, {"Retry_After": "120"}, Busy),
        (500, {}, Unclear),
        (501, {}, Unclear),
        (502, {}, Unclear),
    ],
)
def test_what_befell_the_whole_request_stands_in_the_place_of_each(
    status: int,
    headers: dict[str, str],
    expected: type[TargetError],
    fake: FakeWordPress,
    target: wordpress.WordPress,
) -> None:
    fake.reply("POST", BATCH, status, "<p>Xin chào</p>", **headers)

    outcomes = bulk_of(target).put_draft(some_posts(2))

    assert kinds(outcomes) == [expected] * 2
    assert fake.posts == {}


@pytest.mark.parametrize("method", ["put_draft", "go_live"])
@pytest.mark.parametrize("body", ["{}", "<p>Lỗi</p>"])
def test_after_a_failure_posts_are_sent_alone_for_a_while(
    method: str, body: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    now = 1000.0
    bulk = bulk_of(target)
    bulk.clock = lambda: now
    wanted = some_posts(2)
    ids = [draft.id for draft in drafts_of(target, wanted)]
    fake.reply("POST", BATCH, 500, body, Content_Type=JSON)

    outcomes = (
        bulk.put_draft(wanted)
        if method == "put_draft"
        else bulk.go_live([(number, None) for number in ids])
    )
    at_once = target.bulk
    now += 600
    later = target.bulk

    assert kinds(outcomes) == [Unclear] * 2
    assert (at_once, later) == (None, bulk)


@pytest.mark.parametrize("body", ["<p>Xin chào</p>", json.dumps([SOMEBODY_ELSES])])
@pytest.mark.parametrize("kind", [JSON, "text/html"])
def test_a_cache_that_answers_a_batch_is_unclear_and_asked_no_more(
    body: str, kind: str, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("POST", BATCH, 200, body, Content_Type=kind)

    outcomes = bulk_of(target).put_draft(some_posts(2))

    assert kinds(outcomes) == [Unclear] * 2
    assert target.bulk is None


@pytest.mark.parametrize("status", [301, 302, 400, 401, 403, 404, 405, 406])
def test_a_site_that_takes_no_batches_is_asked_once(
    status: int, fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.reply("POST", BATCH, status, "<p>Chặn</p>")
    assert target.capabilities.parallel == 1

    outcomes = bulk_of(target).put_draft(some_posts(2))

    assert kinds(outcomes) == [NotSent] * 2
    assert target.bulk is None
    assert target.capabilities.parallel == 4
    assert fake.posts == {}


def test_a_wordpress_that_is_too_old_for_batches_takes_the_posts_one_by_one(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.batches = False
    (post,) = some_posts(1)

    outcomes = bulk_of(target).put_draft([post])

    assert kinds(outcomes) == [NotSent]
    assert target.bulk is None
    assert target.put_draft(post).state is PostState.DRAFT


def test_a_batch_that_is_too_large_is_halved_until_one_post_is_too_large(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    for _ in range(3):
        fake.reply("POST", BATCH, 413)

    outcomes = bulk_of(target).put_draft(some_posts(4))

    assert kinds(outcomes) == [ContentRefused, StoredPost, StoredPost, StoredPost]
    assert target.bulk is not None


def test_a_wrong_password_is_named_for_each(fake: FakeWordPress) -> None:
    target = target_of(fake, password="sai")
    (post,) = some_posts(1)

    assert kinds(bulk_of(target).put_draft([post])) == [CredentialsRefused]
    assert kinds(bulk_of(target).find([post])) == [CredentialsRefused]
    assert kinds(bulk_of(target).go_live([("10", None)])) == [CredentialsRefused]


# To find.


def test_fifty_posts_are_found_with_few_requests_in_any_state(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(50)
    drafts = drafts_of(target, wanted)
    fake.trash(drafts[0].id)
    fake.edit(drafts[1].id, status="private")
    live = target.go_live(drafts[2].id)
    fake.seen.clear()

    found = bulk_of(target).find(wanted)

    states = [one.state for one in found if isinstance(one, StoredPost)]
    assert states[:3] == [PostState.TRASHED, PostState.HIDDEN, PostState.LIVE]
    assert found[2:] == [live, *drafts[3:]]
    assert len(fake.seen) == 1


def test_no_address_is_too_long_for_a_server(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = [
        replace(post, slug=f"{'thu-vien-' * 6}{post.key}") for post in some_posts(50)
    ]
    drafts = drafts_of(target, wanted)
    fake.seen.clear()

    found = bulk_of(target).find(wanted)

    assert found == drafts
    assert len(fake.seen) == 3
    assert max(map(len, fake.addresses)) < 6_000


def test_only_posts_that_are_not_found_are_searched_for_and_only_if_wanted(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(3)
    drafts = drafts_of(target, wanted[:2])
    fake.posts[int(drafts[1].id)]["slug"] = "khac"
    fake.seen.clear()

    shallow = bulk_of(target).find(wanted, deep=False)
    requests = len(fake.seen)
    deep = bulk_of(target).find(wanted)

    assert (shallow, requests) == ([drafts[0], None, None], 1)
    assert deep == [drafts[0], replace(drafts[1], slug="khac"), None]
    assert len(fake.seen) == requests + 3


def test_drafts_beside_a_post_go_to_the_trash(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    wanted = some_posts(2)
    first, other = drafts_of(target, wanted)
    strays = [target.put_draft(wanted[0]) for _ in range(2)]

    found = bulk_of(target).find(wanted)

    assert found == [first, other]
    assert {fake.posts[int(stray.id)]["status"] for stray in strays} == {"trash"}


def test_two_public_posts_are_an_error_for_that_post_only(
    target: wordpress.WordPress,
) -> None:
    wanted = some_posts(2)
    for _ in range(2):
        target.go_live(target.put_draft(wanted[0]).id)
    other = target.put_draft(wanted[1])

    found = bulk_of(target).find(wanted)

    assert kinds(found) == [SeveralPosts, StoredPost]
    assert found[1] == other


def test_a_site_that_ignores_the_question_proves_no_absence(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    body = json.dumps([SOMEBODY_ELSES])
    fake.reply("GET", POSTS, 200, body, Content_Type=JSON)

    outcomes = bulk_of(target).find(some_posts(2), deep=False)

    assert kinds(outcomes) == [NotOurAnswer] * 2


# To go live.


def test_fifty_posts_go_live_with_three_requests(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    drafts = drafts_of(target, some_posts(50))
    at = datetime(2025, 12, 30, 0, 30, tzinfo=UTC)
    fake.seen.clear()

    outcomes = bulk_of(target).go_live([(draft.id, at) for draft in drafts])

    live = [one for one in outcomes if isinstance(one, StoredPost)]
    assert [one.id for one in live] == [draft.id for draft in drafts]
    assert {(one.state, one.date) for one in live} == {(PostState.LIVE, at)}
    assert fake.seen == [("GET", POSTS), ("POST", BATCH), ("POST", BATCH)]


def test_neither_the_trash_nor_a_live_post_is_touched(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    trashed, live, draft = drafts_of(target, some_posts(3))
    before = target.go_live(live.id)
    fake.trash(trashed.id)

    outcomes = bulk_of(target).go_live(
        [(trashed.id, None), (live.id, None), ("999", None), (draft.id, None)]
    )

    assert kinds(outcomes) == [PostMissing, StoredPost, PostMissing, StoredPost]
    assert outcomes[1] == before
    assert fake.posts[int(trashed.id)]["status"] == "trash"
    assert fake.posts[int(draft.id)]["status"] == "publish"


def test_posts_that_are_all_live_are_not_written_again(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    ids = [draft.id for draft in drafts_of(target, some_posts(2))]
    live = bulk_of(target).go_live([(number, None) for number in ids])
    fake.seen.clear()

    again = bulk_of(target).go_live([(number, None) for number in ids])

    assert again == live
    assert sent(fake, "POST") == []


def test_a_post_that_the_list_leaves_out_is_read_before_anything_is_done(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    (trashed,) = drafts_of(target, some_posts(1))
    fake.trash(trashed.id)
    fake.reply("GET", POSTS, 200, "[]", Content_Type=JSON)
    fake.seen.clear()

    outcomes = bulk_of(target).go_live([(trashed.id, None)])

    assert kinds(outcomes) == [PostMissing]
    assert sent(fake, "POST") == []


def test_a_site_whose_clock_is_behind_publishes_at_its_own_time(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    fake.skew_s = -600
    drafts = drafts_of(target, some_posts(3))
    now = datetime.now(UTC)
    dates = [now, now - timedelta(days=1), None]

    outcomes = bulk_of(target).go_live(
        [(draft.id, at) for draft, at in zip(drafts, dates, strict=True)]
    )

    live = [one for one in outcomes if isinstance(one, StoredPost)]
    assert [one.state for one in live] == [PostState.LIVE] * 3
    assert all(one.date is not None and one.date < now for one in live)


def test_a_post_that_is_deleted_meanwhile_is_missing(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    first, second = drafts_of(target, some_posts(2))
    gone = json.dumps({"code": "rest_post_invalid_id", "message": "Không có"})
    fake.reply("POST", f"{POSTS}/{first.id}", 404, gone, Content_Type=JSON)

    outcomes = bulk_of(target).go_live([(first.id, None), (second.id, None)])

    assert kinds(outcomes) == [PostMissing, StoredPost]


def test_an_answer_about_another_post_is_not_believed(
    fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    (draft,) = drafts_of(target, some_posts(1))
    fake.reply("POST", f"{POSTS}/*", 200, json.dumps(SOMEBODY_ELSES), Content_Type=JSON)

    assert kinds(bulk_of(target).go_live([(draft.id, None)])) == [NotOurAnswer]


@pytest.mark.parametrize("row", [{"id": 77, "status": "draft"}, {"id": "x"}])
def test_a_list_of_other_posts_says_nothing_about_ours(
    row: dict[str, object], fake: FakeWordPress, target: wordpress.WordPress
) -> None:
    (draft,) = drafts_of(target, some_posts(1))
    fake.reply("GET", POSTS, 200, json.dumps([row]), Content_Type=JSON)

    assert kinds(bulk_of(target).go_live([(draft.id, None)])) == [NotOurAnswer]
    assert fake.posts[int(draft.id)]["status"] == "draft"
