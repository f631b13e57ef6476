"""
Any order of what people, workers and a webmaster do, by the step functions.

Hypothesis draws the order; after each step the rows, the site and the audit trail are
held to what may never be otherwise.
"""

from contextlib import suppress
from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)

from connector.domain.errors import ConnectorError, NotSent, Unclear
from connector.domain.item import Draft, ItemId, State
from connector.domain.publication import (
    PostState,
    Publication,
    PublicationState,
    StoredPost,
)
from connector.domain.verdict import Judgement
from connector.ports.parts import Parts, Route
from connector.procedure.policy import Policy
from connector.procedure.table import PROCEDURE
from connector.steps.advance import advance
from connector.steps.approve import approve
from connector.steps.check import accurate, give_back
from connector.steps.classify import classify
from connector.steps.publish import Orders, publish
from connector.steps.receive import correct, receive
from connector.steps.verify import verify
from connector.steps.withdraw import reject, withdraw
from tests.conftest import FrozenClock
from tests.fakes.staging import MemoryStaging
from tests.fakes.web import FakeWeb
from tests.simulation.library import (
    CHECKER,
    DEPUTY,
    FINDER,
    LABELS,
    NEWS,
    REASON,
    TERMS,
    WEBMASTER,
    MemoryArchive,
    NothingToSay,
    no_proposal,
)
from tests.steps.faulty import FaultyTarget, Killed, raising
from tests.steps.house import Offers

CALLS = ("find", "put_draft", "update", "go_live", "withdraw", "read", "resolve_terms")
HURTS = {
    "not sent": NotSent(target="portal", problem="refused"),
    "unclear": Unclear(target="portal", problem="time-out"),
    "killed": Killed(),
}

ARROWS = {(arrow.at, arrow.step, arrow.on): arrow.to for arrow in PROCEDURE}


