"""The date that readers are shown is the one they were to be shown."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connector.domain.publication import Post
from tests.contracts.site_under_test import SiteUnderTest
from tests.contracts.target_posts import NEW_BODY, date_shown

MINUTE = timedelta(minutes=1)


@pytest.fixture
def at() -> datetime:
    """A moment of another day, whole seconds: no CMS keeps less."""
    return datetime.now(UTC).replace(microsecond=0) - timedelta(days=3, hours=5)


def test_readers_are_shown_the_date_that_a_post_goes_live_with(
    site: SiteUnderTest, post: Post, at: datetime
) -> None:
    draft = site.target.put_draft(post)

    live = site.target.go_live(draft.id, at=at)

    assert live.date == at
    assert site.target.read(draft.id) == live
    assert date_shown(site, live.url) == at


def test_a_post_that_goes_live_with_no_date_is_of_now(
    site: SiteUnderTest, post: Post
) -> None:
    draft = site.target.put_draft(post)

    live = site.target.go_live(draft.id)

    assert live.date is not None
    assert abs(live.date - datetime.now(UTC)) < MINUTE
    assert abs(date_shown(site, live.url) - live.date) < MINUTE


def test_a_later_update_does_not_move_the_date(
    site: SiteUnderTest, post: Post, at: datetime
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id, at=at)
    new = site.target.prepared(replace(post, body=NEW_BODY))

    updated = site.target.update(live.id, new, expect=live.version)

    assert updated.date == at
    assert date_shown(site, live.url) == at


def test_going_live_once_more_does_not_move_the_date(
    site: SiteUnderTest, post: Post, at: datetime
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id, at=at)

    assert site.target.go_live(live.id) == live
    assert site.target.go_live(live.id, at=at + timedelta(days=1)) == live
    assert date_shown(site, live.url) == at


def test_a_post_taken_down_and_corrected_can_go_live_with_its_date(
    site: SiteUnderTest, post: Post, at: datetime
) -> None:
    live = site.target.go_live(site.target.put_draft(post).id)
    site.target.withdraw(live.id)

    again = site.target.go_live(live.id, at=at)

    assert again.date == at
    assert date_shown(site, again.url) == at
