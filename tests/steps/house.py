"""A whole library for the tests of the steps: its people, its parts, its sites."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connector.checks.rulebook import Configured, rules
from connector.classification.rules import CategoryRule
from connector.classification.rules import propose as first_rule
from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import ConnectorError
from connector.domain.finding import Level
from connector.domain.item import (
    Attachment,
    CategoryCode,
    Draft,
    Item,
    ItemId,
    Revision,
    Sha256,
    Use,
    sha256,
)
from connector.domain.person import CONNECTOR, Person, Role
from connector.domain.publication import Publication, StoredPost
from connector.domain.verdict import Verification
from connector.evidence.archive import FolderArchive
from connector.ports.parts import Parts, Proposal, Route
from connector.ports.staging import Staging
from connector.procedure.policy import Policy
from connector.steps.advance import Advance, advance
from connector.steps.approve import approve
from connector.steps.check import accurate
from connector.steps.classify import classify
from connector.steps.publish import Attempt, Orders, publish
from connector.steps.receive import Receipt, correct, receive
from connector.steps.verify import Seen, verify
from tests.conftest import FrozenClock, MakeDraft
from tests.fakes.web import FakeWeb
from tests.steps.faulty import FaultyTarget

FINDER = Person("thu-thu-tim-tin", frozenset({Role.LIBRARIAN}))
CHECKER = Person("thu-thu-kiem-tra", frozenset({Role.LIBRARIAN}))
DEPUTY = Person("pho-giam-doc", frozenset({Role.DEPUTY_DIRECTOR}))
WEBMASTER = Person("quan-tri-web", frozenset({Role.WEBMASTER}))

NEWS = CategoryCode("news")
ANNOUNCEMENT = CategoryCode("announcement")
ACQUISITIONS = CategoryCode("new-acquisitions")

LABELS = {
    NEWS: {"vi": "Tin tức", "en": "News"},
    ANNOUNCEMENT: {"vi": "Thông báo", "en": "Announcement"},
    ACQUISITIONS: {"vi": "Giới thiệu tài liệu mới", "en": "New acquisitions"},
}
TERMS = {NEWS: "tin-tuc", ANNOUNCEMENT: "thong-bao"}
"""What the sites take; nobody takes new acquisitions."""

ONLY_ONCE = CategoryRule(
    name="thong-bao", category=ANNOUNCEMENT, title_starts=("Thông báo",)
)

TITLE = "Thông báo: Thư viện mở cửa phòng đọc mới"
BODY = (
    "<p>Từ ngày 20/3, phòng đọc tầng 2 phục vụ bạn đọc đến 21 giờ mỗi ngày.</p>"
    "<p>Bạn đọc mang theo thẻ thư viện khi vào phòng đọc.</p>"
    "<p>Nguồn: Trung tâm Thông tin – Thư viện</p>"
)
CORRECTED = BODY.replace("21 giờ", "22 giờ")


@dataclass(frozen=True)
class Offers:
    """A source that offers what it was given. Implements ports.source.Source."""

    drafts: tuple[Draft | ConnectorError, ...]
    name: str = "press"

    def offers(self) -> Iterator[Draft | ConnectorError]:
        yield from self.drafts


@dataclass
class House:
    """The parts, and the shortest way to every state of an item."""

    parts: Parts
    clock: FrozenClock
    portal: FaultyTarget
    web: FakeWeb
    make_draft: MakeDraft
    archive: Path

    def draft(self, **fields: object) -> Draft:
        return self.make_draft(**{"title": TITLE, "body": BODY} | fields)

    def receive(self, *drafts: Draft | ConnectorError) -> list[Receipt]:
        return list(receive(Offers(drafts), by=FINDER, parts=self.parts))

    def received(self, **fields: object) -> Item:
        [receipt] = self.receive(self.draft(**fields))
        assert receipt.item is not None
        return receipt.item

    def checked(self, **fields: object) -> Item:
        item = self.received(**fields)
        return accurate(item.id, by=CHECKER, parts=self.parts)

    def classified(
        self, category: CategoryCode = ANNOUNCEMENT, **fields: object
    ) -> Item:
        item = self.checked(**fields)
        return classify(item.id, category, by=CHECKER, parts=self.parts)

    def approved(self, **fields: object) -> Item:
        item = self.checked(**fields)
        classify(item.id, ANNOUNCEMENT, by=CHECKER, parts=self.parts)
        return approve(item.id, by=DEPUTY, parts=self.parts)

    def published(self, **fields: object) -> Item:
        item = self.approved(**fields)
        for publication in self.publications(item.id):
            publish(publication, orders=Orders(by=CONNECTOR), parts=self.parts)
        return self.item(item.id)

    def complete(self, **fields: object) -> Item:
        item = self.approved(**fields)
        return self.advance(item.id).item

    def again(self, item_id: ItemId) -> Item:
        """Check, classify and approve a corrected item."""
        accurate(item_id, by=CHECKER, parts=self.parts)
        classify(item_id, ANNOUNCEMENT, by=CHECKER, parts=self.parts)
        return approve(item_id, by=DEPUTY, parts=self.parts)

    def classify(self, item_id: ItemId, category: CategoryCode) -> Item:
        return classify(item_id, category, by=CHECKER, parts=self.parts)

    def approve(self, item_id: ItemId) -> Item:
        return approve(item_id, by=DEPUTY, parts=self.parts)

    def correct(self, item_id: ItemId, **fields: object) -> Receipt:
        draft = self.draft(
            **{"body": CORRECTED, "original": f"{fields or CORRECTED}".encode()}
            | fields
        )
        return correct(item_id, draft, by=FINDER, parts=self.parts)

    def advance(self, item_id: ItemId) -> Advance:
        return advance(item_id, parts=self.parts)

    def publish(
        self, item_id: ItemId, target: str = "portal", **orders: object
    ) -> Attempt | None:
        given = Orders(**{"by": CONNECTOR} | orders)  # type: ignore[arg-type]
        return publish(
            self.publication(item_id, target), orders=given, parts=self.parts
        )

    def verify(self, item_id: ItemId, target: str = "portal") -> Seen | None:
        return verify(self.publication(item_id, target), by=CONNECTOR, parts=self.parts)

    def item(self, item_id: ItemId) -> Item:
        with self.parts.staging.reading() as tx:
            return tx.item(item_id)

    def revision(self, item_id: ItemId) -> Revision:
        with self.parts.staging.reading() as tx:
            return tx.revision(item_id)

    def decisions(self, item_id: ItemId) -> list[Decision]:
        with self.parts.staging.reading() as tx:
            return list(tx.decisions(item_id))

    def passages(self, item_id: ItemId) -> list[tuple[Step, Outcome, str]]:
        return [(d.step, d.outcome, d.by) for d in self.decisions(item_id)]

    def publications(self, item_id: ItemId) -> list[Publication]:
        with self.parts.staging.reading() as tx:
            return list(tx.publications(item_id))

    def publication(self, item_id: ItemId, target: str = "portal") -> Publication:
        return next(p for p in self.publications(item_id) if p.target == target)

    def verifications(self, item_id: ItemId) -> list[Verification]:
        with self.parts.staging.reading() as tx:
            return list(tx.verifications(item_id))

    def events(self, item_id: ItemId) -> list[str]:
        with self.parts.staging.reading() as tx:
            return [row.event for row in tx.audit(item_id)]

    def reasons(self, item_id: ItemId) -> list[tuple[str, str]]:
        """Return what was done, and why, as the audit trail has it."""
        with self.parts.staging.reading() as tx:
            return [
                (row.event, json.loads(row.facts).get("reason", ""))
                for row in tx.audit(item_id)
            ]

    def audit_is_whole(self) -> bool:
        with self.parts.staging.reading() as tx:
            return tx.broken_audit_row() is None

    def public(self) -> list[StoredPost]:
        """What is public on the portal."""
        return [p for p in self.portal.everything() if p.state.value == "live"]

    def policy(self, **choices: object) -> None:
        policy = replace(self.parts.policy, **choices)  # type: ignore[arg-type]
        self.parts = replace(self.parts, policy=policy)

    def route(self, name: str = "portal", **changes: object) -> None:
        route = replace(self.parts.routes[name], **changes)  # type: ignore[arg-type]
        self.parts = replace(self.parts, routes={**self.parts.routes, name: route})

    def blocks(
        self, rule: str, *, in_category: CategoryCode, **parameters: int
    ) -> None:
        """Let a rule block items of one category."""
        checks = Configured(
            rules=rules(),
            web=self.web,
            clock=self.clock,
            levels={rule: Level.OFF},
            by_category={rule: {in_category: Level.BLOCK}},
            parameters={rule: parameters},
        )
        self.parts = replace(self.parts, checks=checks)

    def lose_from_archive(self, sha256: Sha256) -> None:
        (self.archive / sha256[:2] / sha256[2:]).unlink()

    def second_site(self, name: str = "chi-nhanh") -> FaultyTarget:
        """Open another site, which comes before the portal by its name."""
        site = FaultyTarget(name)
        route = Route(target=site, web=FakeWeb(site), terms=TERMS)
        self.parts = replace(self.parts, routes={**self.parts.routes, name: route})
        return site

    def wait_for_lease(self) -> None:
        """Let so much time go by that every lease has expired."""
        self.clock.tick(seconds=self.parts.lease.total_seconds() + 1)


def open_house(
    staging: Staging, *, clock: FrozenClock, folder: Path, make_draft: MakeDraft
) -> House:
    """Open a library with one site, the rules of the house, and usual policy."""
    portal = FaultyTarget("portal")
    web = FakeWeb(portal)

    def propose(item: Item, revision: Revision) -> Proposal | None:
        return first_rule(revision, item, [ONLY_ONCE])

    parts = Parts(
        staging=staging,
        archive=FolderArchive(folder / "archive"),
        clock=clock,
        checks=Configured(rules=rules(), web=web, clock=clock),
        propose=propose,
        policy=Policy(),
        routes={"portal": Route(target=portal, web=web, terms=TERMS)},
        labels=LABELS,
        worker="may-1",
    )
    return House(
        parts=parts,
        clock=clock,
        portal=portal,
        web=web,
        make_draft=make_draft,
        archive=folder / "archive",
    )


def with_pictures(*contents: bytes) -> dict[str, object]:
    """Return the fields of a draft that shows pictures above its text."""
    pictures = tuple(
        Attachment(
            name=f"phòng đọc {number}.png",
            media_type="image/png",
            sha256=sha256(content),
            size=len(content),
            use=Use.IMAGE,
            alt=f"Phòng đọc tầng {number}",
        )
        for number, content in enumerate(contents, start=2)
    )
    shown = "".join(f'<p><img src="{p.address}" alt="{p.alt}"></p>' for p in pictures)
    return {
        "body": shown + BODY,
        "files": pictures,
        "blobs": {sha256(content): content for content in contents},
    }
