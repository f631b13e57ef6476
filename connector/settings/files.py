"""Read the settings: the environment over secrets files over the TOML files."""

import os
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    EnvSettingsSource,
    TomlConfigSettingsSource,
)

from connector.domain.decision import Step
from connector.domain.errors import ConfigurationError
from connector.domain.message import Message
from connector.language import N_
from connector.settings.contradictions import contradictions
from connector.settings.explain import (
    Key,
    dotted,
    fields,
    holds_password,
    secret,
    suggestion,
    variable,
)
from connector.settings.locate import syntax_error
from connector.settings.model import Settings
from connector.settings.written import (
    TOPICS,
    UNKNOWN_KEY,
    Written,
    in_file,
    place_for_secret,
    read,
)

NOT_SETTINGS = frozenset({"CONNECTOR_CONFIG", "CONNECTOR_LANG"})
"""Which folder to read, and the reader's language: asked before there are settings."""

_PREFIX, _DELIMITER = "connector_", "__"
_NAMED = ("users", "sources", "categories", "rules", "checks", "targets")
"""The topics whose tables get their names in TOML: a variable makes no new one."""
_SYNTAX: tuple[tuple[str, str, str], ...] = (
    (
        r"Illegal character|Unterminated|Expected \"'\"",
        N_("this text does not end"),
        N_("Close it with the quotation mark that it begins with."),
    ),
    (
        r"Invalid value",
        N_("this value cannot be read"),
        N_('Write a text in quotes, as in name = "Thư viện".'),
    ),
    (
        r"Expected '='",
        N_("there is no = between the key and its value"),
        N_('Write it as in name = "Thư viện".'),
    ),
    (
        r"Cannot|Duplicate",
        N_("this stands in the file a second time"),
        N_("Keep one of the two."),
    ),
    (
        r"Unescaped",
        N_("a backslash in double quotes has a meaning of its own"),
        N_("Write / instead, or use single quotes."),
    ),
    (
        r"Unclosed",
        N_("this list or table does not end"),
        N_("Close it with its bracket: ] or }}."),
    ),
    (
        r"",
        N_("this line cannot be read ({detail})"),
        N_("Compare it with the example: docs/settings.md."),
    ),
)
"""What tomllib says, what that means, and what would be right."""


def load(folder: Path, environment: Mapping[str, str]) -> Settings:
    """
    Return what is set in `folder`/*.toml, `folder`/secrets/* and `environment`.

    Raises:
        ConfigurationError: the first thing that has to be mended.
    """
    _refuse_other_files(folder)
    tables = _TomlFiles(folder)()
    variables = {
        _key(name, tables): name
        for name, value in environment.items()
        if name.upper().startswith("CONNECTOR_") and value
        if name.upper() not in NOT_SETTINGS
    }
    secrets = {_key(file.name, tables): file for file in _secrets(folder)}
    written = Written(folder=folder, environment=variables, secrets=secrets)
    for key in [*variables, *secrets]:
        _refuse_unknown(key, tables, written)
    for key, file in secrets.items():
        _refuse_readable_by_others(key, file, written)
    texts = {key: _text(file).strip() for key, file in secrets.items()}
    values = {key: environment[name] for key, name in variables.items()}
    merged = _over(_over(tables, _Variables(texts)()), _Variables(values)())
    try:
        settings = Settings(**merged)
    except ValidationError as error:
        # Not "from error": pydantic keeps the values it refused, and so the secrets.
        raise written.explain(error, model=Settings) from None
    settings.place(written)
    for key, problem, right in contradictions(settings):
        raise written.refuse(key, problem, right)
    return settings


class _TomlFiles(TomlConfigSettingsSource):
    """The TOML files of one folder."""

    def __init__(self, folder: Path) -> None:
        files = [folder / name for name in TOPICS]
        super().__init__(Settings, toml_file=files, deep_merge=True)

    def _read_file(self, file_path: Path | Traversable) -> dict[str, Any]:
        file = Path(str(file_path))
        text = _text(file)
        try:
            tables = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _not_toml(file, text, error) from None
        _refuse_other_topics(file, tables)
        _refuse_passwords(file, tables)
        return tables


class _Variables(EnvSettingsSource):
    """Texts by key, read as pydantic-settings reads the environment."""

    def __init__(self, variables: Mapping[Key, str]) -> None:
        self._variables = {
            _PREFIX + _DELIMITER.join(map(str, key)): value
            for key, value in variables.items()
        }
        super().__init__(Settings)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return self._variables

    def decode_complex_value(
        self,
        field_name: str,
        field: FieldInfo,
        value: Any,  # noqa: ANN401 -- pydantic's
    ) -> Any:  # noqa: ANN401 -- pydantic's
        """Read lists and tables only: a password of digits stays a text."""
        if not str(value).lstrip().startswith(("[", "{")):
            return value
        try:
            return super().decode_complex_value(field_name, field, value)
        except ValueError:
            return value  # no JSON, so a text: the model says what it should be


