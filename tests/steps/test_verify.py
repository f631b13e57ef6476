from dataclasses import replace
from datetime import timedelta

import pytest

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    FourEyes,
    ItemChanged,
    NothingToAccept,
    OutcomeNotAllowed,
    ReasonMissing,
    RoleNotAllowed,
    Unclear,
)
from connector.domain.item import ItemId, State, sha256
from connector.domain.person import CONNECTOR, Person, Role
from connector.domain.publication import PublicationState
from connector.domain.verdict import Judgement, Severity, Verification
from connector.ports.parts import GoLive
from connector.steps.check import check
from connector.steps.complete import proved
from connector.steps.verify import accept, verify
from tests.fakes.web import LOGIN
from tests.steps.faulty import raising
from tests.steps.house import (
    BODY,
    CHECKER,
    CORRECTED,
    DEPUTY,
    FINDER,
    WEBMASTER,
    House,
    with_pictures,
)

WRONG = ("21 giờ", "22 giờ")
DOUBTFUL = ("mang theo", "<strong>mang theo</strong>")
RIGHT = ("", "")
WHY = "giao diện tự in đậm"


def judged(house: House, item_id: ItemId) -> Judgement:
    seen = house.verify(item_id)
    assert seen is not None
    return seen.verification.verdict.judgement


def codes(verification: Verification, severity: Severity) -> list[str]:
    found = verification.verdict.differences
    return [one.code for one in found if one.severity is severity]


# What follows from a verdict.


def test_a_page_that_matches_verifies_the_item(house: House) -> None:
    item = house.published()

    seen = house.verify(item.id)

    assert seen is not None
    assert house.verifications(item.id) == [seen.verification]
    assert seen.verification.verdict.judgement is Judgement.PASS
    assert seen.verification.digest == house.revision(item.id).digest
    assert seen.verification.by == CONNECTOR.name
    assert house.item(item.id).state is State.VERIFIED
    publication = house.publication(item.id)
    assert publication.state is PublicationState.VERIFIED
    assert publication.due_at is None
    assert (publication.lease_owner, publication.lease_until) == ("", None)
    assert house.decisions(item.id)[-1] == Decision(
        step=Step.VERIFY,
        outcome=Outcome.ACCURATE,
        by=CONNECTOR.name,
        role=Role.CONNECTOR,
        at=house.clock.now(),
        digest=house.revision(item.id).digest,
    )


def test_the_page_as_fetched_is_in_the_archive(house: House) -> None:
    item = house.published()

    house.verify(item.id)

    [verification] = house.verifications(item.id)
    page = house.portal.public()[verification.url]
    assert verification.page == sha256(page)
    assert house.parts.archive.get(sha256(page)) == page


def test_pictures_are_fetched_and_compared(house: House) -> None:
    item = house.published(**with_pictures(b"phong doc"))

    seen = house.verify(item.id)

    assert seen is not None
    assert seen.verification.verdict.judgement is Judgement.PASS
    assert seen.verification.verdict.equal["images"] == 1
    assert any("/media/" in url for url in house.web.asked)


def test_a_wrong_page_goes_back_to_publish_with_what_is_wrong(house: House) -> None:
    item = house.published()
    house.web.tampered = WRONG

    seen = house.verify(item.id)

    assert seen is not None
    [verification] = house.verifications(item.id)
    assert verification.verdict.judgement is Judgement.FAIL
    [difference] = [
        one for one in verification.verdict.differences if one.severity is Severity.FAIL
    ]
    assert (difference.code, difference.place) == ("text.number", "block 1")
    assert "21" in difference.approved
    assert "22" in difference.shown
    assert house.item(item.id).state is State.APPROVED
    assert house.passages(item.id)[-1] == (
        Step.VERIFY,
        Outcome.INACCURATE,
        CONNECTOR.name,
    )
    publication = house.publication(item.id)
    assert publication.state is PublicationState.MISMATCH
    assert publication.due_at is None


def test_what_was_wrong_is_published_again_by_a_person_and_proved(
    house: House,
) -> None:
    item = house.published()
    house.web.tampered = WRONG
    house.verify(item.id)
    waiting = house.advance(item.id)
    house.web.tampered = RIGHT

    house.publish(item.id, by=WEBMASTER)
    told = house.advance(item.id)

    assert waiting.attempts == ()
    assert waiting.item.state is State.APPROVED
    assert told.item.state is State.COMPLETE
    assert len(house.portal.everything()) == 1


