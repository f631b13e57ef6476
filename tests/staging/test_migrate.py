import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Select, inspect, literal_column, select, text
from sqlalchemy import table as named
from sqlalchemy.exc import DBAPIError

from connector.domain.circuit import Circuit
from connector.domain.errors import DatabaseNewer, DatabaseOutOfDate, DatabaseUnusable
from connector.domain.item import ItemId, State
from connector.domain.message import Message
from connector.staging import migrate
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from connector.staging.schema import metadata
from tests.conftest import FrozenClock

RELEASED = Path(__file__).parent / "released"


@pytest.fixture
def engine(bare_url: str) -> Iterator[Engine]:
    engine = open_engine(bare_url)
    yield engine
    engine.dispose()


@pytest.fixture
def with_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connector that has one migration more than this one."""
    folder = tmp_path / "migrations"
    shutil.copytree(Path(migrate.__file__).parent / "migrations", folder)
    (folder / "versions" / "9999_next.py").write_text(
        f"""
import sqlalchemy as sa
from alembic import op
revision = "9999"
down_revision = "{migrate.wanted()}"
def upgrade():
    op.add_column("items", sa.Column("note", sa.Text()))
    op.create_table("notes", sa.Column("id", sa.Integer(), primary_key=True))
"""
    )
    monkeypatch.setattr(migrate, "MIGRATIONS", folder)


def test_an_empty_database_is_given_its_tables(engine: Engine) -> None:
    before = migrate.state(engine)

    migrate.ready(engine)

    assert before == (None, migrate.wanted())
    assert migrate.state(engine) == (migrate.wanted(), migrate.wanted())


def test_a_database_that_is_ready_is_left_alone(engine: Engine) -> None:
    migrate.ready(engine)
    before = _everything(engine)

    migrate.ready(engine)
    migrate.upgrade(engine)

    assert _everything(engine) == before


def test_a_database_of_a_newer_connector_is_left_alone(engine: Engine) -> None:
    migrate.ready(engine)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    before = _everything(engine)

    with pytest.raises(DatabaseNewer) as not_ready:
        migrate.ready(engine)
    with pytest.raises(DatabaseNewer):
        migrate.upgrade(engine)

    assert not_ready.value.facts == {"found": "9999"}
    assert _everything(engine) == before


def test_an_earlier_database_is_brought_up_only_when_asked(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    migrate.ready(engine)
    released = migrate.wanted()
    request.getfixturevalue("with_another")

    with pytest.raises(DatabaseOutOfDate) as not_ready:
        migrate.ready(engine)
    before = migrate.state(engine)
    migrate.upgrade(engine)

    assert not_ready.value.facts == {"found": released, "wanted": "9999"}
    assert before == (released, "9999")
    assert migrate.state(engine) == ("9999", "9999")


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    engine: Engine, request: pytest.FixtureRequest
) -> None:
    migrate.ready(engine)
    request.getfixturevalue("with_another")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE notes (id INTEGER)"))
    before = _everything(engine)

    with pytest.raises((DBAPIError, DatabaseUnusable), match="notes"):
        migrate.upgrade(engine)

    assert _everything(engine) == before


def test_the_migrated_schema_is_the_one_of_the_tables(engine: Engine) -> None:
    migrate.ready(engine)

    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)

    assert differences == []


def test_the_migrated_checks_are_those_of_the_tables(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Alembic's own comparison leaves them out."""
    migrated = open_engine(sqlite_url)
    made = open_engine(f"sqlite:///{tmp_path / 'made.db'}")
    metadata.create_all(made)

    assert _checks(migrated) == _checks(made)
    migrated.dispose()
    made.dispose()


def test_the_migrated_indexes_are_those_of_the_tables(
    sqlite_url: str, tmp_path: Path
) -> None:
    """Alembic's own comparison does not look at which rows an index has."""
    migrated = open_engine(sqlite_url)
    made = open_engine(f"sqlite:///{tmp_path / 'made.db'}")
    metadata.create_all(made)

    assert _indexes(migrated) == _indexes(made)
    migrated.dispose()
    made.dispose()


