from dataclasses import replace

import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.errors import (
    Blocked,
    FourEyes,
    ItemChanged,
    ItemNotFound,
    NoSuchFinding,
    OutcomeNotAllowed,
    ReasonMissing,
    RoleNotAllowed,
)
from connector.domain.finding import CheckResult, Level, Waiver
from connector.domain.item import Item, ItemId, Revision, State
from connector.domain.person import Role
from connector.ports.check import Known
from connector.steps.approve import approve
from connector.steps.check import accurate, check, give_back, waive
from connector.steps.classify import classify
from tests.steps.house import (
    ANNOUNCEMENT,
    BODY,
    CHECKER,
    DEPUTY,
    FINDER,
    WEBMASTER,
    House,
)

NO_SOURCE = BODY.replace("Nguồn: ", "")
LONG = "Thông báo về việc thư viện mở cửa phòng đọc mới " * 4
WAIVER = "văn bản của chính thư viện"


def rules_of(result: CheckResult) -> list[tuple[str, Level]]:
    return [(finding.rule, finding.level) for finding in result.findings]


def test_what_the_rules_find_is_kept_for_this_text(house: House) -> None:
    item = house.received(title=LONG.strip(), body=NO_SOURCE)

    result = check(item.id, parts=house.parts)

    assert rules_of(result) == [
        ("source-attribution", Level.BLOCK),
        ("title-length", Level.WARN),
    ]
    assert result.digest == house.revision(item.id).digest
    with house.parts.staging.reading() as tx:
        assert tx.check_of(item.id, result.digest) == result
    assert house.item(item.id) == item


def test_what_is_not_there_cannot_be_checked(house: House) -> None:
    with pytest.raises(ItemNotFound):
        check(ItemId(7), parts=house.parts)


def test_a_person_finds_it_accurate(house: House) -> None:
    item = house.received()

    passed = accurate(item.id, by=CHECKER, parts=house.parts)

    assert passed.state is State.CHECKED
    [_, decision] = house.decisions(item.id)
    assert (decision.step, decision.outcome) == (Step.CHECK, Outcome.ACCURATE)
    assert (decision.by, decision.role) == (CHECKER.name, Role.LIBRARIAN)
    assert decision.digest == house.revision(item.id).digest


def test_a_blocking_rule_stops_it_and_a_warning_does_not(house: House) -> None:
    blocked = house.received(body=NO_SOURCE)
    warned = house.received(title=LONG.strip())

    with pytest.raises(Blocked) as refused:
        accurate(blocked.id, by=CHECKER, parts=house.parts)
    passed = accurate(warned.id, by=CHECKER, parts=house.parts)

    assert refused.value.facts == {"item": blocked.id, "rules": ["source-attribution"]}
    assert house.item(blocked.id) == blocked
    assert passed.state is State.CHECKED


def test_a_result_for_an_earlier_text_does_not_count(house: House) -> None:
    item = house.received()
    check(item.id, parts=house.parts)
    house.correct(item.id, body=NO_SOURCE)

    with pytest.raises(Blocked):
        accurate(item.id, by=CHECKER, parts=house.parts)


def test_a_text_that_changes_while_it_is_checked_is_not_passed(house: House) -> None:
    item = house.received()
    rules = house.parts.checks

    class Slow:
        def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
            house.correct(item.id)
            return rules.run(item, revision, known)

    house.parts = replace(house.parts, checks=Slow())

    with pytest.raises(ItemChanged):
        accurate(item.id, by=CHECKER, parts=house.parts)

    assert house.item(item.id).state is State.RECEIVED


def test_others_write_while_the_rules_run(house: House) -> None:
    item = house.received()
    rules = house.parts.checks

    class Slow:
        def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
            house.received()
            return rules.run(item, revision, known)

    house.parts = replace(house.parts, checks=Slow())

    result = check(item.id, parts=house.parts)

    # The rules saw the other item, too: it says the same.
    assert rules_of(result) == [("duplicate", Level.BLOCK)]


def test_a_waived_rule_lets_it_pass(house: House) -> None:
    item = house.received(body=NO_SOURCE)

    waiver = waive(
        item.id, "source-attribution", by=DEPUTY, reason=WAIVER, parts=house.parts
    )
    passed = accurate(item.id, by=CHECKER, parts=house.parts)

    assert passed.state is State.CHECKED
    assert waiver == Waiver(
        item_id=item.id,
        digest=house.revision(item.id).digest,
        rule="source-attribution",
        rule_version=1,
        reason=WAIVER,
        by=DEPUTY.name,
        role=Role.DEPUTY_DIRECTOR,
        at=house.clock.now(),
    )
    with house.parts.staging.reading() as tx:
        assert list(tx.waivers(item.id, waiver.digest)) == [waiver]


def test_a_waiver_is_void_for_another_text(house: House) -> None:
    item = house.received(body=NO_SOURCE)
    waive(item.id, "source-attribution", by=DEPUTY, reason=WAIVER, parts=house.parts)
    house.correct(item.id, body=NO_SOURCE.replace("21 giờ", "22 giờ"))

    with pytest.raises(Blocked):
        accurate(item.id, by=CHECKER, parts=house.parts)


def test_waiving_is_for_the_deputy_director(house: House) -> None:
    item = house.received(body=NO_SOURCE)

    with pytest.raises(RoleNotAllowed) as refused:
        waive(
            item.id, "source-attribution", by=CHECKER, reason=WAIVER, parts=house.parts
        )

    assert refused.value.facts["owners"] == ["deputy director"]


def test_a_waiver_needs_a_reason(house: House) -> None:
    item = house.received(body=NO_SOURCE)

    with pytest.raises(ReasonMissing):
        waive(item.id, "source-attribution", by=DEPUTY, reason=" ", parts=house.parts)


