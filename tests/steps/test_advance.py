from dataclasses import replace

import pytest

from connector.domain.decision import Outcome, Step
from connector.domain.errors import ItemNotFound, NotSent
from connector.domain.finding import CheckResult, Finding, Level
from connector.domain.item import Item, ItemId, Revision, State
from connector.domain.message import Message
from connector.domain.publication import PublicationState
from connector.ports.check import Known
from connector.steps.advance import Advance
from connector.steps.check import give_back
from tests.steps.faulty import raising
from tests.steps.house import ACQUISITIONS, BODY, CHECKER, House

AUTOMATIC = frozenset({Step.CHECK, Step.CLASSIFY})


def test_an_approved_item_is_published_verified_and_complete(house: House) -> None:
    item = house.approved()

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert [a.publication.state for a in told.attempts] == [PublicationState.LIVE]
    assert [s.verification.url for s in told.seen] == [house.publication(item.id).url]
    assert [(step, by) for step, _, by in house.passages(item.id)[-3:]] == [
        (Step.PUBLISH, "connector"),
        (Step.VERIFY, "connector"),
        (Step.COMPLETE, "connector"),
    ]


def test_the_second_time_nothing_is_done_and_nothing_is_sent(house: House) -> None:
    item = house.complete()
    house.clock.tick(minutes=2)
    house.advance(item.id)  # whether a request came twice
    asked, calls = list(house.web.asked), list(house.portal.calls)
    events = house.events(item.id)
    house.clock.tick(days=30)

    told = house.advance(item.id)

    assert told == Advance(item=house.item(item.id))
    assert (house.web.asked, house.portal.calls) == (asked, calls)
    assert house.events(item.id) == events


@pytest.mark.parametrize("state", ["received", "checked", "classified"])
def test_what_waits_for_a_person_waits(house: House, state: str) -> None:
    item = getattr(house, state)()

    told = house.advance(item.id)

    assert told == Advance(item=item)
    assert house.portal.calls == []


def test_what_is_not_there_cannot_go_on(house: House) -> None:
    with pytest.raises(ItemNotFound):
        house.advance(ItemId(7))


def test_an_item_without_any_finding_passes_by_itself_where_the_library_wants_it(
    house: House,
) -> None:
    house.policy(automatic=AUTOMATIC)
    item = house.received()

    told = house.advance(item.id)

    assert told.item.state is State.CLASSIFIED
    assert house.revision(item.id).category == "announcement"
    assert house.passages(item.id)[1:] == [
        (Step.CHECK, Outcome.ACCURATE, "connector"),
        (Step.CLASSIFY, Outcome.DONE, "connector"),
    ]
    assert house.portal.calls == []


@pytest.mark.parametrize(
    "fields",
    [
        {"body": BODY.replace("Nguồn: ", "")},
        {"title": "Thông báo về phòng đọc mới của thư viện trường " * 4},
    ],
    ids=["blocked", "only a warning"],
)
def test_an_item_with_any_finding_waits_for_a_person(
    house: House, fields: dict[str, object]
) -> None:
    house.policy(automatic=AUTOMATIC)
    item = house.received(**fields)

    told = house.advance(item.id)

    assert told.item.state is State.RECEIVED


@pytest.mark.parametrize(
    ("level", "state"),
    [(Level.BLOCK, State.RECEIVED), (Level.WARN, State.CLASSIFIED)],
)
def test_a_blocking_rule_that_could_not_be_tried_has_not_been_passed(
    house: House, level: Level, state: State
) -> None:
    class CouldNotTry:
        def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
            del known
            untried = Finding(
                rule="links",
                rule_version=1,
                level=level,
                message=Message("{url} did not answer", {"url": "https://bao.example"}),
            )
            return CheckResult(
                item_id=item.id,
                digest=revision.digest,
                at=house.clock.now(),
                unchecked=(untried,),
            )

    house.policy(automatic=AUTOMATIC)
    house.parts = replace(house.parts, checks=CouldNotTry())
    item = house.received()

    told = house.advance(item.id)

    assert told.item.state is state


def test_where_no_rule_proposes_a_category_a_person_is_asked(house: House) -> None:
    house.policy(automatic=AUTOMATIC)
    item = house.received(title="Phòng đọc mới của thư viện")

    told = house.advance(item.id)

    assert told.item.state is State.CHECKED


def test_where_check_is_approval_an_item_goes_all_the_way_by_itself(
    house: House,
) -> None:
    house.policy(automatic=AUTOMATIC, approval_by_check=True)
    item = house.received()

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert house.audit_is_whole()


def test_an_approval_by_check_that_a_crash_kept_back_is_made_up_for(
    house: House,
) -> None:
    item = house.classified()
    house.policy(approval_by_check=True)

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE


def test_what_is_not_due_yet_is_not_tried(house: House) -> None:
    item = house.approved()
    house.portal.once["find"] = raising(NotSent(target="portal", problem="DNS"))
    house.advance(item.id)
    house.portal.calls.clear()
    house.clock.tick(seconds=29)

    told = house.advance(item.id)

    assert told.attempts == ()
    assert house.portal.calls == []


def test_what_is_no_longer_approved_is_not_due_any_more(house: House) -> None:
    item = house.approved()
    give_back(item.id, by=CHECKER, reason="bị hoãn", parts=house.parts)

    house.advance(item.id)

    publication = house.publication(item.id)
    assert (publication.state, publication.due_at) == (PublicationState.INTENDED, None)
    assert (publication.lease_owner, publication.lease_until) == ("", None)
    with house.parts.staging.reading() as tx:
        assert tx.due(house.clock.now()) == []


def test_a_target_that_an_item_has_left_does_not_stop_the_others(
    house: House,
) -> None:
    site = house.second_site()
    house.route(terms={ACQUISITIONS: "tai-lieu-moi"})
    item = house.approved()

    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert [p.target for p in house.publications(item.id)] == ["chi-nhanh"]
    assert len(site.everything()) == 1
    assert house.portal.calls == []
