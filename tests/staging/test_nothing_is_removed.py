"""Staging keeps everything: there is no statement that removes a row."""

import re
from pathlib import Path

import pytest

from connector.staging import schema

SOURCES = sorted(Path(schema.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_statement_removes_rows(path: Path) -> None:
    assert not re.search(r"\bdelete\(|\bDELETE\b|\bTRUNCATE\b", path.read_text())


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_statement_changes_what_is_kept_for_good(path: Path) -> None:
    tables = "audit|decisions|revisions|attachments"

    found = re.search(rf"\b({tables})\.update\(|update\(({tables})\)", path.read_text())

    assert found is None
