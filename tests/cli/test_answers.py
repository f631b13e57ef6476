"""However a command line ends, it ends with one answer that programs can read."""

from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from connector.cli import app
from connector.cli.desk import Desk
from connector.domain.finding import CheckResult
from connector.domain.item import Item, Revision
from connector.ports.check import Known
from tests.cli.conftest import Librarian


@pytest.mark.parametrize(
    ("words", "message", "command"),
    [
        (
            ["show", "x"],
            "Invalid value for 'ITEM': 'x' is not a valid integer.",
            "show",
        ),
        (["show"], "Missing argument 'ITEM'.", "show"),
        (["shw", "1"], "No such command 'shw'. Did you mean 'show'?", ""),
        (
            ["list", "--trang-thai"],
            "No such option '--trang-thai'.",
            "list",
        ),
        (["verify", "--accept"], "Say which items: nobody decides unseen.", "verify"),
        (["check", "--accurate"], "Say which items: nobody decides unseen.", "check"),
        (
            ["publish", "--overwrite"],
            "Say which items: nobody decides unseen.",
            "publish",
        ),
        (["receive", "--item", "1"], "--item takes exactly one file.", "receive"),
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_a_misused_command_answers_in_json_wherever_it_is_asked_for(
    librarian: Librarian, words: list[str], message: str, command: str, place: str
) -> None:
    words = ["--json", *words] if place == "before" else [*words, "--json"]

    said = librarian.types(*words)

    name = f"connector {command}".rstrip()
    assert said.code == 2
    assert said.err == ""
    assert said.json == [
        {
            "error": "UsageError",
            "message": message,
            "remedy": f"Try '{name} --help' for help.",
        }
    ]


def test_a_misused_command_tells_people_how_it_is_used(librarian: Librarian) -> None:
    said = librarian.types("show", "x")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "Usage: connector show [OPTIONS] ITEM\n"
        "Try 'connector show --help' for help.\n\n"
        "Error: Invalid value for 'ITEM': 'x' is not a valid integer.\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ["show", "99"],
        ["history", "99"],
        ["diff", "99"],
        ["check", "99"],
        ["classify", "99"],
        ["approve", "99", "--as", "pho-giam-doc"],
        ["publish", "99"],
        ["verify", "99"],
        ["return", "99", "--reason", "sai"],
        ["reject", "99", "--reason", "sai"],
        ["withdraw", "99", "--reason", "sai", "--as", "pho-giam-doc"],
    ],
    ids=lambda words: words[0],
)
def test_every_command_says_that_there_is_no_such_item(
    librarian: Librarian, words: list[str]
) -> None:
    said = librarian.types(*words)

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "Error: There is no item 99.\n`connector list` shows the items there are.\n"
    )


def test_an_error_is_the_last_row_after_what_was_done(librarian: Librarian) -> None:
    librarian.types("receive", librarian.writes("tin.md"))

    said = librarian.types("check", "99", "1", "--json")

    assert said.code == 1
    unknown, checked = said.json
    assert unknown == {
        "item": 99,
        "error": "ItemNotFound",
        "message": "There is no item 99.",
        "remedy": "`connector list` shows the items there are.",
    }
    assert (checked["item"], checked["findings"]) == (1, [])


def test_who_may_not_is_told_once_not_for_every_item(librarian: Librarian) -> None:
    for number in (1, 2):
        librarian.types("receive", librarian.writes(f"{number}.md", f"Tin số {number}"))

    said = librarian.types("check", "1", "2", "--accurate", "--as", "quan-tri")

    assert said.code == 1
    assert said.err == (
        "Error: “check” belongs to: librarian. quan-tri has the roles: webmaster.\n"
        "Ask one of them, or name another user with --as.\n"
    )


def test_an_unknown_user_is_told_who_there_is(librarian: Librarian) -> None:
    said = librarian.types("receive", "tin.md", "--as", "nguoi-la")

    assert said.code == 1
    assert said.err == (
        "Error: There is no user “nguoi-la” in roles.toml.\n"
        "Users there are: bien-tap, kiem-tra, pho-giam-doc, quan-tri."
        " Name one with --as.\n"
    )


def test_connector_user_acts_where_nobody_is_named(
    librarian: Librarian, monkeypatch: pytest.MonkeyPatch
) -> None:
    librarian.types("receive", librarian.writes("tin.md"))
    monkeypatch.setenv("CONNECTOR_USER", "kiem-tra")

    said = librarian.types("check", "1", "--accurate")

    assert (said.code, said.out) == (0, "Item 1 is now “checked”.\n")


