"""The site that misbehaves does so as it is told, with many posts as with one."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.errors import NotSent, PostMissing, TargetError, Unclear
from connector.domain.item import CategoryCode
from connector.domain.publication import Post, StoredPost
from tests.steps.faulty import FaultyTarget, Killed, raising


def a_post(number: int) -> Post:
    return Post(
        key=f"{number:012x}",
        slug=f"sach-moi-{number:012x}",
        title=f"Sách mới, đợt {number}",
        body="<p>Kho mở tầng 3.</p>",
        excerpt="",
        language="vi",
        category=CategoryCode("new-acquisitions"),
        terms=("15",),
    )


POSTS = [a_post(number) for number in range(3)]


@pytest.fixture
def site() -> FaultyTarget:
    return FaultyTarget("portal", with_bulk=True)


def test_it_takes_one_post_at_a_time_unless_told_otherwise() -> None:
    assert FaultyTarget("portal").bulk is None


def test_a_request_of_many_is_one_call(site: FaultyTarget) -> None:
    assert site.bulk

    drafts = site.bulk.put_draft(POSTS)
    ids = [draft.id for draft in drafts if isinstance(draft, StoredPost)]
    site.bulk.find(POSTS)
    live = site.bulk.go_live([(post_id, None) for post_id in ids])

    assert site.calls == ["bulk.put_draft", "bulk.find", "bulk.go_live"]
    assert site.going_live == tuple(ids)
    assert list(live) == site.everything()


def test_a_request_of_none_is_no_call(site: FaultyTarget) -> None:
    assert site.bulk

    assert list(site.bulk.put_draft([])) == []

    assert site.calls == []


@pytest.mark.parametrize(
    ("hook", "made"), [("bulk.put_draft", 0), ("bulk.put_draft:done", 3), ("*", 0)]
)
def test_what_befalls_the_request_befalls_every_post(
    site: FaultyTarget, hook: str, made: int
) -> None:
    assert site.bulk
    error = Unclear(target="portal", problem="time-out")
    site.once[hook] = raising(error)

    assert list(site.bulk.put_draft(POSTS)) == [error] * 3

    assert len(site.everything()) == made


@pytest.mark.parametrize(("hook", "made"), [("put_draft", 2), ("put_draft:done", 3)])
def test_one_post_can_fail_alone(site: FaultyTarget, hook: str, made: int) -> None:
    assert site.bulk
    error = NotSent(target="portal", problem="down")

    def outcome(what: str, key: str) -> TargetError | None:
        return error if (what, key) == (f"bulk.{hook}", POSTS[1].key) else None

    site.outcome = outcome

    first, second, third = site.bulk.put_draft(POSTS)

    assert isinstance(first, StoredPost)
    assert second is error
    assert isinstance(third, StoredPost)
    assert len(site.everything()) == made


def test_a_process_dies_in_the_middle_of_many(site: FaultyTarget) -> None:
    assert site.bulk

    def dies(_: str, key: str) -> None:
        if key == POSTS[2].key:
            raise Killed

    site.outcome = dies

    with pytest.raises(Killed):
        site.bulk.put_draft(POSTS)

    assert len(site.everything()) == 2


def test_what_goes_wrong_by_itself_goes_wrong_for_that_post(site: FaultyTarget) -> None:
    assert site.bulk
    draft = site.put_draft(POSTS[0])

    missing, live = site.bulk.go_live([("999", None), (draft.id, None)])

    assert isinstance(missing, PostMissing)
    assert isinstance(live, StoredPost)


def test_a_date_and_a_filter_reach_the_site_through_many_as_through_one(
    site: FaultyTarget,
) -> None:
    assert site.bulk
    site.keeps = lambda post: a_post(7) if post == POSTS[0] else post
    [draft] = site.bulk.put_draft(POSTS[:1])
    assert isinstance(draft, StoredPost)
    at = datetime.now(UTC) - timedelta(days=2)

    [live] = site.bulk.go_live([(draft.id, at)])

    assert isinstance(live, StoredPost)
    assert (live.title, live.date) == (a_post(7).title, at)


def test_what_is_ours_is_asked_for_under_its_own_name(site: FaultyTarget) -> None:
    draft = site.put_draft(POSTS[0])
    site.once["trash"] = raising(NotSent(target="portal", problem="down"))

    with pytest.raises(NotSent):
        site.trash(draft.id)
    found = list(site.ours())

    assert found == [(POSTS[0].key, draft)]
    assert site.calls == ["put_draft", "trash", "ours"]
