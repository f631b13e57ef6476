"""`connector init`: a configuration to start from, and the database."""

import os
import shutil
from importlib.resources import as_file, files
from pathlib import Path

import click

from connector.cli.command import command
from connector.cli.desk import Desk
from connector.language import N_


@command(
    "init",
    help=N_(
        "Set up a library.\n\nWrites a configuration that works as it is, where there"
        " is none, and makes the database or brings it up to date. Safe to repeat:"
        " no file that is there is changed."
    ),
)
@click.pass_obj
def init_command(desk: Desk) -> None:
    """Write what is missing."""
    from connector.bootstrap import upgrade_database  # noqa: PLC0415 -- slow import

    written = write_example(desk.config)
    for file in written:
        desk.say(N_("Written: {file}"), file=str(file))
    if not written:
        desk.say(N_("The configuration in {folder} is kept."), folder=str(desk.config))
    schema = upgrade_database(desk.config, os.environ)
    desk.say(N_("The database is ready (schema {schema})."), schema=schema)
    desk.say(
        N_("Next: put your site into {file}, then run `connector doctor`."),
        file=str(desk.config / "targets.toml"),
    )
    desk.result({"written": [str(file) for file in written], "schema": schema})


def write_example(folder: Path) -> list[Path]:
    """Copy the files of the example that `folder` does not have; return them."""
    written = []
    with as_file(files("connector") / "examples" / "config") as example:
        for file in sorted(example.glob("*.toml")):
            to = folder / file.name
            if not to.exists():
                folder.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(file, to)
                written.append(to)
    secrets = folder / "secrets"
    if not secrets.exists():
        secrets.mkdir(parents=True, mode=0o700)
    return written
