"""One target in trouble: one alarm, its items wait together, others are not held up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from connector.domain.errors import (
    Busy,
    CredentialsRefused,
    Denied,
    NotSent,
    TargetError,
)
from connector.domain.item import State
from connector.domain.publication import Probe, PublicationState
from connector.steps.circuits import closed
from connector.worker.runner import sweep
from tests.steps.faulty import FaultyTarget, raising
from tests.steps.house import BODY, House

REFUSED = CredentialsRefused(target="portal", user="thuvien")
ALARM = "target does not let us in, or is not to be had"
WELL = "target is well again"


class Guarded(FaultyTarget):
    """A site whose doctor's question can be refused too."""

    refusal: TargetError | None = None
    may_publish = True

    def probe(self) -> Probe:
        self.calls.append("probe")
        if self.refusal is not None:
            raise self.refusal
        return Probe(
            who="thuvien",
            software="memory",
            may_create=True,
            may_publish=self.may_publish,
            may_upload=True,
            keeps_html=True,
        )


@pytest.fixture
def portal(house: House) -> Guarded:
    site = Guarded("portal")
    house.route(target=site)
    house.portal = site
    house.web.target = site
    return site


def approved(house: House, number: int) -> list[int]:
    return [
        house.approved(title=f"Thông báo: đợt {n}", body=f"<p>Đợt {n}.</p>{BODY}").id
        for n in range(number)
    ]


def alarms(house: House) -> list[str]:
    with house.parts.staging.reading() as tx:
        return [row.event for row in tx.audit() if row.item_id is None]


def states(house: House, items: list[int]) -> list[State]:
    return [house.item(item).state for item in items]  # type: ignore[arg-type]


def test_a_refused_log_in_is_one_alarm_and_the_items_go_on_by_themselves(
    house: House, portal: Guarded
) -> None:
    items = approved(house, 5)
    portal.refusal = REFUSED
    portal.always["*"] = raising(REFUSED)

    list(sweep(house.parts))
    asked = list(portal.calls)
    house.clock.tick(minutes=9)
    list(sweep(house.parts))
    asked_early = portal.calls[len(asked) :]
    house.clock.tick(minutes=1)
    list(sweep(house.parts))
    probed = portal.calls[len(asked) :]
    portal.refusal = None
    portal.always.clear()
    house.clock.tick(minutes=10)
    list(sweep(house.parts))

    assert asked == ["resolve_terms"]
    assert asked_early == []
    assert probed == ["probe"]
    assert alarms(house) == [ALARM, WELL]
    assert states(house, items) == [State.COMPLETE] * 5


@pytest.mark.parametrize("bulk", [False, True], ids=["alone", "together"])
def test_a_log_in_that_was_refused_is_not_tried_for_each_item_of_a_batch(
    house: House, portal: Guarded, *, bulk: bool
) -> None:
    portal.with_bulk = bulk
    items = approved(house, 30)
    portal.refusal = REFUSED
    portal.always["*"] = raising(REFUSED)

    list(sweep(house.parts))
    asked = list(portal.calls)
    rows = [house.publication(item) for item in items]  # type: ignore[arg-type]
    portal.refusal = None
    portal.always.clear()
    house.clock.tick(minutes=10)
    list(sweep(house.parts))

    assert asked == ["resolve_terms"]
    assert {row.lease_owner for row in rows} == {""}
    assert states(house, items) == [State.COMPLETE] * 30


def test_a_batch_that_a_site_which_is_down_kept_back_costs_nobody_an_attempt(
    house: House, portal: Guarded
) -> None:
    portal.with_bulk = True
    items = approved(house, 25)
    portal.once["resolve_terms"] = raising(NotSent(target="portal", problem="DNS"))

    list(sweep(house.parts))
    lost = sorted(house.publication(item).lost for item in items)  # type: ignore[arg-type]
    list(sweep(house.parts))

    assert lost == [0] * 24 + [1]
    assert states(house, items).count(State.COMPLETE) == 24


def test_somebody_who_mended_it_need_not_wait(house: House, portal: Guarded) -> None:
    items = approved(house, 3)
    portal.once["resolve_terms"] = raising(REFUSED)
    list(sweep(house.parts))

    closed("portal", house.parts)
    list(sweep(house.parts))

    assert states(house, items) == [State.COMPLETE] * 3


