import traceback
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import (
    SecretStr,
)

from connector.domain.errors import ConfigurationError
from connector.settings import load
from connector.settings.explain import secret
from tests.settings.saying import CANARY, mistake, write


@pytest.mark.parametrize(
    ("text", "key", "variable_"),
    [
        (
            f'[targets.portal]\nkind = "wordpress"\npassword = "{CANARY}"\n',
            "targets.portal.password",
            "CONNECTOR_TARGETS__PORTAL__PASSWORD",
        ),
        (
            f'[targets.portal]\nkind = "x"\napi_key = "{CANARY}"\n',
            "targets.portal.api_key",
            "CONNECTOR_TARGETS__PORTAL__API_KEY",
        ),
        (
            f'[targets.portal]\nkind = "x"\nurl = "https://a:{CANARY}@b.vn"\n',
            "targets.portal.url",
            "CONNECTOR_TARGETS__PORTAL__URL",
        ),
    ],
)
def test_a_password_in_toml_is_refused_and_not_repeated(
    folder: Path, text: str, key: str, variable_: str
) -> None:
    write(folder, "targets.toml", text)

    found = mistake(folder)

    assert found[:3] == ("targets.toml", 3, key)
    assert found[3] == "a password does not belong in this file"
    assert found[4] == (
        f"Set the environment variable {variable_}, or write it into "
        f"{folder}/secrets/{variable_.lower()} (chmod 600)."
    )


def test_a_password_is_in_no_repr_and_no_dump(folder: Path) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "wordpress"\n')
    settings = load(
        folder,
        {
            "CONNECTOR_TARGETS__PORTAL__PASSWORD": CANARY,
            "CONNECTOR_DATABASE__URL": f"postgresql://connector:{CANARY}@may-chu/x",
        },
    )

    shown = [repr(settings), str(settings.model_dump()), settings.model_dump_json()]

    assert settings.targets["portal"].options == {"password": SecretStr(CANARY)}
    assert [text for text in shown if CANARY in text or "55" in text] == []


@pytest.mark.parametrize(
    "environment",
    [
        {"CONNECTOR_DATABASE__URL": f"mysql://connector:{CANARY}@may-chu/x"},
        {"CONNECTOR_TARGETS__PORTAL": CANARY},
        {"CONNECTOR_TARGETS__PORTAL__PASWORD__X": CANARY, "CONNECTOR_USER": "x"},
    ],
)
def test_a_password_is_in_no_error(
    folder: Path, environment: Mapping[str, str]
) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "wordpress"\n')

    with pytest.raises(ConfigurationError) as caught:
        load(folder, environment)

    shown = "".join(traceback.format_exception(caught.value))
    assert CANARY not in f"{shown} {caught.value.facts} {caught.value.__context__}"


def test_a_line_that_is_no_toml_does_not_show_its_password(folder: Path) -> None:
    write(folder, "targets.toml", f'[targets.portal]\npassword "{CANARY}"\n')

    with pytest.raises(ConfigurationError) as caught:
        load(folder, {})

    assert caught.value.facts["key"] == "targets.portal.password"
    assert CANARY not in f"{caught.value} {caught.value.facts}"


def test_a_secrets_file_that_others_may_read_is_refused(folder: Path) -> None:
    write(folder, "targets.toml", '[targets.portal]\nkind = "wordpress"\n')
    name = "secrets/connector_targets__portal__password"
    write(folder, name, CANARY).chmod(0o640)

    assert mistake(folder) == (
        name,
        1,
        "targets.portal.password",
        "others on this machine may read this password",
        f"chmod 600 {folder}/{name}",
    )


def test_a_secrets_file_that_sets_nothing_is_refused(folder: Path) -> None:
    write(folder, "secrets/portal_password", CANARY)

    found = mistake(folder)

    assert found[:4] == (
        "secrets/portal_password",
        1,
        "portal_password",
        "there is no such setting",
    )


def test_hidden_files_beside_the_secrets_are_left_alone(folder: Path) -> None:
    write(folder, "secrets/.gitignore", "*\n")

    assert load(folder, {}).targets == {}


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        ("password", True),
        ("app_password", True),
        ("API-KEY", True),
        ("token", True),
        ("passwords_expire", False),
        ("tokenizer", False),
        ("key", False),
    ],
)
def test_a_secret_is_known_by_its_name(name: str, *, hidden: bool) -> None:
    assert secret(("targets", "portal", name)) is hidden