@pytest.mark.parametrize("release", sorted(path.stem for path in RELEASED.iterdir()))
def test_items_of_a_released_schema_are_kept(
    engine: Engine, clock: FrozenClock, release: str
) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(connection), release)
        for statement in (RELEASED / f"{release}.sql").read_text().splitlines():
            connection.exec_driver_sql(statement)

    migrate.upgrade(engine)

    assert migrate.state(engine) == (migrate.wanted(), migrate.wanted())
    with SqlStaging(engine, clock).reading() as tx:
        item = tx.item(ItemId(1))
        assert item.state is State.CHECKED
        assert [d.step for d in tx.decisions(item.id)] == ["receive", "check"]
        assert tx.revision(item.id).title == "Thư viện mở cửa phòng đọc mới"
        assert [f.name for f in tx.revision(item.id).files] == ["phòng đọc.png"]
        assert tx.decisions(item.id)[-1].digest == tx.revision(item.id).digest
        assert [p.target for p in tx.publications(item.id)] == ["portal"]
        assert len(tx.verifications(item.id)) == 1
        assert tx.broken_audit_row() is None


def test_publications_of_the_first_schema_settle_at_once_and_have_no_end(
    engine: Engine, clock: FrozenClock
) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(connection), "0001")
        for statement in (RELEASED / "0001.sql").read_text().splitlines():
            connection.exec_driver_sql(statement)

    migrate.upgrade(engine)

    with SqlStaging(engine, clock).reading() as tx:
        (kept,) = tx.publications(ItemId(1))
        assert tx.circuit("portal") == Circuit(target="portal")
    assert (kept.lost, kept.settles_at, kept.urgent) == (0, None, False)
    assert (kept.go_live_at, kept.expire_at) == (None, None)


def test_circuits_and_times_of_the_second_schema_are_kept(
    engine: Engine, clock: FrozenClock
) -> None:
    with engine.begin() as connection:
        command.upgrade(migrate.configuration(connection), "0002")
        for statement in (RELEASED / "0002.sql").read_text().splitlines():
            connection.exec_driver_sql(statement)

    migrate.upgrade(engine)

    now = clock.now()
    with SqlStaging(engine, clock).reading() as tx:
        (kept,) = tx.publications(ItemId(1))
        circuit = tx.circuit("portal")
    assert (kept.lost, kept.urgent) == (2, True)
    assert kept.settles_at == now + timedelta(minutes=8)
    assert kept.go_live_at == now + timedelta(minutes=5)
    assert kept.expire_at == now + timedelta(days=31, minutes=5)
    assert circuit == Circuit(
        target="portal",
        resume_at=now + timedelta(minutes=10),
        problem=Message("{target} did not answer.", {"target": "portal"}),
        since=now + timedelta(minutes=6),
        busy=1,
        lost=3,
    )


def test_every_released_schema_has_items_to_be_kept() -> None:
    versions = Path(migrate.__file__).parent / "migrations" / "versions"
    revisions = {path.stem[:4] for path in versions.glob("[0-9]*.py")}

    assert {path.stem for path in RELEASED.iterdir()} == revisions


def _checks(engine: Engine) -> dict[str, dict[str | None, str]]:
    inspector = inspect(engine)
    return {
        table: {c["name"]: c["sqltext"] for c in inspector.get_check_constraints(table)}
        for table in metadata.tables
    }


def _indexes(engine: Engine) -> dict[str, str]:
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql <> ''"
    with engine.begin() as connection:
        return {row.name: row.sql for row in connection.execute(text(query))}


def _everything(engine: Engine) -> dict[str, Any]:
    """Return every table's columns and rows."""
    with engine.begin() as connection:
        inspector = inspect(connection)
        return {
            table: (
                [column["name"] for column in inspector.get_columns(table)],
                connection.execute(_all_of(table)).all(),
            )
            for table in inspector.get_table_names()
        }


def _all_of(table: str) -> Select[Any]:
    return select(literal_column("*")).select_from(named(table))


def test_the_number_of_a_file_is_the_number_of_its_schema() -> None:
    scripts = ScriptDirectory(str(migrate.MIGRATIONS))

    revisions = [script.revision for script in scripts.walk_revisions()]

    assert migrate.schemas() == sorted(revisions)
    assert migrate.wanted() == scripts.get_current_head()
