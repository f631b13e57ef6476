from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
)

from connector.domain.message import Message
from connector.settings import Written, load, refused
from connector.settings.explain import Key, dotted, variable
from tests.settings.saying import CANARY, Told, told, write


@pytest.mark.parametrize(
    ("key", "shown", "variable_"),
    [
        (("database", "url"), "database.url", "CONNECTOR_DATABASE__URL"),
        (("rules", "a", "source", 1), "rules.a.source", "CONNECTOR_RULES__A__SOURCE"),
        (("checks", "a-b"), "checks.a-b", "CONNECTOR_CHECKS__A_B"),
        (("users", "biên tập"), 'users."biên tập"', "CONNECTOR_USERS__BIÊN TẬP"),
    ],
)
def test_a_key_is_shown_as_it_is_written(key: Key, shown: str, variable_: str) -> None:
    assert (dotted(key), variable(key)) == (shown, variable_)


def _no_mail(user: str) -> str:
    if "@" in user:
        raise ValueError("the user name, not the e-mail address {user}")
    if user == "admin":
        raise refused(Message("not this one"), Message("Another one."))
    return user


class _Wordpress(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    url: HttpUrl
    user: Annotated[str, AfterValidator(_no_mail)] = "connector"
    password: SecretStr = SecretStr("")
    attempts: int = Field(default=4, ge=1, le=9)


@pytest.mark.parametrize(
    ("table", "environment", "expected"),
    [
        (
            'urll = "https://thuvien.example.edu.vn/"',
            {},
            (
                "targets.toml",
                3,
                "targets.portal.urll",
                "there is no such key",
                "Did you mean url?",
            ),
        ),
        (
            'url = "https://thuvien.example.edu.vn/"\ngo_lvie = "connector"',
            {},
            (
                "targets.toml",
                4,
                "targets.portal.go_lvie",
                "there is no such key",
                "Did you mean go_live?",
            ),
        ),
        (
            'url = "thuvien.example.edu.vn"',
            {},
            (
                "targets.toml",
                3,
                "targets.portal.url",
                "“thuvien.example.edu.vn” is no web address",
                "Write the whole address, as in https://thuvien.example.edu.vn/.",
            ),
        ),
        (
            'url = "ftp://thuvien.example.edu.vn/"',
            {},
            (
                "targets.toml",
                3,
                "targets.portal.url",
                "“ftp://thuvien.example.edu.vn/” is no web address",
                "Write the whole address, as in https://thuvien.example.edu.vn/.",
            ),
        ),
        (
            "",
            {},
            (
                "targets.toml",
                1,
                "targets.portal.url",
                "this key is missing",
                "Add a line for url; docs/settings.md says what belongs there.",
            ),
        ),
        (
            'url = "https://a.vn"\nattempts = 10',
            {},
            (
                "targets.toml",
                4,
                "targets.portal.attempts",
                "this is too large",
                "Write at most 9.",
            ),
        ),
        (
            'url = "https://a.vn"\nattempts = 1.5',
            {},
            (
                "targets.toml",
                4,
                "targets.portal.attempts",
                "this should be a whole number",
                "Write it without quotes, as in attempts = 25.",
            ),
        ),
        (
            'url = "https://a.vn"\nuser = "a@b.vn"',
            {},
            (
                "targets.toml",
                4,
                "targets.portal.user",
                "the user name, not the e-mail address {user}",
                "docs/settings.md says what belongs here.",
            ),
        ),
        (
            'url = "https://a.vn"\nuser = "admin"',
            {},
            ("targets.toml", 4, "targets.portal.user", "not this one", "Another one."),
        ),
        (
            'url = "https://a.vn"',
            {"CONNECTOR_TARGETS__PORTAL__PASWORD": CANARY},
            (
                "the environment",
                0,
                "CONNECTOR_TARGETS__PORTAL__PASWORD",
                "there is no such key",
                "Did you mean password?",
            ),
        ),
    ],
)
def test_a_kind_is_told_of_its_options_as_settings_are_of_theirs(
    folder: Path,
    table: str,
    environment: Mapping[str, str],
    expected: Told,
) -> None:
    write(folder, "targets.toml", f'[targets.portal]\nkind = "wordpress"\n{table}\n')
    settings = load(folder, environment)
    with pytest.raises(ValidationError) as caught:
        _Wordpress.model_validate(settings.targets["portal"].options)

    error = settings.written.explain(
        caught.value, model=_Wordpress, at=("targets", "portal")
    )

    assert told(error, folder) == expected


class _Pages(BaseModel):
    model_config = ConfigDict(extra="forbid")

    parts: list["_Part"] = []
    main: "_Part | None" = None
    by_name: dict[str, "_Part"] = {}


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    selector: str = ""


@pytest.mark.parametrize(
    "table",
    [
        {"parts": [{}, {"selectr": "p"}]},
        {"main": {"selectr": "p"}},
        {"by_name": {"lead": {"selectr": "p"}}},
    ],
)
def test_a_key_deep_in_the_options_is_known_too(
    tmp_path: Path, table: dict[str, object]
) -> None:
    with pytest.raises(ValidationError) as caught:
        _Pages.model_validate(table)

    error = Written(folder=tmp_path).explain(
        caught.value, model=_Pages, at=("sources", "bao")
    )

    assert told(error, tmp_path)[3:] == (
        "there is no such key",
        "Did you mean selector?",
    )


def test_a_missing_password_is_not_asked_for_in_the_file(tmp_path: Path) -> None:
    class Account(BaseModel):
        password: SecretStr

    write(tmp_path, "targets.toml", "\n[targets.portal]\nkind = 'wordpress'\n")
    with pytest.raises(ValidationError) as caught:
        Account.model_validate({})

    error = Written(folder=tmp_path).explain(
        caught.value, model=Account, at=("targets", "portal")
    )

    *where, problem, right = told(error, tmp_path)
    assert where == ["targets.toml", 2, "targets.portal.password"]
    assert problem == "this password is missing"
    assert right == (
        "Set the environment variable CONNECTOR_TARGETS__PORTAL__PASSWORD, or write it "
        f"into {tmp_path}/secrets/connector_targets__portal__password (chmod 600)."
    )


def test_an_address_that_is_a_text_by_a_pattern_is_told_as_an_address(
    tmp_path: Path,
) -> None:
    class Feed(BaseModel):
        url: str = Field(pattern=r"^https?://")

    with pytest.raises(ValidationError) as caught:
        Feed.model_validate({"url": "vnexpress.net"})

    error = Written(folder=tmp_path).explain(
        caught.value, model=Feed, at=("sources", "bao")
    )

    assert told(error, tmp_path)[3] == "“vnexpress.net” is no web address"


def test_a_parameter_that_a_rule_does_not_have_is_told(folder: Path) -> None:
    write(folder, "checks.toml", "[checks.title-length]\nmin = 1\nmaxx = 2\n")
    settings = load(folder, {})

    error = settings.written.unknown_key(
        ("checks", "title-length", "maxx"), ["min", "max"]
    )

    assert told(error, folder) == (
        "checks.toml",
        3,
        "checks.title-length.maxx",
        "there is no such key",
        "Did you mean max?",
    )


def test_a_value_from_a_secrets_file_is_not_shown(tmp_path: Path) -> None:
    class Choice(BaseModel):
        url: HttpUrl

    key: Key = ("targets", "portal", "url")
    written = Written(folder=tmp_path, secrets={key: tmp_path / "secrets" / "x"})
    with pytest.raises(ValidationError) as caught:
        Choice.model_validate({"url": CANARY})

    error = written.explain(caught.value, model=Choice, at=key[:-1])

    assert told(error, tmp_path)[3] == "“•••” is no web address"


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    class Choice(BaseModel):
        url: HttpUrl

    with pytest.raises(ValidationError) as caught:
        Choice.model_validate({"url": f"ftp://connector:{CANARY}@may-chu/"})

    error = Written(folder=tmp_path).explain(
        caught.value, model=Choice, at=("targets", "portal")
    )

    assert told(error, tmp_path)[3] == "“•••” is no web address"


def test_an_error_that_nobody_foresaw_is_told_in_pydantics_words(
    tmp_path: Path,
) -> None:
    class Choice(BaseModel):
        code: str = Field(pattern="^[a-z]+$")

    with pytest.raises(ValidationError) as caught:
        Choice.model_validate({"code": "1"})

    error = Written(folder=tmp_path).explain(caught.value, model=Choice)

    assert told(error, tmp_path)[3:] == (
        "String should match pattern '^[a-z]+$'",
        "docs/settings.md says what belongs here.",
    )
