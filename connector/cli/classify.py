"""`connector classify`: step 4."""

import click

from connector.cli.check import told_state
from connector.cli.command import argument, command, option
from connector.cli.desk import Desk
from connector.domain.item import CategoryCode, ItemId, State
from connector.language import N_, say, translate
from connector.steps.classify import classify, propose


@command(
    "classify",
    help=N_(
        "Step 4: classify.\n\nWithout CATEGORY, shows what the rules propose and why;"
        " with it, or with --proposed, you decide."
    ),
)
@argument("item", N_("[ITEM]"), type=int, required=False)
@argument("category", N_("[CATEGORY]"), required=False)
@option("--proposed", is_flag=True, help=N_("Decide as proposed."))
@click.pass_obj
def classify_command(
    desk: Desk,
    item: int | None,
    category: str | None,
    proposed: bool,  # noqa: FBT001 -- Click's signature
) -> None:
    """Propose or decide."""
    parts = desk.library.parts
    if item is None:
        for item_id in desk.library.waiting(State.CHECKED):
            _propose(desk, item_id)
        return
    item_id = ItemId(item)
    if proposed and category is None:
        proposal = propose(item_id, parts=parts)
        category = proposal.category if proposal else None
        if category is None:
            raise click.UsageError(
                translate(N_("No rule proposes a category: name one."))
            )
    if category is None:
        _propose(desk, item_id)
        return
    classified = classify(
        item_id, CategoryCode(category), by=desk.person(), parts=parts
    )
    told_state(desk, classified)


def _propose(desk: Desk, item_id: ItemId) -> None:
    proposal = propose(item_id, parts=desk.library.parts)
    if proposal is None:
        desk.say(
            N_("Item {item}: no rule matches; categories are: {known}."),
            item=item_id,
            known=[desk.label(code) for code in desk.library.parts.labels],
        )
        desk.result({"item": item_id, "proposal": None})
        return
    reason = say(proposal.reason.template, proposal.reason.facts)
    desk.say(
        N_("Item {item}: proposed is {category}. {reason}"),
        item=item_id,
        category=desk.label(proposal.category),
        reason=reason,
    )
    desk.result(
        {
            "item": item_id,
            "proposal": proposal.category,
            "rule": proposal.rule,
            "reason": reason,
        }
    )
