# ruff: noqa: INP001 -- a script beside what it writes
"""
Write into the documents what the code knows: help pages, errors, the flow chart.

What stands between `<!-- NAME: written by make docs -->` and `<!-- end -->` is made
here; the rest is written by hand. `tests/test_docs.py` says when it is out of date.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from connector.cli.app import cli
from connector.domain.errors import ConnectorError
from connector.language import speak
from connector.procedure.table import mermaid

DOCS = Path(__file__).parent
DOCUMENTS = tuple(DOCS / name for name in ("commands.md", "errors.md", "procedure.md"))

_BLOCK = re.compile(
    r"(<!-- (?P<name>[\w ]+): written by make docs -->\n).*?(<!-- end -->)", re.DOTALL
)


def rendered(text: str) -> str:
    """Return a document with everything between its marks made anew."""
    before = os.environ.get("LANGUAGE", "")
    speak("en")
    try:
        return _BLOCK.sub(lambda m: m[1] + _BLOCKS[m["name"]]() + m[3], text)
    finally:
        speak(before)


def command_names() -> list[str]:
    """Return every command that does something, by its words, in their order."""
    return [" ".join(words) for words, _ in _commands(cli, ()) if words]


def error_classes() -> list[type[ConnectorError]]:
    """Return every class of error, from the root, each before its kinds."""
    return list(_errors(ConnectorError))


def main() -> None:
    """Write every document anew."""
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        document.write_text(rendered(text), encoding="utf-8")


def _helps() -> str:
    pages = []
    for words, command in _commands(cli, ()):
        name = " ".join(["connector", *words])
        context = click.Context(
            command, info_name=name, terminal_width=88, max_content_width=88
        )
        pages.append(f"### `{name}`\n\n```\n{command.get_help(context)}\n```\n\n")
    return "\n" + "".join(pages)


def _commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _commands(found, (*words, name))


def _errors(error: type[ConnectorError]) -> Iterator[type[ConnectorError]]:
    yield error
    for kind in error.__subclasses__():
        if kind.__module__ == error.__module__:
            yield from _errors(kind)


def _error_tables() -> str:
    lines = []
    for error in error_classes()[1:]:
        about = (error.__doc__ or "").strip()
        if error.__subclasses__() and not error.message:
            lines += ["", f"## {error.__name__}", "", about, ""]
            lines += [
                "| error | what it says | what to do | tried again |",
                "|---|---|---|---|",
            ]
            continue
        if not lines:
            lines += [
                "",
                "| error | what it says | what to do | tried again |",
                "|---|---|---|---|",
            ]
        cells = [f"`{error.__name__}`", error.message, error.remedy]
        cells += ["by itself" if error.transient else ""]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n\n"


def _flow_chart() -> str:
    return f"\n```mermaid\n{mermaid()}\n```\n\n"


_BLOCKS: dict[str, Callable[[], str]] = {
    "help": _helps,
    "errors": _error_tables,
    "flow chart": _flow_chart,
}


if __name__ == "__main__":
    main()
