"""
The embedded runner: finds what is due in staging, and advances it.

It keeps no list of its own. The rows say what is to be done and when; whatever a
crash left behind is found by the next sweep, when its lease has expired.

Source: measured beside four job engines; the rows alone lost nothing when workers
were killed, on SQLite and on PostgreSQL.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from connector.domain.decision import Step
from connector.domain.errors import (
    ConnectorError,
    IntakeError,
    ItemChanged,
    ProcedureError,
    RoleNotAllowed,
    Unexpected,
)
from connector.domain.item import ItemId, State
from connector.domain.person import CONNECTOR
from connector.domain.publication import Publication
from connector.ports.parts import Parts
from connector.steps.advance import Advance, advance, to_publish
from connector.steps.publish import Attempt, Orders, publish_all
from connector.steps.settling import settle

UNFORESEEN = (ValueError, LookupError, TypeError, AttributeError, OSError)
"""A mistake of ours, or a disk that is full: of one item, not of the others."""

PAGE = 50
"""How many rows are read at a time: what becomes urgent meanwhile waits for no more."""


def sweep(parts: Parts) -> Iterator[Advance]:
    """
    Advance every item that waits for nobody, once each.

    An item that cannot go on says why, and does not hold up the next one. The targets
    take turns, a page of rows each.
    """
    done: set[ItemId] = set()
    targets = [*parts.routes, None]
    while targets:
        for target in list(targets):
            due = _due(target, done, parts)
            if not due:
                targets.remove(target)
            else:
                done |= {publication.item_id for publication in due}
                yield from _page(due, parts)
    # Last, because looking at every link of what was received may take long, and what
    # has its minute does not wait.
    for item_id in waiting(parts):
        if item_id not in done:
            done.add(item_id)
            yield _advance(item_id, parts)


def waiting(parts: Parts) -> list[ItemId]:
    """Return the items that can go on without a person or a target, by number."""
    states = [State.VERIFIED]
    if Step.CHECK in parts.policy.automatic:
        states.append(State.RECEIVED)
    if Step.CLASSIFY in parts.policy.automatic:
        states.append(State.CHECKED)
    if parts.policy.approval_by_check:
        states.append(State.CLASSIFIED)
    found: list[ItemId] = []
    with parts.staging.reading() as tx:
        while page := tx.items(*states, after=found[-1] if found else None, limit=PAGE):
            found += [item.id for item in page]
    return found


def _due(
    target: str | None, done: Collection[ItemId], parts: Parts
) -> Sequence[Publication]:
    """Return the next page of rows; those of targets that are gone under None."""
    again = 0
    while True:
        limit = PAGE + again
        with parts.staging.reading() as tx:
            now = tx.now()
            due = tx.due(now, limit=limit, target=target, until=now + parts.lease)
        new = [one for one in due if one.item_id not in done]
        if new or len(due) < limit:
            break
        # Rows that stay due, such as those that wait for the rate, stand before others.
        again = len(due)
    if target is None:
        return [one for one in new if one.target not in parts.routes][:PAGE]
    return new[:PAGE]


def _page(due: Sequence[Publication], parts: Parts) -> Iterator[Advance]:
    items = list(dict.fromkeys(publication.item_id for publication in due))
    attempts: dict[ItemId, list[Attempt]] = defaultdict(list)
    errors: dict[ItemId, Advance] = {}
    to_send: list[Publication] = []
    for item_id in items:
        try:
            to_send += to_publish(item_id, parts)
        except (ProcedureError, IntakeError, ItemChanged) as error:
            errors[item_id] = _stopped(item_id, error, parts)
    try:
        for attempt in publish_all(to_send, orders=Orders(by=CONNECTOR), parts=parts):
            if not attempt.taken:
                attempts[attempt.publication.item_id].append(attempt)
    except RoleNotAllowed:
        # Publishing is for people here; each item says so for itself.
        attempts.clear()
    except UNFORESEEN:
        # One of them cannot be published: below, each is tried for itself.
        pass
    settle([one for one in due if one.target in parts.routes], parts=parts)
    for item_id in items:
        if item_id in errors:
            yield errors[item_id]
        else:
            yield _advance(item_id, parts, attempts[item_id])


def _advance(
    item_id: ItemId, parts: Parts, attempts: Sequence[Attempt] = ()
) -> Advance:
    try:
        return advance(item_id, parts=parts, attempts=attempts)
    except (ProcedureError, IntakeError, ItemChanged) as error:
        return _stopped(item_id, error, parts)
    except UNFORESEEN as error:
        unforeseen = Unexpected(kind=type(error).__name__, problem=str(error))
        return _stopped(item_id, unforeseen, parts)


def _stopped(item_id: ItemId, error: ConnectorError, parts: Parts) -> Advance:
    with parts.staging.reading() as tx:
        return Advance(item=tx.item(item_id), error=error)
