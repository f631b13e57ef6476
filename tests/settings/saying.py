"""Write settings, and read what is said about a mistake in them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from connector.domain.errors import ConfigurationError, VariableError
from connector.settings import load

CANARY = "chim-hoàng-yến-5521"
"""A password that must be seen nowhere."""

Told = tuple[str, object, str, str, str]
"""File under the folder (or the environment), line, key, problem, right."""


def write(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return file


def told(error: ConfigurationError, folder: Path) -> Told:
    facts = {name: str(fact) for name, fact in error.facts.items()}
    if isinstance(error, VariableError):
        return "the environment", 0, facts["key"], facts["problem"], facts["right"]
    file = facts["file"].removeprefix(f"{folder}/")
    return file, error.facts["line"], facts["key"], facts["problem"], facts["right"]


def mistake(folder: Path, environment: Mapping[str, str] | None = None) -> Told:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, environment or {})
    return told(caught.value, folder)