def test_a_page_that_came_out_wrong_is_written_again(house: House) -> None:
    item = house.published()
    house.web.tampered = WRONG
    house.verify(item.id)
    house.portal.calls.clear()

    house.publish(item.id, by=WEBMASTER)

    assert house.portal.calls == ["resolve_terms", "find", "update"]


def test_a_doubtful_page_waits_for_a_person(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL

    told = judged(house, item.id)
    house.clock.tick(days=1)
    later = house.advance(item.id)

    assert told is Judgement.REVIEW
    assert later.item.state is State.PUBLISHED
    assert later.seen == ()
    publication = house.publication(item.id)
    assert (publication.state, publication.due_at) == (PublicationState.LIVE, None)


def test_every_target_must_be_right(house: House) -> None:
    house.second_site()
    item = house.published()

    judged(house, item.id)
    after_one = house.item(item.id).state
    house.verify(item.id, "chi-nhanh")

    assert after_one is State.PUBLISHED
    assert house.item(item.id).state is State.VERIFIED


def test_one_page_that_is_wrong_is_enough(house: House) -> None:
    house.second_site()
    item = house.published()
    judged(house, item.id)
    other = house.parts.routes["chi-nhanh"].web
    other.tampered = WRONG  # type: ignore[attr-defined]  # it is a fake

    house.verify(item.id, "chi-nhanh")

    assert house.item(item.id).state is State.APPROVED


# Where nothing could be compared.


@pytest.mark.parametrize(
    ("trouble", "judgement"),
    [
        ({"answers": 404}, Judgement.NOT_LIVE),
        ({"answers": 410}, Judgement.NOT_LIVE),
        ({"answers": 502}, Judgement.UNREACHABLE),
        ({"answers": 503}, Judgement.UNREACHABLE),
        ({"silent": True}, Judgement.UNREACHABLE),
        ({"answers": 403}, Judgement.BLOCKED),
        ({"answers": 429}, Judgement.BLOCKED),
        ({"body": LOGIN}, Judgement.BLOCKED),
        (
            {"body": "<!doctype html><p>Trang chủ</p></html>".encode()},
            Judgement.NOT_LIVE,
        ),
    ],
    ids=lambda case: str(case)[:24],
)
@pytest.mark.parametrize("complete", [False, True], ids=["published", "complete"])
def test_what_could_not_be_compared_is_asked_again_and_never_wrong(
    house: House,
    trouble: dict[str, object],
    judgement: Judgement,
    complete: bool,  # noqa: FBT001 -- a case
) -> None:
    item = house.complete() if complete else house.published()
    before = house.publication(item.id).state
    proofs = house.verifications(item.id)
    for name, value in trouble.items():
        setattr(house.web, name, value)

    told = judged(house, item.id)

    publication = house.publication(item.id)
    assert told is judgement
    assert house.item(item.id) == item
    assert publication.state is before
    assert publication.due_at == house.clock.now() + timedelta(seconds=20)
    assert publication.problem is not None
    assert house.verifications(item.id)[:-1] == proofs
    assert codes(house.verifications(item.id)[-1], Severity.FAIL) == []


def test_it_waits_longer_each_time_and_an_hour_at_most(house: House) -> None:
    item = house.published()
    house.web.answers = 502
    waits = []

    for _ in range(10):
        house.advance(item.id)
        due_at = house.publication(item.id).due_at
        assert due_at is not None
        waits.append((due_at - house.clock.now()).total_seconds())
        house.clock.time = due_at
    house.web.answers = 200
    told = house.advance(item.id)

    assert waits == [20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert told.item.state is State.COMPLETE
    assert house.publication(item.id).attempt == 0


def test_a_cache_that_still_gives_the_earlier_text_is_stale_not_wrong(
    house: House,
) -> None:
    item = house.complete()
    house.web.keep_in_cache()
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)

    told = judged(house, item.id)
    state = house.item(item.id).state
    house.web.cache.clear()
    house.clock.tick(seconds=20)
    later = house.advance(item.id)

    assert told is Judgement.STALE
    assert state is State.PUBLISHED
    assert later.item.state is State.COMPLETE


def test_a_site_that_gives_everybody_the_earlier_text_is_stale(house: House) -> None:
    item = house.complete()
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)
    house.web.tampered = ("22 giờ", "21 giờ")

    told = judged(house, item.id)

    assert told is Judgement.STALE
    assert house.item(item.id).state is State.PUBLISHED


