"""
The embedded runner: finds what is due in staging, and advances it.

It keeps no list of its own. The rows say what is to be done and when; whatever a
crash left behind is found by the next sweep, when its lease has expired.

Source: measured beside four job engines; the rows alone lost nothing when workers
were killed, on SQLite and on PostgreSQL.
"""

from collections.abc import Iterator

from connector.domain.decision import Step
from connector.domain.errors import IntakeError, ItemChanged, ProcedureError
from connector.domain.item import ItemId, State
from connector.ports.parts import Parts
from connector.steps.advance import Advance, advance

PAGE = 200
"""How many rows are read at a time."""


def sweep(parts: Parts) -> Iterator[Advance]:
    """
    Advance every item that waits for nobody, once each.

    An item that cannot go on says why, and does not hold up the next one.
    """
    done: set[ItemId] = set()
    # Due rows are read in pages, and what was advanced is no longer due.
    while items := [item_id for item_id in waiting(parts) if item_id not in done]:
        for item_id in items:
            done.add(item_id)
            yield _advance(item_id, parts)


def _advance(item_id: ItemId, parts: Parts) -> Advance:
    try:
        return advance(item_id, parts=parts)
    except (ProcedureError, IntakeError, ItemChanged) as error:
        with parts.staging.reading() as tx:
            return Advance(item=tx.item(item_id), error=error)


def waiting(parts: Parts) -> list[ItemId]:
    """Return the items that can go on without a person, oldest first."""
    states = [State.VERIFIED]
    if Step.CHECK in parts.policy.automatic:
        states.append(State.RECEIVED)
    if Step.CLASSIFY in parts.policy.automatic:
        states.append(State.CHECKED)
    if parts.policy.approval_by_check:
        states.append(State.CLASSIFIED)
    with parts.staging.reading() as tx:
        found = {p.item_id for p in tx.due(parts.clock.now(), limit=PAGE)}
        after: ItemId | None = None
        while page := tx.items(*states, after=after, limit=PAGE):
            found |= {item.id for item in page}
            after = page[-1].id
    return sorted(found)
