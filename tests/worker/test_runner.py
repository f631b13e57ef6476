from dataclasses import replace

import pytest

from connector.domain.decision import Step
from connector.domain.errors import CredentialsRefused, NoTarget, NotSent, Unexpected
from connector.domain.item import ItemId, State
from connector.domain.person import Role
from connector.domain.publication import Loss, Post, StoredPost
from connector.procedure.table import RESPONSIBLE
from connector.steps.advance import Advance
from connector.steps.check import accurate, check, give_back
from connector.worker import runner
from connector.worker.runner import sweep, waiting
from tests.steps.faulty import FaultyTarget, Fuse, Killed, KilledStaging, raising
from tests.steps.house import (
    ACQUISITIONS,
    ANNOUNCEMENT,
    BODY,
    CHECKER,
    TERMS,
    TITLE,
    House,
)

AUTOMATIC = frozenset({Step.CHECK, Step.CLASSIFY})


def swept(house: House) -> list[Advance]:
    return list(sweep(house.parts))


def approved(house: House, number: int) -> ItemId:
    return house.approved(title=f"{TITLE}, đợt {number}").id


def test_a_sweep_carries_everything_as_far_as_it_may_go(house: House) -> None:
    ids = [approved(house, number) for number in range(3)]
    waits = house.received(title="Thông báo khác")

    told = swept(house)

    assert [one.item.id for one in told] == ids
    assert {one.item.state for one in told} == {State.COMPLETE}
    assert house.item(waits.id) == waits


def test_a_second_sweep_does_nothing_and_sends_nothing(house: House) -> None:
    approved(house, 1)
    swept(house)
    asked, calls = list(house.web.asked), list(house.portal.calls)

    told = swept(house)

    assert told == []
    assert (house.web.asked, house.portal.calls) == (asked, calls)


def test_a_sweep_with_nothing_to_do_does_nothing(house: House) -> None:
    assert swept(house) == []


def test_more_than_one_page_of_items_is_swept(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PAGE", 2)
    ids = [approved(house, number) for number in range(5)]

    told = swept(house)

    assert sorted(one.item.id for one in told) == ids


def test_what_is_no_longer_approved_holds_up_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "PAGE", 2)
    ids = [approved(house, number) for number in range(5)]
    for item_id in ids[:4]:
        give_back(item_id, by=CHECKER, reason="bị hoãn", parts=house.parts)

    told = swept(house)

    assert house.item(ids[4]).state is State.COMPLETE
    assert {one.item.state for one in told} == {State.RETURNED, State.COMPLETE}
    assert swept(house) == []


def test_an_item_that_cannot_go_on_says_why_and_holds_up_nobody(
    house: House,
) -> None:
    house.policy(approval_by_check=True)
    nowhere = accurate(house.received().id, by=CHECKER, parts=house.parts)
    with pytest.raises(NoTarget):
        house.classify(nowhere.id, ACQUISITIONS)
    house.policy(approval_by_check=False)
    fine = approved(house, 2)
    house.policy(approval_by_check=True)

    told = swept(house)

    # What is on its way to readers goes first.
    assert [type(one.error) for one in told] == [type(None), NoTarget]
    assert house.item(fine).state is State.COMPLETE


def test_evidence_that_is_gone_stops_that_item_only(house: House) -> None:
    first = house.published(title=f"{TITLE}, đợt 1").id
    house.verify(first)
    page = house.verifications(first)[-1].page
    assert page is not None
    house.lose_from_archive(page)
    second = approved(house, 2)

    told = swept(house)

    assert [one.item.state for one in told] == [State.COMPLETE, State.VERIFIED]
    assert told[1].error is not None
    assert told[1].error.facts["name"] == page
    assert house.item(second).state is State.COMPLETE


def test_where_the_connector_may_not_publish_a_person_does(house: House) -> None:
    people = RESPONSIBLE | {Step.PUBLISH: frozenset({Role.WEBMASTER})}
    house.policy(responsible=people)
    item_id = approved(house, 1)

    told = swept(house)

    assert [one.item.state for one in told] == [State.APPROVED]
    assert house.item(item_id).state is State.APPROVED
    assert house.portal.calls == []


def test_an_item_that_is_checked_by_itself_is_found_by_the_sweep(
    house: House,
) -> None:
    house.policy(automatic=AUTOMATIC)
    item = house.received()

    told = swept(house)

    assert [one.item.state for one in told] == [State.CLASSIFIED]
    assert house.item(item.id).state is State.CLASSIFIED
    assert swept(house) == []


