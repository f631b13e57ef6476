"""The library of one run: its people at their desks, who make no mistakes here."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field

from connector.domain.errors import ConnectorError, Unreadable
from connector.domain.finding import CheckResult
from connector.domain.item import (
    CategoryCode,
    Draft,
    Item,
    ItemId,
    Revision,
    Sha256,
    State,
    sha256,
)
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState
from connector.ports.check import Known
from connector.ports.clock import Clock
from connector.ports.parts import Parts
from connector.steps.approve import approve
from connector.steps.check import accurate, give_back
from connector.steps.classify import classify
from connector.steps.publish import Orders, publish
from connector.steps.receive import correct, receive
from connector.steps.verify import accept
from connector.steps.withdraw import withdraw
from tests.fakes.staging import MemoryStaging
from tests.simulation.observer import Observer, Place
from tests.simulation.site import Site
from tests.steps.house import Offers

FINDER = Person("thu-thu-tim-tin", frozenset({Role.LIBRARIAN}))
CHECKER = Person("thu-thu-kiem-tra", frozenset({Role.LIBRARIAN}))
DEPUTY = Person("pho-giam-doc", frozenset({Role.DEPUTY_DIRECTOR}))
WEBMASTER = Person("quan-tri-web", frozenset({Role.WEBMASTER}))

NEWS = CategoryCode("news")
LABELS = {NEWS: {"vi": "Tin tức"}}
TERMS = {NEWS: "tin-tuc"}

REASON = "Bản đã duyệt là bản đúng."


@dataclass(eq=False)
class MemoryArchive:
    """Bytes by their SHA-256, until the process ends. Implements ports.archive."""

    kept: dict[Sha256, bytes] = field(default_factory=dict)

    def put(self, content: bytes) -> Sha256:
        name = sha256(content)
        self.kept[name] = content
        return name

    def get(self, sha256: Sha256) -> bytes:
        if sha256 not in self.kept:
            raise Unreadable(name=sha256, problem="gone")
        return self.kept[sha256]


@dataclass(eq=False)
class NothingToSay:
    """Rules that find nothing. Implements ports.check.Checks."""

    clock: Clock

    def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
        del known
        return CheckResult(item_id=item.id, digest=revision.digest, at=self.clock.now())


def no_proposal(item: Item, revision: Revision) -> None:
    """Propose no category."""
    del item, revision


@dataclass(eq=False)
class Desk:
    """Where people work: their own way to staging and sites, on which nothing fails."""

    parts: Parts
    staging: MemoryStaging
    sites: dict[str, Site]
    observer: Observer

    def approved(self, number: int) -> Item:
        """Receive, check, classify and approve an item."""
        draft = self._draft(number, f"Tin số {number}, bản đầu.")
        [receipt] = receive(Offers((draft,)), by=FINDER, parts=self.parts)
        assert receipt.item is not None
        item = receipt.item
        accurate(item.id, by=CHECKER, parts=self.parts)
        classify(item.id, NEWS, by=CHECKER, parts=self.parts)
        return self._approve(item)

    def correct(self, item_id: ItemId, number: int) -> None:
        """Correct an item's text, and carry the new one to its approval."""
        item = self.item(item_id)
        if item.state in {State.WITHDRAWN, State.REJECTED}:
            return
        draft = self._draft(item_id, f"Tin số {item_id}, bản sửa {number}.")
        correct(item_id, draft, by=FINDER, parts=self.parts)
        accurate(item_id, by=CHECKER, parts=self.parts)
        classify(item_id, NEWS, by=CHECKER, parts=self.parts)
        self._approve(item)

    def withdraw(self, item_id: ItemId) -> None:
        """Try to take an item off all sites; a worker at it just now prevents it."""
        if self.item(item_id).state is not State.WITHDRAWN:
            withdraw(item_id, by=DEPUTY, reason="Bị hoãn.", parts=self.parts)

    def touch(self, item_id: ItemId, site: str, how: str) -> None:
        """Do something by hand in the CMS."""
        if self.item(item_id).state is not State.WITHDRAWN:
            self.sites[site].touch(self.item(item_id).key, how)

    def resolve(self, wrong: Collection[Place]) -> None:
        """
        Decide whatever waits for a person, in favour of what was approved.

        Args:
            wrong: where a person has seen that somebody changed what is public.
        """
        for one in self.publications():
            if (one.target, self.item(one.item_id).key) in wrong:
                with suppress(ConnectorError):
                    give_back(one.item_id, by=DEPUTY, reason=REASON, parts=self.parts)
        orders = Orders(by=WEBMASTER, reason=REASON, accept_losses=True, overwrite=True)
        for one in self.publications():
            if one.state in WAITS:
                with suppress(ConnectorError):
                    publish(one, orders=orders, parts=self.parts)
        for one in self.publications():
            with suppress(ConnectorError):
                accept(one.item_id, by=DEPUTY, reason=REASON, parts=self.parts)

    def item(self, item_id: ItemId) -> Item:
        return self.staging.tables.items[item_id]

    def publications(self) -> list[Publication]:
        return list(self.staging.tables.publications.values())

    def _approve(self, item: Item) -> Item:
        with self.staging.reading() as tx:
            self.observer.approved[item.key].append(tx.revision(item.id).body)
        return approve(item.id, by=DEPUTY, parts=self.parts)

    def _draft(self, number: int, text: str) -> Draft:
        return Draft(
            source="press",
            source_id=f"tin/{number}",
            title=f"Thông báo số {number} của thư viện",
            body=f"<p>{text}</p>",
            original=text.encode(),
            original_name="tin.html",
        )


WAITS = frozenset(
    {
        PublicationState.CONFLICT,
        PublicationState.HELD,
        PublicationState.MISMATCH,
    }
)
"""What a person has to decide."""
