"""Put the parts together. The only file that knows which ones."""

import secrets
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import BaseModel, ValidationError
from sqlalchemy import Engine, make_url

from connector import registry
from connector.checks.rulebook import Configured, rules
from connector.classification.rules import CategoryRule, propose
from connector.domain.errors import ConfigurationError
from connector.domain.item import CategoryCode, Item, ItemId, Revision, State
from connector.domain.message import Message
from connector.domain.person import Person
from connector.evidence.archive import FolderArchive
from connector.http import Web, host_and_port
from connector.language import N_
from connector.ports.clock import Clock
from connector.ports.parts import Parts, Proposal, Route
from connector.ports.source import Source
from connector.ports.web import PublicWeb
from connector.settings import DOCUMENT_SOURCE, Settings, load, suggestion
from connector.staging.engine import open_engine, sqlite_is_safe, sqlite_version
from connector.staging.migrate import ready, state, upgrade
from connector.staging.repository import SqlStaging


class SystemClock:
    """The clock of this machine; implements ports.clock.Clock."""

    def now(self) -> datetime:
        """Return the time: aware, UTC."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """One library, opened: its settings, and the parts that they describe."""

    settings: Settings
    engine: Engine
    parts: Parts
    web: PublicWeb
    """Where sources are read."""

    def person(self, name: str) -> Person:
        """Return the user called `name`; the default one if it is empty."""
        return self.settings.person(name or self.settings.user or "")

    @property
    def sources(self) -> Sequence[str]:
        """The names of the configured sources."""
        return list(self.settings.sources)

    def source(self, name: str) -> Source:
        """Return a configured source."""
        table = self.settings.sources[name]
        kind = registry.source_kind(
            table.kind, refuse=_refuse(self.settings, "sources", name)
        )
        options = _options(
            kind.Options, table.options, self.settings, ("sources", name)
        )
        return self._connect(kind, name, options)

    def documents(self, files: Sequence[Path]) -> Source:
        """Return the source that offers these files."""
        kind = registry.source_kind(
            "document", refuse=_refuse(self.settings, "sources", DOCUMENT_SOURCE)
        )
        return self._connect(kind, DOCUMENT_SOURCE, kind.Options(paths=list(files)))

    def site(self, name: str | None) -> tuple[Path, int]:
        """
        Return the public folder and the port of a target of kind `site`.

        Args:
            name: of the target; the first of this kind if it is None.

        Raises:
            ConfigurationError: there is no such target.
        """
        sites = [n for n, t in self.settings.targets.items() if t.kind == "site"]
        chosen = name or next(iter(sites), "")
        if chosen not in sites:
            problem = Message(N_("there is no target of kind “site” called so"))
            raise self.settings.written.refuse(
                ("targets", chosen or "portal"), problem, suggestion(chosen, sites)
            )
        table = self.settings.targets[chosen]
        kind = registry.target_kind(
            "site", refuse=_refuse(self.settings, "targets", chosen)
        )
        options = _options(
            kind.Options, table.options, self.settings, ("targets", chosen)
        )
        port = urlsplit(str(options.url)).port or 0
        return self.settings.home / Path(options.folder), port

    def waiting(self, state: State) -> list[ItemId]:
        """Return every item in one state, by number."""
        found: list[ItemId] = []
        with self.parts.staging.reading() as tx:
            while page := tx.items(state, after=found[-1] if found else None):
                found += [item.id for item in page]
        return found

    @property
    def database(self) -> str:
        """What the items are kept in, without its password."""
        url = make_url(self.settings.database.url.get_secret_value())
        version = f" {sqlite_version()}" if url.get_backend_name() == "sqlite" else ""
        return f"{url.get_backend_name()}{version}, {_schema(self.engine)}"

    def advice(self) -> list[Message]:
        """Return what is to be mended on this machine."""
        if self.engine.dialect.name == "sqlite" and not sqlite_is_safe():
            return [
                Message(
                    N_(
                        "SQLite {version} can damage a database that two programs"
                        " write at once. Install pysqlite3."
                    ),
                    {"version": sqlite_version()},
                )
            ]
        return []

    def _connect(self, kind: Any, name: str, options: BaseModel) -> Source:  # noqa: ANN401 -- a module, or a plugin
        source: Source = kind.connect(
            name,
            options=options,
            folder=self.settings.home,
            web=self.web,
            limit_mb=self.settings.intake.limit_mb,
        )
        return source


def open_library(
    folder: Path, environment: Mapping[str, str], clock: Clock | None = None
) -> Library:
    """
    Read the configuration in `folder`, and open what it describes.

    Args:
        folder: config/.
        environment: of the process.
        clock: this machine's if none is given.

    Raises:
        ConfigurationError: file, line, key, what is wrong, what would be right.
        DatabaseOutOfDate, DatabaseNewer: the database is of another version.
    """
    settings = load(folder, environment)
    clock = clock or SystemClock()
    parts_checks = _checks(settings, clock)
    routes = {name: _route(settings, name) for name in settings.targets}
    engine = open_engine(_database_url(settings))
    ready(engine)
    parts = Parts(
        staging=SqlStaging(engine, clock),
        archive=FolderArchive(settings.home / settings.files.folder),
        clock=clock,
        checks=parts_checks,
        propose=_Propose(settings),
        policy=settings.policy(),
        routes=routes,
        labels={
            CategoryCode(code): category.label.model_dump()
            for code, category in settings.categories.items()
        },
        worker=f"{socket.gethostname()}-{secrets.token_hex(4)}",
        lease=timedelta(seconds=settings.engine.lease_s),
    )
    return Library(settings=settings, engine=engine, parts=parts, web=Web())


def upgrade_database(folder: Path, environment: Mapping[str, str]) -> str:
    """Make the database, or bring it up to date; return its schema."""
    engine = open_engine(_database_url(load(folder, environment)))
    upgrade(engine)
    return _schema(engine)


class _Propose:
    """The rules of categories.toml, in their order."""

    def __init__(self, settings: Settings) -> None:
        self.rules = [
            CategoryRule(
                name=name,
                category=CategoryCode(rule.category),
                source=rule.source,
                title_starts=rule.title_starts,
                title_contains=rule.title_contains,
                shorter_than_words=rule.shorter_than_words,
            )
            for name, rule in settings.rules.items()
        ]

    def __call__(self, item: Item, revision: Revision) -> Proposal | None:
        return propose(revision, item, self.rules)


def _schema(engine: Engine) -> str:
    return str(state(engine)[0])


def _database_url(settings: Settings) -> str:
    """Return the URL, with a relative SQLite file under the library's home."""
    url = make_url(settings.database.url.get_secret_value())
    if url.get_backend_name() == "sqlite" and url.database not in {
        None,
        "",
        ":memory:",
    }:
        url = url.set(database=str(settings.home / str(url.database)))
    return url.render_as_string(hide_password=False)


