"""
Everybody does everything, in any order, and the promises hold after every step.

The steps, the staging database and the comparison are the real ones; the site and the
web its readers use are in memory, lose answers, and are edited behind our back.
"""

import atexit
import copy
import functools
import itertools
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)
from sqlalchemy import Engine

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    Busy,
    ConnectorError,
    CredentialsRefused,
    NotSent,
    Unclear,
)
from connector.domain.item import CategoryCode, Draft, Item, ItemId, Revision, State
from connector.domain.person import CONNECTOR, Person
from connector.domain.publication import Publication, PublicationState
from connector.domain.verdict import Judgement, Verification
from connector.procedure.advance import advance as next_state
from connector.staging import migrate
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from connector.steps.approve import approve, approved
from connector.steps.check import accurate, check, give_back
from connector.steps.classify import classify
from connector.steps.complete import complete
from connector.steps.passing import PUBLIC
from connector.steps.publish import Orders, publish
from connector.steps.receive import Reception, correct
from connector.steps.verify import accept, verify
from connector.steps.withdraw import reject, withdraw
from connector.worker.runner import sweep
from tests.conftest import Field, FrozenClock
from tests.steps.faulty import Fuse, Killed, KilledStaging, raising
from tests.steps.house import (
    ACQUISITIONS,
    ANNOUNCEMENT,
    CHECKER,
    DEPUTY,
    FINDER,
    NEWS,
    WEBMASTER,
    House,
    open_house,
)

PEOPLE = (FINDER, CHECKER, DEPUTY, WEBMASTER, CONNECTOR)
CATEGORIES = (ANNOUNCEMENT, NEWS, ACQUISITIONS, CategoryCode("khong-co"))
WRONG = ("phòng đọc tầng", "phòng mượn tầng")
DOUBTFUL = ("mang theo", "<strong>mang theo</strong>")
TROUBLE: tuple[Callable[[], BaseException], ...] = (
    lambda: Unclear(target="portal", problem="time-out"),
    lambda: NotSent(target="portal", problem="DNS"),
    lambda: Busy(target="portal", retry_after_s=60),
    lambda: CredentialsRefused(target="portal", user="thuvien"),
)
FOUR_EYES = (Step.RECEIVE, Step.CHECK, Step.APPROVE)
PLACES = ("find", "put_draft", "update", "go_live", "withdraw", "read")

an_item = st.integers(0, 2)


def mostly(*right: Person) -> st.SearchStrategy[Person]:
    """Draw those who may, and now and then anybody."""
    return st.sampled_from(right * 4 + PEOPLE)


a_reason = st.sampled_from(["có lý do"] * 4 + [""])
a_place = st.builds(
    str.__add__, st.sampled_from(PLACES), st.sampled_from(["", ":done"])
)


def a_body(number: int, version: int) -> str:
    return (
        f"<p>Đợt {number}: phòng đọc tầng 2 phục vụ bạn đọc đến {version} giờ.</p>"
        "<p>Bạn đọc mang theo thẻ thư viện khi vào phòng đọc.</p>"
        "<p>Nguồn: Trung tâm Thông tin – Thư viện</p>"
    )


def a_draft(**fields: Field) -> Draft:
    return Draft(**fields)


def a_library(folder: Path, at: datetime) -> tuple[Engine, House]:
    engine = open_engine(f"sqlite:///{folder / 'staging.db'}")
    clock = FrozenClock(at)
    staging = SqlStaging(engine, clock)
    house = open_house(staging, clock=clock, folder=folder, make_draft=a_draft)
    return engine, house


