"""Verdicts on public pages."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from connector.domain.errors import ItemChanged
from connector.domain.item import ItemId
from connector.domain.verdict import Verification
from connector.language import N_
from connector.staging.audit import SqlAudit
from connector.staging.rows import verification_from, verification_to
from connector.staging.schema import code, verifications


class SqlVerifications(SqlAudit):
    """Every verdict is kept; one that a person accepted says who, and why."""

    def save_verification(self, verification: Verification) -> None:
        """Keep a verdict and its audit row."""
        self.connection.execute(
            verifications.insert().values(verification_to(verification))
        )
        facts = {
            "target": verification.target,
            "digest": verification.digest,
            "judgement": verification.verdict.judgement,
            "url": verification.url,
            "page": verification.page,
        }
        self.record(
            N_("page compared"),
            facts,
            item_id=verification.item_id,
            by=verification.by,
            at=verification.at,
        )

    def accept_verification(
        self, verification: Verification, *, by: str, reason: str
    ) -> Verification:
        """
        Keep that a person accepted a REVIEW, with why, and its audit row.

        Raises:
            ItemChanged: there is no such verdict, or it has been accepted already.
        """
        this = select(verifications.c.id).where(
            verifications.c.item_id == verification.item_id,
            verifications.c.target == verification.target,
            verifications.c.digest == verification.digest,
            verifications.c.at == verification.at,
            verifications.c.judgement == code(verification.verdict.judgement),
            verifications.c.accepted_by == "",
        )
        latest = this.order_by(verifications.c.id.desc()).limit(1).scalar_subquery()
        accepted = self.connection.execute(
            verifications.update()
            .where(verifications.c.id == latest)
            .values(accepted_by=by, accepted_reason=reason)
        )
        if accepted.rowcount == 0:
            raise ItemChanged(item=verification.item_id)
        facts = {
            "target": verification.target,
            "digest": verification.digest,
            "judgement": verification.verdict.judgement,
            "compared_at": verification.at.isoformat(),
            "reason": reason,
        }
        self.record(
            N_("page accepted"),
            facts,
            item_id=verification.item_id,
            by=by,
            at=self.clock.now(),
        )
        return replace(verification, accepted_by=by, accepted_reason=reason)

    def verifications(self, item_id: ItemId) -> Sequence[Verification]:
        """Return all verdicts on an item, oldest first."""
        query = (
            select(verifications)
            .where(verifications.c.item_id == item_id)
            .order_by(verifications.c.id)
        )
        rows = self.connection.execute(query).mappings()
        return [verification_from(row) for row in rows]
