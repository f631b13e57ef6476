"""
What a command works at: the settings and parts it opens, and how it speaks.

Opening is lazy, because `--help` must not wait for a database library to load.
"""

import json as json_
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from connector.domain.errors import (
    Blocked,
    Busy,
    ConnectorError,
    CredentialsRefused,
    Denied,
    NoAnswer,
    NotOurAnswer,
    NotSent,
    Unclear,
)
from connector.domain.item import CategoryCode
from connector.domain.message import Message
from connector.domain.person import Person
from connector.language import say, spoken, translate

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
    config: Path = field(
        default_factory=lambda: Path(os.environ.get("CONNECTOR_CONFIG", "config"))
    )
    json: bool = False
    exit_code: Exit = Exit.DONE
    rows: list[object] = field(default_factory=list)

    @cached_property
    def library(self) -> "Library":
        """The library's settings and parts; opened at the first use."""
        from connector.bootstrap import open_library  # noqa: PLC0415 -- slow import

        return open_library(self.config, os.environ)

    def person(self) -> Person:
        """Return who acts: `--as`, else CONNECTOR_USER, else the default user."""
        return self.library.person(self.user or os.environ.get("CONNECTOR_USER", ""))

    def label(self, category: CategoryCode) -> str:
        """Return a category as the reader reads it."""
        labels = self.library.parts.labels.get(category, {})
        return labels.get(spoken(), category)

    def say(self, template: str, **facts: object) -> None:
        """Print a sentence in the reader's language; nothing where JSON was asked."""
        if not self.json:
            click.echo(say(template, facts))

    def show(self, text: str = "") -> None:
        """Print text that is already as the reader reads it."""
        if not self.json:
            click.echo(text)

    def warn(self, message: Message | ConnectorError) -> None:
        """Print on the error stream what is wrong, and what to do."""
        if self.json:
            return
        if isinstance(message, ConnectorError):
            click.echo(told(message), err=True)
        else:
            click.echo(say(message.template, message.facts), err=True)

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
            self.show(click.style(f"    - {approved}", fg="red"))
        if shown:
            self.show(click.style(f"    + {shown}", fg="green"))

    def finish(self) -> None:
        """Print the rows, where JSON was asked for."""
        if self.json:
            click.echo(json_.dumps(self.rows, ensure_ascii=False, indent=2))

    def progress(self, items: Sequence[T], label: str) -> Iterator[T]:
        """Yield the items under a progress bar, where somebody is looking."""
        if self.json or len(items) < 2 or not sys.stderr.isatty():  # noqa: PLR2004 -- one item needs no bar
            yield from items
            return
        with click.progressbar(items, label=translate(label), file=sys.stderr) as bar:
            yield from bar


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


def columns(rows: Iterable[Sequence[str]]) -> list[str]:
    """Return rows of cells as lines, each column as wide as its widest cell."""
    table = [list(row) for row in rows]
    if not table:
        return []
    widths = [max(len(cell) for cell in column) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) for cell, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in table
    ]
