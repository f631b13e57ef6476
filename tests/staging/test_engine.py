import re
import sqlite3
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from connector.staging.engine import open_engine, sqlite_is_safe, sqlite_version


def test_a_writer_keeps_what_it_was_told_is_kept(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'staging.db'}")

    with engine.begin() as connection:
        found = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }

    engine.dispose()
    full = 2
    assert found == {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "busy_timeout": 30_000,
    }


def test_a_reader_is_refused_to_write(tmp_path: Path) -> None:
    engine = open_engine(f"sqlite:///{tmp_path / 'staging.db'}")

    with (
        engine.connect().execution_options(write=False) as connection,
        pytest.raises(DBAPIError, match="readonly"),
    ):
        connection.execute(text("CREATE TABLE t (n INTEGER)"))

    engine.dispose()


def test_postgresql_is_spoken_to_through_psycopg() -> None:
    engine = open_engine("postgresql://thu-vien@db.example/staging")

    assert engine.url.drivername == "postgresql+psycopg"
    assert engine.url.host == "db.example"


def test_a_password_does_not_show() -> None:
    engine = open_engine("postgresql://thu-vien:bi-mat@db.example/staging")

    assert "bi-mat" not in repr(engine)


def test_the_sqlite_that_is_used_says_its_version() -> None:
    assert re.fullmatch(r"3\.\d+\.\d+", sqlite_version())


def test_the_sqlite_of_python_is_used_where_there_is_no_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pysqlite3", None)

    engine = open_engine(f"sqlite:///{tmp_path / 'staging.db'}")

    with engine.begin() as connection:
        used = connection.execute(text("SELECT sqlite_version()")).scalar_one()
    engine.dispose()
    assert used == sqlite_version() == sqlite3.sqlite_version


@pytest.mark.parametrize(("version", "safe"), [((3, 51, 2), False), ((3, 51, 3), True)])
def test_an_old_sqlite_is_not_safe_for_several_writers(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int, int], *, safe: bool
) -> None:
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)

    assert sqlite_is_safe() is safe
