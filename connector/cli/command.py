"""
How every command looks: its words in the reader's language, its common options.

Click translates its own messages by gettext; what we wrote, it prints as it is, so
help texts are translated here, when they are shown.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from connector.cli.desk import Desk
from connector.language import LANGUAGES, N_, speak, translate

OPTIONS = N_("[OPTIONS]")
"""What Click writes in every usage line, and does not translate itself."""


class _Spoken:
    """Shows the help of a command or a group in the reader's language."""

    help: str | None
    short_help: str | None

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        pieces = super().collect_usage_pieces(ctx)  # type: ignore[misc]
        return [translate(piece) for piece in pieces]

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        found: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if found is not None:
            # Click keeps the words of whoever asked first.
            found.help = translate(N_("Show this message and exit."))
        return found

    def format_help_text(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        del ctx
        for paragraph in translate(self.help or "").split("\n\n"):
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(paragraph)

    def get_short_help_str(self, limit: int = 45) -> str:
        del limit
        return translate(self.help or "").split("\n\n")[0]


class Option(click.Option):
    """An option whose help and metavar are translated when they are shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the row for the help page."""
        record = super().get_help_record(ctx)
        if record is None or not self.help:
            return record
        return record[0], record[1].replace(self.help, translate(self.help))

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value."""
        return translate(super().make_metavar(ctx))


class Argument(click.Argument):
    """An argument whose metavar is translated when it is shown."""

    def make_metavar(self, ctx: click.Context) -> str:
        """Return what stands for the value."""
        return translate(super().make_metavar(ctx))


class Command(_Spoken, click.Command):
    """One command, with the options that every command has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 -- Click's own
        super().__init__(*args, **kwargs)
        self.params.extend(_common())

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 -- Click's own
        """Run the command, then print what it has to say as JSON, if asked to."""
        desk = ctx.ensure_object(Desk)
        result = super().invoke(ctx)
        desk.finish()
        ctx.exit(desk.exit_code)
        return result


class Group(_Spoken, click.Group):
    """
    A group whose commands are imported when they are called.

    Args:
        lazy: command name → module that holds a command of that name.
    """

    command_class = Command

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 -- Click's own
        lazy: Mapping[str, str] | None = None,
        **kwargs: Any,  # noqa: ANN401 -- Click's own
    ) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = lazy or {}
        self.subcommand_metavar = N_("COMMAND [ARGS]...")
        self.params.extend(_common())

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order of the procedure, not of the alphabet."""
        return [*self.lazy, *super().list_commands(ctx)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; suggest the nearest, also among those not imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            raise click.NoSuchCommand(
                args[0], possibilities=self.list_commands(ctx), ctx=ctx
            ) from error

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return one command; import it first if need be."""
        if cmd_name not in self.lazy:
            return super().get_command(ctx, cmd_name)
        module = import_module(self.lazy[cmd_name])
        name = cmd_name.replace("-", "_")
        found = getattr(module, f"{name}_command")
        assert isinstance(found, click.Command)  # noqa: S101 -- tells the type checker
        return found


def command(name: str, help: str) -> Callable[[Callable[..., None]], Command]:  # noqa: A002 -- Click's word
    """Make a function a command called `name`."""
    return click.command(name, cls=Command, help=help)


def option(*names: str, help: str, **kwargs: Any) -> Callable[[Any], Any]:  # noqa: A002, ANN401 -- Click's own
    """Give a command an option with a translated help."""
    return click.option(*names, cls=Option, help=help, **kwargs)


def argument(name: str, metavar: str, **kwargs: Any) -> Callable[[Any], Any]:  # noqa: ANN401 -- Click's own
    """Give a command an argument with a translated metavar."""
    return click.argument(name, cls=Argument, metavar=metavar, **kwargs)


def _common() -> list[click.Parameter]:
    return [
        Option(
            ["--lang"],
            type=click.Choice(LANGUAGES),
            is_eager=True,
            expose_value=False,
            callback=_speak,
            help=N_("Language of messages: vi or en."),
        ),
        Option(
            ["--as"],
            metavar=N_("USER"),
            expose_value=False,
            callback=_as,
            help=N_("Who you are: a user of roles.toml."),
        ),
        Option(
            ["--config"],
            metavar=N_("DIR"),
            type=click.Path(path_type=Path, file_okay=False),
            expose_value=False,
            callback=_config,
            help=N_("Folder with the configuration; config/ by default."),
        ),
        Option(
            ["--json"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_json,
            help=N_("Print the result as JSON."),
        ),
    ]


def _speak(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    del param
    if value:
        ctx.ensure_object(Desk).language = value
        speak(value)


def _as(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    del param
    if value:
        ctx.ensure_object(Desk).user = value


def _config(ctx: click.Context, param: click.Parameter, value: Path | None) -> None:
    del param
    if value:
        ctx.ensure_object(Desk).config = value


def _json(ctx: click.Context, param: click.Parameter, value: bool) -> None:  # noqa: FBT001 -- Click's signature
    del param
    if value:
        ctx.ensure_object(Desk).json = True