@pytest.mark.parametrize(
    "tampered",
    [
        pytest.param(
            ("</h1>", '</h1><a rel="category tag" href="/tin-tuc/">Tin tức</a>'),
            id="another category, as before it was classified",
        ),
        pytest.param(("22 giờ", "21 giờ"), id="a text that was corrected in time"),
    ],
)
def test_what_never_was_public_is_wrong_and_in_no_cache(
    house: House, tampered: tuple[str, str]
) -> None:
    item = house.received()
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)
    house.web.tampered = tampered

    told = judged(house, item.id)

    assert told is Judgement.FAIL
    assert house.item(item.id).state is State.APPROVED


def test_what_readers_get_from_a_cache_is_what_counts(house: House) -> None:
    item = house.published()
    [url] = [u for u in house.portal.public() if "thong-bao" in u]
    house.web.cache[url] = house.portal.public()[url].replace(
        "21 giờ".encode(), "9 giờ".encode()
    )

    told = judged(house, item.id)

    assert told is Judgement.STALE
    assert house.item(item.id).state is State.PUBLISHED


def test_a_doubtful_page_is_looked_at_as_readers_get_it_too(house: House) -> None:
    item = house.complete()
    house.web.keep_in_cache()
    house.correct(item.id)
    house.again(item.id)
    house.publish(item.id)
    house.web.tampered = DOUBTFUL

    told = judged(house, item.id)

    assert told is Judgement.STALE
    with pytest.raises(NothingToAccept):
        accept(item.id, by=FINDER, reason=WHY, parts=house.parts)


def test_the_page_is_asked_for_past_every_cache_and_then_plainly(house: House) -> None:
    item = house.published()
    house.verify(item.id)
    house.verify(item.id)

    first, plain, second, plain_again = house.web.asked
    url = house.publication(item.id).url
    assert plain == plain_again == url
    assert first.startswith(f"{url}?_verify=")
    assert first != second


# Nothing is fetched before it is public.


def test_nothing_is_fetched_before_it_is_published(house: House) -> None:
    house.route(go_live=GoLive.WEBMASTER)
    item = house.approved()
    house.advance(item.id)

    with pytest.raises(OutcomeNotAllowed) as refused:
        house.verify(item.id)

    assert refused.value.facts["step"] is Step.VERIFY
    assert house.web.asked == []


def test_verifying_is_not_for_the_webmaster(house: House) -> None:
    item = house.published()

    with pytest.raises(RoleNotAllowed):
        verify(house.publication(item.id), by=WEBMASTER, parts=house.parts)

    assert house.web.asked == []


# The two hops.


def test_what_the_cms_changed_is_wrong_and_says_so(house: House) -> None:
    item = house.published()
    [post] = house.public()
    house.portal.edit(post.id, body=CORRECTED)

    told = judged(house, item.id)

    [verification] = house.verifications(item.id)
    assert told is Judgement.FAIL
    assert codes(verification, Severity.FAIL) == ["stored.body", "text.number"]
    stored = verification.verdict.differences[0]
    assert (stored.approved, stored.shown) == (BODY, CORRECTED)
    assert str(stored.message) == "portal holds another body than was sent."


def test_what_the_cms_changed_is_wrong_though_no_reader_sees_it_yet(
    house: House,
) -> None:
    item = house.published()
    [post] = house.public()
    house.portal.edit(post.id, body=BODY + " ")

    told = judged(house, item.id)

    assert told is Judgement.FAIL
    assert house.item(item.id).state is State.APPROVED


def test_an_accepted_loss_is_known_on_the_first_hop(house: House) -> None:
    house.portal.keeps = lambda post: replace(post, body=post.body + " ")
    item = house.approved()
    house.publish(item.id)
    house.publish(item.id, by=WEBMASTER, accept_losses=True, reason="chỉ là dấu cách")

    told = judged(house, item.id)

    assert told is Judgement.PASS


def test_the_page_counts_where_the_cms_does_not_answer_us(house: House) -> None:
    item = house.published()
    house.portal.once["read"] = raising(Unclear(target="portal", problem="time-out"))

    told = judged(house, item.id)

    assert told is Judgement.PASS
    assert "stored.unread" in codes(house.verifications(item.id)[0], Severity.INFO)


# A person accepts.


