"""What the rules found, and what was waived."""

from collections.abc import Sequence

from sqlalchemy import select

from connector.domain.finding import CheckResult, Waiver
from connector.domain.item import ItemId, Sha256
from connector.language import N_
from connector.staging.audit import SqlAudit
from connector.staging.rows import check_from, check_to, waiver_from, waiver_to
from connector.staging.schema import check_results, waivers


class SqlCheckResults(SqlAudit):
    """One result for each text of an item, and the waivers on it."""

    def save_check(self, result: CheckResult) -> None:
        """Keep a result; a later one for the same digest takes its place."""
        row = check_to(result)
        updated = self.connection.execute(
            check_results.update()
            .where(
                check_results.c.item_id == result.item_id,
                check_results.c.digest == result.digest,
            )
            .values(row)
        )
        if updated.rowcount == 0:
            self.connection.execute(check_results.insert().values(row))

    def check_of(self, item_id: ItemId, digest: Sha256) -> CheckResult | None:
        """Return the result for exactly this digest."""
        query = select(check_results).where(
            check_results.c.item_id == item_id, check_results.c.digest == digest
        )
        row = self.connection.execute(query).mappings().one_or_none()
        return None if row is None else check_from(row)

    def save_waiver(self, waiver: Waiver) -> None:
        """Keep a waiver and its audit row."""
        self.connection.execute(waivers.insert().values(waiver_to(waiver)))
        facts = {
            "rule": waiver.rule,
            "rule_version": waiver.rule_version,
            "digest": waiver.digest,
            "role": waiver.role,
            "reason": waiver.reason,
        }
        self.record(
            N_("rule waived"), facts, item_id=waiver.item_id, by=waiver.by, at=waiver.at
        )

    def waivers(self, item_id: ItemId, digest: Sha256) -> Sequence[Waiver]:
        """Return what was waived for exactly this digest, oldest first."""
        query = (
            select(waivers)
            .where(waivers.c.item_id == item_id, waivers.c.digest == digest)
            .order_by(waivers.c.id)
        )
        return [waiver_from(row) for row in self.connection.execute(query).mappings()]
