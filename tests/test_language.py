from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from connector import language
from connector.domain.message import Message
from connector.domain.person import Role
from connector.language import say, word


@pytest.fixture
def vietnamese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    catalogue = Catalog(locale="vi")
    catalogue.add("{file}: {problem}", "{file}: {problem}!")
    catalogue.add("there is no “{name}”", "không có “{name}”")
    catalogue.add("deputy director", "Phó Giám đốc")
    folder = tmp_path / "vi" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / "connector.mo").open("wb") as compiled:
        write_mo(compiled, catalogue)
    monkeypatch.setattr(language, "CATALOGUES", tmp_path)


@pytest.mark.usefixtures("vietnamese")
def test_a_message_among_the_facts_is_said_in_the_same_language() -> None:
    problem = Message("there is no “{name}”", {"name": "tin-tuc"})

    sentence = say("{file}: {problem}", {"file": "a.toml", "problem": problem}, "vi")

    assert sentence == "a.toml: không có “tin-tuc”!"


@pytest.mark.usefixtures("vietnamese")
def test_messages_in_a_list_are_said_one_by_one() -> None:
    problems = [Message("there is no “{name}”", {"name": name}) for name in "ab"]

    assert word(problems, "vi") == "không có “a”, không có “b”"


@pytest.mark.usefixtures("vietnamese")
def test_words_of_the_business_are_translated() -> None:
    assert word(Role.DEPUTY_DIRECTOR, "vi") == "Phó Giám đốc"


def test_a_time_is_shown_in_the_zone_of_the_library() -> None:
    assert word(datetime(2026, 3, 16, 1, 30, tzinfo=UTC)) == "16/03/2026 08:30"


def test_what_has_only_facts_is_no_message() -> None:
    class Plain:
        facts = ("a", "b")

        def __str__(self) -> str:
            return "plain"

    assert word(Plain()) == "plain"