def test_a_busy_target_is_left_alone_as_long_as_it_says_and_others_are_not(
    house: House,
) -> None:
    other = house.second_site()
    items = approved(house, 4)
    busy = Busy(target="portal", retry_after_s=120)
    house.portal.once["put_draft"] = raising(busy)

    list(sweep(house.parts))
    house.portal.calls.clear()
    live_elsewhere = len(other.public())
    house.clock.tick(seconds=119)
    list(sweep(house.parts))
    asked_early = list(house.portal.calls)
    house.clock.tick(seconds=1)
    list(sweep(house.parts))

    assert asked_early == []
    assert live_elsewhere - 1 == 4  # and the list of them
    assert states(house, items) == [State.COMPLETE] * 4
    assert alarms(house) == []
    rows = [house.publication(item) for item in items]  # type: ignore[arg-type]
    assert [(row.attempt, row.lost) for row in rows] == [(0, 0)] * 4


def test_a_site_that_is_down_is_asked_three_times_not_once_for_every_item(
    house: House, portal: Guarded
) -> None:
    items = approved(house, 20)
    down = NotSent(target="portal", problem="DNS")
    portal.always["*"] = raising(down)
    portal.refusal = down

    list(sweep(house.parts))
    asked = list(portal.calls)
    portal.always.clear()
    portal.refusal = None
    house.clock.tick(minutes=1)
    list(sweep(house.parts))
    # Those that met the fault wait for their own turn a little longer.
    house.clock.tick(minutes=5)
    list(sweep(house.parts))

    assert asked == ["resolve_terms"] * 3
    assert alarms(house) == [ALARM, WELL]
    assert states(house, items) == [State.COMPLETE] * 20


def test_one_post_that_is_denied_waits_for_a_person_and_no_other_does(
    house: House, portal: Guarded
) -> None:
    items = approved(house, 3)
    denied = Denied(target="portal", user="thuvien", action="change this post")
    portal.once["put_draft"] = raising(denied)

    list(sweep(house.parts))

    rows = [house.publication(item).state for item in items]  # type: ignore[arg-type]
    assert sorted(rows) == sorted(
        [PublicationState.HELD, PublicationState.VERIFIED, PublicationState.VERIFIED]
    )
    assert alarms(house) == []


def test_an_account_that_may_not_publish_at_all_is_the_targets_trouble(
    house: House, portal: Guarded
) -> None:
    items = approved(house, 3)
    portal.may_publish = False
    portal.always["go_live"] = raising(
        Denied(target="portal", user="thuvien", action="make posts public")
    )

    list(sweep(house.parts))

    assert alarms(house) == [ALARM]
    rows = [house.publication(item).state for item in items]  # type: ignore[arg-type]
    assert rows.count(PublicationState.BLOCKED) == 1
    assert portal.calls.count("go_live") == 1


def test_a_rate_is_kept_and_nothing_else_waits_for_it(house: House) -> None:
    other = house.second_site()
    items = approved(house, 6)
    house.route(per_minute=2)

    sent = []
    for _ in range(4):
        list(sweep(house.parts))
        sent.append(len(house.public()))
        house.clock.tick(seconds=30)

    assert sent == [1, 2, 3, 4]
    assert len([p for p in other.everything() if p.state.value == "live"]) == 6
    assert len(items) == 6


def test_urgent_goes_next_and_every_source_has_its_turn(house: House) -> None:
    many = [
        house.approved(
            source="khoa-lon",
            title=f"Thông báo: lớn {n}",
            body=f"<p>Lớn {n}.</p>{BODY}",
        )
        for n in range(5)
    ]
    few = house.approved(
        source="khoa-nho", title="Thông báo: nhỏ", body=f"<p>Khoa nhỏ.</p>{BODY}"
    )
    urgent = house.approved(title="Thông báo: khẩn", body=f"<p>Cúp điện.</p>{BODY}")
    with house.parts.staging.transaction() as tx:
        [row] = tx.publications(urgent.id)
        tx.save_publication(replace(row, urgent=True), event="test")
    later = house.approved(title="Thông báo: sau", body=f"<p>Mai.</p>{BODY}")
    with house.parts.staging.transaction() as tx:
        [row] = tx.publications(later.id)
        tomorrow = house.clock.now() + timedelta(days=1)
        tx.save_publication(replace(row, due_at=tomorrow), event="test")

    order = [told.item.id for told in sweep(house.parts)]

    assert order[0] == urgent.id
    assert few.id in order[1:3]
    assert many[0].id in order[1:3]
    assert later.id not in order
    assert len(order) == 7
