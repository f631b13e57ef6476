from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace

import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.errors import (
    ItemChanged,
    NoAnswer,
    NotApproved,
    NothingPublic,
    OutcomeNotAllowed,
    ReasonMissing,
    RoleNotAllowed,
    StillPublic,
    Unclear,
)
from connector.domain.item import State
from connector.domain.person import Person
from connector.domain.publication import PostState, PublicationState
from connector.ports.staging import Staging, Transaction
from connector.steps.withdraw import reject, withdraw
from tests.steps.faulty import raising
from tests.steps.house import (
    BODY,
    CHECKER,
    DEPUTY,
    FINDER,
    WEBMASTER,
    House,
)

WHY = "sự kiện bị hoãn"


def states(house: House) -> list[PostState]:
    return [post.state for post in house.portal.everything()]


def test_what_is_withdrawn_is_gone_and_was_looked_at(house: House) -> None:
    item = house.complete()
    url = house.publication(item.id).url
    house.web.asked.clear()

    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN
    assert url not in house.portal.public()
    assert house.web.asked == [url]
    publication = house.publication(item.id)
    assert publication.state is PublicationState.WITHDRAWN
    assert publication.due_at is None
    assert (publication.lease_owner, publication.lease_until) == ("", None)
    decision = house.decisions(item.id)[-1]
    assert (decision.step, decision.by, decision.reason) == (
        Step.WITHDRAW,
        DEPUTY.name,
        WHY,
    )


def test_what_can_still_be_read_is_not_withdrawn(house: House) -> None:
    item = house.complete()
    house.web.keep_in_cache()

    with pytest.raises(StillPublic) as refused:
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert refused.value.facts == {
        "item": item.id,
        "url": house.publication(item.id).url,
    }
    assert house.item(item.id).state is State.COMPLETE
    assert states(house) == [PostState.DRAFT]


def test_once_the_cache_is_empty_it_can_be_withdrawn_again(house: House) -> None:
    item = house.complete()
    house.web.keep_in_cache()
    with pytest.raises(StillPublic):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.web.cache.clear()

    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN


def test_a_site_that_does_not_answer_proves_nothing(house: House) -> None:
    item = house.complete()
    house.web.silent = True

    with pytest.raises(NoAnswer):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.web.silent = False
    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN


@pytest.mark.parametrize("status", [500, 502, 503, 302])
def test_a_page_that_is_only_broken_is_not_gone(house: House, status: int) -> None:
    item = house.complete()
    house.web.body = b"<p>loi</p>"
    house.web.answers = status
    house.web.keep_in_cache()

    with pytest.raises(StillPublic):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)


def test_a_lost_answer_can_be_repeated_at_once(house: House) -> None:
    item = house.complete()
    house.portal.once["withdraw"] = raising(
        Unclear(target="portal", problem="time-out")
    )

    with pytest.raises(Unclear):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    still = house.public()
    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert len(still) == 1
    assert gone.state is State.WITHDRAWN
    assert house.public() == []


def test_one_target_that_fails_leaves_the_item_where_it_is(house: House) -> None:
    house.second_site()
    item = house.approved()
    house.advance(item.id)
    house.portal.once["withdraw"] = raising(
        Unclear(target="portal", problem="time-out")
    )

    with pytest.raises(Unclear):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert house.item(item.id).state is State.COMPLETE
    assert house.publication(item.id, "chi-nhanh").state is PublicationState.WITHDRAWN


def test_what_was_approved_and_not_sent_yet_is_withdrawn_unsent(house: House) -> None:
    item = house.approved()

    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)
    house.clock.tick(days=1)
    told = house.advance(item.id)

    assert gone.state is State.WITHDRAWN
    assert told.attempts == ()
    assert house.portal.calls == []
    with pytest.raises(NotApproved):
        house.publish(item.id)


@pytest.mark.parametrize("place", ["find", "put_draft:done", "go_live"])
def test_what_a_worker_is_just_sending_is_not_withdrawn_behind_its_back(
    house: House, place: str
) -> None:
    item = house.approved()

    def withdrawn_meanwhile() -> None:
        with pytest.raises(ItemChanged):
            withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    house.portal.once[place] = withdrawn_meanwhile
    house.publish(item.id)
    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN
    assert house.public() == []


