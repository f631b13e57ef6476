"""`connector`: the group of all commands, and how it ends."""

import errno
import os
import signal
import sys
import traceback
from importlib.metadata import version
from io import TextIOWrapper
from itertools import pairwise
from pathlib import Path
from typing import TextIO

import click

from connector.cli.command import Group, Option
from connector.cli.desk import Desk, Exit
from connector.domain.errors import ConnectorError, FileRefused, Unexpected
from connector.domain.message import Message
from connector.language import LANGUAGES, N_, preferred, say, speak, translate

COMMANDS = {
    name: f"connector.cli.{module}"
    for name, module in {
        "init": "init",
        "receive": "receive",
        "check": "check",
        "return": "returning",
        "classify": "classify",
        "approve": "approve",
        "schedule": "schedule",
        "publish": "publish",
        "verify": "verify",
        "run": "run",
        "list": "listing",
        "show": "show",
        "history": "history",
        "diff": "diff",
        "adopt": "adopt",
        "withdraw": "withdraw",
        "reject": "reject",
        "reconcile": "reconcile",
        "doctor": "doctor",
        "site": "site",
        "demo": "demo",
        "completion": "completion",
    }.items()
}

STOPPED = N_("Stopped. What was done is kept; the same command goes on with it.")


@click.group(
    cls=Group,
    lazy=COMMANDS,
    help=N_(
        "Takes library news from the moment someone finds it to the moment a reader"
        " sees it, correct, on the library's public website."
    ),
    epilog="",
)
@click.version_option(
    version("library-connector"), cls=Option, help=N_("Show the version and exit.")
)
def cli() -> None:
    """Hold the commands together."""


def main() -> None:
    """Run the command line, and end the process with the exit code of the result."""
    sys.stdout, sys.stderr = _stream(sys.stdout), _stream(sys.stderr)
    speak(preferred(os.environ))
    # `systemctl stop` ends what is running as Ctrl-C does: nothing is left in hand.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str], desk: Desk | None = None) -> int:
    """Run one command line, print its errors with their remedy, return how it ended."""
    desk = desk or Desk()
    _foresee(arguments)
    try:
        result = cli.main(
            arguments,
            prog_name="connector",
            standalone_mode=False,
            obj=desk,
            color=False if os.environ.get("NO_COLOR") else None,
        )
    except click.ClickException as error:
        _misused(error, desk, as_json=desk.json or "--json" in arguments)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        desk.interrupted = True
        desk.fail("Stopped", translate(STOPPED))
        return Exit.FAILED
    except Exception as error:  # noqa: BLE001 -- the edge: nothing may end without a sentence
        return desk.stopped_by(_named(error))
    except SystemExit:
        # Click's way to end when nobody reads its help any more.
        return desk.exit_code
    return result if isinstance(result, int) else Exit.DONE


def _stream(stream: TextIO | None) -> TextIO:
    """Return a stream that never stops the work, closed or of another charset."""
    if stream is None:
        return Path(os.devnull).open("w", encoding="utf-8")
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")  # ả becomes \u1ea3
    return stream


def _foresee(arguments: list[str]) -> None:
    """Speak the language asked for already where the rest is not understood."""
    for word, following in pairwise([*arguments, ""]):
        language = following if word == "--lang" else word.removeprefix("--lang=")
        if language in LANGUAGES:
            speak(language)


def _misused(error: click.ClickException, desk: Desk, *, as_json: bool) -> None:
    """Tell what is wrong with the command line, in Click's own words."""
    desk.json = as_json
    if not desk.json:
        error.show()
        return
    hint = ""
    if isinstance(error, click.UsageError) and error.ctx:
        facts = {"command": error.ctx.command_path, "option": "--help"}
        hint = say(N_("Try '{command} {option}' for help."), facts)
    kind = "UsageError" if error.exit_code == Exit.USAGE else type(error).__name__
    desk.fail(kind, error.format_message(), hint)


_REFUSALS = {
    errno.EACCES: N_("permission denied"),
    errno.EPERM: N_("permission denied"),
    errno.EROFS: N_("the disk can only be read"),
    errno.ENOSPC: N_("the disk is full"),
    errno.ENOTDIR: N_("a file stands where a folder is needed"),
    errno.EEXIST: N_("a file stands where a folder is needed"),
    errno.EADDRINUSE: N_("another program uses this port"),
}


def _named(error: Exception) -> ConnectorError:
    match error:
        case ConnectorError():
            return error
        case OSError():
            return _file_refused(error)
        case _:
            traceback.print_exception(error)
            return Unexpected(kind=type(error).__name__, problem=str(error))


def _file_refused(error: OSError) -> FileRefused:
    problem = _REFUSALS.get(error.errno or 0, "")
    return FileRefused(
        name=str(error.filename or "") or Message(N_("the disk, or the output,")),
        problem=Message(problem) if problem else (error.strerror or str(error)),
    )