@pytest.mark.parametrize("rule", ["title-length", "duplicate", "khong-co"])
def test_only_a_blocking_finding_can_be_waived(house: House, rule: str) -> None:
    item = house.received(title=LONG.strip(), body=NO_SOURCE)

    with pytest.raises(NoSuchFinding):
        waive(item.id, rule, by=DEPUTY, reason=WAIVER, parts=house.parts)


def test_the_finder_does_not_check(house: House) -> None:
    item = house.received()

    with pytest.raises(FourEyes) as refused:
        accurate(item.id, by=FINDER, parts=house.parts)

    assert refused.value.facts == {
        "user": FINDER.name,
        "earlier": Step.RECEIVE,
        "item": item.id,
        "step": Step.CHECK,
    }
    assert house.item(item.id) == item


def test_the_finder_may_check_where_the_library_wants_no_four_eyes(
    house: House,
) -> None:
    house.policy(four_eyes=frozenset())
    item = house.received()

    passed = accurate(item.id, by=FINDER, parts=house.parts)

    assert passed.state is State.CHECKED


@pytest.mark.parametrize("person", [DEPUTY, WEBMASTER])
def test_checking_is_for_librarians(house: House, person: object) -> None:
    item = house.received()

    with pytest.raises(RoleNotAllowed):
        accurate(item.id, by=person, parts=house.parts)  # type: ignore[arg-type]  # a case


def test_what_was_checked_is_not_checked_again(house: House) -> None:
    item = house.checked()

    with pytest.raises(OutcomeNotAllowed) as refused:
        accurate(item.id, by=CHECKER, parts=house.parts)

    assert refused.value.facts["state"] is State.CHECKED


def test_inaccurate_goes_back_with_its_reason_and_nothing_is_sent(
    house: House,
) -> None:
    item = house.received()

    returned = give_back(item.id, by=CHECKER, reason="sai ngày", parts=house.parts)

    assert returned.state is State.RETURNED
    assert house.decisions(item.id)[-1].reason == "sai ngày"
    assert house.passages(item.id) == [
        (Step.RECEIVE, Outcome.DONE, FINDER.name),
        (Step.CHECK, Outcome.INACCURATE, CHECKER.name),
    ]
    assert house.portal.calls == []


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_return_needs_a_reason(house: House, reason: str) -> None:
    item = house.received()

    with pytest.raises(ReasonMissing):
        give_back(item.id, by=CHECKER, reason=reason, parts=house.parts)

    assert house.item(item.id) == item


def test_returning_before_it_is_public_is_for_librarians(house: House) -> None:
    item = house.received()

    with pytest.raises(RoleNotAllowed):
        give_back(item.id, by=WEBMASTER, reason="sai", parts=house.parts)


def test_what_was_returned_waits_for_a_correction(house: House) -> None:
    item = house.received()
    give_back(item.id, by=CHECKER, reason="sai ngày", parts=house.parts)

    with pytest.raises(OutcomeNotAllowed):
        give_back(item.id, by=CHECKER, reason="sai giờ", parts=house.parts)
    with pytest.raises(OutcomeNotAllowed):
        accurate(item.id, by=CHECKER, parts=house.parts)


def test_a_corrected_text_begins_a_new_round_for_other_eyes(house: House) -> None:
    item = house.received()
    give_back(item.id, by=CHECKER, reason="sai ngày", parts=house.parts)
    house.correct(item.id)

    passed = accurate(item.id, by=CHECKER, parts=house.parts)

    assert passed.state is State.CHECKED


def test_what_was_approved_can_still_be_returned_and_is_not_sent(
    house: House,
) -> None:
    item = house.approved()

    give_back(item.id, by=CHECKER, reason="sự kiện bị hoãn", parts=house.parts)
    told = house.advance(item.id)

    assert told.item.state is State.RETURNED
    assert house.portal.calls == []


def test_what_is_public_and_found_wrong_goes_back_to_publish(house: House) -> None:
    item = house.complete()

    returned = give_back(item.id, by=DEPUTY, reason="thiếu ảnh", parts=house.parts)

    assert returned.state is State.APPROVED
    decision = house.decisions(item.id)[-1]
    assert (decision.step, decision.outcome) == (Step.VERIFY, Outcome.INACCURATE)
    assert decision.reason == "thiếu ảnh"


def test_what_a_person_sent_back_is_not_taken_for_published_by_itself(
    house: House,
) -> None:
    item = house.complete()
    give_back(item.id, by=DEPUTY, reason="thiếu ảnh", parts=house.parts)

    told = house.advance(item.id)

    assert told.item.state is State.APPROVED


def test_what_a_person_sent_back_is_published_and_verified_again(house: House) -> None:
    item = house.complete()
    give_back(item.id, by=DEPUTY, reason="thiếu ảnh", parts=house.parts)

    house.publish(item.id)
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert len(house.verifications(item.id)) == 2
    assert len(house.public()) == 1


def test_a_return_of_what_is_public_needs_a_reason(house: House) -> None:
    item = house.complete()

    with pytest.raises(ReasonMissing) as refused:
        give_back(item.id, by=DEPUTY, reason="", parts=house.parts)

    assert refused.value.facts == {"step": Step.VERIFY}


def test_a_waiver_holds_when_the_category_is_chosen(house: House) -> None:
    item = house.received(body=NO_SOURCE)
    waive(item.id, "source-attribution", by=DEPUTY, reason=WAIVER, parts=house.parts)
    accurate(item.id, by=CHECKER, parts=house.parts)
    classify(item.id, ANNOUNCEMENT, by=CHECKER, parts=house.parts)

    approved = approve(item.id, by=DEPUTY, parts=house.parts)

    assert approved.state is State.APPROVED
