"""
A process that writes, beside others: `python -m tests.staging.writer WAY URL TIMES`.

It says “ready”, waits for a line, and prints how many updates were acknowledged.
"""

import sys
from collections.abc import Callable
from dataclasses import replace

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import DBAPIError

from connector.domain.item import ItemId
from connector.ports.staging import Staging
from connector.staging.engine import open_engine
from connector.staging.repository import SqlStaging
from tests.conftest import FrozenClock


def count(engine: Engine) -> None:
    with engine.begin() as connection:
        number = connection.execute(text("SELECT number FROM counter")).scalar_one()
        # What is decided between reading and writing takes its time.
        sum(range(20_000))
        connection.execute(
            text("UPDATE counter SET number = :number"), {"number": number + 1}
        )


def revise(staging: Staging) -> None:
    with staging.transaction() as tx:
        item, revision = tx.item(ItemId(1)), tx.revision(ItemId(1))
        tx.add_revision(item, replace(revision, number=revision.number + 1))


def acknowledged(write: Callable[[], None], times: int) -> int:
    done = 0
    for _ in range(times):
        try:
            write()
        except DBAPIError:
            continue
        done += 1
    return done


def main(way: str, url: str, times: str) -> None:
    engine = create_engine(url) if way == "no recipe" else open_engine(url)
    staging = SqlStaging(engine, FrozenClock())

    def write() -> None:
        if way == "staging":
            revise(staging)
        else:
            count(engine)

    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    sys.stdout.write(f"{acknowledged(write, int(times))}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
