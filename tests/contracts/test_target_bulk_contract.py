"""What a target must do that takes many posts with one request."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.errors import PostMissing, SeveralPosts, TargetError
from connector.domain.publication import Post, PostState, StoredPost
from connector.ports.target import Bulk
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_posts import a_post, date_shown, ours, page, places

MISSING = "99999999"


@pytest.fixture
def bulk(site: SiteUnderTest) -> Bulk:
    if site.target.bulk is None:
        pytest.skip("this kind takes one post at a time")
    return site.target.bulk


@pytest.fixture
def posts(site: SiteUnderTest, request: pytest.FixtureRequest) -> list[Post]:
    """Six prepared posts, each with a key and a title of its own."""
    return some_posts(site, request, 6)


def some_posts(
    site: SiteUnderTest, request: pytest.FixtureRequest, count: int
) -> list[Post]:
    return [
        a_post(site, seed=f"{n} {request.node.nodeid}", title=f"Sách mới, đợt {n}")
        for n in range(count)
    ]


def held(outcomes: Sequence[StoredPost | TargetError | None]) -> list[StoredPost]:
    """Return the outcomes, each of which must be a post."""
    assert [o for o in outcomes if not isinstance(o, StoredPost)] == []
    return [outcome for outcome in outcomes if isinstance(outcome, StoredPost)]


def test_several_are_best_given_at_once(bulk: Bulk) -> None:
    assert bulk.size > 1


def test_nothing_is_asked_for_no_posts(site: SiteUnderTest, bulk: Bulk) -> None:
    before = site.everything()

    assert list(bulk.find([])) == []
    assert list(bulk.put_draft([])) == []
    assert list(bulk.go_live([])) == []

    assert site.everything() == before


def test_many_become_drafts_in_the_order_they_are_given(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    drafts = held(bulk.put_draft(posts))

    assert [draft.title for draft in drafts] == [post.title for post in posts]
    assert {draft.state for draft in drafts} == {PostState.DRAFT}
    for post, draft in zip(posts, drafts, strict=True):
        assert site.target.losses(post, draft) == ()
        assert site.target.read(draft.id) == draft
        assert [there.id for there in ours(site, post)] == [draft.id]
        assert places(site, post.key) == set()


def test_more_than_are_best_given_at_once_are_done_as_well(
    site: SiteUnderTest, bulk: Bulk, request: pytest.FixtureRequest
) -> None:
    posts = some_posts(site, request, bulk.size + 2)

    drafts = held(bulk.put_draft(posts))
    found = held(bulk.find(posts))
    live = held(bulk.go_live([(draft.id, None) for draft in drafts]))

    assert [draft.title for draft in drafts] == [post.title for post in posts]
    assert found == drafts
    assert [post.id for post in live] == [draft.id for draft in drafts]
    assert {post.state for post in live} == {PostState.LIVE}
    assert len(site.everything()) == len(posts)


@pytest.mark.parametrize("deep", [True, False])
def test_each_is_found_in_whatever_state_it_is(
    site: SiteUnderTest,
    bulk: Bulk,
    posts: list[Post],
    deep: bool,  # noqa: FBT001 -- a parameter
) -> None:
    draft = site.target.put_draft(posts[4])
    live = site.target.go_live(site.target.put_draft(posts[1]).id)
    trashed = site.target.put_draft(posts[2])
    site.trash_behind(trashed.id)

    absent, found, in_trash, absent_too, still_draft, last = bulk.find(posts, deep=deep)

    assert (absent, absent_too, last) == (None, None, None)
    assert (found, still_draft) == (live, draft)
    assert isinstance(in_trash, StoredPost)
    assert (in_trash.id, in_trash.state) == (trashed.id, PostState.TRASHED)


def test_of_two_drafts_of_one_post_the_older_is_kept(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    if site.target.capabilities.key_conflict == "refuse":
        pytest.skip("this kind never holds two posts with one key")
    first, other = [site.target.put_draft(post) for post in posts[:2]]
    second = site.target.put_draft(posts[0])

    found = bulk.find(posts[:3])

    assert list(found) == [first, other, None]
    assert {there.id: there.state for there in ours(site, posts[0])} == {
        first.id: PostState.DRAFT,
        second.id: PostState.TRASHED,
    }


def test_two_public_posts_are_told_of_and_spoil_no_other_answer(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    if site.target.capabilities.key_conflict == "refuse":
        pytest.skip("this kind never holds two posts with one key")
    first = site.target.put_draft(posts[0])
    twice = [
        site.target.go_live(site.target.put_draft(posts[1]).id),
        site.target.go_live(site.target.put_draft(posts[1]).id),
    ]
    last = site.target.put_draft(posts[2])

    found = bulk.find(posts[:3])

    assert (found[0], found[2]) == (first, last)
    assert isinstance(found[1], SeveralPosts)
    assert [site.target.read(public.id) for public in twice] == twice


def test_many_go_live_each_with_its_date(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    drafts = held(bulk.put_draft(posts[:3]))
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(days=3, hours=5)
    dates = [at, None, at - timedelta(days=1)]

    live = held(
        bulk.go_live([(d.id, date) for d, date in zip(drafts, dates, strict=True)])
    )

    assert [post.id for post in live] == [draft.id for draft in drafts]
    assert {post.state for post in live} == {PostState.LIVE}
    assert [site.target.read(post.id) for post in live] == live
    assert [posts[n].title in page(site, live[n].url) for n in range(3)] == [True] * 3
    assert [live[0].date, live[2].date] == [dates[0], dates[2]]
    assert date_shown(site, live[0].url) == dates[0]
    assert date_shown(site, live[2].url) == dates[2]
    assert live[1].date is not None
    assert live[1].date > at


def test_a_post_that_is_gone_holds_no_other_up(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    first, trashed, last = held(bulk.put_draft(posts[:3]))
    site.trash_behind(trashed.id)

    outcomes = bulk.go_live(
        [(first.id, None), (MISSING, None), (trashed.id, None), (last.id, None)]
    )

    assert [type(outcome) for outcome in outcomes] == [
        StoredPost,
        PostMissing,
        PostMissing,
        StoredPost,
    ]
    states = [site.target.read(post.id).state for post in (first, trashed, last)]
    assert states == [PostState.LIVE, PostState.TRASHED, PostState.LIVE]
    assert places(site, posts[1].key) == set()


def test_posts_that_are_live_already_stay_as_they_are(
    site: SiteUnderTest, bulk: Bulk, posts: list[Post]
) -> None:
    drafts = held(bulk.put_draft(posts[:2]))
    first = site.target.go_live(drafts[0].id)
    long_ago = datetime.now(UTC) - timedelta(days=9)

    live = held(bulk.go_live([(drafts[0].id, long_ago), (drafts[1].id, None)]))

    assert live[0] == first
    assert live[1].state is PostState.LIVE
