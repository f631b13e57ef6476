import unicodedata
from pathlib import Path

import pytest
from pydantic import (
    SecretStr,
)

from connector.domain.decision import Step
from connector.domain.errors import UnknownUser
from connector.domain.person import Person, Role
from connector.procedure.policy import Policy
from connector.procedure.table import RESPONSIBLE
from connector.settings import Settings, load
from connector.settings.model import Library, StepTable
from tests.settings.saying import CANARY, write


def test_a_folder_with_a_name_only_is_a_library_with_the_usual_procedure(
    folder: Path,
) -> None:
    settings = load(folder, {})

    assert (
        settings.model_dump() == Settings(library=Library(name="Thư viện")).model_dump()
    )
    assert settings.policy() == Policy()
    assert settings.library.timezone == "Asia/Ho_Chi_Minh"
    assert settings.database.url.get_secret_value() == "sqlite:///connector.db"


def test_relative_paths_start_beside_the_folder(folder: Path) -> None:
    assert load(folder, {}).home == folder.parent


def test_the_environment_is_over_the_secrets_and_those_are_over_toml(
    folder: Path,
) -> None:
    write(
        folder,
        "targets.toml",
        '[targets.portal]\nkind = "wordpress"\nuser = "toml"\nurl = "toml"\n',
    )
    write(folder, "secrets/connector_targets__portal__password", f"{CANARY}\n")
    write(folder, "secrets/connector_targets__portal__user", "secrets\n")
    write(folder, "secrets/connector_targets__portal__url", "secrets\n")

    settings = load(folder, {"CONNECTOR_TARGETS__PORTAL__URL": "environment"})

    assert settings.targets["portal"].options == {
        "user": "secrets",
        "url": "environment",
        "password": SecretStr(CANARY),
    }


def test_a_variable_reaches_a_table_whose_name_has_a_hyphen(folder: Path) -> None:
    write(folder, "sources.toml", '[sources.khoa-phong]\nkind = "folder"\n')

    settings = load(folder, {"CONNECTOR_SOURCES__KHOA_PHONG__PATH": "tiep-nhan"})

    assert settings.sources["khoa-phong"].options == {"path": "tiep-nhan"}


@pytest.mark.parametrize("password", ["123456", "1e5", "null", "true", "{x", '"'])
def test_a_password_stays_the_text_it_is(folder: Path, password: str) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "wordpress"\n')

    settings = load(folder, {"CONNECTOR_TARGETS__PORTAL__PASSWORD": password})

    assert settings.targets["portal"].options == {"password": SecretStr(password)}


def test_a_variable_can_hold_a_list(folder: Path) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "site"\n')

    settings = load(folder, {"CONNECTOR_TARGETS__PORTAL__NOISE": '[".chia-sẻ"]'})

    assert settings.targets["portal"].noise == (".chia-sẻ",)


def test_an_empty_variable_sets_nothing(folder: Path) -> None:
    settings = load(folder, {"CONNECTOR_LIBRARY__NAME": "", "CONNECTOR_USER": ""})

    assert (settings.library.name, settings.user) == ("Thư viện", None)


def test_variables_that_are_no_settings_are_left_alone(folder: Path) -> None:
    environment = {"CONNECTOR_CONFIG": str(folder), "CONNECTOR_LANG": "vi", "HOME": "/"}

    assert load(folder, environment).model_dump() == load(folder, {}).model_dump()


def test_the_real_environment_is_not_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONNECTOR_LIBRARY__NAME", "Thư viện khác")

    assert load(folder, {}).library.name == "Thư viện"


def test_text_in_decomposed_letters_or_with_a_byte_order_mark_is_read(
    folder: Path,
) -> None:
    decomposed = unicodedata.normalize("NFD", "Thư viện")
    text = f'\ufeff[library]\r\nname = "{decomposed}"\r\n'
    write(folder, "connector.toml", text)

    assert load(folder, {}).library.name == "Thư viện"


def test_a_step_belongs_to_the_roles_that_are_written(folder: Path) -> None:
    write(
        folder,
        "procedure.toml",
        'approval = "check"\n'
        '[steps.approve]\nroles = ["librarian", "deputy-director"]\n'
        "[steps.check]\nautomatic = true\n"
        "[four_eyes]\nverify = false\n"
        '[waive]\nroles = ["librarian"]\n',
    )

    policy = load(folder, {}).policy()

    assert policy == Policy(
        responsible={
            **RESPONSIBLE,
            Step.APPROVE: frozenset({Role.LIBRARIAN, Role.DEPUTY_DIRECTOR}),
            # Who lets a step run by itself lets the connector take it.
            Step.CHECK: frozenset({Role.LIBRARIAN, Role.CONNECTOR}),
        },
        four_eyes=frozenset({Step.CHECK, Step.APPROVE}),
        automatic=frozenset({Step.CHECK}),
        approval_by_check=True,
        waived_by=frozenset({Role.LIBRARIAN}),
    )


def test_a_person_acts_under_the_name_of_the_table(folder: Path) -> None:
    write(
        folder,
        "roles.toml",
        '[users.bien-tap]\nname = "Biên tập"\nroles = ["librarian"]\n',
    )
    settings = load(folder, {})

    assert settings.person("bien-tap") == Person(
        "bien-tap", frozenset({Role.LIBRARIAN})
    )
    with pytest.raises(UnknownUser) as caught:
        settings.person("biên tập")
    assert caught.value.facts == {"user": "biên tập", "known": ["bien-tap"]}


def test_rules_stay_in_the_order_of_the_file(folder: Path) -> None:
    write(
        folder,
        "categories.toml",
        '[categories.news]\nlabel = { vi = "Tin tức", en = "News" }\n'
        + "".join(f'[rules.{name}]\ncategory = "news"\n' for name in "zaby"),
    )

    assert list(load(folder, {}).rules) == ["z", "a", "b", "y"]


def test_a_term_may_be_the_number_of_a_category(folder: Path) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "wordpress"\n')
    write(
        folder,
        "categories.toml",
        '[categories.news]\nlabel.vi = "Tin tức"\nlabel.en = "News"\n'
        "terms.portal = 12\n",
    )

    assert load(folder, {}).categories["news"].terms == {"portal": "12"}


def test_a_role_can_be_given_as_it_is() -> None:
    webmaster = frozenset({Role.WEBMASTER})

    assert StepTable(roles=webmaster).roles == webmaster