def test_the_rules_run_once_over_an_item_that_waits_for_a_person(
    house: House,
) -> None:
    house.policy(automatic=AUTOMATIC)
    item = house.received(body="<p>Phòng đọc mở cửa đến 21 giờ.</p>")
    swept(house)
    events = house.events(item.id)

    swept(house)

    assert house.events(item.id) == events
    assert house.item(item.id) == item


def test_a_failure_is_tried_again_when_it_is_due_and_not_before(
    house: House,
) -> None:
    item_id = approved(house, 1)
    house.portal.once["find"] = raising(NotSent(target="portal", problem="DNS"))
    swept(house)

    early = swept(house)
    house.clock.tick(seconds=30)
    late = swept(house)

    assert early == []
    assert [one.item.id for one in late] == [item_id]
    assert house.item(item_id).state is State.COMPLETE


def test_what_waits_for_a_target_goes_on_by_itself(house: House) -> None:
    ids = [approved(house, number) for number in range(2)]
    house.portal.always["resolve_terms"] = raising(
        CredentialsRefused(target="portal", user="thuvien")
    )
    swept(house)
    house.portal.always.clear()
    house.clock.tick(minutes=10)

    swept(house)

    assert [house.item(item_id).state for item_id in ids] == [State.COMPLETE] * 2


def test_what_a_killed_worker_left_is_found_when_its_lease_is_over(
    house: House,
) -> None:
    item_id = approved(house, 1)
    house.portal.once["put_draft:done"] = raising(Killed())
    with pytest.raises(Killed):
        swept(house)

    before = swept(house)
    house.wait_for_lease()
    after = swept(house)

    assert before == []
    assert [one.item.state for one in after] == [State.COMPLETE]
    assert [post.body for post in house.public()] == [house.revision(item_id).body]
    assert len(house.portal.everything()) == 1


def test_killed_anywhere_the_next_sweeps_finish_everything(house: House) -> None:
    quiet = house.parts
    at = 0
    while True:
        item = house.approved(title=f"{TITLE}, đợt {at}")
        fuse = Fuse(at)
        house.parts = replace(quiet, staging=KilledStaging(quiet.staging, fuse))
        try:
            swept(house)
        except Killed:
            killed = True
        else:
            killed = False
        house.parts = quiet
        house.wait_for_lease()
        swept(house)

        assert house.item(item.id).state is State.COMPLETE, at
        if not killed:
            break
        at += 1
    assert at > 20
    assert len(house.public()) == at + 1
    assert waiting(house.parts) == []


def test_a_changed_category_is_followed_by_the_sweep(house: House) -> None:
    site = house.second_site()
    house.route("chi-nhanh", terms={ANNOUNCEMENT: "thong-bao"})
    house.route(terms={**TERMS})
    item = house.received()
    check(item.id, parts=house.parts)
    accurate(item.id, by=CHECKER, parts=house.parts)
    house.classify(item.id, ANNOUNCEMENT)
    house.approve(item.id)

    told = swept(house)

    assert [one.item.state for one in told] == [State.COMPLETE]
    assert len(site.everything()) == len(house.portal.everything()) == 1


def test_one_refused_log_in_is_enough_and_all_go_on_by_themselves(
    house: House,
) -> None:
    ids = [approved(house, number) for number in range(3)]
    refused = CredentialsRefused(target="portal", user="thuvien")
    house.portal.always["resolve_terms"] = raising(refused)

    swept(house)
    house.clock.tick(minutes=9)
    early = swept(house)
    asked = house.portal.calls.count("resolve_terms")
    del house.portal.always["resolve_terms"]
    house.clock.tick(minutes=1)
    swept(house)

    assert early == []
    assert asked == 1
    assert {house.item(item_id).state for item_id in ids} == {State.COMPLETE}


@pytest.mark.parametrize("bulk", [False, True], ids=["alone", "together"])
def test_an_item_at_which_our_own_code_breaks_keeps_no_other_back(
    house: House, *, bulk: bool
) -> None:
    class Breaks(FaultyTarget):
        def losses(self, sent: Post, stored: StoredPost) -> tuple[Loss, ...]:
            if "hỏng" in sent.title:
                raise ValueError(sent.title)
            return super().losses(sent, stored)

    site = Breaks("portal", with_bulk=bulk)
    house.route(target=site)
    house.portal = site
    house.web.target = site
    bad = house.approved(title="Thông báo: hỏng", body=f"<p>Hỏng.</p>{BODY}")
    good = house.approved(title="Thông báo: tốt", body=f"<p>Tốt.</p>{BODY}")

    told = {one.item.id: one for one in sweep(house.parts)}

    assert isinstance(told[bad.id].error, Unexpected)
    assert house.publication(bad.id).lease_owner == ""
    assert house.item(good.id).state is State.COMPLETE
