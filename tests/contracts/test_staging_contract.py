"""What the staging database must do, on SQLite and on PostgreSQL."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError, StatementError

from connector.domain.decision import Outcome, Step
from connector.domain.errors import (
    DatabaseUnusable,
    ItemChanged,
    ItemNotFound,
    LeaseLost,
    OutcomeNotAllowed,
)
from connector.domain.finding import CheckResult, Finding, Level, Waiver
from connector.domain.item import (
    Attachment,
    CategoryCode,
    Item,
    ItemId,
    Revision,
    Sha256,
    State,
    Use,
    key_of,
    sha256,
)
from connector.domain.message import Message
from connector.domain.person import Role
from connector.domain.publication import (
    Loss,
    Media,
    Post,
    PublicationState,
)
from connector.domain.verdict import (
    Difference,
    Judgement,
    Severity,
    Verdict,
    Verification,
)
from connector.ports.staging import AuditRow, Staging
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from tests.conftest import FrozenClock, MakeDecision, MakeDraft, MakeRevision
from tests.staging.news import News, claim, publication

PICTURE = Attachment(
    name="phòng đọc.png",
    media_type="image/png",
    sha256=sha256(b"picture"),
    size=7,
    use=Use.FEATURED,
    alt="Phòng đọc tầng 2",
)
TIMETABLE = Attachment(
    name="lịch phục vụ.pdf",
    media_type="application/pdf",
    sha256=sha256(b"timetable"),
    size=9,
    use=Use.ATTACHMENT,
)


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def staging(engine: Engine, clock: FrozenClock) -> Staging:
    return SqlStaging(engine, clock)


@pytest.fixture
def news(
    staging: Staging,
    make_draft: MakeDraft,
    make_revision: MakeRevision,
    make_decision: MakeDecision,
) -> News:
    return News(staging, make_draft, make_revision, make_decision)


def trail(staging: Staging) -> Sequence[AuditRow]:
    with staging.reading() as tx:
        return list(tx.audit())


def test_a_new_item_is_received_with_its_revision_decision_and_audit_row(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    draft = news.draft()
    revision = news.revision(files=(PICTURE, TIMETABLE), excerpt="Mở đến 21 giờ.")
    decision = news.decision(revision)

    with staging.transaction() as tx:
        item = tx.add_item(draft, decision, revision)

    assert item == Item(
        id=item.id,
        key=key_of(draft.source, draft.source_id),
        state=State.RECEIVED,
        version=1,
        source=draft.source,
        source_id=draft.source_id,
        link=draft.link,
        original=sha256(draft.original),
        received_at=clock.now(),
    )
    with staging.reading() as tx:
        assert tx.item(item.id) == item
        assert tx.revisions(item.id) == [revision]
        assert tx.revision(item.id) == tx.revision(item.id, 1) == revision
        assert tx.originals(item.id) == {sha256(draft.original)}
        assert tx.decisions(item.id) == [decision]
        assert [(row.event, row.by) for row in tx.audit(item.id)] == [
            ("receive", "thu-thu")
        ]


def test_an_item_from_the_same_place_is_not_stored_twice(
    staging: Staging, news: News
) -> None:
    first = news.received(source_id="guid-1")

    with pytest.raises(ItemChanged) as refused:
        news.received(source_id="guid-1")

    assert refused.value.facts == {"item": first.id}
    with staging.reading() as tx:
        assert tx.items() == [first]
        assert tx.broken_audit_row() is None


def test_an_item_that_is_not_there_is_said_not_to_be_there(staging: Staging) -> None:
    with staging.reading() as tx:
        with pytest.raises(ItemNotFound):
            tx.item(ItemId(7))
        with pytest.raises(ItemNotFound):
            tx.revision(ItemId(7))


def test_a_revision_that_is_not_there_is_said_not_to_be_there(
    staging: Staging, news: News
) -> None:
    item = news.received()

    with staging.reading() as tx, pytest.raises(ItemNotFound):
        tx.revision(item.id, 2)


def test_an_item_is_found_by_place_then_link_then_bytes(
    staging: Staging, news: News
) -> None:
    by_bytes = news.received(original=b"A")
    by_link = news.received(link="https://thu-vien.example/tin")
    by_place = news.received(source="feed", source_id="guid-3")
    offers = [
        ("guid-3", by_link.link, b"A"),
        ("guid-9", by_link.link, b"A"),
        ("guid-9", "", b"A"),
        ("guid-9", "", b"B"),
    ]

    with staging.reading() as tx:
        found = [
            tx.find_item(
                source="feed", source_id=guid, link=link, original=sha256(original)
            )
            for guid, link, original in offers
        ]

    assert found == [by_place, by_link, by_bytes, None]


def test_two_items_without_a_link_are_not_the_same(
    staging: Staging, news: News
) -> None:
    news.received(link="", original=b"A")

    with staging.reading() as tx:
        found = tx.find_item(
            source="mail", source_id="2", link="", original=sha256(b"B")
        )

    assert found is None


def test_a_rejected_item_is_found_again(staging: Staging, news: News) -> None:
    rejected = news.rejected(source="feed", source_id="guid-1")

    with staging.reading() as tx:
        found = tx.find_item(
            source="feed", source_id="guid-1", link="", original=sha256(b"other")
        )

    assert found == rejected
    assert rejected.state is State.REJECTED


def test_an_item_is_found_by_the_bytes_of_an_earlier_revision(
    staging: Staging, news: News
) -> None:
    item = news.received(original=b"first")
    with staging.transaction() as tx:
        item = tx.add_revision(
            item, news.revision(number=2), original=sha256(b"second")
        )

    with staging.reading() as tx:
        found = tx.find_item(
            source="mail", source_id="1", link="", original=sha256(b"first")
        )

    assert found == item
    assert item.original == sha256(b"second")


def test_a_correction_is_the_next_revision(staging: Staging, news: News) -> None:
    first = news.revision()
    item = news.received(first, original=b"first")
    second = news.revision(number=2, body="<p>Đã sửa.</p>", files=(TIMETABLE,))
    third = replace(second, number=3, category=CategoryCode("news"))

    with staging.transaction() as tx:
        item = tx.add_revision(item, second, original=sha256(b"second"))
        item = tx.add_revision(item, third)

    assert (item.version, item.original) == (3, sha256(b"second"))
    with staging.reading() as tx:
        assert tx.item(item.id) == item
        assert tx.revisions(item.id) == [first, second, third]
        assert tx.revision(item.id) == third
        assert tx.revision(item.id, 2) == second
        assert tx.originals(item.id) == {sha256(b"first"), sha256(b"second")}


def test_a_revision_of_an_item_that_has_changed_is_refused(
    staging: Staging, news: News
) -> None:
    read = news.received()
    news.decided(read, Step.CHECK, Outcome.ACCURATE)

    with staging.transaction() as tx, pytest.raises(ItemChanged):
        tx.add_revision(read, news.revision(number=2))

    with staging.reading() as tx:
        assert len(tx.revisions(read.id)) == 1


@pytest.mark.parametrize("number", [1, 3])
def test_a_revision_that_is_not_the_next_one_is_refused(
    staging: Staging, news: News, number: int
) -> None:
    item = news.received()

    with staging.transaction() as tx, pytest.raises(ItemChanged):
        tx.add_revision(item, news.revision(number=number))


def test_the_procedure_says_which_state_follows(staging: Staging, news: News) -> None:
    item = news.received()
    revision = news.revision()
    decision = news.decision(revision, Step.CHECK, Outcome.ACCURATE, reason="Đã đọc.")

    with staging.transaction() as tx:
        checked = tx.decide(item, decision)

    assert checked == replace(item, state=State.CHECKED, version=2)
    with staging.reading() as tx:
        assert tx.item(item.id) == checked
        assert tx.decisions(item.id) == [news.decision(revision), decision]
        assert [row.event for row in tx.audit(item.id)] == ["receive", "check"]


def test_a_step_the_procedure_does_not_have_changes_nothing(
    staging: Staging, news: News
) -> None:
    item = news.received()
    before = trail(staging)

    with pytest.raises(OutcomeNotAllowed):
        news.decided(item, Step.COMPLETE)

    assert trail(staging) == before
    with staging.reading() as tx:
        assert tx.item(item.id) == item


def test_a_decision_on_an_item_that_has_changed_is_refused(
    staging: Staging, news: News
) -> None:
    read = news.received()
    checked = news.decided(read, Step.CHECK, Outcome.ACCURATE)
    before = trail(staging)

    with pytest.raises(ItemChanged):
        news.decided(read, Step.REJECT)

    assert trail(staging) == before
    with staging.reading() as tx:
        assert tx.item(read.id) == checked
        assert len(tx.decisions(read.id)) == 2


def test_a_decision_on_a_text_that_was_corrected_in_the_meantime_is_refused(
    staging: Staging, news: News
) -> None:
    read = news.received()
    with staging.transaction() as tx:
        tx.add_revision(read, news.revision(number=2, body="<p>Đã sửa.</p>"))

    with pytest.raises(ItemChanged):
        news.decided(read, Step.CHECK, Outcome.ACCURATE)

    with staging.reading() as tx:
        assert tx.item(read.id) == replace(read, version=2)


def test_items_with_the_same_text_are_found(staging: Staging, news: News) -> None:
    same = news.received()
    news.rejected()
    other = news.received(news.revision(title="Một tin khác"))
    corrected = news.received()
    with staging.transaction() as tx:
        tx.add_revision(corrected, news.revision(number=2, body="<p>Đã sửa.</p>"))
    new = news.received()

    with staging.reading() as tx:
        found = tx.same_text(news.revision(language="en"), but=new.id)
        none = tx.same_text(tx.revision(other.id), but=other.id)

    assert (found, none) == ([same.id], [])


def test_items_are_listed_by_number_a_page_at_a_time(
    staging: Staging, news: News
) -> None:
    items = [news.received() for _ in range(5)]

    with staging.reading() as tx:
        first = tx.items(limit=2)
        second = tx.items(limit=2, after=first[-1].id)
        third = tx.items(limit=2, after=second[-1].id)

    assert [first, second, third] == [items[:2], items[2:4], items[4:]]


def test_an_item_is_known_by_the_key_its_posts_carry(
    staging: Staging, news: News
) -> None:
    news.received()
    item = news.received()

    with staging.reading() as tx:
        found = tx.item_with(item.key)
        none = tx.item_with(key_of("press", "nowhere"))

    assert (found, none) == (item, None)


def test_items_are_listed_by_state(staging: Staging, news: News) -> None:
    received = news.received()
    rejected = news.rejected()
    checked = news.decided(news.received(), Step.CHECK, Outcome.ACCURATE)

    with staging.reading() as tx:
        some = tx.items(State.CHECKED, State.RECEIVED)
        all_ = tx.items()

    assert some == [received, checked]
    assert all_ == [received, rejected, checked]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("ĐỌC", True),
        ("đọc", True),
        ("đo\u0323c", True),
        ("doc", False),
        ("100%", True),
        ("0%m", False),
        ("tầng_2", True),
        ("g_2", True),
        ("g%2", False),
        ("/", True),
        ("kho sách", False),
    ],
)
def test_items_are_found_by_words_of_the_title(
    staging: Staging, news: News, words: str, *, found: bool
) -> None:
    item = news.received(
        news.revision(title="Phòng Đọc tầng_2 mở 100% thời gian, sáng/chiều")
    )

    with staging.reading() as tx:
        assert tx.items(text=words) == ([item] if found else [])


def test_items_are_found_by_their_current_title_only(
    staging: Staging, news: News
) -> None:
    item = news.received(news.revision(title="Tên cũ"))
    with staging.transaction() as tx:
        item = tx.add_revision(item, news.revision(number=2, title="Tên mới"))

    with staging.reading() as tx:
        assert (tx.items(text="cũ"), tx.items(text="mới")) == ([], [item])


def test_a_later_check_of_the_same_text_takes_the_place_of_the_earlier(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    finding = Finding(
        rule="title-length",
        rule_version=2,
        level=Level.BLOCK,
        message=Message("The title has {length} characters.", {"length": 180}),
        part="title",
        quote="Thư viện",
    )
    digest = news.revision().digest
    first = CheckResult(
        item_id=item.id, digest=digest, at=clock.now(), findings=(finding,)
    )
    second = replace(first, at=clock.tick(minutes=5), findings=(), unchecked=(finding,))

    with staging.transaction() as tx:
        tx.save_check(first)
        before = tx.check_of(item.id, digest)
        tx.save_check(second)
        after = tx.check_of(item.id, digest)
        other = tx.check_of(item.id, sha256(b"another text"))

    assert (before, after, other) == (first, second, None)


def test_a_waiver_holds_for_its_text_only(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    waiver = Waiver(
        item_id=item.id,
        digest=news.revision().digest,
        rule="title-length",
        rule_version=2,
        reason="Tên sách phải giữ nguyên.",
        by="pho-giam-doc",
        role=Role.DEPUTY_DIRECTOR,
        at=clock.now(),
    )

    with staging.transaction() as tx:
        tx.save_waiver(waiver)

    with staging.reading() as tx:
        assert tx.waivers(item.id, waiver.digest) == [waiver]
        assert tx.waivers(item.id, sha256(b"another text")) == []
        assert [(row.event, row.by) for row in tx.audit()][1:] == [
            ("rule waived", "pho-giam-doc")
        ]


def test_publications_are_kept_whole_and_listed_by_target(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    portal = news.intended(item)
    archive = news.intended(item, target="archive")
    post = Post(
        key=item.key,
        slug=f"thu-vien-{item.key}",
        title="Thư viện mở cửa phòng đọc mới",
        body="<p>Từ ngày 20/3.</p>",
        excerpt="",
        language="vi",
        category=CategoryCode("announcement"),
        terms=("4", "7"),
        featured="31",
        media=(Media(sha256=PICTURE.sha256, id="31", url="/media/31.png"),),
    )
    problem = Message("{target} is busy.", {"target": "portal", "after_s": 30.5})
    loss = Loss(part="body", sent="<p>", stored="", message=Message("It is gone."))

    with staging.transaction() as tx:
        claimed = tx.claim(
            item.id,
            "portal",
            owner="worker 1",
            until=clock.now() + timedelta(minutes=5),
            now=clock.now(),
        )
        assert claimed
        saved = replace(
            claimed,
            state=PublicationState.HELD,
            post=post,
            post_id="12",
            url="https://portal.example/?p=12",
            version="2026-03-16T08:30:00",
            losses=(loss,),
            problem=problem,
            attempt=2,
            due_at=clock.now(),
            lost=1,
            settles_at=clock.now() + timedelta(minutes=2),
            urgent=True,
            go_live_at=clock.now() + timedelta(hours=1),
            expire_at=clock.now() + timedelta(days=30),
        )
        tx.save_publication(saved, event="held before going live")

    assert claimed == replace(
        portal,
        fence=1,
        lease_owner="worker 1",
        lease_until=clock.now() + timedelta(minutes=5),
    )
    with staging.reading() as tx:
        assert tx.publications(item.id) == [archive, saved]
        assert [row.event for row in tx.audit(item.id)] == [
            "receive",
            "publication intended",
            "publication intended",
            "held before going live",
        ]


def test_the_publications_on_a_target_are_listed_by_item_a_page_at_a_time(
    staging: Staging, news: News
) -> None:
    items = [news.received() for _ in range(5)]
    news.intended(items[0], target="archive")
    rows = [news.intended(item) for item in reversed(items)][::-1]

    with staging.reading() as tx:
        first = tx.publications_on("portal", limit=2)
        second = tx.publications_on("portal", limit=2, after=first[-1].item_id)
        third = tx.publications_on("portal", after=second[-1].item_id)
        nowhere = tx.publications_on("nowhere")

    assert [first, second, third] == [rows[:2], rows[2:4], rows[4:]]
    assert nowhere == []


def test_a_new_revision_takes_the_row_of_the_earlier_and_what_is_known_of_the_post(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)
    second = news.revision(number=2, body="<p>Đã sửa.</p>")
    with staging.transaction() as tx:
        claimed = claim(tx, item, "worker 1", clock.now())
        assert claimed
        live = replace(
            claimed,
            state=PublicationState.LIVE,
            post_id="12",
            url="https://portal.example/?p=12",
            version="v1",
            problem=Message("It was slow."),
            attempt=3,
            lost=2,
            settles_at=clock.now() + timedelta(minutes=2),
            go_live_at=clock.now() - timedelta(days=1),
            expire_at=clock.now() + timedelta(days=1),
            lease_owner="",
            lease_until=None,
        )
        tx.save_publication(live, event="live")
        item = tx.add_revision(item, second)

    with staging.transaction() as tx:
        new = publication(
            item,
            second,
            due_at=clock.now(),
            urgent=True,
            expire_at=clock.now() + timedelta(days=9),
        )
        again = tx.intend(new, by="pho-giam-doc")

    assert again == replace(
        live,
        state=PublicationState.INTENDED,
        revision=2,
        digest=second.digest,
        problem=None,
        attempt=0,
        lost=0,
        due_at=clock.now(),
        urgent=True,
        go_live_at=None,
        expire_at=new.expire_at,
    )
    assert again.settles_at == live.settles_at
    with staging.reading() as tx:
        assert tx.publications(item.id) == [again]


def test_a_worker_at_work_cannot_write_over_a_new_revision(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)
    second = news.revision(number=2, body="<p>Đã sửa.</p>")
    with staging.transaction() as tx:
        at_work = claim(tx, item, "worker 1", clock.now())
        assert at_work
        item = tx.add_revision(item, second)
        intended = tx.intend(publication(item, second), by="pho-giam-doc")

    with staging.transaction() as tx, pytest.raises(LeaseLost):
        tx.save_publication(replace(at_work, state=PublicationState.LIVE), event="live")

    with staging.reading() as tx:
        assert tx.publications(item.id) == [intended]
    assert intended.lease_owner == "worker 1"


def test_only_one_worker_holds_the_lease(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)

    with staging.transaction() as tx:
        first = claim(tx, item, "worker 1", clock.now())
        second = claim(tx, item, "worker 2", clock.tick(minutes=4))
        same_again = claim(tx, item, "worker 1", clock.now())

    assert first
    assert (first.lease_owner, first.fence) == ("worker 1", 1)
    assert (second, same_again) == (None, None)


def test_a_lease_taken_by_a_clock_that_was_set_back_since_is_free(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item, due_at=clock.now())
    with staging.transaction() as tx:
        claim(tx, item, "worker 1", clock.now() + timedelta(hours=2))

    with staging.transaction() as tx:
        until = clock.now() + timedelta(minutes=5)
        due = tx.due(clock.now(), until=until), tx.due(clock.now())
        taken = claim(tx, item, "worker 2", clock.now())
        still = claim(tx, item, "worker 3", clock.now())

    assert [len(found) for found in due] == [1, 0]
    assert taken
    assert (taken.lease_owner, taken.fence, taken.lease_until) == ("worker 2", 2, until)
    assert still is None


def test_nothing_is_claimed_where_nothing_is_intended(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()

    with staging.transaction() as tx:
        assert claim(tx, item, "worker 1", clock.now()) is None


def test_a_worker_whose_lease_ran_out_writes_nothing(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)
    with staging.transaction() as tx:
        slow = claim(tx, item, "worker 1", clock.now())
        quick = claim(tx, item, "worker 2", clock.tick(minutes=5))
    assert slow
    assert quick
    before = trail(staging)

    with staging.transaction() as tx, pytest.raises(LeaseLost) as refused:
        tx.save_publication(replace(slow, post_id="12"), event="drafted")

    assert refused.value.facts == {"item": item.id, "target": "portal"}
    assert (quick.lease_owner, quick.fence) == ("worker 2", 2)
    assert trail(staging) == before
    with staging.reading() as tx:
        assert tx.publications(item.id) == [quick]


def test_due_are_those_whose_time_has_come_and_that_nobody_works_on(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    items = [news.received() for _ in range(5)]
    now = clock.now()
    later = news.intended(items[0], due_at=now - timedelta(minutes=1))
    first = news.intended(items[1], due_at=now - timedelta(minutes=2))
    news.intended(items[2], due_at=now + timedelta(minutes=30))
    news.intended(items[3])
    news.intended(items[4], due_at=now - timedelta(minutes=3))
    with staging.transaction() as tx:
        taken = claim(tx, items[4], "worker 1", now)

    with staging.reading() as tx:
        due = tx.due(now)
        one = tx.due(now, limit=1)
        after_a_crash = tx.due(clock.tick(minutes=5))

    assert due == [first, later]
    assert one == [first]
    assert after_a_crash == [taken, first, later]


def test_what_goes_live_at_a_time_is_as_urgent_as_the_urgent(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    long_ago, just_now = now - timedelta(hours=2), now - timedelta(seconds=1)
    waiting = news.intended(news.received(), due_at=long_ago)
    timed = news.intended(news.received(), due_at=just_now, go_live_at=just_now)

    with staging.reading() as tx:
        assert tx.due(now) == [timed, waiting]


def test_the_next_time_is_the_first_that_is_still_to_come(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    now = clock.now()
    with staging.reading() as tx:
        nothing = tx.next_due(now)
    news.intended(news.received(), due_at=now - timedelta(hours=1))
    news.intended(news.received(), due_at=now + timedelta(minutes=9))
    ends = now + timedelta(minutes=7)
    news.intended(news.received(), due_at=None, expire_at=ends)

    with staging.reading() as tx:
        assert nothing is None
        assert tx.next_due(now) == ends
        assert tx.next_due(ends) == now + timedelta(minutes=9)
        assert tx.next_due(now + timedelta(minutes=9)) is None


def review(item: Item, revision: Revision, at: datetime) -> Verification:
    difference = Difference(
        code="text.changed",
        severity=Severity.REVIEW,
        message=Message("“{shown}” is shown.", {"shown": "20/03"}),
        place="block 1",
        shown_place="main > p",
        approved="20/3",
        shown="20/03",
    )
    return Verification(
        item_id=item.id,
        target="portal",
        digest=revision.digest,
        at=at,
        url="https://portal.example/?p=12",
        verdict=Verdict(
            judgement=Judgement.REVIEW,
            differences=(difference,),
            equal={"blocks": 4, "links": 0},
        ),
        page=sha256(b"<html>"),
        by="connector",
    )


def test_a_verdict_that_a_person_accepted_says_who_and_why(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)
    unreachable = replace(
        review(item, news.revision(), clock.now()),
        verdict=Verdict(
            judgement=Judgement.UNREACHABLE, reason=Message("No answer came.")
        ),
        page=None,
    )
    looked_at = review(item, news.revision(), clock.tick(minutes=1))
    with staging.transaction() as tx:
        tx.save_verification(unreachable)
        tx.save_verification(looked_at)

    with staging.transaction() as tx:
        accepted = tx.accept_verification(
            looked_at, by="pho-giam-doc", reason="Chỉ khác cách viết ngày."
        )

    assert accepted == replace(
        looked_at,
        accepted_by="pho-giam-doc",
        accepted_reason="Chỉ khác cách viết ngày.",
    )
    with staging.reading() as tx:
        assert tx.verifications(item.id) == [unreachable, accepted]
        assert [(row.event, row.by) for row in tx.audit()][2:] == [
            ("page compared", "connector"),
            ("page compared", "connector"),
            ("page accepted", "pho-giam-doc"),
        ]


def test_a_verdict_is_accepted_once(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    item = news.received()
    news.intended(item)
    looked_at = review(item, news.revision(), clock.now())
    with staging.transaction() as tx:
        tx.save_verification(looked_at)
        tx.accept_verification(looked_at, by="pho-giam-doc", reason="Đúng.")

    with staging.transaction() as tx, pytest.raises(ItemChanged):
        tx.accept_verification(looked_at, by="thu-thu", reason="Đúng.")


def test_what_fails_in_a_transaction_leaves_no_trace(
    staging: Staging, news: News
) -> None:
    item = news.received()
    before = trail(staging)

    def crash() -> None:
        with staging.transaction() as tx:
            decision = news.decision(news.revision(), Step.CHECK, Outcome.ACCURATE)
            tx.decide(item, decision)
            tx.intend(publication(item, news.revision()), by="pho-giam-doc")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        crash()

    assert trail(staging) == before
    with staging.reading() as tx:
        assert tx.item(item.id) == item
        assert len(tx.decisions(item.id)) == 1
        assert tx.publications(item.id) == []


def test_whoever_reads_cannot_write(staging: Staging, news: News) -> None:
    item = news.received()
    decision = news.decision(news.revision(), Step.CHECK, Outcome.ACCURATE)

    with pytest.raises((DatabaseUnusable, DBAPIError)), staging.reading() as tx:
        tx.decide(item, decision)

    # The same connection may write again, when it is taken to write.
    with staging.transaction() as tx:
        assert tx.decide(item, decision).state is State.CHECKED


def test_whoever_reads_does_not_wait_for_a_writer_and_sees_one_state(
    staging: Staging, news: News
) -> None:
    item = news.received()

    with staging.reading() as reader:
        before = reader.item(item.id)
        with staging.transaction() as writer:
            decision = news.decision(news.revision(), Step.CHECK, Outcome.ACCURATE)
            writer.decide(item, decision)
            during = reader.item(item.id)
        after = reader.item(item.id)

    assert [before, during, after] == [item, item, item]


def test_the_audit_trail_is_a_chain(
    staging: Staging, news: News, clock: FrozenClock
) -> None:
    first = news.received()
    second = news.received()
    clock.tick(hours=1)
    news.decided(first, Step.REJECT)

    rows = trail(staging)

    assert [row.number for row in rows] == [1, 2, 3]
    assert [row.previous for row in rows] == [
        Sha256("0" * 64),
        rows[0].hash,
        rows[1].hash,
    ]
    assert rows[2].at == clock.now()
    with staging.reading() as tx:
        assert list(tx.audit(second.id)) == [rows[1]]
        assert tx.broken_audit_row() is None


@pytest.mark.parametrize("table", ["audit", "decisions", "revisions", "attachments"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET {}"])
def test_what_is_kept_for_good_is_kept_by_the_database_itself(
    engine: Engine, news: News, table: str, change: str
) -> None:
    news.received(news.revision(files=(PICTURE,)))
    column = {"attachments": "name = ''", "revisions": "title = ''"}.get(
        table, "\"by\" = ''"
    )

    with (
        engine.begin() as connection,
        pytest.raises(DBAPIError, match="kept for good"),
        connection.begin_nested(),
    ):
        connection.execute(text(change.format(table, column)))


def test_a_time_without_a_zone_is_refused(staging: Staging, news: News) -> None:
    naive = datetime(2026, 3, 16, 8, 30)  # noqa: DTZ001 -- what is to be refused

    with pytest.raises(StatementError, match="no time zone"):
        news.received(news.revision(made_at=naive))

    with staging.reading() as tx:
        assert tx.items() == []


def test_times_are_utc_whatever_zone_they_came_in(staging: Staging, news: News) -> None:
    vietnam = timezone(timedelta(hours=7))
    made_at = datetime(2026, 3, 16, 8, 30, 1, 250_000, tzinfo=vietnam)

    item = news.received(news.revision(made_at=made_at))

    with staging.reading() as tx:
        stored = tx.revision(item.id).made_at
    assert (stored, stored.tzinfo) == (made_at, UTC)


def test_who_did_it_stands_in_the_audit_trail(staging: Staging, news: News) -> None:
    item = news.received()
    intended = news.intended(item)

    with staging.transaction() as tx:
        tx.save_publication(intended, event="drafted", by="quan-tri")

    with staging.reading() as tx:
        rows = [(row.event, row.by) for row in tx.audit(item.id)][1:]
    assert rows == [
        ("publication intended", "pho-giam-doc"),
        ("drafted", "quan-tri"),
    ]


def test_leases_are_measured_by_the_clock_of_the_server_if_there_is_one(
    engine: Engine, staging: Staging, clock: FrozenClock
) -> None:
    server = engine.dialect.name == "postgresql"

    with staging.transaction() as tx:
        first, second = tx.now(), tx.now()

    assert first.tzinfo == UTC
    # Not the time when the transaction began.
    assert (first < second) is server
    assert (first == clock.now()) is not server
