"""The documents say what the code does: commands, exit codes, errors, procedure."""

import re
from pathlib import Path
from typing import Any

import pytest

from connector.cli.desk import UNREACHABLE, Exit
from connector.domain.errors import Blocked
from connector.domain.item import State
from connector.language import LANGUAGES, translate
from connector.procedure.table import RESPONSIBLE, mermaid
from docs.render import DOCS, DOCUMENTS, command_names, error_classes, rendered


def document(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def rows_of(pattern: str, name: str) -> list[Any]:
    """Return what the pattern finds in the lines of a document."""
    return re.findall(pattern, document(name), re.MULTILINE)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_what_is_made_from_the_code_is_up_to_date(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert rendered(text) == text, "Out of date: run `make docs`."


def test_every_command_has_its_help_page() -> None:
    pages = rows_of(r"^### `connector ?(.*)`$", "commands.md")

    assert pages == ["", *command_names()]


def test_every_exit_code_is_explained() -> None:
    rows = rows_of(r"^\| (\d) \| (\w+) \|", "commands.md")

    assert [(int(code), name) for code, name in rows] == [
        (code.value, code.name.lower()) for code in Exit
    ]


def test_every_error_is_explained_under_its_family() -> None:
    text = document("errors.md")
    named = re.findall(r"^(?:\| `(\w+)`|## (\w+))", text, re.MULTILINE)

    assert ["".join(one) for one in named] == [
        error.__name__ for error in error_classes()[1:]
    ]


def test_the_exit_codes_of_errors_are_those_of_the_commands() -> None:
    (sentence,) = rows_of(r"exceptions: (.*)\.$", "errors.md")

    findings, unreachable = sentence.split(";")
    assert re.findall(r"`(\w+)`", findings) == [Blocked.__name__]
    assert re.findall(r"`(\w+)`", unreachable) == [e.__name__ for e in UNREACHABLE]


def test_every_state_is_explained_with_its_vietnamese_word() -> None:
    rows = rows_of(r"^\| `(\w+)` \| (.+?) \|", "procedure.md")

    assert rows == [(state.value, translate(state.value, "vi")) for state in State]


def test_the_flow_chart_is_drawn_from_the_table() -> None:
    assert f"```mermaid\n{mermaid()}\n```" in document("procedure.md")


def test_the_steps_belong_to_whom_the_document_says() -> None:
    steps = {
        english: {name.strip() for name in who.split(",")}
        for english, who in re.findall(
            r"^\| \d \| [^|]+ \| (\w+) \|[^|]*\| ([^|]+) \|",
            document("procedure.md"),
            re.MULTILINE,
        )
    }

    assert steps == {
        step.value: {translate(role.value, "vi") for role in roles}
        for step, roles in RESPONSIBLE.items()
        if step.value in steps
    }
    assert len(steps) == 6  # the fifth row tells of two steps


@pytest.mark.parametrize("path", sorted(DOCS.glob("*.md")), ids=lambda path: path.name)
def test_a_link_leads_to_a_document_that_is_there(path: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+\.md)", path.read_text(encoding="utf-8"))

    assert [link for link in links if not (path.parent / link).exists()] == []


def test_both_languages_can_be_asked_for_as_the_document_says() -> None:
    assert all(
        f"`--lang {language}`" in document("commands.md") for language in LANGUAGES
    )