@pytest.mark.parametrize(
    "words",
    [["reject", "1"], ["return", "1"], ["reject", "1", "--reason", "  "]],
    ids=" ".join,
)
def test_what_cannot_be_undone_wants_a_reason(
    librarian: Librarian, words: list[str]
) -> None:
    librarian.types("receive", librarian.writes("tin.md"))

    said = librarian.types(*words, "--as", "kiem-tra", "--json")

    assert said.code == 1
    assert [row["error"] for row in said.json] == ["ReasonMissing"]


@pytest.mark.parametrize("command", ["check", "publish", "verify", "run"])
def test_where_nothing_waits_it_says_so(librarian: Librarian, command: str) -> None:
    assert librarian.types(command).out == "Nothing waits.\n"
    assert librarian.types(command, "--json").json == []


def test_a_folder_without_a_configuration_is_told_what_makes_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = app.run(["list", "--config", str(tmp_path / "nowhere"), "--json"], Desk())

    assert code == 1
    assert '"error": "ConfigurationError"' in capsys.readouterr().out


def test_a_file_where_the_folder_should_be_is_a_misuse(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config").write_text("", encoding="utf-8")

    code = app.run(["list", "--config", str(tmp_path / "config")], Desk())

    assert code == 2
    assert "is a file" in capsys.readouterr().err


def test_init_below_a_file_is_refused_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tep").write_text("", encoding="utf-8")
    folder = tmp_path / "tep" / "config"

    code = app.run(["init"], Desk(config=folder))

    assert code == 1
    assert capsys.readouterr().err == (
        f"Error: {folder} cannot be used: a file stands where a folder is needed.\n"
        "Mend that (who may write there, how full the disk is), and give the same"
        " command again: what was done is kept.\n"
    )


@dataclass
class FailingChecks:
    """Checks that do not come to an end. Implements ports.check.Checks."""

    how: BaseException

    def run(self, item: Item, revision: Revision, known: Known) -> CheckResult:
        del item, revision, known
        raise self.how


def failing(librarian: Librarian, how: BaseException) -> Librarian:
    parts = replace(librarian.library.parts, checks=FailingChecks(how))
    return replace(librarian, library=replace(librarian.library, parts=parts))


def test_a_stopped_command_says_that_the_same_one_goes_on(librarian: Librarian) -> None:
    librarian.types("receive", librarian.writes("tin.md"))
    stopped = failing(librarian, KeyboardInterrupt())
    sentence = "Stopped. What was done is kept; the same command goes on with it."

    for_programs = stopped.types("check", "--json")
    for_people = stopped.types("check")

    assert (for_programs.code, for_people.code) == (1, 1)
    assert for_programs.json == [
        {"error": "Stopped", "message": sentence, "remedy": ""}
    ]
    assert for_people.err.strip() == f"Error: {sentence}"


def test_what_nobody_foresaw_ends_with_a_sentence_too(librarian: Librarian) -> None:
    librarian.types("receive", librarian.writes("tin.md"))

    said = failing(librarian, ZeroDivisionError("lạ")).types("check", "--json")

    assert said.code == 1
    assert [row["error"] for row in said.json] == ["Unexpected"]
    assert "Traceback" in said.err


def test_what_changed_at_its_source_after_it_was_passed_on_says_how_to_take_it(
    librarian: Librarian,
) -> None:
    name = librarian.writes("tin.md")
    librarian.types("receive", name)
    librarian.types("check", "1", "--accurate", "--as", "kiem-tra")
    librarian.writes("tin.md", body="Từ ngày 20/3, phòng đọc tầng 2 đóng cửa.")

    said = librarian.types("receive", name)

    assert said.code == 0
    assert "changed at its source: item 1" in said.out
    assert "connector receive FILE --item 1" in said.out


def test_a_file_is_named_from_where_the_reader_stands(
    librarian: Librarian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "ban-lam-viec"
    elsewhere.mkdir()
    (elsewhere / "tin.md").write_text("# Giờ mở cửa phòng đọc\n\nTừ 8 giờ.\n")
    monkeypatch.chdir(elsewhere)

    received = librarian.types("receive", "tin.md", "--json")
    corrected = librarian.types("receive", "tin.md", "--item", "1", "--json")

    assert (received.code, received.json[0]["outcome"]) == (0, "new")
    assert (corrected.code, corrected.json[0]["outcome"]) == (0, "known")
