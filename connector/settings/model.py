"""Everything an operator can set; docs/settings.md describes each key."""

import difflib
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    SecretStr,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from connector.domain.decision import Step
from connector.domain.errors import UnknownUser
from connector.domain.finding import Level
from connector.domain.message import Message
from connector.domain.person import Person, Role
from connector.language import N_
from connector.ports.parts import GoLive
from connector.procedure.policy import EARLIER, Policy
from connector.procedure.table import RESPONSIBLE
from connector.settings.explain import refused, secret, suggestion
from connector.settings.written import COMMON, REST, Written

DOCUMENT_SOURCE = "tep"
"""The source that is always there: files handed in with `connector receive FILE`."""

ROLES: Mapping[str, Role] = {role.value.replace(" ", "-"): role for role in Role}
"""How roles are written in TOML: `deputy-director`."""

_PERSONS = {code: role for code, role in ROLES.items() if role is not Role.CONNECTOR}
_DATABASES = re.compile(r"(sqlite|postgresql)(\+\w+)?://")


def _one_of(roles: Mapping[str, Role]) -> Callable[[object], object]:
    def role(code: object) -> object:
        if isinstance(code, Role):
            return code
        if not isinstance(code, str) or code not in roles:
            raise refused(
                Message(N_("“{found}” is no role here"), {"found": str(code)}),
                suggestion(str(code), roles),
            )
        return roles[code]

    return role


def _time_zone(name: str) -> str:
    zones = available_timezones()
    if name not in zones:
        near = difflib.get_close_matches(name, zones, n=1) or ["Asia/Ho_Chi_Minh"]
        raise refused(
            Message(N_("“{found}” is no time zone"), {"found": name}),
            Message(N_("Did you mean {near}?"), {"near": near[0]}),
        )
    return name


def _database(url: SecretStr) -> SecretStr:
    if not _DATABASES.match(url.get_secret_value()):
        raise refused(
            Message(N_("this is no address of a database")),
            Message(
                N_("Write sqlite:///connector.db, or postgresql://HOST/DATABASE."),
            ),
        )
    return url


AnyRole = Annotated[Role, BeforeValidator(_one_of(ROLES))]
PersonRole = Annotated[Role, BeforeValidator(_one_of(_PERSONS))]
"""A role of people. One who was *connector* would be exempt from four eyes."""
Text = Annotated[str, Field(min_length=1)]