@functools.cache
def three_items_on_their_way() -> tuple[Path, dict[str, object], datetime]:
    """Return a folder and a site to be copied: one received, one approved, one done."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder)
    engine, house = a_library(folder, FrozenClock().now())
    migrate.ready(engine)
    for number in range(3):
        house.receive(the_draft(number, 7))
    for item_id in (ItemId(2), ItemId(3)):
        house.again(item_id)
    house.advance(ItemId(3))
    engine.dispose()
    kept = ("_posts", "_last_id")
    site = {name: house.portal.__dict__[name] for name in kept}
    return folder, site, house.clock.now()


def the_draft(number: int, version: int) -> Draft:
    return Draft(
        source="press",
        source_id=f"tin-{number}",
        title=f"Thông báo: Thư viện mở cửa phòng đọc, đợt {number}",
        body=a_body(number, version),
        original=f"{number} {version}".encode(),
        original_name=f"tin-{number}.html",
    )


@dataclass(frozen=True, kw_only=True)
class Story:
    """What is known of one item, read at one time."""

    item: Item
    revision: Revision
    decisions: Sequence[Decision]
    publications: Sequence[Publication]
    verification: Verification | None
    """The latest."""


def decisions_alone_have_moved_it(story: Story) -> None:
    state: State | None = None
    for decision in story.decisions:
        state = next_state(state, decision.step, decision.outcome, item=story.item.id)
    assert story.item.state is state


def whatever_was_published_had_been_approved(story: Story) -> None:
    seen = set()
    for decision in story.decisions:
        if decision.step is Step.APPROVE:
            assert decision.by == DEPUTY.name
            seen.add(decision.digest)
        if decision.step is Step.PUBLISH:
            assert decision.digest in seen
    for publication in story.publications:
        if publication.state in PUBLIC:
            assert publication.digest in seen


def four_eyes_have_seen_it(story: Story) -> None:
    hands: dict[Step, str] = {}
    for decision in story.decisions:
        if decision.step is Step.RECEIVE:
            hands = {}
        if decision.outcome is not Outcome.INACCURATE:
            hands[decision.step] = decision.by
        if decision.step is Step.APPROVE:
            assert len({hands[step] for step in FOUR_EYES}) == len(FOUR_EYES)


def it_was_proved(story: Story, page: str) -> None:
    """The page that proved it shows what was approved, or a person said it does."""
    proof = story.verification
    assert proof is not None
    assert proof.verdict.judgement is Judgement.PASS or (
        proof.verdict.judgement is Judgement.REVIEW
        and proof.accepted_by
        and proof.accepted_reason
    )
    assert proof.digest == story.revision.digest
    assert story.revision.body in page.replace(DOUBTFUL[1], DOUBTFUL[0])
    decision = story.decisions[-1]
    assert (decision.step, decision.digest) == (Step.COMPLETE, proof.digest)


class Library(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.versions = itertools.count(8)
        self.items = [ItemId(number) for number in (1, 2, 3)]
        self.folder = Path(tempfile.mkdtemp())
        beginning, site, at = three_items_on_their_way()
        shutil.copytree(beginning, self.folder, dirs_exist_ok=True)
        self.engine, self.house = a_library(self.folder, at)
        self.house.portal.__dict__.update(copy.deepcopy(site))
        self.house.portal.always["go_live"] = self.only_approved_text_goes_live
        self.completions = {self.items[2]: 1}

    def teardown(self) -> None:
        assert self.house.audit_is_whole()
        self.engine.dispose()
        shutil.rmtree(self.folder)

    # What people do, rightly and wrongly.

    @rule(
        at=an_item, by=mostly(FINDER), how=st.sampled_from(["same", "source", "hand"])
    )
    def a_text_comes_in(self, at: int, by: Person, how: str) -> None:
        draft = the_draft(at, 7 if how == "same" else next(self.versions))
        if how == "hand":
            self.tried(lambda i: correct(i, draft, by=by, parts=self.house.parts), at)
        else:
            self.offered(draft)

    @rule(at=an_item, by=mostly(CHECKER), reason=a_reason)
    def check_or_give_back(self, at: int, by: Person, reason: str) -> None:
        self.tried(lambda i: check(i, parts=self.house.parts), at)
        self.tried(
            lambda i: give_back(i, by=by, reason=reason, parts=self.house.parts), at
        )

    @rule(at=an_item, by=mostly(CHECKER, DEPUTY), category=st.sampled_from(CATEGORIES))
    def pass_on(self, at: int, by: Person, category: CategoryCode) -> None:
        parts = self.house.parts
        self.tried(lambda i: accurate(i, by=by, parts=parts), at)
        self.tried(lambda i: classify(i, category, by=by, parts=parts), at)
        self.tried(lambda i: approve(i, by=by, parts=parts), at)

    @rule(at=an_item, run=st.booleans())
    def the_usual_way(self, at: int, run: bool) -> None:  # noqa: FBT001 -- drawn
        """Those who should, do what comes next."""
        parts = self.house.parts
        self.tried(lambda i: accurate(i, by=CHECKER, parts=parts), at)
        self.tried(lambda i: classify(i, ANNOUNCEMENT, by=CHECKER, parts=parts), at)
        self.tried(lambda i: approve(i, by=DEPUTY, parts=parts), at)
        if run:
            self.tried(self.house.advance, at)

    @rule(at=an_item, by=mostly(WEBMASTER), overwrite=st.booleans(), reason=a_reason)
    def publish(self, at: int, by: Person, overwrite: bool, reason: str) -> None:  # noqa: FBT001 -- drawn
        orders = Orders(by=by, overwrite=overwrite, reason=reason)
        for publication in self.publications(at):
            self.tried(
                lambda _: publish(publication, orders=orders, parts=self.house.parts),  # noqa: B023 -- called at once
                at,
            )

    @rule(at=an_item, by=mostly(FINDER, DEPUTY))
    def verify(self, at: int, by: Person) -> None:
        for publication in self.publications(at):
            self.tried(
                lambda _: verify(publication, by=by, parts=self.house.parts),  # noqa: B023 -- called at once
                at,
            )

    @rule(at=an_item, by=mostly(FINDER), reason=a_reason)
    def accept(self, at: int, by: Person, reason: str) -> None:
        self.tried(
            lambda i: accept(i, by=by, reason=reason, parts=self.house.parts), at
        )

    @rule(at=an_item, by=mostly(DEPUTY))
    def complete(self, at: int, by: Person) -> None:
        self.tried(lambda i: complete(i, by=by, parts=self.house.parts), at)

    @rule(
        at=an_item,
        by=mostly(DEPUTY),
        reason=a_reason,
        out=st.sampled_from([0, 1, 2, 3]),
    )
    def leave(self, at: int, by: Person, reason: str, out: int) -> None:
        step = withdraw if out else reject  # rejecting ends the story of an item
        self.tried(lambda i: step(i, by=by, reason=reason, parts=self.house.parts), at)

    # What runs by itself, and what befalls it.

    @rule(at=an_item)
    def advance(self, at: int) -> None:
        self.tried(self.house.advance, at)

    @rule()
    def sweep(self) -> None:
        list(sweep(self.house.parts))

    @rule(at=an_item, point=st.integers(0, 40))
    def killed(self, at: int, point: int) -> None:
        self.the_usual_way(at, run=False)
        quiet, fuse = self.house.parts, Fuse(point)
        staging = KilledStaging(quiet.staging, fuse)
        self.house.parts = replace(quiet, staging=staging)
        self.house.portal.always |= {"*": fuse.point, "*:done": fuse.point}
        self.house.web.before = fuse.point
        try:
            self.tried(self.house.advance, at)
        except Killed:
            pass
        finally:
            self.house.parts = quiet
            self.house.web.before = lambda: None
            del self.house.portal.always["*"], self.house.portal.always["*:done"]

    @rule(minutes=st.sampled_from([1, 11, 90]))
    def time_goes_by(self, minutes: int) -> None:
        self.house.clock.tick(minutes=minutes)

    @rule(at=an_item, place=a_place, trouble=st.sampled_from(TROUBLE))
    def trouble(
        self, at: int, place: str, trouble: Callable[[], BaseException]
    ) -> None:
        self.house.portal.once[place] = raising(trouble())
        self.the_usual_way(at, run=True)

    @rule(
        at=an_item,
        place=a_place,
        how=st.sampled_from(["correct", "give back", "withdraw"]),
    )
    def somebody_acts_meanwhile(self, at: int, place: str, how: str) -> None:
        draft, parts = the_draft(at, next(self.versions)), self.house.parts
        acts: dict[str, Callable[[ItemId], object]] = {
            "correct": lambda i: correct(i, draft, by=FINDER, parts=parts),
            "give back": lambda i: give_back(i, by=CHECKER, reason="sai", parts=parts),
            "withdraw": lambda i: withdraw(i, by=DEPUTY, reason="hoãn", parts=parts),
        }
        self.the_usual_way(at, run=False)
        self.house.portal.once[place] = lambda: self.tried(acts[how], at)
        self.advance(at)

    @rule(at=an_item)
    def a_given_up_request_arrives_late(self, at: int) -> None:
        for publication in self.publications(at):
            if publication.state is PublicationState.UNKNOWN and publication.post:
                self.house.portal.by_hand.put_draft(publication.post)

    @rule(which=st.integers(0, 3), trash=st.booleans())
    @precondition(lambda self: self.house.portal.everything())
    def a_hand_in_the_cms(self, which: int, trash: bool) -> None:  # noqa: FBT001 -- drawn
        posts = self.house.portal.everything()
        post = posts[which % len(posts)]
        if trash:
            self.house.portal.throw_away(post.id)
        else:
            self.house.portal.edit(post.id, body=f"{post.body}<p>Ai đó thêm vào.</p>")

    @rule(
        at=an_item,
        words=st.sampled_from([("", ""), WRONG, DOUBTFUL, DOUBTFUL]),
        status=st.sampled_from([200, 200, 502]),
        silent=st.sampled_from([False, False, True]),
    )
    def the_web(
        self,
        at: int,
        words: tuple[str, str],
        status: int,
        silent: bool,  # noqa: FBT001 -- drawn
    ) -> None:
        web = self.house.web
        web.tampered, web.answers, web.silent = words, status, silent
        self.the_usual_way(at, run=True)

    @rule(full=st.booleans())
    def the_cache(self, full: bool) -> None:  # noqa: FBT001 -- drawn
        self.house.web.cache.clear()
        if full:
            self.house.web.keep_in_cache()

    # What must hold.

    def only_approved_text_goes_live(self) -> None:
        """Called by the site when it is told to make something public."""
        with self.house.parts.staging.reading() as tx:
            [(item, publication)] = [
                (item, publication)
                for item in tx.items()
                for publication in tx.publications(item.id)
                if publication.post_id in self.house.portal.going_live
            ]
            decision = approved(tx, item.id)
            revision = tx.revision(item.id)
        stored = self.house.portal.by_hand.read(publication.post_id)
        assert item.state is State.APPROVED
        assert publication.state is PublicationState.GOING_LIVE
        assert decision is not None
        assert decision.digest == publication.digest == revision.digest
        assert (stored.title, stored.body) == (revision.title, revision.body)

    @invariant()
    def the_promises_hold(self) -> None:
        live = [post.slug[-12:] for post in self.house.public()]
        assert len(live) == len(set(live)), "one public post at most"
        for story in self.stories():
            decisions_alone_have_moved_it(story)
            whatever_was_published_had_been_approved(story)
            four_eyes_have_seen_it(story)
            if story.item.state in {State.WITHDRAWN, State.REJECTED}:
                assert story.item.key not in live, "what has left is not public"
            times = sum(d.step is Step.COMPLETE for d in story.decisions)
            if times > self.completions.get(story.item.id, 0):
                self.completions[story.item.id] = times
                assert story.verification is not None
                assert story.verification.page is not None
                page = self.house.parts.archive.get(story.verification.page)
                it_was_proved(story, page.decode())

    def stories(self) -> list[Story]:
        with self.house.parts.staging.reading() as tx:
            return [
                Story(
                    item=tx.item(item_id),
                    revision=tx.revision(item_id),
                    decisions=tx.decisions(item_id),
                    publications=tx.publications(item_id),
                    verification=next(reversed(tx.verifications(item_id)), None),
                )
                for item_id in self.items
            ]

    # How they are told.

    def tried(self, act: Callable[[ItemId], object], at: int) -> None:
        """Let somebody try it; that it is refused is as good as that it is done."""
        try:
            act(self.items[at % len(self.items)])
        except ConnectorError as error:
            assert str(error)  # noqa: PT017 -- whatever is refused says why

    def offered(self, draft: Draft) -> None:
        [receipt] = self.house.receive(draft)
        assert receipt.outcome is not Reception.NEW

    def publications(self, at: int) -> list[Publication]:
        return self.house.publications(self.items[at % len(self.items)])


TestProcedure = Library.TestCase
TestProcedure.settings = settings(
    max_examples=40, stateful_step_count=20, derandomize=True, deadline=None
)
