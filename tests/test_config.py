"""The example in config/: it runs as it is, and one mistake in it is told."""

import re
import shutil
from pathlib import Path

import pytest

from connector import registry
from connector.checks.rulebook import rules
from connector.domain.errors import ConfigurationError
from connector.domain.message import Message
from connector.domain.person import Person, Role
from connector.procedure.policy import Policy
from connector.settings import Settings, load
from connector.settings.written import COMMON, TOPICS

EXAMPLE = Path(__file__).parents[1] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return shutil.copytree(EXAMPLE, tmp_path / "config")


def mistake(folder: Path) -> dict[str, object]:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, {})
    return {name: _plain(fact) for name, fact in caught.value.facts.items()}


def _plain(fact: object) -> object:
    return fact if isinstance(fact, int) else str(fact)


def test_the_example_is_read_without_a_word_of_the_environment() -> None:
    settings = load(EXAMPLE, {})

    assert settings.person("pho-giam-doc") == Person(
        "pho-giam-doc", frozenset({Role.DEPUTY_DIRECTOR})
    )
    assert settings.policy() == Policy()
    assert list(settings.targets) == ["portal"]


def test_the_example_is_shipped_in_the_package() -> None:
    link = Path(registry.__file__).parent / "examples" / "config"

    assert link.readlink() == Path("../../config")
    assert {file.name for file in link.glob("*.toml")} == set(TOPICS)


def test_the_example_weighs_every_rule_there_is() -> None:
    settings = load(EXAMPLE, {})

    assert set(settings.checks) == {rule.id for rule in rules()}


def test_the_example_gives_rules_only_the_parameters_they_have() -> None:
    settings = load(EXAMPLE, {})

    for rule in rules():
        given = settings.checks[rule.id].options
        assert given == {name: rule.defaults[name] for name in given}
        assert settings.checks[rule.id].level == rule.level


def test_the_kinds_of_the_example_take_their_options() -> None:
    settings = load(EXAMPLE, {})

    _take_their_options(settings)


@pytest.mark.parametrize("file", ["sources.toml", "targets.toml"])
def test_what_the_example_comments_out_can_be_used(folder: Path, file: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    tables = re.findall(r"^# \[.*\]\n(?:# \S.*\n)+", text, re.MULTILINE)
    assert len(tables) == 1
    table = re.sub(r"^# ", "", tables[0], flags=re.MULTILINE)
    (folder / file).write_text(table, encoding="utf-8")

    _take_their_options(load(folder, {}))


def _take_their_options(settings: Settings) -> None:
    for target in settings.targets.values():
        options = target.options
        if target.kind == "wordpress":  # it says beside the table where this goes
            options = options | {"password": "abcd efgh"}
        registry.target_kind(target.kind, refuse=_never).Options.model_validate(options)
    for source in settings.sources.values():
        kind = registry.source_kind(source.kind, refuse=_never)
        kind.Options.model_validate(source.options)


def _never(problem: Message, right: Message) -> ConfigurationError:
    raise AssertionError(f"{problem}: {right}")


def test_every_category_of_the_example_has_a_rule_that_proposes_it() -> None:
    settings = load(EXAMPLE, {})

    proposed = {rule.category for rule in settings.rules.values()}
    assert proposed == set(settings.categories)


@pytest.mark.parametrize(
    ("file", "right", "wrong", "key", "problem", "remedy"),
    [
        (
            "connector.toml",
            'name = "Trung tâm',
            'namex = "Trung tâm',
            "library.namex",
            "there is no such key",
            "Did you mean name?",
        ),
        (
            "procedure.toml",
            "[steps.classify]",
            "[steps.classifi]",
            "steps.classifi",
            "there is no such key",
            "Did you mean classify?",
        ),
        (
            "roles.toml",
            'roles = ["webmaster"]',
            'roles = ["web-master"]',
            "users.quan-tri.roles",
            "“web-master” is no role here",
            "Did you mean webmaster?",
        ),
        (
            "sources.toml",
            'kind = "folder"',
            'knid = "folder"',
            "sources.khoa-phong.knid",
            "there is no such key",
            "Did you mean kind?",
        ),
        (
            "categories.toml",
            'category = "announcement"',
            'category = "announcementt"',
            "rules.thong-bao.category",
            "there is no “announcementt”",
            "Did you mean announcement?",
        ),
        (
            "checks.toml",
            'level = "warn"\nmin',
            'level = "warm"\nmin',
            "checks.title-length.level",
            "“warm” is none of the values there are",
            "Write one of: off, warn, block.",
        ),
        (
            "targets.toml",
            'go_live = "connector"',
            'go_live = "connectr"',
            "targets.portal.go_live",
            "“connectr” is none of the values there are",
            "Write one of: connector, webmaster.",
        ),
    ],
)
def test_one_typing_error_is_refused_with_file_line_and_key(
    folder: Path,
    file: str,
    right: str,
    wrong: str,
    key: str,
    problem: str,
    remedy: str,
) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert text.count(right) == 1
    (folder / file).write_text(text.replace(right, wrong), encoding="utf-8")

    assert mistake(folder) == {
        "file": str(folder / file),
        "line": text[: text.index(right)].count("\n") + 1,
        "key": key,
        "problem": problem,
        "right": remedy,
    }


def keys_of_the_example() -> list[tuple[str, int]]:
    """
    Return file and line of each key of the example that settings know.

    The keys of a kind are known to the kind, those of a rule to the rule.
    """
    found, topic = [], ""
    for name in TOPICS:
        lines = (EXAMPLE / name).read_text(encoding="utf-8").split("\n")
        for number, line in enumerate(lines, start=1):
            if heading := re.match(r"\[(\w+)", line):
                topic = heading[1]
            key = re.match(r"([\w-]+)[\w.-]* = ", line)
            if key and (topic not in COMMON or key[1] == "kind"):
                found.append((name, number))
    return found


@pytest.mark.parametrize(("file", "line"), keys_of_the_example())
def test_a_letter_too_many_in_any_key_is_told_with_its_line(
    folder: Path, file: str, line: int
) -> None:
    lines = (folder / file).read_text(encoding="utf-8").split("\n")
    lines[line - 1] = lines[line - 1].replace(" = ", "x = ", 1)
    (folder / file).write_text("\n".join(lines), encoding="utf-8")

    told = mistake(folder)

    assert (told["file"], told["line"]) == (str(folder / file), line)
