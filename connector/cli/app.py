"""`connector`: the group of all commands, and how it ends."""

import json
import os
import sys
import traceback
from importlib.metadata import version

import click

from connector.cli.command import Group
from connector.cli.desk import Desk, Exit, as_json, told
from connector.domain.errors import ConnectorError, Unexpected
from connector.language import N_, preferred, say, speak, translate

COMMANDS = {
    name: f"connector.cli.{module}"
    for name, module in {
        "init": "init",
        "receive": "receive",
        "check": "check",
        "return": "returning",
        "classify": "classify",
        "approve": "approve",
        "publish": "publish",
        "verify": "verify",
        "run": "run",
        "list": "listing",
        "show": "show",
        "history": "history",
        "diff": "diff",
        "withdraw": "withdraw",
        "reject": "reject",
        "doctor": "doctor",
        "site": "site",
        "demo": "demo",
        "completion": "completion",
    }.items()
}


@click.group(
    cls=Group,
    lazy=COMMANDS,
    help=N_(
        "Takes library news from the moment someone finds it to the moment a reader"
        " sees it, correct, on the library's public website."
    ),
    epilog="",
)
@click.version_option(version("library-connector"), package_name="library-connector")
def cli() -> None:
    """Hold the commands together."""


def main() -> None:
    """Run the command line, and end the process with the exit code of the result."""
    speak(preferred(os.environ))
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str], desk: Desk | None = None) -> int:
    """Run one command line, print its errors with their remedy, return how it ended."""
    desk = desk or Desk()
    try:
        result = cli.main(
            arguments, prog_name="connector", standalone_mode=False, obj=desk
        )
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            translate(
                N_("Stopped. What was done is kept; the same command goes on with it.")
            ),
            err=True,
        )
        return Exit.FAILED
    except ConnectorError as error:
        _tell(error, desk)
        return desk.exit_for(error)
    except Exception as error:  # noqa: BLE001 -- the edge: nothing may end without a sentence
        traceback.print_exc()
        _tell(Unexpected(kind=type(error).__name__, problem=str(error)), desk)
        return Exit.FAILED
    return result if isinstance(result, int) else Exit.DONE


def _tell(error: ConnectorError, desk: Desk) -> None:
    if desk.json:
        click.echo(json.dumps(as_json(error), ensure_ascii=False, indent=2))
    else:
        click.echo(say(N_("Error: {message}"), {"message": told(error)}), err=True)
