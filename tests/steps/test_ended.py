"""What is over, or was taken down, stays away: whatever else is tried."""

from datetime import timedelta

import pytest

from connector.domain.errors import NotApproved, StillPublic, TimePast
from connector.domain.item import Item, State
from connector.domain.person import CONNECTOR
from connector.domain.publication import PublicationState, Timing
from connector.steps import withdraw as taking_down
from connector.steps.approve import approve
from connector.steps.publish import Orders, publish, publish_all
from connector.steps.withdraw import withdraw
from connector.worker.runner import sweep
from tests.steps.house import DEPUTY, House

AN_HOUR = timedelta(hours=1)


def approved_for_an_hour(house: House) -> Item:
    item = house.classified()
    timing = Timing(expire_at=house.clock.now() + AN_HOUR)
    return approve(item.id, by=DEPUTY, parts=house.parts, timing=timing)


def test_what_could_not_be_seen_gone_at_its_end_is_looked_at_again(
    house: House,
) -> None:
    item = approved_for_an_hour(house)
    list(sweep(house.parts))
    house.web.keep_in_cache()
    house.clock.tick(seconds=AN_HOUR.total_seconds())

    [told] = sweep(house.parts)

    assert isinstance(told.error, StillPublic)
    assert house.item(item.id).state is State.COMPLETE
    assert list(sweep(house.parts)) == []
    house.web.cache.clear()
    house.clock.tick(seconds=taking_down.AGAIN.total_seconds())
    [told] = sweep(house.parts)
    assert told.item.state is State.WITHDRAWN
    assert house.publication(item.id).due_at is None


def test_what_was_over_before_it_was_public_is_never_shown(house: House) -> None:
    item = approved_for_an_hour(house)
    house.clock.tick(seconds=AN_HOUR.total_seconds())

    list(sweep(house.parts))

    assert house.portal.calls == []
    assert house.item(item.id).state is State.WITHDRAWN


def test_nobody_publishes_what_is_over(house: House) -> None:
    item = approved_for_an_hour(house)
    house.clock.tick(seconds=AN_HOUR.total_seconds())

    attempt = house.publish(item.id)

    assert attempt is not None
    assert isinstance(attempt.error, TimePast)
    assert house.portal.calls == []


def test_what_a_person_took_down_is_not_published_while_a_cache_shows_it(
    house: House,
) -> None:
    house.second_site()
    item = house.approved()
    orders = Orders(by=CONNECTOR)
    publish(house.publication(item.id), orders=orders, parts=house.parts)
    before = house.publication(item.id)
    house.web.keep_in_cache()
    with pytest.raises(StillPublic):
        withdraw(item.id, by=DEPUTY, reason="sai", parts=house.parts)
    assert house.item(item.id).state is State.APPROVED

    [told] = publish_all([house.publication(item.id)], orders=orders, parts=house.parts)
    # As it was read before somebody else took it down.
    [late] = publish_all([before], orders=orders, parts=house.parts)

    assert isinstance(told.error, NotApproved)
    assert late.taken
    assert house.public() == []
    publication = house.publication(item.id)
    assert publication.state is PublicationState.WITHDRAWN
    assert publication.lease_until is None