class Table(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Library(Table):
    """[library]: whose desk this is."""

    name: Text
    language: Literal["vi", "en"] = "vi"
    timezone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Ho_Chi_Minh"


class Database(Table):
    """[database]: where the items are kept."""

    url: Annotated[SecretStr, AfterValidator(_database)] = SecretStr(
        "sqlite:///connector.db"
    )
    """It may hold a password, and is never shown."""


class Files(Table):
    """[files]: where originals, pictures and evidence are kept."""

    folder: Path = Path("files")


class Intake(Table):
    """[intake]: what is received."""

    limit_mb: float = Field(default=25, gt=0)
    """Megabytes (10**6 bytes) of one document."""


class Engine(Table):
    """[engine]: how work is shared out."""

    lease_s: float = Field(default=300, ge=1)
    """Seconds after which a worker that does not answer any more is replaced."""


class StepTable(Table):
    """[steps.NAME]: who is responsible, and whether it may run by itself."""

    roles: frozenset[AnyRole] | None = Field(default=None, min_length=1)
    automatic: bool = False


class FourEyes(Table):
    """[four_eyes]: which steps want another person than those before."""

    check: bool = True
    approve: bool = True
    verify: bool = True


class Waive(Table):
    """[waive]: who may set a blocking rule aside."""

    roles: frozenset[PersonRole] = frozenset({Role.DEPUTY_DIRECTOR})


class User(Table):
    """[users.NAME]: somebody who acts."""

    name: Text
    """As people read it; the records keep NAME."""
    roles: frozenset[PersonRole] = Field(min_length=1)


class Label(Table):
    """What readers see of a category."""

    vi: Text
    en: Text


class Category(Table):
    """[categories.CODE]: one class of step 4."""

    label: Label
    terms: dict[str, Annotated[str, Field(coerce_numbers_to_str=True)]] = {}
    """Target → the CMS's own id or slug of the category."""


class Rule(Table):
    """[rules.NAME]: when to propose a category. Tried in the order of the file."""

    category: str
    source: tuple[str, ...] = ()
    title_starts: tuple[Text, ...] = ()
    title_contains: tuple[Text, ...] = ()
    shorter_than_words: int | None = Field(default=None, gt=0)


class Source(Table):
    """[sources.NAME]: one place news comes from."""

    kind: Text
    options: dict[str, Any] = Field(default={}, repr=False)
    """All other keys, for the kind's own `Options`."""

    @model_validator(mode="before")
    @classmethod
    def _keep_options(cls, table: object) -> object:
        return _apart(table, common=COMMON["sources"])


class Target(Table):
    """[targets.NAME]: one site to publish on."""

    kind: Text
    go_live: GoLive = GoLive.CONNECTOR
    categories: tuple[str, ...] | None = None
    """Only these; None for all."""
    noise: tuple[Text, ...] = ()
    """CSS selectors of what the site's theme adds inside the body."""
    per_minute: int | None = Field(default=None, gt=0)
    """How many posts a minute it is sent at most."""
    settles_s: float = Field(default=120, ge=0)
    """How long the site may still carry out a request after its answer was lost."""
    options: dict[str, Any] = Field(default={}, repr=False)
    """All other keys, for the kind's own `Options`; passwords are SecretStr."""

    @model_validator(mode="before")
    @classmethod
    def _keep_options(cls, table: object) -> object:
        return _apart(table, common=COMMON["targets"])


class Check(Table):
    """[checks.RULE]: how much a rule weighs, and its parameters."""

    level: Level | None = None
    """None: the rule's own level."""
    levels: dict[str, Level] = {}
    """Category → level, where it is another one."""
    options: dict[str, Any] = {}
    """All other keys: the rule's parameters."""

    @model_validator(mode="before")
    @classmethod
    def _keep_options(cls, table: object) -> object:
        return _apart(table, common=COMMON["checks"])


def _apart(table: object, *, common: tuple[str, ...]) -> object:
    """Move the keys that are not `common` into a table of their own."""
    if not isinstance(table, dict):
        return table
    others = {
        name: SecretStr(value) if secret((name,)) and isinstance(value, str) else value
        for name, value in table.items()
        if name not in common
    }
    return {name: table[name] for name in common if name in table} | {REST: others}


class Settings(BaseSettings):
    """
    What the files in config/, the secrets and the environment say together.

    Made by `load`; made by hand, it holds just what it is given.
    """

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
        env_prefix="CONNECTOR_",
        env_nested_delimiter="__",
    )

    library: Library
    database: Database = Database()
    files: Files = Files()
    intake: Intake = Intake()
    engine: Engine = Engine()

    approval: Literal["approve", "check"] = "approve"
    """Whose decision lets an item be published."""
    steps: dict[Step, StepTable] = {}
    four_eyes: FourEyes = FourEyes()
    waive: Waive = Waive()

    user: str | None = None
    """Who acts where a command does not say."""
    users: dict[str, User] = {}

    sources: dict[str, Source] = {}
    categories: dict[str, Category] = {}
    rules: dict[str, Rule] = {}
    checks: dict[str, Check] = {}
    targets: dict[str, Target] = {}

    _written: Written = PrivateAttr(default=Written(folder=Path("config")))

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take what is given and nothing else: `load` has asked the environment."""
        del settings_cls, env_settings, dotenv_settings, file_secret_settings
        return (init_settings,)

    @property
    def written(self) -> Written:
        """Where each setting stands, for errors about it."""
        return self._written

    @property
    def home(self) -> Path:
        """Where relative paths start: the folder that holds config/."""
        return self._written.folder.resolve().parent

    def place(self, written: Written) -> None:
        """Remember where the settings were read from."""
        self._written = written

    def policy(self) -> Policy:
        """Return what the library decided about its procedure."""
        responsible = {
            step: self._responsible(step, RESPONSIBLE[step]) for step in RESPONSIBLE
        }
        return Policy(
            responsible=responsible,
            four_eyes=frozenset(
                step for step in EARLIER if getattr(self.four_eyes, step.value)
            ),
            automatic=frozenset(
                step for step, table in self.steps.items() if table.automatic
            ),
            approval_by_check=self.approval == "check",
            waived_by=self.waive.roles,
        )

    def person(self, name: str) -> Person:
        """
        Return who `name` is in the records: a table name of roles.toml and its roles.

        Raises:
            UnknownUser: there is no such table.
        """
        if name not in self.users:
            raise UnknownUser(user=name, known=list(self.users))
        return Person(name, self.users[name].roles)

    def _responsible(self, step: Step, usual: frozenset[Role]) -> frozenset[Role]:
        table = self.steps.get(step, StepTable())
        owners = usual if table.roles is None else table.roles
        # Whoever approves an item for a time only has decided its withdrawal with it.
        by_itself = table.automatic or step is Step.WITHDRAW
        return owners | {Role.CONNECTOR} if by_itself else owners
