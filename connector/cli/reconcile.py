"""`connector reconcile`: whether targets hold what the rows say."""

import click

from connector.cli.command import argument, command, option
from connector.cli.desk import Desk, Exit, as_json
from connector.domain.discrepancy import Discrepancy, Repair
from connector.domain.errors import ConnectorError, TargetError
from connector.domain.message import Message
from connector.language import N_, say, translate
from connector.steps.mending import mend
from connector.steps.reconcile import Report, reconcile


@command(
    "reconcile",
    help=N_(
        "Compare targets with what is stored here.\n\nFinds posts without an item,"
        " items whose post is gone, hidden, doubled or changed, and what does not go"
        " on. Changes nothing, unless --repair is given; even then it shows its plan"
        " first, and overwrites no post."
    ),
)
@argument("targets", N_("[TARGET]..."), nargs=-1)
@option(
    "--repair",
    is_flag=True,
    help=N_("Mend what can be mended, after a question."),
)
@option(
    "--yes",
    is_flag=True,
    help=N_("With --repair: do not ask."),
)
@click.pass_obj
def reconcile_command(
    desk: Desk,
    targets: tuple[str, ...],
    repair: bool,  # noqa: FBT001 -- Click's signature
    yes: bool,  # noqa: FBT001 -- Click's signature
) -> None:
    """Compare every target, or those that are named."""
    if desk.json and repair and not yes:
        raise click.UsageError(translate(N_("With --json nobody is asked: add --yes.")))
    if repair:
        # Who is not known is told so before anybody waits for the sites.
        desk.person()
    found: list[Discrepancy] = []
    for target in _chosen(desk, targets):
        try:
            report = reconcile(target, parts=desk.library.parts)
        except TargetError as error:
            desk.warn(error)
            desk.result({"target": target, **as_json(error)})
            desk.ends(desk.exit_for(error))
            continue
        _told(desk, report)
        found += report.found
    if repair:
        _repair(desk, found, agreed=yes)
        return
    for one in found:
        desk.result(_row(one))
    if found:
        desk.ends(Exit.FINDINGS)
        if any(one.repair is not Repair.NONE for one in found):
            desk.say(N_("`connector reconcile --repair` does what is said above."))


def _chosen(desk: Desk, targets: tuple[str, ...]) -> list[str]:
    known = list(desk.library.parts.routes)
    for target in targets:
        if target not in known:
            facts = {"target": target, "known": known}
            problem = N_("There is no target “{target}”. Targets there are: {known}.")
            raise click.UsageError(say(problem, facts))
    return list(dict.fromkeys(targets)) or known


def _told(desk: Desk, report: Report) -> None:
    """Tell how one target stands, and what would be done about it."""
    desk.say(
        N_("Target {target}: posts of ours {posts}, items {items}."),
        target=report.target,
        posts=report.posts,
        items=report.items,
    )
    for one in report.found:
        _show(desk, one.message)
        desk.show(f"    → {say(one.plan.template, one.plan.facts)}")
    if report.busy:
        notice = N_("A worker is at these just now; they were left out: {items}.")
        _show(desk, Message.of(notice, {"items": report.busy}))
    if report.conflicts:
        notice = N_("These are conflicts that wait for a person already: {items}.")
        _show(desk, Message.of(notice, {"items": report.conflicts}))
    if not report.found:
        _show(desk, Message(N_("Nothing is to be mended.")))
    desk.result(
        {
            "target": report.target,
            "posts": report.posts,
            "items": report.items,
            "busy": list(report.busy),
            "conflicts": list(report.conflicts),
            "found": len(report.found),
        }
    )


def _repair(desk: Desk, found: list[Discrepancy], *, agreed: bool) -> None:
    """Do what was shown, if it is wanted; what fails keeps nothing else back."""
    to_do = [one for one in found if one.repair is not Repair.NONE]
    left = [one for one in found if one.repair is Repair.NONE]
    for one in left:
        desk.result(_row(one))
        desk.ends(Exit.FINDINGS)
    if not to_do:
        return
    if not agreed and not click.confirm(translate(N_("Do this now?")), err=True):
        desk.say(N_("Nothing was changed."))
        desk.ends(Exit.FINDINGS)
        return
    mended = 0
    for one in desk.progress(to_do, N_("Mending"), of=len(to_do)):
        mended += _mend(desk, one)
    desk.say(N_("Mended: {number} of {of}."), number=mended, of=len(to_do))


def _mend(desk: Desk, one: Discrepancy) -> bool:
    """Mend one; tell whether there was still something to do, and it was done."""
    row, repaired = _row(one), False
    try:
        repaired = mend(one, by=desk.person(), parts=desk.library.parts)
    except ConnectorError as error:
        told = N_("Item {item} on {target}: not mended.")
        desk.say(told, item=one.item, target=one.target)
        desk.warn(error)
        row |= as_json(error)
        desk.ends(desk.exit_for(error))
    else:
        if not repaired:
            told = N_("Item {item} on {target}: in order by now.")
            desk.say(told, item=one.item, target=one.target)
    desk.result(row | {"repaired": repaired})
    return repaired


def _row(one: Discrepancy) -> dict[str, object]:
    return {
        "target": one.target,
        "kind": one.kind.value,
        "item": one.item,
        "posts": list(one.posts),
        "found": say(one.message.template, one.message.facts),
        "repair": one.repair.value,
        "plan": say(one.plan.template, one.plan.facts),
    }


def _show(desk: Desk, message: Message) -> None:
    desk.show(f"  {say(message.template, message.facts)}")
