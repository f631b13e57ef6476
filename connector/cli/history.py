"""`connector history`: the whole life of one item."""

import json

import click

from connector.cli.command import argument, command
from connector.cli.desk import Desk, Exit
from connector.domain.item import ItemId
from connector.language import N_, translate, word


@command(
    "history",
    help=N_(
        "Show the whole life of one item.\n\nWho did what, when and why; and whether"
        " the chain of the audit trail is whole."
    ),
)
@argument("item", N_("ITEM"), type=int)
@click.pass_obj
def history_command(desk: Desk, item: int) -> None:
    """Show one item's audit trail."""
    from connector.staging.values import message_from  # noqa: PLC0415 -- slow import

    item_id = ItemId(item)
    with desk.library.parts.staging.reading() as tx:
        tx.item(item_id)
        rows = list(tx.audit(item_id))
        decisions = tx.decisions(item_id)
        broken = tx.broken_audit_row()
    for decision in decisions:
        desk.say(
            N_("{at}  {step}: {outcome}, by {by} ({role}) {reason}"),
            at=decision.at,
            step=decision.step,
            outcome=decision.outcome,
            by=decision.by,
            role=decision.role,
            reason=f"— {decision.reason}" if decision.reason else "",
        )
    desk.show()
    for row in rows:
        facts = json.loads(row.facts)
        why = facts.get("reason") or ""
        if problem := facts.get("problem"):
            why = word(message_from(problem))
        event = translate(row.event) + (f" — {why}" if why else "")
        desk.show(f"{row.number:>6}  {word(row.at)}  {row.by}  {event}")
        desk.result(
            {
                "number": row.number,
                "at": row.at.isoformat(),
                "by": row.by,
                "event": row.event,
                "facts": facts,
                "hash": row.hash,
            }
        )
    if broken is not None:
        desk.say(
            N_("The audit trail is broken at row {row}: somebody changed it."),
            row=broken,
        )
        desk.result({"broken_at": broken})
        desk.ends(Exit.FAILED)
