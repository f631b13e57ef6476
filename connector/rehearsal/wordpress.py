"""
Bring up a real WordPress on this machine, for as long as somebody needs it.

MariaDB and the web server of PHP listen on this machine alone, in a folder that goes
with them.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from connector.domain.errors import NoAnswer
from connector.http import Web, host_and_port
from connector.rehearsal.packages import install_packages
from connector.rehearsal.processes import (
    PATIENCE_S,
    CannotBringUp,
    free_port,
    last_words,
    members,
    run,
    serve,
    wait_until,
    which,
)

__all__ = ["CATEGORIES", "CannotBringUp", "WordPress", "members", "wordpress"]

TITLE = "Thư viện Đại học"
TIMEZONE = "Asia/Ho_Chi_Minh"
ROLES = ("editor", "author", "contributor", "subscriber")
CATEGORIES = {
    "tin-tuc": "Tin tức",
    "bai-viet": "Bài viết",
    "tin-van": "Tin vắn",
    "thong-bao": "Thông báo",
    "tai-lieu-moi": "Giới thiệu tài liệu mới",
}

_ROOM_NEEDED = 512 * 1024**2
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"0": "\0", "n": "\n", "t": "\t"}
_PARTS = Path(__file__).parent / "site"
_NO_MAIL = ("-d", "sendmail_path=/bin/true")


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPress:
    """A running WordPress, empty of posts."""

    url: str
    """Without a slash at the end; always on 127.0.0.1."""
    users: Mapping[str, str]
    """Application password by login; each login is the name of its role, or admin."""
    categories: Mapping[str, int]
    """Term id by slug."""
    folder: Path
    """Where its files are."""
    database_socket: Path
    process_groups: tuple[int, ...]
    second_url: str = ""
    """Of the other site of a multisite, which has the same users; else empty."""

    @contextmanager
    def mu_plugin(self, code: str) -> Iterator[None]:
        """Let every request meet a must-use plugin of these PHP statements."""
        folder = self.folder / "wp-content/mu-plugins"
        with tempfile.NamedTemporaryFile("w", dir=folder, suffix=".php") as plugin:
            plugin.write(f"<?php\n{code}")
            plugin.flush()
            # The server's user may be another one.
            Path(plugin.name).chmod(0o644)
            yield

    def php(self, code: str) -> str:
        """
        Run PHP statements inside WordPress and return what they print.

        Raises:
            subprocess.CalledProcessError: PHP failed; `stderr` says at what.
        """
        return _php(self.folder, f"<?php require 'wp-load.php';\n{code}")

    def sql(self, query: str) -> list[list[str]]:
        """
        Return the rows the database answers, every value as text.

        SQL's NULL comes as the text NULL.

        Raises:
            subprocess.CalledProcessError: the query failed; `stderr` says why.
        """
        answer = _query(self.database_socket, query, database="wordpress")
        return [
            [_unescape(value) for value in line.split("\t")]
            for line in answer.removesuffix("\n").split("\n")
            if line
        ]


@contextmanager
def wordpress(
    *,
    folder: Path | None = None,
    php_workers: int = 4,
    path: str = "",
    multisite: bool = False,
    tree: Path | None = None,
) -> Iterator[WordPress]:
    """
    Run a WordPress with its own database until the context is left.

    Args:
        folder: where to make the folder of the site, removed at the end; memory,
            if there is enough of it, by default.
        php_workers: requests served at the same time.
        path: of its home page, such as `/thuvien`.
        multisite: whether it is one of two sites that share their users; none of
            them is a super admin but the administrator.
        tree: the files of another version of WordPress.

    Raises:
        CannotBringUp: this machine cannot run one.
    """
    packaged = install_packages()
    home = Path(tempfile.mkdtemp(prefix="wordpress-", dir=folder or _fastest_folder()))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        try:
            site = _start(
                home,
                tree or packaged,
                stack,
                php_workers=php_workers,
                path=path,
                multisite=multisite,
            )
        except subprocess.CalledProcessError as error:
            reason = f"{error.cmd[0]} failed: {error.stderr or error.stdout}"
            raise CannotBringUp(reason.strip()) from error
        yield site


def _fastest_folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the folder inside it
    # Containers often have no more than 64 MB there.
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM_NEEDED:
        return memory
    return Path(tempfile.gettempdir())


def _start(
    home: Path,
    tree: Path,
    stack: ExitStack,
    *,
    php_workers: int,
    path: str,
    multisite: bool,
) -> WordPress:
    document_root = home / "site"
    root = document_root / path.strip("/")
    root.parent.mkdir(parents=True, exist_ok=True)
    database_socket = home / "database.sock"
    with subprocess.Popen(["cp", "-a", str(tree), str(root)]) as copying:
        database = _start_database(home, database_socket, stack)
    if copying.returncode != 0:
        raise CannotBringUp(f"The files of WordPress could not be copied to {root}.")
    shutil.copy(_PARTS / "wp-config.php", root)
    (root / "wp-content/mu-plugins").mkdir(exist_ok=True)
    shutil.copy(_PARTS / "quiet.php", root / "wp-content/mu-plugins")

    php, port = _start_php(home, document_root, php_workers, path, stack)
    url = f"http://127.0.0.1:{port}{path}"

    def configure(settings: Mapping[str, str]) -> None:
        (root.parent / "site.json").write_text(json.dumps(settings))

    settings = {"url": url, "database_socket": str(database_socket)}
    configure(settings)

    wait_until(
        lambda: _answers(_query, database_socket, "CREATE DATABASE wordpress"),
        what="MariaDB",
        process=database,
        log=home / "database.log",
    )
    wanted = {
        "title": TITLE,
        "timezone": TIMEZONE,
        "categories": CATEGORIES,
        "roles": ROLES,
    }

    def install(part: str) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(
            _php(root, json.dumps(wanted), str(_PARTS / part))
        )
        return made

    installed = install("install.php")
    if multisite:
        install("network.php")
        configure(settings | {"network": f"{path}/"})
        installed |= install("network.php")
    wait_until(
        lambda: _answers(_read_root, url),
        what="WordPress",
        process=php,
        log=home / "php.log",
    )
    return WordPress(
        url=url,
        users=installed["users"],
        categories=installed["categories"],
        folder=root,
        database_socket=database_socket,
        process_groups=(database.pid, php.pid),
        second_url=installed.get("second_url", ""),
    )


def _start_database(
    home: Path,
    database_socket: Path,
    stack: ExitStack,
) -> subprocess.Popen[bytes]:
    options = (
        "--no-defaults",
        f"--datadir={home / 'database'}",
        f"--tmpdir={home}",
        "--innodb-log-file-size=16M",
        # InnoDB does not start on a folder in memory otherwise.
        "--innodb-use-native-aio=0",
        # MariaDB refuses to run as root unless told to.
        *(("--user=root",) if os.geteuid() == 0 else ()),
    )
    run(
        "mariadb-install-db",
        *options,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        # It gives up where the machine's own name cannot be looked up.
        "--force",
    )
    return serve(
        (
            which("mariadbd") or "mariadbd",
            *options,
            f"--socket={database_socket}",
            f"--pid-file={home / 'database.pid'}",
            "--skip-networking",
            "--character-set-server=utf8mb4",
        ),
        log=home / "database.log",
        stack=stack,
    )


def _start_php(
    home: Path,
    root: Path,
    workers: int,
    path: str,
    stack: ExitStack,
) -> tuple[subprocess.Popen[bytes], int]:
    log = home / "php.log"
    for _ in range(5):
        port = free_port()
        php = serve(
            (
                "php",
                *("-d", "opcache.enable_cli=1"),
                # A test that changes a plugin sees the change at once.
                *("-d", "opcache.revalidate_freq=0"),
                *("-d", "post_max_size=64M", "-d", "upload_max_filesize=64M"),
                # "stderr" would be an HTML warning in the page here.
                *("-d", "display_errors=0", "-d", "log_errors=1"),
                *_NO_MAIL,
                *("-S", f"127.0.0.1:{port}", "-t", str(root)),
                str(_PARTS / "router.php"),
            ),
            log=log,
            stack=stack,
            environment={
                "PHP_CLI_SERVER_WORKERS": str(workers),
                "WORDPRESS_PATH": path,
            },
        )
        while php.poll() is None:
            # It says so only once the port is its own.
            if f"127.0.0.1:{port}) started" in log.read_text():
                return php, port
            time.sleep(0.01)
        # Somebody else was quicker to take the port.
    raise CannotBringUp(f"PHP did not start. Its last words: {last_words(log)}")


def _answers(ask: Callable[..., object], *arguments: object) -> bool:
    try:
        ask(*arguments)
    except (subprocess.CalledProcessError, NoAnswer):
        return False
    return True


def _read_root(url: str) -> None:
    web = Web(allow=frozenset({host_and_port(url)}), timeout_s=PATIENCE_S)
    answer = web.get(f"{url}/wp-json/")
    if answer.status != HTTPStatus.OK:
        raise NoAnswer(url=url, problem=f"HTTP {answer.status}")


def _php(root: Path, given: str, *arguments: str) -> str:
    errors = ("-d", "display_errors=stderr", "-d", "log_errors=0")
    return run("php", *errors, *_NO_MAIL, *arguments, cwd=root, given=given)


def _query(database_socket: Path, query: str, *, database: str = "") -> str:
    return run(
        "mariadb",
        "--no-defaults",
        "--user=root",
        f"--socket={database_socket}",
        "--default-character-set=utf8mb4",
        "--batch",
        "--skip-column-names",
        f"--database={database}",
        given=query,
    )


def _unescape(value: str) -> str:
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), value)