def test_a_person_accepts_a_difference_with_a_reason(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    accepted = accept(item.id, by=FINDER, reason=WHY, parts=house.parts)

    assert house.verifications(item.id) == accepted
    assert [(v.accepted_by, v.accepted_reason) for v in accepted] == [
        (FINDER.name, WHY)
    ]
    assert house.item(item.id).state is State.VERIFIED
    decision = house.decisions(item.id)[-1]
    assert (decision.by, decision.reason) == (FINDER.name, WHY)
    assert house.advance(item.id).item.state is State.COMPLETE


def test_accepting_waits_for_a_worker_that_looks_at_the_page(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        tx.claim(
            item.id, "portal", owner="may-2", until=now + house.parts.lease, now=now
        )

    with pytest.raises(ItemChanged):
        accept(item.id, by=FINDER, reason=WHY, parts=house.parts)

    assert [v.accepted_by for v in house.verifications(item.id)] == [""]
    assert house.publication(item.id).lease_owner == "may-2"


def test_accepting_needs_a_reason(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    with pytest.raises(ReasonMissing):
        accept(item.id, by=FINDER, reason=" ", parts=house.parts)

    assert house.item(item.id) == item


def test_accepting_is_not_for_the_webmaster(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    with pytest.raises(RoleNotAllowed):
        accept(item.id, by=WEBMASTER, reason=WHY, parts=house.parts)


@pytest.mark.parametrize("hand", [CHECKER, DEPUTY], ids=lambda p: p.name)
def test_whose_hand_is_on_it_already_does_not_accept(
    house: House, hand: Person
) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    with pytest.raises(FourEyes):
        accept(item.id, by=hand, reason=WHY, parts=house.parts)

    assert house.item(item.id) == item


@pytest.mark.parametrize(
    "trouble",
    [{}, {"answers": 502}, {"body": LOGIN}],
    ids=["not verified yet", "unreachable", "login"],
)
def test_there_is_nothing_else_to_accept(
    house: House, trouble: dict[str, object]
) -> None:
    item = house.published()
    for name, value in trouble.items():
        setattr(house.web, name, value)
    if trouble:
        house.verify(item.id)

    with pytest.raises(NothingToAccept):
        accept(item.id, by=FINDER, reason=WHY, parts=house.parts)


def test_a_wrong_page_cannot_be_accepted(house: House) -> None:
    item = house.published()
    house.web.tampered = WRONG
    house.verify(item.id)

    with pytest.raises(OutcomeNotAllowed):
        accept(item.id, by=FINDER, reason=WHY, parts=house.parts)


def test_only_the_latest_look_can_be_accepted(house: House) -> None:
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)
    house.web.answers = 502
    house.verify(item.id)

    with pytest.raises(NothingToAccept):
        accept(item.id, by=FINDER, reason=WHY, parts=house.parts)


def test_an_acceptance_holds_for_one_target_only(house: House) -> None:
    house.second_site()
    item = house.published()
    house.web.tampered = DOUBTFUL
    house.verify(item.id)

    accept(item.id, by=FINDER, reason=WHY, parts=house.parts)
    waiting = house.item(item.id).state
    house.verify(item.id, "chi-nhanh")

    assert waiting is State.PUBLISHED
    assert house.item(item.id).state is State.VERIFIED


# After completion, beside other workers, and after a crash.


@pytest.mark.parametrize("later", [timedelta(minutes=1), timedelta(weeks=3)])
def test_a_complete_item_is_opened_again_when_its_page_is_changed(
    house: House, later: timedelta
) -> None:
    item = house.complete()
    house.clock.tick(seconds=later.total_seconds())
    house.web.tampered = WRONG

    told = judged(house, item.id)

    assert told is Judgement.FAIL
    assert house.item(item.id).state is State.APPROVED
    with house.parts.staging.reading() as tx:
        assert not proved(tx, house.item(item.id))
    assert len(house.verifications(item.id)) == 2


def test_a_page_that_another_worker_looks_at_is_left_alone(house: House) -> None:
    item = house.published()
    now = house.clock.now()
    with house.parts.staging.transaction() as tx:
        tx.claim(
            item.id,
            "portal",
            owner="may-2",
            until=now + house.parts.lease,
            now=now,
        )

    assert house.verify(item.id) is None
    assert house.web.asked == []


def test_a_verifier_that_was_too_slow_writes_nothing(house: House) -> None:
    item = house.published()

    def another_worker_takes_over() -> None:
        house.web.before = lambda: None
        house.wait_for_lease()
        other = replace(house.parts, worker="may-2")
        verify(house.publication(item.id), by=CONNECTOR, parts=other)

    house.web.before = another_worker_takes_over

    assert house.verify(item.id) is None
    assert len(house.verifications(item.id)) == 1
    assert house.item(item.id).state is State.VERIFIED


def test_others_write_while_a_page_is_fetched(house: House) -> None:
    item = house.published()
    other = house.received(title="Thông báo khác", body="<p>Nguồn: báo.</p>")
    house.web.before = lambda: check(other.id, parts=house.parts)

    told = judged(house, item.id)

    assert told is Judgement.PASS