def _over(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Return `lower` with the keys of `upper` over it, table by table."""
    merged = dict(lower)
    for name, value in upper.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _over(merged[name], value) if both else value
    return merged


def _key(name: str, tables: Mapping[str, Any]) -> Key:
    """
    Return the key that a variable or a secrets file means.

    No shell can set a variable with a hyphen in its name, so `_` stands for `-` where
    the files have such a table.
    """
    key: list[str] = []
    table: object = tables
    for part in name.lower().removeprefix(_PREFIX).split(_DELIMITER):
        names = table if isinstance(table, dict) else {}
        here = next((n for n in names if _plain(n) == _plain(part)), part)
        table = names.get(here)
        key.append(here)
    return tuple(key)


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _secrets(folder: Path) -> list[Path]:
    """Return the secrets files; hidden ones are an editor's or git's."""
    inside = sorted((folder / "secrets").glob("[!.]*"))
    return [file for file in inside if file.is_file()]


def _text(file: Path) -> str:
    try:
        return read(file)
    except OSError as error:
        raise in_file(
            file,
            file.name,
            Message(N_("this cannot be read ({detail})"), {"detail": error.strerror}),
            Message(N_("Let the user who runs connector read it.")),
        ) from None
    except UnicodeDecodeError as error:
        before = file.read_bytes()[: error.start]
        raise in_file(
            file,
            file.name,
            Message(N_("this is not in UTF-8")),
            Message(N_("Save the file again as UTF-8.")),
            line=before.count(b"\n") + 1,
        ) from None


def _not_toml(
    file: Path, text: str, error: tomllib.TOMLDecodeError
) -> ConfigurationError:
    line, key = syntax_error(text)
    detail = str(error).partition(" (at ")[0]
    problem, right = next(
        (problem, right) for said, problem, right in _SYNTAX if re.search(said, detail)
    )
    facts = {"detail": detail} if "{detail}" in problem else {}
    return in_file(file, key, Message(problem, facts), Message(right), line=line)


def _refuse_other_files(folder: Path) -> None:
    main = folder / next(iter(TOPICS))
    if not main.exists():
        raise in_file(
            main,
            main.name,
            Message(N_("there is no such file")),
            Message(
                N_("`connector init` makes one; CONNECTOR_CONFIG names its folder.")
            ),
        )
    for file in sorted(folder.glob("*.toml")):
        if file.name not in TOPICS:
            raise in_file(
                file,
                file.name,
                Message(N_("nobody reads a file of this name")),
                suggestion(file.name, TOPICS),
            )
        if not file.is_file():  # which pydantic-settings would pass over in silence
            _text(file)


def _refuse_other_topics(file: Path, tables: Mapping[str, Any]) -> None:
    known = TOPICS[file.name]
    for name in tables:
        elsewhere = next((f for f, topics in TOPICS.items() if name in topics), None)
        if name in known:
            continue
        if elsewhere is None:
            raise in_file(
                file, name, Message(UNKNOWN_KEY), suggestion(name, known), at=(name,)
            )
        raise in_file(
            file,
            name,
            Message(N_("this belongs in another file")),
            Message(N_("Move it to {file}."), {"file": elsewhere}),
            at=(name,),
        )


def _refuse_passwords(file: Path, tables: Mapping[str, Any]) -> None:
    for key, value in _values(tables):
        if secret(key) or holds_password(value):
            raise in_file(
                file,
                dotted(key),
                Message(N_("a password does not belong in this file")),
                place_for_secret(key, file.parent),
                at=key,
            )


def _values(table: object, key: Key = ()) -> Iterator[tuple[Key, object]]:
    """Yield everything that stands in a table, however deep."""
    match table:
        case dict():
            inside: Iterable[tuple[str | int, object]] = table.items()
        case list():
            inside = enumerate(table)
        case _:
            inside = ()
    for name, value in inside:
        yield (*key, name), value
        yield from _values(value, (*key, name))


def _refuse_unknown(key: Key, tables: Mapping[str, Any], written: Written) -> None:
    """Refuse a variable or a secrets file that sets nothing."""
    topic, *rest = map(str, key)
    problem = Message(N_("there is no such setting"))
    if topic not in Settings.model_fields:
        known = [
            variable((name, inner) if inner else (name,))
            for name in Settings.model_fields
            for inner in fields(Settings, (name,)) or [""]
        ]
        raise written.refuse(key, problem, suggestion(variable(key), known))
    if topic in _NAMED:
        names = list(tables.get(topic, {}))
    elif topic == "steps":
        names = list(Step)
    else:
        return
    if rest and rest[0] not in names:
        there = [variable((topic, name, *rest[1:])) for name in names]
        raise written.refuse(key, problem, suggestion(variable(key), there))


def _refuse_readable_by_others(key: Key, file: Path, written: Written) -> None:
    if os.name == "posix" and file.stat().st_mode & 0o077:
        raise written.refuse(
            key,
            Message(N_("others on this machine may read this password")),
            Message(N_("chmod 600 {file}"), {"file": str(file)}),
        )
