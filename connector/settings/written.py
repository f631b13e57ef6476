"""
Where every setting is written: in which file and on which line, or in the environment.

Whoever finds a setting wrong asks here for the error that says so.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from connector.domain.errors import ConfigurationError, VariableError
from connector.domain.item import nfc
from connector.domain.message import Message
from connector.language import N_
from connector.settings.explain import (
    Key,
    dotted,
    expected,
    explained,
    fields,
    holds_password,
    secret,
    suggestion,
    variable,
)
from connector.settings.locate import line_of

Place = TypeVar("Place")

TOPICS: Mapping[str, tuple[str, ...]] = {
    "connector.toml": ("library", "database", "files", "intake", "engine"),
    "procedure.toml": ("approval", "steps", "four_eyes", "waive"),
    "roles.toml": ("user", "users"),
    "sources.toml": ("sources",),
    "categories.toml": ("categories", "rules"),
    "checks.toml": ("checks",),
    "targets.toml": ("targets",),
}
"""Which file holds which topics. A topic stands in one file only."""

COMMON: Mapping[str, tuple[str, ...]] = {
    "sources": ("kind",),
    "checks": ("level", "levels"),
    "targets": (
        "kind",
        "go_live",
        "categories",
        "noise",
        "per_minute",
        "settles_s",
    ),
}
"""The keys that every table of a topic has, beside those of its kind or rule."""

REST = "options"
"""Where the model keeps the other keys of such a table."""

UNKNOWN_KEY = N_("there is no such key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the settings were read from."""

    folder: Path
    """The folder of the TOML files."""
    environment: Mapping[Key, str] = field(default_factory=dict)
    """Key → environment variable, for those that are set."""
    secrets: Mapping[Key, Path] = field(default_factory=dict)
    """Key → secrets file, for those that are there."""

    def refuse(self, key: Key, problem: Message, right: Message) -> ConfigurationError:
        """Return the error that says what is wrong with `key`, and where it stands."""
        if name := _nearest(self.environment, key):
            return VariableError(key=name, problem=problem, right=right)
        if file := _nearest(self.secrets, key):
            return in_file(file, dotted(key), problem, right)
        file = self.folder / file_of(key)
        at = key if file.exists() else ()
        return in_file(file, dotted(key), problem, right, at=at)

    def unknown_key(self, key: Key, known: Iterable[str]) -> ConfigurationError:
        """
        Return the error for a key that nobody reads.

        Args:
            key: the whole key.
            known: the names that can stand in its place; those of every table of the
                topic (`kind`, `level`) are added.
        """
        names, name = list(known), str(key[-1])
        if len(key) == 3:  # noqa: PLR2004 -- topic, table, key
            names += COMMON.get(str(key[0]), ())
        right = suggestion(name, names)
        if len(key) > 1 and name in TOPICS.get(file_of(key), ()):
            right = Message(N_("Move the line up, above the first line in brackets."))
        return self.refuse(key, Message(UNKNOWN_KEY), right)

    def explain(
        self, error: ValidationError, *, model: type[BaseModel], at: Key = ()
    ) -> ConfigurationError:
        """
        Return what an operator has to mend first.

        Args:
            error: as raised by `model`.
            model: what was validated, such as a kind's `Options`.
            at: the key of the table it was validated from, `("targets", "portal")`.
        """
        details = error.errors(include_url=False)
        # A misspelt key is why another one is missing, so it is told first.
        first = min(details, key=lambda one: one["type"] != "extra_forbidden")
        place = first["loc"]
        if place[-1:] == ("[key]",):  # pydantic's mark: the key is wrong, not its value
            return self.unknown_key(at + place[:-1], expected(first))
        if first["type"] == "extra_forbidden":
            return self.unknown_key(at + place, fields(model, place[:-1]))
        key = at + place
        if first["type"] == "missing" and (near := _misspelt(first)):
            return self.unknown_key((*key[:-1], near), [str(key[-1])])
        if first["type"] == "missing" and secret(key):
            right = place_for_secret(key, self.folder)
            return self.refuse(key, Message(N_("this password is missing")), right)
        hide = (
            secret(key)
            or holds_password(first["input"])
            or _nearest(self.secrets, key) is not None
        )
        return self.refuse(key, *explained(first, key, hide=hide))


def in_file(
    file: Path,
    key: str,
    problem: Message,
    right: Message,
    *,
    line: int = 1,
    at: Key = (),
) -> ConfigurationError:
    """
    Return the error about `key` in `file`.

    Args:
        file: as it is to be shown.
        key: as it is to be shown.
        problem: what is wrong.
        right: what would be right.
        line: where it stands, if that is known.
        at: what stands there; its line is looked up.
    """
    if at:
        line = line_of(read(file), at)
    return ConfigurationError(
        file=str(file), line=line, key=key, problem=problem, right=right
    )


def place_for_secret(key: Key, folder: Path) -> Message:
    """Return where a password belongs, which is never a TOML file."""
    return Message(
        N_(
            "Set the environment variable {variable}, "
            "or write it into {file} (chmod 600)."
        ),
        {
            "variable": variable(key),
            "file": str(folder / "secrets" / variable(key).lower()),
        },
    )


def file_of(key: Key) -> str:
    """Return the name of the file that holds the topic of `key`."""
    return next((name for name, topics in TOPICS.items() if key[0] in topics), "*.toml")


def read(file: Path) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark, as NFC."""
    return nfc(file.read_text(encoding="utf-8-sig"))


def _misspelt(missing: ErrorDetails) -> str | None:
    """Return the free key of the same table that was meant for the missing one."""
    table = missing["input"]
    free = table.get(REST, {}) if isinstance(table, dict) else {}
    near = difflib.get_close_matches(str(missing["loc"][-1]), free, n=1)
    return next(iter(near), None)


def _nearest(places: Mapping[Key, Place], key: Key) -> Place | None:
    """Return the place of `key`, or of the table it is in."""
    lengths = range(len(key), 0, -1)
    return next((places[key[:n]] for n in lengths if key[:n] in places), None)
