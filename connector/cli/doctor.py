"""`connector doctor`: what is wrong with the set-up, and what to do."""

import click

from connector.cli.command import command
from connector.cli.desk import Desk, Exit, as_json
from connector.domain.errors import TargetError
from connector.language import N_, say
from connector.ports.parts import GoLive, Route
from connector.steps.circuits import closed


@command(
    "doctor",
    help=N_(
        "Examine the set-up.\n\nReads the configuration, looks at the database, and"
        " asks every target who we are there and what we may do. Each fault comes"
        " with what to do about it."
    ),
)
@click.pass_obj
def doctor_command(desk: Desk) -> None:
    """Examine configuration, database and targets."""
    library = desk.library
    for name in library.sources:
        # Whoever receives would be told of a wrong key; here it is told before.
        library.source(name)
    desk.say(N_("Configuration: in order ({folder})."), folder=str(desk.config))
    desk.say(N_("Database: {database}."), database=library.database)
    advice = [say(one.template, one.facts) for one in library.advice()]
    for sentence in advice:
        desk.show(f"  ! {sentence}")
    desk.result(
        {"config": str(desk.config), "database": library.database, "advice": advice}
    )
    for name, route in library.parts.routes.items():
        _examine(desk, name, route)


def _examine(desk: Desk, name: str, route: Route) -> None:
    try:
        probe = route.target.probe()
        route.target.resolve_terms(route.terms)
    except TargetError as error:
        desk.say(N_("Target {target}: not in order."), target=name)
        desk.warn(error)
        desk.result({"target": name, **as_json(error)})
        desk.ends(desk.exit_for(error))
        return
    desk.say(
        N_("Target {target}: {software}, as “{who}”."),
        target=name,
        software=probe.software,
        who=probe.who,
    )
    by_plugin = route.target.capabilities.key_conflict == "replay"
    may = {
        N_("write drafts"): probe.may_create,
        N_("publish"): probe.may_publish,
        N_("upload files"): probe.may_upload,
        N_("keep HTML as sent"): probe.keeps_html,
    }
    if by_plugin:
        may[N_("make each draft once (its plugin sees to it)")] = True
    for what, allowed in may.items():
        desk.show(f"  {'✓' if allowed else '✗'} {say(what, {})}")
    for advice in probe.advice:
        desk.show(f"  ! {say(advice.template, advice.facts)}")
    by_hand = route.go_live is GoLive.WEBMASTER
    if probe.may_create and (probe.may_publish or by_hand):
        # Whoever mended it need not wait until it is asked again by itself.
        closed(name, desk.library.parts)
    else:
        desk.ends(Exit.FAILED)
    desk.result(
        {
            "target": name,
            "who": probe.who,
            "software": probe.software,
            "may_create": probe.may_create,
            "may_publish": probe.may_publish,
            "may_upload": probe.may_upload,
            "keeps_html": probe.keeps_html,
            "makes_drafts_once": by_plugin,
            "clock_skew_s": probe.clock_skew_s,
            "advice": [say(a.template, a.facts) for a in probe.advice],
        }
    )