def test_a_worker_that_was_too_slow_makes_nothing_public_again(house: House) -> None:
    item = house.approved()

    def withdrawn_meanwhile() -> None:
        house.wait_for_lease()
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    house.portal.once["put_draft:done"] = withdrawn_meanwhile

    assert house.publish(item.id) is None
    assert house.public() == []
    assert house.item(item.id).state is State.WITHDRAWN


@pytest.mark.parametrize("person", [CHECKER, WEBMASTER], ids=lambda p: p.name)
def test_withdrawing_is_for_the_deputy_director(house: House, person: Person) -> None:
    item = house.complete()

    with pytest.raises(RoleNotAllowed):
        withdraw(item.id, by=person, reason=WHY, parts=house.parts)

    assert len(house.public()) == 1


@pytest.mark.parametrize("step", [withdraw, reject], ids=["withdraw", "reject"])
def test_both_ways_out_need_a_reason(house: House, step: object) -> None:
    item = house.approved()

    with pytest.raises(ReasonMissing):
        step(item.id, by=DEPUTY, reason=" ", parts=house.parts)  # type: ignore[operator]  # one of the two

    assert house.item(item.id) == item


def test_what_was_never_approved_cannot_be_withdrawn(house: House) -> None:
    item = house.classified()

    with pytest.raises(NothingPublic):
        withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)


@pytest.mark.parametrize("state", ["received", "checked", "classified", "approved"])
def test_what_is_not_public_can_be_rejected(house: House, state: str) -> None:
    item = getattr(house, state)()

    rejected = reject(item.id, by=FINDER, reason="trùng tin", parts=house.parts)
    house.clock.tick(days=1)
    told = house.advance(item.id)

    assert rejected.state is State.REJECTED
    assert house.passages(item.id)[-1] == (Step.REJECT, Outcome.DONE, FINDER.name)
    assert told.attempts == ()
    assert house.portal.calls == []


def test_what_is_public_is_withdrawn_and_not_rejected(house: House) -> None:
    item = house.complete()

    with pytest.raises(OutcomeNotAllowed):
        reject(item.id, by=DEPUTY, reason="trùng tin", parts=house.parts)

    assert [post.body for post in house.public()] == [BODY]


def test_rejecting_is_not_for_the_webmaster(house: House) -> None:
    item = house.received()

    with pytest.raises(RoleNotAllowed):
        reject(item.id, by=WEBMASTER, reason="trùng tin", parts=house.parts)


def test_what_is_still_public_under_an_earlier_text_is_not_rejected(
    house: House,
) -> None:
    item = house.complete()
    house.correct(item.id)

    with pytest.raises(StillPublic):
        reject(item.id, by=FINDER, reason="không đăng nữa", parts=house.parts)
    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN
    assert house.public() == []


def test_a_site_that_answers_200_for_what_it_does_not_have_hides_nothing(
    house: House,
) -> None:
    item = house.complete()
    house.web.body = (
        "<!doctype html><html><head><title>Trang chủ</title></head>"
        "<body><h1>Thư viện</h1><p>Mời bạn đọc các tin mới.</p></body></html>"
    ).encode()

    gone = withdraw(item.id, by=DEPUTY, reason=WHY, parts=house.parts)

    assert gone.state is State.WITHDRAWN


@dataclass
class Meanwhile:
    """A staging database in which something happens just before the first write."""

    staging: Staging
    happens: Callable[[], object]

    def transaction(self) -> AbstractContextManager[Transaction]:
        happens, self.happens = self.happens, lambda: None
        happens()
        return self.staging.transaction()

    def reading(self) -> AbstractContextManager[Transaction]:
        return self.staging.reading()


def test_what_went_live_just_before_it_was_taken_down_is_looked_for_too(
    house: House,
) -> None:
    item = house.approved()
    staging = Meanwhile(house.parts.staging, lambda: house.publish(item.id))
    parts = replace(house.parts, staging=staging)
    house.web.asked.clear()

    withdraw(item.id, by=DEPUTY, reason=WHY, parts=parts)

    assert house.public() == []
    assert house.web.asked == [house.publication(item.id).url]
