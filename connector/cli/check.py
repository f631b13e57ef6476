"""`connector check`: step 3."""

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit
from connector.domain.finding import CheckResult, Finding
from connector.domain.item import Item, ItemId, State
from connector.language import N_, say, translate, word
from connector.reports.words import place_in_words
from connector.steps.check import accurate, check, waive


@command(
    "check",
    help=N_(
        "Step 3: check form and content.\n\nRuns the rules over an item, or over"
        " every item that waits for a check. With --accurate you decide that the"
        " item is right; `connector return` sends it back."
    ),
)
@argument("items", N_("[ITEM]..."), nargs=-1, type=int)
@option("--accurate", is_flag=True, help=N_("Decide: form and content are accurate."))
@option(
    "--waive", metavar=N_("RULE"), help=N_("Set a blocking rule aside, with --reason.")
)
@option(
    "--reason",
    metavar=N_("TEXT"),
    default="",
    help=N_("Why; kept in the item's history."),
)
@click.pass_obj
def check_command(
    desk: Desk,
    items: tuple[int, ...],
    accurate: bool,  # noqa: FBT001 -- Click's signature
    waive: str | None,
    reason: str,
) -> None:
    """Run the rules, or decide."""
    if (accurate or waive) and not items:
        raise click.UsageError(translate(N_("Say which items: nobody decides unseen.")))
    waiting = [ItemId(number) for number in items]
    if not items:
        waiting = desk.library.waiting(State.RECEIVED)

    def one(desk: Desk, item_id: ItemId) -> None:
        if waive:
            _waive(desk, item_id, waive, reason)
        if accurate:
            _accurate(desk, item_id)
        if not (accurate or waive):
            _check(desk, item_id)

    desk.each(waiting, N_("Checking"), one)


def _check(desk: Desk, item_id: ItemId) -> None:
    parts = desk.library.parts
    result = check(item_id, parts=parts)
    with parts.staging.reading() as tx:
        title = tx.revision(item_id).title
    desk.say(N_("Item {item}: {title}"), item=item_id, title=title)
    for line in lines(result):
        desk.show(line)
    if not result.findings:
        desk.say(N_("  No findings."))
    desk.result(as_row(item_id, result))
    if result.findings:
        desk.ends(Exit.FINDINGS)


def _accurate(desk: Desk, item_id: ItemId) -> None:
    item = accurate(item_id, by=desk.person(), parts=desk.library.parts)
    told_state(desk, item)


def _waive(desk: Desk, item_id: ItemId, rule: str, reason: str) -> None:
    waive(item_id, rule, by=desk.person(), reason=reason, parts=desk.library.parts)
    desk.say(
        N_("Item {item}: the rule {rule} is set aside for this text."),
        item=item_id,
        rule=rule,
    )
    desk.result({"item": item_id, "waived": rule})


def told_state(desk: Desk, item: Item) -> None:
    """Tell how far an item has come."""
    desk.say(N_("Item {item} is now “{state}”."), item=item.id, state=item.state)
    desk.result({"item": item.id, "state": item.state.value})


def lines(result: CheckResult) -> list[str]:
    """Return one line for each finding, then for each thing not checked."""
    found = [f"  {_line(finding, word(finding.level))}" for finding in result.findings]
    not_checked = say(N_("not checked"), {})
    return found + [f"  {_line(one, not_checked)}" for one in result.unchecked]


def _line(finding: Finding, level: str) -> str:
    sentence = say(finding.message.template, finding.message.facts)
    quote = f" «{finding.quote}»" if finding.quote else ""
    return (
        f"[{level}] {finding.rule} ({place_in_words(finding.part)}): {sentence}{quote}"
    )


def as_row(item_id: ItemId, result: CheckResult) -> dict[str, object]:
    """Return a check result for programs."""
    return {
        "item": item_id,
        "digest": result.digest,
        "findings": [_row(finding) for finding in result.findings],
        "unchecked": [_row(finding) for finding in result.unchecked],
    }


def _row(finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "version": finding.rule_version,
        "level": finding.level.value,
        "part": finding.part,
        "message": say(finding.message.template, finding.message.facts),
        "quote": finding.quote,
    }
