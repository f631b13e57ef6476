"""
A process that holds a SQLite file as a writer: `python -m tests.staging.holder FILE`.

It says “held” and lets go when its standard input ends.
"""

import sqlite3
import sys


def main(file: str) -> None:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    sys.stdout.write("held\n")
    sys.stdout.flush()
    sys.stdin.read()
    connection.rollback()
    connection.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
