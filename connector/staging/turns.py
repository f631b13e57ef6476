"""
Whose turn it is: the query that says what can go on now, and in which order.

It begins with what is due, by three indexes that hold little else, and reads the rows
themselves last: to sort whole posts would cost more than everything before.
"""

from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    Subquery,
    bindparam,
    false,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from connector.domain.publication import SETTLING
from connector.staging.schema import PUBLIC, circuits, code, items, publications

FREE: ColumnElement[bool] = or_(
    publications.c.lease_until.is_(None),
    publications.c.lease_until <= bindparam("now"),
    publications.c.lease_until > bindparam("until"),
)
"""Nobody holds the lease, or whoever held it did not come back in time, or took it
by a clock that has been set back since. An `until` of NULL leaves the last out."""


def turns(*, of_one_target: bool) -> Select[Any]:
    """
    Return the query for `now`, `until`, `limit` and, of one target, `its_target`.

    The end of being public counts only where readers can see the post: whatever is on
    its way has a `due_at`, and whatever waits for a person goes on waiting.
    """
    due = _due(of_one_target=of_one_target)
    turn = (
        func.row_number()
        .over(
            partition_by=(items.c.source, due.c.urgent),
            order_by=(due.c.at, due.c.item_id, due.c.target),
        )
        .label("turn")
    )
    first = (
        select(due, turn)
        .join_from(due, items, items.c.id == due.c.item_id)
        .order_by(*_order(due, turn))
        .limit(bindparam("limit", type_=Integer))
        .subquery()
    )
    return (
        select(publications)
        .join_from(
            first,
            publications,
            (publications.c.item_id == first.c.item_id)
            & (publications.c.target == first.c.target),
        )
        .order_by(*_order(first, first.c.turn))
    )


def next_time() -> Select[Any]:
    """Return the query for the next time after `now` at which anything is due."""
    row = publications.c
    times = [
        select(func.min(at).label("at")).where(at > bindparam("now"))
        for at in (row.due_at, row.settles_at, row.expire_at)
    ]
    any_of = union_all(*times).subquery()
    return select(func.min(any_of.c.at))


def _due(*, of_one_target: bool) -> Subquery:
    """Return item, target, urgency and since when, of everything that can go on."""
    row = publications.c
    waiting = select(circuits.c.target).where(circuits.c.resume_at > bindparam("now"))
    # What is to go live this minute goes with the urgent: others want to be soon.
    urgent = or_(
        row.urgent, func.coalesce(row.go_live_at <= bindparam("now"), false())
    ).label("urgent")
    settling = row.state.in_([code(one) for one in sorted(SETTLING)])

    def since(at: Column[Any], *states: ColumnElement[bool]) -> Select[Any]:
        query = select(row.item_id, row.target, urgent, at.label("at")).where(
            at <= bindparam("now"), *states, FREE, row.target.not_in(waiting)
        )
        if of_one_target:
            query = query.where(row.target == bindparam("its_target"))
        return query

    any_of = union_all(
        since(row.due_at),
        since(row.settles_at, settling),
        # In the words of the index, or the index is not used.
        since(row.expire_at, literal_column(f"state IN {PUBLIC}")),
    ).subquery()
    keys = (any_of.c.item_id, any_of.c.target, any_of.c.urgent)
    return select(*keys, func.min(any_of.c.at).label("at")).group_by(*keys).subquery()


def _order(keys: Subquery, turn: ColumnElement[int]) -> tuple[ColumnElement[Any], ...]:
    return keys.c.urgent.desc(), turn, keys.c.at, keys.c.item_id, keys.c.target
