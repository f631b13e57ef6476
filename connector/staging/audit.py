"""
The audit trail: every change, in a chain that shows when a link was touched.

The hash of a row covers the row and the hash before it; `audit_head` holds the end of
the chain, so that a missing tail is seen too.
"""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select

from connector.domain.item import ItemId, Sha256
from connector.ports.clock import Clock
from connector.ports.staging import AuditRow
from connector.staging.rows import audit_from
from connector.staging.schema import audit, audit_head
from connector.staging.values import canonical

BEGINNING = Sha256("0" * 64)
"""What the first row follows."""

_HEAD = select(audit_head.c.number, audit_head.c.hash)
_LOCK_HEAD = _HEAD.with_for_update()
_ADD = audit.insert()
_MOVE_HEAD = audit_head.update()


class SqlAudit:
    """The audit trail, as far as `connection` sees it. Under every other part."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.clock = clock
        self._end: Mapping[str, Any] | RowMapping | None = None
        self._told: list[dict[str, Any]] = []

    def lock(self) -> None:
        """
        Wait until this is the only writer.

        SQLite began as a writer already. On PostgreSQL every writer takes the end of
        the trail first: what it reads then stays true until it commits, and two
        writers cannot wait for each other.
        """
        self._locked()

    def record(
        self,
        event: str,
        facts: Mapping[str, object],
        *,
        item_id: ItemId | None,
        by: str,
        at: datetime,
    ) -> None:
        """
        Add a row at the end, in the transaction of the change it tells of.

        It is written by `tell`, together with all others of the transaction.
        """
        head = self._locked()
        row: dict[str, Any] = {
            "number": head["number"] + 1,
            "at": at,
            "item_id": item_id,
            "event": event,
            "by": by,
            "facts": canonical(facts),
            "previous": head["hash"],
        }
        row["hash"] = hash_of(row)
        self._told.append(row)
        self._end = {"number": row["number"], "hash": row["hash"]}

    def tell(self) -> None:
        """Write the rows that were added; the last thing a writer does."""
        if self._told:
            self.connection.execute(_ADD, self._told)
            self.connection.execute(_MOVE_HEAD, dict(self._locked()))
            self._told = []

    def _locked(self) -> Mapping[str, Any] | RowMapping:
        """Return the end of the trail, read once: nobody else moves it meanwhile."""
        if self._end is None:
            self._end = self.connection.execute(_LOCK_HEAD).mappings().one()
        return self._end

    def audit(self, item_id: ItemId | None = None) -> Iterator[AuditRow]:
        """Yield the rows, oldest first; of one item, or all."""
        self.tell()
        query = select(audit).order_by(audit.c.number)
        if item_id is not None:
            query = query.where(audit.c.item_id == item_id)
        with self.connection.execute(
            query, execution_options={"yield_per": 1000}
        ) as found:
            for row in found.mappings():
                yield audit_from(row)

    def broken_audit_row(self) -> int | None:
        """
        Return the first row that does not follow from the one before it.

        That is the first row that was changed or removed, a missing one at the end
        included; None if the whole trail is as it was written.
        """
        number, last = 0, BEGINNING
        for row in self.audit():
            number += 1
            if (row.number, row.previous) != (number, last) or row.hash != hash_of(
                {name: getattr(row, name) for name in _COVERED}
            ):
                return number
            last = row.hash
        head = self.connection.execute(_HEAD).mappings().one()
        if (head["number"], head["hash"]) == (number, last):
            return None
        return number if head["number"] == number else min(head["number"], number) + 1


_COVERED = ("number", "at", "item_id", "event", "by", "facts", "previous")


def hash_of(row: Mapping[str, Any]) -> Sha256:
    """
    Return the hash of a row: SHA-256 over the hash before it and the row as JSON.

    Args:
        row: the columns of the row; `at` aware, UTC; a `hash` is not looked at.
    """
    covered = {
        "number": row["number"],
        "at": row["at"].isoformat(),
        "item_id": row["item_id"],
        "event": row["event"],
        "by": row["by"],
        "facts": row["facts"],
    }
    text = f"{row['previous']}\n{canonical(covered)}"
    return Sha256(hashlib.sha256(text.encode()).hexdigest())
