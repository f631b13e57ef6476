"""Every command has help in both languages, and completes in the shell."""

import gettext
import re

import click
import pytest
from click.shell_completion import ShellComplete

from connector.cli import app
from connector.cli.desk import Desk
from connector.domain.item import State
from connector.language import LANGUAGES, speak, translate
from tests.cli.conftest import Librarian


def commands() -> list[list[str]]:
    """Return every command that there is, by its words."""
    context = click.Context(app.cli)
    found: list[list[str]] = [[]]
    for name in app.cli.list_commands(context):
        command = app.cli.get_command(context, name)
        found.append([name])
        if isinstance(command, click.Group):
            found += [[name, sub] for sub in command.list_commands(context)]
    return found


@pytest.mark.parametrize("words", commands(), ids=" ".join)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_command_has_help(
    words: list[str], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    before = app.run([*words, "--lang", language, "--help"], Desk())
    asked_first = capsys.readouterr().out
    after = app.run([*words, "--help", "--lang", language], Desk())
    asked_last = capsys.readouterr().out

    assert (before, after) == (0, 0)
    assert asked_first == asked_last
    usage = gettext.dgettext("connector", "Usage:")
    assert asked_first.startswith(f"{usage} {' '.join(['connector', *words])}")


class Hidden(gettext.NullTranslations):
    """A translation in which no letter stays, but in the names of facts."""

    def gettext(self, message: str) -> str:
        return re.sub(r"(\{[^}]*\})|[A-Za-z]", lambda m: m[1] or "·", message)


@pytest.mark.parametrize("words", commands(), ids=" ".join)
def test_every_word_of_a_help_page_passes_through_gettext(
    words: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("gettext.translation", lambda *_, **__: Hidden())

    app.run([*words, "--help"], Desk())

    page = re.sub(r"--[a-z-]+", "", capsys.readouterr().out)
    codes = {*map(str, State), *LANGUAGES, "bash", "zsh", "fish", "x"}
    names = {word for command in commands() for word in command}
    assert set(re.findall("[A-Za-z]+", page)) - codes - names <= {"connector"}


def test_click_speaks_the_language_asked_for_even_of_what_it_cannot_read(
    librarian: Librarian,
) -> None:
    said = librarian.types("shw", "--lang", "vi")

    speak("vi")
    assert said.err.splitlines()[0].startswith(translate("Usage:"))
    assert said.code == 2


def completions(words: list[str], incomplete: str) -> list[str]:
    complete = ShellComplete(app.cli, {}, "connector", "_CONNECTOR_COMPLETE")
    return [item.value for item in complete.get_completions(words, incomplete)]


def test_commands_are_completed_in_the_order_of_the_procedure() -> None:
    assert completions([], "re") == ["receive", "return", "reject", "reconcile"]
    assert completions(["site"], "") == ["serve"]


def test_options_and_their_values_are_completed() -> None:
    assert completions(["list"], "--s") == ["--state"]
    assert completions(["list", "--state"], "re") == [
        "returned",
        "received",
        "rejected",
    ]
    assert completions(["completion"], "") == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    ("shell", "line"),
    [
        ("bash", "complete -o nosort -F _connector_completion connector"),
        ("zsh", "compdef _connector_completion connector"),
        ("fish", "complete --no-files --command connector"),
    ],
)
def test_each_shell_gets_its_script(
    shell: str, line: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code = app.run(["completion", shell], Desk())

    assert code == 0
    assert line in capsys.readouterr().out


def test_connector_alone_shows_its_help(librarian: Librarian) -> None:
    said = librarian.types()

    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: connector [OPTIONS] COMMAND [ARGS]...\n")
