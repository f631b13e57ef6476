"""Public at its time, exactly once, and no longer than it was approved for."""

from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.errors import (
    ItemChanged,
    NotApproved,
    NotSent,
    RoleNotAllowed,
    TimePast,
    TimesCrossed,
)
from connector.domain.item import ItemId, State
from connector.domain.publication import (
    PostState,
    PublicationState,
    StoredPost,
    Timing,
)
from connector.steps.approve import approve
from connector.steps.schedule import schedule
from tests.steps.faulty import FaultyTarget, raising
from tests.steps.house import BODY, CHECKER, DEPUTY, House

EIGHT = datetime(2026, 3, 17, 1, 0, tzinfo=UTC)
"""Eight in the morning in Vietnam, on the day after the house's clock begins."""
A_WEEK_LATER = EIGHT + timedelta(days=7)


def approved_for(house: House, **timing: object) -> ItemId:
    title = f"Thông báo: lịch phục vụ {len(timing)}"
    item = house.classified(title=title, body=f"{BODY}<p>{len(timing)}</p>")
    times = Timing(**timing)  # type: ignore[arg-type]
    return approve(item.id, by=DEPUTY, parts=house.parts, timing=times).id


def test_the_draft_is_made_at_once_and_goes_live_at_its_time(house: House) -> None:
    item = approved_for(house, go_live_at=EIGHT)

    before = house.advance(item)
    drafts = [post.state for post in house.portal.everything()]
    house.clock.time = EIGHT - timedelta(seconds=1)
    early = house.advance(item)
    house.clock.time = EIGHT
    told = house.advance(item)

    assert before.item.state is State.APPROVED
    assert drafts == [PostState.DRAFT]
    assert early.attempts == ()
    assert told.item.state is State.COMPLETE
    [post] = house.public()
    assert post.date == EIGHT


def test_what_was_due_while_nobody_ran_goes_live_at_once_with_its_own_date(
    house: House,
) -> None:
    item = approved_for(house, go_live_at=EIGHT)
    house.clock.time = EIGHT + timedelta(hours=3)

    told = house.advance(item)

    assert told.item.state is State.COMPLETE
    [post] = house.public()
    assert post.date == EIGHT


def test_a_correction_moves_neither_the_time_nor_the_date(house: House) -> None:
    item = approved_for(house, go_live_at=EIGHT)
    house.advance(item)
    house.correct(item)
    house.again(item)

    waiting = house.advance(item)
    house.clock.time = EIGHT
    house.advance(item)
    house.clock.time = A_WEEK_LATER
    house.correct(item, body="<p>Nguồn: Thư viện. Phòng đọc mở đến 20 giờ.</p>")
    house.again(item)
    told = house.advance(item)

    assert waiting.item.state is State.APPROVED
    assert told.item.state is State.COMPLETE
    [post] = house.public()
    assert post.date == EIGHT


def test_it_is_taken_down_when_its_time_is_over_and_seen_to_be_gone(
    house: House,
) -> None:
    item = approved_for(house, expire_at=EIGHT)
    house.advance(item)
    house.clock.time = EIGHT

    told = house.advance(item)
    again = house.advance(item)

    assert told.item.state is State.WITHDRAWN
    assert house.public() == []
    assert house.publication(item).state is PublicationState.WITHDRAWN
    assert again.item.state is State.WITHDRAWN


def test_what_could_not_be_published_before_its_end_is_never_public(
    house: House,
) -> None:
    item = approved_for(house, expire_at=EIGHT)
    house.portal.always["find"] = raising(NotSent(target="portal", problem="DNS"))
    house.advance(item)
    house.portal.always.clear()
    house.clock.time = EIGHT

    told = house.advance(item)

    assert told.item.state is State.WITHDRAWN
    assert house.portal.everything() == []


def test_a_site_that_is_down_at_the_end_is_asked_again(house: House) -> None:
    item = approved_for(house, expire_at=EIGHT)
    house.advance(item)
    house.clock.time = EIGHT
    house.portal.once["withdraw"] = raising(NotSent(target="portal", problem="DNS"))

    failed = house.advance(item)
    told = house.advance(item)

    assert isinstance(failed.error, NotSent)
    assert told.item.state is State.WITHDRAWN
    assert house.public() == []


def test_a_site_that_shows_another_date_is_told(house: House) -> None:
    class Today(FaultyTarget):
        def go_live(self, post_id: str, *, at: datetime | None = None) -> StoredPost:
            del at
            return super().go_live(post_id)

    site = Today("portal", now=house.clock.now)
    house.route(target=site)
    house.portal = site
    house.web.target = site
    item = approved_for(house, go_live_at=EIGHT)
    house.clock.time = EIGHT + timedelta(hours=3)

    house.advance(item)

    attempt = [row for row in house.events(item) if row == "live"]
    assert attempt == ["live"]
    with house.parts.staging.reading() as tx:
        told = [row.facts for row in tx.audit(item) if row.event == "live"]
    assert "17/03/2026 11:00" in told[0]
    assert "17/03/2026 08:00" in told[0]


def test_the_time_can_be_changed_without_another_approval(house: House) -> None:
    item = approved_for(house, go_live_at=A_WEEK_LATER)
    house.advance(item)

    schedule(item, Timing(go_live_at=EIGHT), by=DEPUTY, parts=house.parts)
    waiting = house.advance(item)
    house.clock.time = EIGHT
    told = house.advance(item)

    assert waiting.item.state is State.APPROVED
    assert told.item.state is State.COMPLETE


def test_urgent_can_be_said_and_taken_back(house: House) -> None:
    item = approved_for(house, urgent=True)
    first = house.publication(item).urgent

    schedule(item, Timing(urgent=False), by=DEPUTY, parts=house.parts)

    assert first
    assert not house.publication(item).urgent


def test_a_time_that_is_past_is_refused(house: House) -> None:
    house.clock.time = EIGHT

    with pytest.raises(TimePast):
        approved_for(house, go_live_at=EIGHT)
    with pytest.raises(TimesCrossed):
        approved_for(
            house, go_live_at=A_WEEK_LATER, expire_at=EIGHT + timedelta(days=1)
        )


def test_the_times_belong_to_those_who_approve(house: House) -> None:
    item = approved_for(house, go_live_at=EIGHT)

    with pytest.raises(RoleNotAllowed):
        schedule(item, Timing(urgent=True), by=CHECKER, parts=house.parts)


def test_what_was_never_approved_has_no_times(house: House) -> None:
    item = house.classified()

    with pytest.raises(NotApproved):
        schedule(item.id, Timing(urgent=True), by=DEPUTY, parts=house.parts)


def test_a_worker_that_is_at_it_is_not_disturbed(house: House) -> None:
    item = approved_for(house, go_live_at=EIGHT)
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        tx.claim(item, "portal", owner="may-2", until=now + house.parts.lease, now=now)

    with pytest.raises(ItemChanged):
        schedule(item, Timing(urgent=True), by=DEPUTY, parts=house.parts)
    assert house.publication(item).go_live_at == EIGHT
