"""Puts items and publications into staging, as the steps would."""

from dataclasses import replace
from datetime import datetime, timedelta

from connector.domain.decision import Outcome, Step
from connector.domain.item import Item, Revision
from connector.domain.publication import Publication, PublicationState
from connector.ports.staging import Staging, Transaction
from tests.conftest import Field, MakeDecision, MakeDraft, MakeRevision


class News:
    """Items, as far on as they are wanted."""

    def __init__(
        self,
        staging: Staging,
        make_draft: MakeDraft,
        make_revision: MakeRevision,
        make_decision: MakeDecision,
    ) -> None:
        self.staging = staging
        self.draft = make_draft
        self.revision = make_revision
        self.decision = make_decision

    def received(self, revision: Revision | None = None, **draft: Field) -> Item:
        revision = revision or self.revision()
        with self.staging.transaction() as tx:
            decision = self.decision(revision)
            return tx.add_item(self.draft(**draft), decision, revision)

    def decided(self, item: Item, step: Step, outcome: Outcome = Outcome.DONE) -> Item:
        with self.staging.transaction() as tx:
            return tx.decide(item, self.decision(tx.revision(item.id), step, outcome))

    def rejected(self, **draft: Field) -> Item:
        return self.decided(self.received(**draft), Step.REJECT)

    def intended(self, item: Item, **fields: Field) -> Publication:
        with self.staging.transaction() as tx:
            return tx.intend(
                publication(item, tx.revision(item.id), **fields), by="pho-giam-doc"
            )


def publication(item: Item, revision: Revision, **fields: Field) -> Publication:
    usual = Publication(
        item_id=item.id,
        target="portal",
        state=PublicationState.INTENDED,
        revision=revision.number,
        digest=revision.digest,
    )
    return replace(usual, **fields)


def claim(
    tx: Transaction, item: Item, owner: str, now: datetime, minutes: float = 5
) -> Publication | None:
    until = now + timedelta(minutes=minutes)
    return tx.claim(item.id, "portal", owner=owner, until=until, now=now)
