"""A staging database of each kind in turn, and what puts news into it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from tests.conftest import FrozenClock, MakeDecision, MakeDraft, MakeRevision
from tests.staging.news import News


@pytest.fixture
def both(database_url: str) -> Iterator[Engine]:
    """SQLite, then PostgreSQL."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def staging(both: Engine, clock: FrozenClock) -> SqlStaging:
    return SqlStaging(both, clock)


@pytest.fixture
def news(
    staging: SqlStaging,
    make_draft: MakeDraft,
    make_revision: MakeRevision,
    make_decision: MakeDecision,
) -> News:
    return News(staging, make_draft, make_revision, make_decision)
