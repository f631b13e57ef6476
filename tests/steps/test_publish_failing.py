"""Whatever fails: exactly one public post, and it goes on when it can."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.domain.errors import (
    Busy,
    ContentRefused,
    CredentialsRefused,
    NotOurAnswer,
    NotSent,
    PostMissing,
    SeveralPosts,
    TargetError,
    TermMissing,
    Unclear,
    Unreadable,
)
from connector.domain.item import Attachment, State
from connector.domain.publication import (
    Capabilities,
    Media,
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.steps.publish import Attempt, Orders, publish
from tests.steps.faulty import FaultyTarget, raising
from tests.steps.house import (
    BODY,
    CORRECTED,
    WEBMASTER,
    House,
    with_pictures,
)

LOST = Unclear(target="portal", problem="time-out")
REFUSED = CredentialsRefused(target="portal", user="thuvien")


def untrashed(house: House) -> list[StoredPost]:
    posts = house.portal.everything()
    return [post for post in posts if post.state is not PostState.TRASHED]


@pytest.mark.parametrize(
    ("place", "state"),
    [
        ("resolve_terms", PublicationState.INTENDED),
        ("find", PublicationState.INTENDED),
        ("find:done", PublicationState.INTENDED),
        ("put_draft", PublicationState.UNKNOWN),
        ("go_live", PublicationState.GOING_LIVE),
        ("go_live:done", PublicationState.GOING_LIVE),
    ],
)
def test_a_lost_answer_makes_no_second_post(
    house: House, place: str, state: PublicationState
) -> None:
    item = house.approved()
    house.portal.once[place] = raising(LOST)

    attempt = house.publish(item.id)
    stopped = house.publication(item.id)
    again_at = house.clock.now() + timedelta(seconds=30)
    house.clock.tick(seconds=30)
    house.advance(item.id)
    house.clock.tick(seconds=90)
    told = house.advance(item.id)

    assert attempt == Attempt(publication=stopped, error=LOST)
    assert stopped.state is state
    assert (stopped.attempt, stopped.lost) == (0, 1)
    assert stopped.due_at == again_at
    assert (stopped.lease_owner, stopped.lease_until) == ("", None)
    assert str(stopped.problem) == str(LOST)
    assert told.item.state is State.COMPLETE
    assert [post.body for post in house.portal.everything()] == [BODY]


def test_after_a_lost_answer_it_is_looked_for_at_once(house: House) -> None:
    item = house.approved()
    house.portal.once["put_draft:done"] = raising(LOST)

    attempt = house.publish(item.id)

    assert attempt is not None
    assert attempt.publication.state is PublicationState.LIVE
    assert house.portal.calls == [
        "resolve_terms",
        "find",
        "put_draft",
        "find",
        "go_live",
    ]


def test_what_is_unknown_is_looked_for_before_anything_is_sent(house: House) -> None:
    item = house.approved()
    house.portal.once["put_draft:done"] = raising(LOST)
    house.portal.once["find"] = lambda: house.portal.once.update(find=raising(LOST))
    house.publish(item.id)
    house.portal.calls.clear()

    house.publish(item.id)

    assert house.portal.calls == ["resolve_terms", "find", "go_live"]


def test_nothing_is_created_again_while_a_lost_request_may_be_carried_out(
    house: House,
) -> None:
    item = house.approved()
    house.portal.once["put_draft"] = raising(LOST)
    house.publish(item.id)
    house.portal.calls.clear()
    house.clock.tick(seconds=119)

    waiting = house.publish(item.id)
    asked = list(house.portal.calls)
    house.clock.tick(seconds=1)
    told = house.advance(item.id)

    assert waiting is not None
    assert waiting.publication.state is PublicationState.UNKNOWN
    assert waiting.publication.due_at == house.clock.now()
    assert waiting.publication.problem is not None
    assert asked == ["resolve_terms", "find"]
    assert told.item.state is State.COMPLETE


def test_where_the_site_makes_nothing_twice_there_is_nothing_to_wait_for(
    house: House,
) -> None:
    class Replays(FaultyTarget):
        capabilities = Capabilities(key_conflict="replay")

    site = Replays("portal")
    house.route(target=site)
    house.web.target = site
    item = house.approved()
    site.once["put_draft"] = raising(LOST)
    house.publish(item.id)

    attempt = house.publish(item.id)

    assert attempt is not None
    assert attempt.publication.state is PublicationState.LIVE


def test_a_request_that_is_carried_out_late_leaves_one_post(house: House) -> None:
    item = house.approved()
    house.portal.once["put_draft"] = raising(LOST)
    house.publish(item.id)
    post = house.publication(item.id).post
    assert post is not None

    # The first request arrives between our look and our second request.
    house.portal.once["put_draft"] = lambda: house.portal.by_hand.put_draft(post)
    house.clock.tick(seconds=120)
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert len(house.public()) == 1
    assert len(untrashed(house)) == 1
    assert house.publication(item.id).post_id == untrashed(house)[0].id


@pytest.mark.parametrize("place", ["update", "update:done"])
def test_a_lost_answer_to_a_correction_is_no_conflict(house: House, place: str) -> None:
    item = house.complete()
    house.correct(item.id)
    house.again(item.id)
    house.portal.once[place] = raising(LOST)

    house.publish(item.id)
    house.clock.tick(seconds=30)
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert [post.body for post in house.portal.everything()] == [CORRECTED]


def test_failures_wait_longer_each_time_and_an_hour_at_most(house: House) -> None:
    item = house.approved()
    house.portal.always["find"] = raising(NotSent(target="portal", problem="DNS"))
    waits = []

    for _ in range(10):
        house.publish(item.id, insist=True)
        due_at = house.publication(item.id).due_at
        assert due_at is not None
        waits.append((due_at - house.clock.now()).total_seconds())
        house.clock.time = due_at

    assert waits == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert (house.publication(item.id).attempt, house.publication(item.id).lost) == (
        0,
        10,
    )


def test_busy_waits_as_long_as_it_says_and_is_no_failure(house: House) -> None:
    item = house.approved()
    busy = Busy(target="portal", retry_after_s=120)
    house.portal.once["put_draft"] = raising(busy)

    attempt = house.publish(item.id)
    house.portal.calls.clear()
    house.clock.tick(seconds=119)
    early = house.advance(item.id)
    asked_early = list(house.portal.calls)
    house.clock.tick(seconds=1)
    late = house.advance(item.id)

    assert attempt is not None
    assert attempt.error is busy
    assert attempt.publication.attempt == 0
    assert (early.attempts, asked_early) == ((), [])
    assert late.item.state is State.COMPLETE


@pytest.mark.parametrize(
    "refusal",
    [
        REFUSED,
        NotOurAnswer(target="portal", problem="403", hint="WAF"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_target_that_refuses_us_blocks_and_goes_on_by_itself(
    house: House, refusal: TargetError
) -> None:
    item = house.approved()
    house.portal.always["resolve_terms"] = raising(refusal)

    attempt = house.publish(item.id)
    blocked = house.publication(item.id)
    del house.portal.always["resolve_terms"]
    waiting = house.advance(item.id)
    house.clock.tick(minutes=10)
    told = house.advance(item.id)

    assert attempt == Attempt(publication=blocked, error=refusal)
    assert blocked.state is PublicationState.BLOCKED
    assert str(blocked.problem) == str(refusal)
    assert waiting.attempts == ()
    assert told.item.state is State.COMPLETE


@pytest.mark.parametrize(
    ("refusal", "state"),
    [
        (ContentRefused(target="portal", problem="400"), PublicationState.HELD),
        (
            TermMissing(target="portal", term="14", category="announcement"),
            PublicationState.HELD,
        ),
        (PostMissing(target="portal", post="3"), PublicationState.CONFLICT),
        (SeveralPosts(target="portal", posts="3, 4"), PublicationState.CONFLICT),
    ],
    ids=lambda case: type(case).__name__,
)
def test_what_a_person_must_mend_waits_for_a_person(
    house: House, refusal: TargetError, state: PublicationState
) -> None:
    item = house.approved()
    house.portal.once["put_draft"] = raising(refusal)

    house.publish(item.id)
    stopped = house.publication(item.id)
    house.clock.tick(days=1)
    told = house.advance(item.id)

    assert (stopped.state, stopped.due_at) == (state, None)
    assert told.attempts == ()
    assert told.item.state is State.APPROVED
    assert house.public() == []


def test_a_category_that_was_taken_from_the_target_is_held(house: House) -> None:
    item = house.approved()
    house.route(terms={})

    attempt = house.publish(item.id)

    assert attempt is not None
    assert isinstance(attempt.error, TermMissing)
    assert attempt.publication.state is PublicationState.HELD
    assert house.portal.calls == []


def test_a_term_that_is_gone_stops_it_before_anything_is_sent(house: House) -> None:
    item = house.approved()
    house.route(terms={"announcement": "khong-con"})

    attempt = house.publish(item.id)

    assert attempt is not None
    assert attempt.publication.state is PublicationState.HELD
    assert house.portal.calls == ["resolve_terms"]


def test_a_file_that_is_not_in_the_archive_holds_it(house: House) -> None:
    item = house.approved(**with_pictures(b"\x89PNG"))
    [file] = house.revision(item.id).files
    house.lose_from_archive(file.sha256)

    attempt = house.publish(item.id)

    assert attempt is not None
    assert isinstance(attempt.error, Unreadable)
    publication = house.publication(item.id)
    assert (publication.state, publication.due_at) == (PublicationState.HELD, None)
    assert (publication.lease_owner, publication.lease_until) == ("", None)
    assert house.portal.everything() == []


def test_where_one_upload_fails_no_post_is_made_and_none_is_uploaded_twice(
    house: House,
) -> None:
    uploaded: list[str] = []

    class Site(FaultyTarget):
        def put_media(self, file: Attachment, content: bytes) -> Media:
            if content == b"2" and "2" not in uploaded:
                uploaded.append("2")
                raise NotSent(target=self.name, problem="reset")
            if file.sha256 not in self._media:
                uploaded.append(content.decode())
            return super().put_media(file, content)

    site = Site("portal")
    house.route(target=site)
    house.portal = site
    house.web.target = site
    item = house.approved(**with_pictures(b"1", b"2", b"3"))

    house.publish(item.id)
    posts_after_failure = site.everything()
    house.clock.tick(seconds=30)
    told = house.advance(item.id)

    assert posts_after_failure == []
    assert told.item.state is State.COMPLETE
    assert uploaded == ["1", "2", "2", "3"]


def test_a_target_that_fails_does_not_hold_up_the_next(house: House) -> None:
    site = house.second_site()
    site.always["find"] = raising(NotSent(target="chi-nhanh", problem="DNS"))
    item = house.approved()

    told = house.advance(item.id)
    site.always.clear()
    house.clock.tick(seconds=30)
    later = house.advance(item.id)

    assert [a.publication.state for a in told.attempts] == [
        PublicationState.INTENDED,
        PublicationState.LIVE,
    ]
    assert told.item.state is State.APPROVED
    assert len(house.public()) == 1
    assert later.item.state is State.COMPLETE
    assert len(site.everything()) == 1


def test_what_another_worker_holds_is_left_alone(house: House) -> None:
    item = house.approved()
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        held = tx.claim(
            item.id,
            "portal",
            owner="may-2",
            until=now + house.parts.lease,
            now=now,
        )

    attempt = house.publish(item.id)

    assert attempt is None
    assert house.portal.calls == []
    assert house.publication(item.id) == held


@pytest.mark.parametrize("answer", [None, LOST], ids=["answered", "lost"])
@pytest.mark.parametrize("place", ["find", "put_draft:done", "go_live:done"])
def test_a_worker_that_was_too_slow_writes_nothing(
    house: House, place: str, answer: TargetError | None
) -> None:
    item = house.approved()
    rows: list[Publication] = []

    def another_worker_takes_over() -> None:
        house.wait_for_lease()
        other = replace(house.parts, worker="may-2")
        publish(house.publication(item.id), orders=Orders(by=WEBMASTER), parts=other)
        rows.append(house.publication(item.id))
        if answer is not None:
            raise answer

    house.portal.once[place] = another_worker_takes_over
    attempt = house.publish(item.id)

    assert attempt is None
    assert [house.publication(item.id)] == rows
    assert rows[0].state is PublicationState.LIVE
    assert len(house.public()) == 1
    assert len(untrashed(house)) == 1
