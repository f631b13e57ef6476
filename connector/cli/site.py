"""`connector site`: the embedded public website."""

import click

from connector.cli.command import Group, argument, command, option
from connector.cli.desk import Desk
from connector.language import N_


@click.group(
    "site", cls=Group, help=N_("The embedded public website, a target of kind `site`.")
)
def site_command() -> None:
    """Hold the commands of the site together."""


@command(
    "serve",
    help=N_(
        "Show the embedded website in a browser.\n\nServes the public folder on this"
        " machine only, until Ctrl-C. For the world, point a web server at the folder."
    ),
)
@argument("target", N_("[TARGET]"), required=False)
@option(
    "--port",
    type=click.IntRange(0, 65535),
    metavar=N_("PORT"),
    help=N_("Port to listen on."),
)
@click.pass_obj
def serve_command(desk: Desk, target: str | None, port: int | None) -> None:
    """Serve one site until Ctrl-C."""
    folder, address = desk.library.site(target)
    from connector.targets.site.serve import serve  # noqa: PLC0415 -- slow import

    with serve(folder, port=address if port is None else port) as site:
        desk.say(N_("The website is at {url} — Ctrl-C ends it."), url=site.url)
        desk.result({"url": site.url, "folder": str(folder)})
        try:
            while True:
                desk.library.parts.clock.sleep(3600)
        except KeyboardInterrupt:
            desk.say(N_("Ended."))


site_command.add_command(serve_command)