class Procedure(RuleBasedStateMachine):
    """One library with one site; nobody keeps to an order."""

    items = Bundle("items")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FrozenClock()
        self.staging = MemoryStaging(self.clock)
        self.portal = FaultyTarget("portal", now=self.clock.now)
        self.parts = Parts(
            staging=self.staging,
            archive=MemoryArchive(),
            clock=self.clock,
            checks=NothingToSay(self.clock),
            propose=no_proposal,
            policy=Policy(),
            routes={
                "portal": Route(
                    target=self.portal, web=FakeWeb(self.portal), terms=TERMS
                )
            },
            labels=LABELS,
        )
        self.texts = 0
        self.worker = 0
        self.ever_approved: dict[str, set[str]] = {}
        self.by_hand: set[str] = set()

    @initialize(target=items)
    def begins_with_one(self) -> ItemId:
        item = self._receive()
        self.goes_all_the_way_to_approval(item)
        return item

    @rule(target=items)
    def receives(self) -> ItemId:
        return self._receive()

    @rule(item=items)
    def corrects(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            correct(item, self._draft(f"tin/{item}"), by=FINDER, parts=self.parts)

    @rule(item=items)
    def checks(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            accurate(item, by=CHECKER, parts=self.parts)

    @rule(item=items)
    def returns(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            give_back(item, by=DEPUTY, reason=REASON, parts=self.parts)
        with suppress(ConnectorError):
            give_back(item, by=CHECKER, reason=REASON, parts=self.parts)

    @rule(item=items)
    def classifies(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            classify(item, NEWS, by=CHECKER, parts=self.parts)

    @rule(item=items)
    def approves(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            moved = approve(item, by=DEPUTY, parts=self.parts)
            body = self.staging.tables.revisions[item][-1].body
            self.ever_approved.setdefault(moved.key, set()).add(body)

    @rule(item=items)
    def goes_all_the_way_to_approval(self, item: ItemId) -> None:
        self.checks(item)
        self.classifies(item)
        self.approves(item)

    @rule(item=items)
    def rejects(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            reject(item, by=DEPUTY, reason=REASON, parts=self.parts)

    @rule(item=items)
    def withdraws(self, item: ItemId) -> None:
        with suppress(ConnectorError):
            withdraw(item, by=DEPUTY, reason=REASON, parts=self.parts)

    @rule(
        item=items,
        call=st.sampled_from(CALLS),
        when=st.sampled_from(["", ":done"]),
        hurt=st.sampled_from(sorted(HURTS)),
    )
    def works_until_something_fails(
        self, item: ItemId, call: str, when: str, hurt: str
    ) -> None:
        self.portal.once = {f"{call}{when}": raising(HURTS[hurt])}
        self._works(item)
        self.portal.once = {}

    @rule(item=items)
    def works(self, item: ItemId) -> None:
        self._works(item)

    @rule(item=items, hours=st.sampled_from([0, 1]))
    def works_again_later(self, item: ItemId, hours: int) -> None:
        self._works(item)
        self.clock.tick(hours=hours, minutes=6)
        self._works(item)

    @rule(item=items)
    def looks(self, item: ItemId) -> None:
        for one in self._of(item):
            with suppress(ConnectorError):
                verify(one, by=FINDER, parts=self.parts)

    @rule(item=items)
    def decides_for_ours(self, item: ItemId) -> None:
        orders = Orders(by=WEBMASTER, reason=REASON, accept_losses=True, overwrite=True)
        for one in self._of(item):
            with suppress(ConnectorError):
                publish(one, orders=orders, parts=self.parts)

    @rule(item=items, how=st.sampled_from(["edit", "throw away", "publish", "hide"]))
    def webmaster_has_a_hand_in_it(self, item: ItemId, how: str) -> None:
        key, site = self.staging.tables.items[item].key, self.portal.by_hand
        posts = [p for p in self._posts(key) if p.state is not PostState.TRASHED]
        if len(posts) != 1:
            return
        self.by_hand.add(key)
        match how:
            case "edit":
                site.edit(posts[0].id, body=f"{posts[0].body}<p>Ghi chú.</p>")
            case "throw away":
                site.throw_away(posts[0].id)
            case "publish":
                site.go_live(posts[0].id)
            case _:
                site.withdraw(posts[0].id)

    @rule(minutes=st.sampled_from([1, 6, 60, 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.clock.tick(minutes=minutes)

    @invariant()
    def at_most_one_post_of_an_item_is_public(self) -> None:
        for item in self.staging.tables.items.values():
            live = [p for p in self._posts(item.key) if p.state is PostState.LIVE]
            assert len(live) <= 1, item

    @invariant()
    def what_is_public_was_approved(self) -> None:
        for item in self.staging.tables.items.values():
            if item.key not in self.by_hand:
                for post in self._posts(item.key):
                    if post.state is PostState.LIVE:
                        assert post.body in self.ever_approved[item.key]

    @invariant()
    def complete_is_what_was_proved(self) -> None:
        for item in self.staging.tables.items.values():
            if item.state is State.COMPLETE:
                digest = self.staging.tables.revisions[item.id][-1].digest
                verdicts = self.staging.tables.verifications[item.id]
                assert any(
                    one.digest == digest and one.verdict.judgement is Judgement.PASS
                    for one in verdicts
                )

    @invariant()
    def each_state_is_what_the_decisions_led_to(self) -> None:
        for item in self.staging.tables.items.values():
            at: State | None = None
            for made in self.staging.tables.decisions[item.id]:
                at = ARROWS[at, made.step, made.outcome]
            assert item.state is at

    @invariant()
    def whatever_waits_says_why(self) -> None:
        done = {
            PublicationState.LIVE,
            PublicationState.VERIFIED,
            PublicationState.WITHDRAWN,
            # What is wrong with a page stands in its verdict.
            PublicationState.MISMATCH,
        }
        approved = {State.APPROVED, State.PUBLISHED, State.VERIFIED, State.COMPLETE}
        for one in self.staging.tables.publications.values():
            state = self.staging.tables.items[one.item_id].state
            if state in approved and one.state not in done and not one.lease_owner:
                assert one.due_at or one.problem or one.settles_at, one

    def teardown(self) -> None:
        with self.staging.reading() as tx:
            assert tx.broken_audit_row() is None

    def _receive(self) -> ItemId:
        offers = Offers((self._draft(f"tin/{len(self.staging.tables.items)}"),))
        [receipt] = receive(offers, by=FINDER, parts=self.parts)
        assert receipt.item is not None
        return receipt.item.id

    def _works(self, item: ItemId) -> None:
        self.worker += 1
        parts = replace(self.parts, worker=f"may-{self.worker}")
        with suppress(ConnectorError, Killed):
            advance(item, parts=parts)

    def _of(self, item: ItemId) -> list[Publication]:
        there = self.staging.tables.publications
        return [one for place, one in there.items() if place[0] == item]

    def _posts(self, key: str) -> list[StoredPost]:
        return [p for p in self.portal.everything() if p.slug.endswith(key)]

    def _draft(self, source_id: str) -> Draft:
        self.texts += 1
        text = f"Bản số {self.texts}."
        return Draft(
            source="press",
            source_id=source_id,
            title="Thông báo của thư viện",
            body=f"<p>{text}</p>",
            original=text.encode(),
            original_name="tin.html",
        )


TestProcedure = Procedure.TestCase
TestProcedure.settings = settings(
    max_examples=400,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