def _route(settings: Settings, name: str) -> Route:
    table = settings.targets[name]
    kind = registry.target_kind(table.kind, refuse=_refuse(settings, "targets", name))
    options = _options(kind.Options, table.options, settings, ("targets", name))
    taken = table.categories or list(settings.categories)
    url = getattr(options, "url", None)
    return Route(
        target=kind.connect(name, options=options, folder=settings.home),
        web=Web(allow=frozenset({host_and_port(str(url))} if url else ())),
        terms={
            CategoryCode(code): category.terms[name]
            for code, category in settings.categories.items()
            if code in taken and name in category.terms
        },
        go_live=table.go_live,
        noise=table.noise,
        per_minute=table.per_minute,
        settles=timedelta(seconds=table.settles_s),
    )


def _refuse(settings: Settings, topic: str, name: str) -> registry.Refuse:
    return partial(settings.written.refuse, (topic, name, "kind"))


def _options(
    model: type[BaseModel],
    table: Mapping[str, Any],
    settings: Settings,
    at: tuple[str, str],
) -> Any:  # noqa: ANN401 -- each kind has a model of its own
    try:
        return model.model_validate(dict(table))
    except ValidationError as error:
        # Not "from error": pydantic's own text shows the values, and so the secrets.
        raise settings.written.explain(error, model=model, at=at) from None


def _checks(settings: Settings, clock: Clock) -> Configured:
    checks = settings.checks
    try:
        return Configured(
            rules=rules(),
            web=Web(),
            clock=clock,
            levels={n: c.level for n, c in checks.items() if c.level is not None},
            by_category={
                name: {CategoryCode(code): level for code, level in c.levels.items()}
                for name, c in checks.items()
            },
            parameters={name: c.options for name, c in checks.items()},
        )
    except ConfigurationError as error:
        problem, right = error.facts["problem"], error.facts["right"]
        if not isinstance(problem, Message) or not isinstance(right, Message):
            raise
        key = ("checks", *str(error.facts["key"]).split("."))
        raise settings.written.refuse(key, problem, right) from None
