"""`connector completion`: the shell completes commands and options."""

import click
from click.shell_completion import get_completion_class

from connector.cli.command import argument, command
from connector.cli.desk import Desk
from connector.language import N_


@command(
    "completion",
    help=N_(
        "Print the script that lets your shell complete commands.\n\nFor bash, put"
        ' this into ~/.bashrc: eval "$(connector completion bash)"'
    ),
)
@argument("shell", "[bash|zsh|fish]", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion_command(ctx: click.Context, shell: str) -> None:
    """Print Click's own completion script."""
    completion = get_completion_class(shell)
    root = ctx.find_root().command
    if completion is None:  # pragma: no cover -- the three that Click knows
        raise click.UsageError(shell)
    script = completion(root, {}, "connector", "_CONNECTOR_COMPLETE").source()
    desk = ctx.ensure_object(Desk)
    desk.show(script)
    desk.result(script)
