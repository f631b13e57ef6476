"""
What a command works at: the settings and parts it opens, and how it speaks.

Opening is lazy, because `--help` must not wait for a database library to load.
"""

import json as json_
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from connector.cli.screen import muffle, plain
from connector.domain.errors import (
    Blocked,
    Busy,
    ConnectorError,
    CredentialsRefused,
    Denied,
    NoAnswer,
    NotOurAnswer,
    NotSent,
    RoleNotAllowed,
    Unclear,
    UnknownUser,
)
from connector.domain.item import CategoryCode
from connector.domain.message import Message
from connector.domain.person import Person
from connector.language import N_, preferred, say, speak, spoken, translate

if TYPE_CHECKING:
    from connector.bootstrap import Library

T = TypeVar("T")

UNREACHABLE = (
    Busy,
    CredentialsRefused,
    Denied,
    NoAnswer,
    NotOurAnswer,
    NotSent,
    Unclear,
)
"""The errors that say: the item is well, the target is not to be had."""

_CLEAR_LINE = "\r\x1b[K"


class Exit(IntEnum):
    """How a command ends; documented in docs/commands.md."""

    DONE = 0
    FAILED = 1
    USAGE = 2
    FINDINGS = 3
    MISMATCH = 4
    UNREACHABLE = 5


@dataclass
class Desk:
    """One call of the command line."""

    user: str = ""
    language: str = ""
    """As asked for on the command line."""
    config: Path = field(
        default_factory=lambda: Path(os.environ.get("CONNECTOR_CONFIG") or "config")
    )
    json: bool = False
    exit_code: Exit = Exit.DONE
    interrupted: bool = False
    """Somebody pressed Ctrl-C."""
    rows: list[object] = field(default_factory=list)
    _bar: bool = False

    @cached_property
    def library(self) -> "Library":
        """The library's settings and parts; opened at the first use."""
        from connector.bootstrap import open_library  # noqa: PLC0415 -- slow import

        library = open_library(self.config, os.environ)
        own = library.settings.library
        speak(
            self.language or preferred(os.environ, otherwise=own.language),
            zone=own.timezone,
        )
        return library

    def person(self) -> Person:
        """Return who acts: `--as`, else CONNECTOR_USER, else the default user."""
        return self.library.person(self.user or os.environ.get("CONNECTOR_USER", ""))

    def label(self, category: CategoryCode) -> str:
        """Return a category as the reader reads it."""
        labels = self.library.parts.labels.get(category, {})
        return labels.get(spoken(), category)

    def say(self, template: str, **facts: object) -> None:
        """Print a sentence in the reader's language; nothing where JSON was asked."""
        self.show(say(template, facts).rstrip())

    def show(self, text: str = "", *, colour: str | None = None) -> None:
        """Print text that is already as the reader reads it."""
        self.show_runs([(text, colour)])

    def show_runs(self, runs: Iterable[tuple[str, str | None]]) -> None:
        """Print one line of several runs, each with its colour."""
        if not self.json:
            self._print(
                "".join(
                    click.style(plain(text), fg=colour) if colour else plain(text)
                    for text, colour in runs
                )
            )

    def warn(self, problem: Message | ConnectorError) -> None:
        """Print on the error stream what is wrong, and what to do."""
        if self.json:
            return
        if isinstance(problem, ConnectorError):
            self._print(plain(told(problem)), err=True)
        else:
            self._print(plain(say(problem.template, problem.facts)), err=True)

    def result(self, row: object) -> None:
        """Add one row to what `--json` prints."""
        self.rows.append(row)

    def ends(self, code: Exit) -> None:
        """Let the command end with `code`, unless it already ends worse."""
        self.exit_code = max(self.exit_code, code)

    def exit_for(self, error: ConnectorError) -> Exit:
        """Return how a command ends that this error stopped."""
        if isinstance(error, UNREACHABLE):
            return Exit.UNREACHABLE
        if isinstance(error, Blocked):
            return Exit.FINDINGS
        return Exit.FAILED

    def difference(self, approved: str, shown: str) -> None:
        """Print two texts one above the other, by colour and by sign."""
        if approved:
            self.show(f"    - {approved}", colour="red")
        if shown:
            self.show(f"    + {shown}", colour="green")

    def each(
        self, items: Sequence[T], label: str, do: Callable[["Desk", T], None]
    ) -> None:
        """Do something to every item; one that cannot be done keeps no other back."""
        if not items:
            self.say(N_("Nothing waits."))
        for item in self.progress(items, label, of=len(items)):
            try:
                do(self, item)
            except (RoleNotAllowed, UnknownUser):
                # Not of the item but of the person: it would be the same for all.
                raise
            except ConnectorError as error:
                if len(items) == 1:
                    raise
                self.warn(error)
                self.result({"item": item, **as_json(error)})
                self.ends(self.exit_for(error))

    def progress(self, items: Iterable[T], label: str, *, of: int) -> Iterator[T]:
        """Yield the `of` items under a progress bar, where somebody is looking."""
        if self.json or of < 2 or not sys.stderr.isatty():  # noqa: PLR2004 -- one item needs no bar
            yield from items
            return
        with (
            click.progressbar(
                items, length=of, label=translate(label), file=sys.stderr
            ) as bar,
            self._shared_with_a_bar(),
        ):
            yield from bar

    def finish(self) -> None:
        """Print the rows, where JSON was asked for."""
        if self.json:
            text = json_.dumps(self.rows, ensure_ascii=False, indent=2)
            try:
                text.encode(sys.stdout.encoding or "utf-8")
            except UnicodeEncodeError:
                text = json_.dumps(self.rows, indent=2)
            self._print(text)

    def stopped_by(self, error: ConnectorError) -> Exit:
        """Tell the error that ended the command, and return how it ends."""
        row = as_json(error)
        self.fail(row["error"], row["message"], row["remedy"])
        return self.exit_for(error)

    def fail(self, kind: str, message: str, remedy: str = "") -> None:
        """Tell why the command ended: in JSON after what was done before."""
        if self.json:
            self.result({"error": kind, "message": message, "remedy": remedy})
            self.finish()
            return
        text = say(N_("Error: {message}"), {"message": message})
        self._print(plain(f"{text}\n{remedy}".rstrip()), err=True)

    @contextmanager
    def _shared_with_a_bar(self) -> Iterator[None]:
        self._bar = True
        yield
        self._bar = False

    def _print(self, text: str, *, err: bool = False) -> None:
        if self._bar:
            click.echo(_CLEAR_LINE, err=True, nl=False)
        try:
            click.echo(text, err=err)
        except BrokenPipeError:
            # `| head` has read enough; what a command does must not depend on that.
            muffle(sys.stderr if err else sys.stdout)


def told(error: ConnectorError) -> str:
    """Return an error as its reader reads it: what happened, then what to do."""
    return f"{say(error.message, error.facts)}\n{say(error.remedy, error.facts)}"


def as_json(error: ConnectorError) -> Mapping[str, str]:
    """Return an error for programs, with a stable code."""
    return {
        "error": type(error).__name__,
        "message": say(error.message, error.facts),
        "remedy": say(error.remedy, error.facts),
    }
