"""The passages of the steps."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from connector.domain.decision import Decision
from connector.domain.item import Item, ItemId
from connector.procedure.advance import advance
from connector.staging.items import SqlItems
from connector.staging.rows import decision_from, decision_to
from connector.staging.schema import code, decisions

_ADD = decisions.insert()
_OF_ITEM = (
    select(decisions)
    .where(decisions.c.item_id == bindparam("its_item"))
    .order_by(decisions.c.id)
)


class SqlDecisions(SqlItems):
    """The decisions on items, which alone move them."""

    def decide(self, item: Item, decision: Decision) -> Item:
        """
        Pass the step: store the decision, move the item, write the audit row.

        Raises:
            OutcomeNotAllowed: the procedure has no such arrow.
            ItemChanged: `item` is not what is stored.
        """
        after = advance(item.state, decision.step, decision.outcome, item=item.id)
        moved = self._change(item, {"state": code(after)})
        self.connection.execute(_ADD, {"item_id": item.id, **decision_to(decision)})
        facts = {
            "outcome": decision.outcome,
            "role": decision.role,
            "digest": decision.digest,
            "reason": decision.reason,
            "before": item.state,
            "after": after,
        }
        self.record(
            decision.step.value, facts, item_id=item.id, by=decision.by, at=decision.at
        )
        return moved

    def decisions(self, item_id: ItemId) -> Sequence[Decision]:
        """Return all decisions on an item, oldest first."""
        rows = self.connection.execute(_OF_ITEM, {"its_item": item_id}).mappings()
        return [decision_from(row) for row in rows]
