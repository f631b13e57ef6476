"""
Bring up a real WordPress on this machine, for as long as somebody needs it.

MariaDB and the web server of PHP listen on this machine alone, in a folder that goes
with them.
"""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from connector.domain.errors import NoAnswer
from connector.http import Web, host_and_port

PROGRAMS = (
    "mariadb-client-core",
    "mariadb-server-core",
    "php-cli",
    "php-gd",
    "php-mbstring",
    "php-mysql",
    "php-xml",
)
"""Debian packages to install."""

FILES = (
    "wordpress",
    "wordpress-theme-twentytwentythree",
    # Debian's WordPress links to the files of these three.
    "libjs-cropper",
    "libjs-underscore",
    "php-getid3",
)
"""Debian packages to unpack only: installed, they would bring a web server along."""

PHP_MODULES = frozenset({"gd", "mbstring", "mysqli", "xml"})

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

PATIENCE_S = 60.0
_ROOM_NEEDED = 512 * 1024**2
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"0": "\0", "n": "\n", "t": "\t"}
_PARTS = Path(__file__).parent / "site"
_NO_MAIL = ("-d", "sendmail_path=/bin/true")


class CannotBringUp(Exception):
    """This machine cannot run a WordPress; the message says why, in a sentence."""


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
    """The document root."""
    database_socket: Path
    process_groups: tuple[int, ...]

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


def install_packages() -> Path:
    """
    Make sure that PHP, MariaDB and the files of WordPress are on this machine.

    Returns:
        The folder of WordPress, to be copied and never written to.

    Raises:
        CannotBringUp: something is missing and cannot be installed here.
    """
    cache = Path(
        os.environ.get("CONNECTOR_TEST_CACHE")
        or Path.home() / ".cache/library-connector/wordpress",
    )
    tree = cache / "tree"
    if _programs_are_there() and tree.is_dir():
        return tree

    cache.mkdir(parents=True, exist_ok=True)
    # Two test runs may start at the same moment on a fresh machine.
    with (cache / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not _programs_are_there():
            _install_programs()
        if not tree.is_dir():
            _unpack_files(tree)
    return tree


@contextmanager
def wordpress(
    *,
    folder: Path | None = None,
    php_workers: int = 4,
) -> Iterator[WordPress]:
    """
    Run a WordPress with its own database until the context is left.

    Args:
        folder: where to make the folder of the site, removed at the end; memory,
            if there is enough of it, by default.
        php_workers: requests served at the same time.

    Raises:
        CannotBringUp: this machine cannot run one.
    """
    tree = install_packages()
    home = Path(tempfile.mkdtemp(prefix="wordpress-", dir=folder or _fastest_folder()))
    with ExitStack() as stack:
        stack.callback(shutil.rmtree, home)
        try:
            site = _start(home, tree, php_workers, stack)
        except subprocess.CalledProcessError as error:
            reason = f"{error.cmd[0]} failed: {error.stderr or error.stdout}"
            raise CannotBringUp(reason.strip()) from error
        yield site


def _programs_are_there() -> bool:
    if not all(map(_which, ("php", "mariadbd", "mariadb-install-db", "mariadb"))):
        return False
    modules = _run("php", "-m").split()
    return set(modules) >= PHP_MODULES


def _install_programs() -> None:
    if shutil.which("apt-get") is None:
        raise CannotBringUp(
            "PHP and MariaDB are not installed, and this is not Debian.",
        )
    if os.geteuid() != 0:
        packages = " ".join(PROGRAMS)
        raise CannotBringUp(f"Only root can install what is missing of {packages}.")
    _apt_get("install", "--yes", "--no-install-recommends", *PROGRAMS)


def _unpack_files(tree: Path) -> None:
    if shutil.which("apt-get") is None:
        raise CannotBringUp(
            "The files of WordPress are not there, and this is not Debian.",
        )
    with tempfile.TemporaryDirectory(dir=tree.parent) as name:
        folder = Path(name)
        _apt_get("download", *FILES, cwd=folder)
        for package in folder.glob("*.deb"):
            _run("dpkg-deb", "--extract", str(package), str(folder / "root"))
        debian = folder / "root/usr/share/wordpress"
        # It expects the configuration in /etc; ours is written for each site.
        (debian / "wp-config.php").unlink()
        for path in debian.rglob("*"):
            if path.is_symlink() and path.readlink().is_absolute():
                path.unlink()
        shutil.copytree(debian, folder / "tree")
        # Renamed when complete, so that a folder that is there is whole.
        (folder / "tree").rename(tree)


def _apt_get(*arguments: str, cwd: Path | None = None) -> None:
    command = ("apt-get", "--quiet", "-o", "DPkg::Lock::Timeout=300")
    try:
        try:
            _run(*command, *arguments, cwd=cwd)
        except subprocess.CalledProcessError:
            # The lists may be missing or stale.
            _run(*command, "update")
            _run(*command, *arguments, cwd=cwd)
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:]
        reason = f"apt-get {arguments[0]} failed: {''.join(last)}"
        raise CannotBringUp(reason) from error


def _fastest_folder() -> Path:
    memory = Path("/dev/shm")  # noqa: S108 -- mkdtemp makes the folder inside it
    # Containers often have no more than 64 MB there.
    if memory.is_dir() and shutil.disk_usage(memory).free > _ROOM_NEEDED:
        return memory
    return Path(tempfile.gettempdir())


def _start(home: Path, tree: Path, php_workers: int, stack: ExitStack) -> WordPress:
    root = home / "site"
    database_socket = home / "database.sock"
    with subprocess.Popen(["cp", "-a", str(tree), str(root)]) as copying:
        database = _start_database(home, database_socket, stack)
    if copying.returncode != 0:
        raise CannotBringUp(f"The files of WordPress could not be copied to {root}.")
    shutil.copy(_PARTS / "wp-config.php", root)
    (root / "wp-content/mu-plugins").mkdir()
    shutil.copy(_PARTS / "quiet.php", root / "wp-content/mu-plugins")

    php, port = _start_php(home, root, php_workers, stack)
    url = f"http://127.0.0.1:{port}"
    settings = {"url": url, "database_socket": str(database_socket)}
    (home / "site.json").write_text(json.dumps(settings))

    _wait_until(
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
    installed = json.loads(
        _php(root, json.dumps(wanted), str(_PARTS / "install.php")),
    )
    _wait_until(
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
    _run(
        "mariadb-install-db",
        *options,
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        # It gives up where the machine's own name cannot be looked up.
        "--force",
    )
    return _serve(
        (
            _which("mariadbd") or "mariadbd",
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
    stack: ExitStack,
) -> tuple[subprocess.Popen[bytes], int]:
    log = home / "php.log"
    for _ in range(5):
        port = _free_port()
        php = _serve(
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
            environment={"PHP_CLI_SERVER_WORKERS": str(workers)},
        )
        while php.poll() is None:
            # It says so only once the port is its own.
            if f"127.0.0.1:{port}) started" in log.read_text():
                return php, port
            time.sleep(0.01)
        # Somebody else was quicker to take the port.
    raise CannotBringUp(f"PHP did not start. Its last words: {_last_words(log)}")


def _serve(
    command: Sequence[str],
    *,
    log: Path,
    stack: ExitStack,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """
    Start a server that ends with the context, or with this process.

    The workers of `php -S` outlive their parent, and a test run may be killed. So
    a shell leads the process group; it ends the whole group as soon as its
    standard input is closed, by us or by our death, or as soon as the server ends.
    """
    leader = '("$@" </dev/null; kill -KILL 0) & read -r _; kill -KILL 0'
    with log.open("ab") as output:
        process = subprocess.Popen(
            ["sh", "-c", leader, "sh", *command],
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    stack.callback(_end, process)
    return process


def _end(process: subprocess.Popen[bytes]) -> None:
    # Nothing is worth saving. Until the leader is waited for, no other group can
    # have its number.
    if process.returncode is None:
        os.killpg(process.pid, signal.SIGKILL)
    with process:
        pass
    deadline = time.monotonic() + PATIENCE_S
    while members(process.pid) and time.monotonic() < deadline:
        time.sleep(0.01)


def members(process_group: int) -> list[int]:
    """Return the processes of a group that still run."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name of the program, in brackets, may hold blanks.
            state, _, group, *_ = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(group) == process_group and state != "Z":
            found.append(int(path.parent.name))
    return found


def _wait_until(
    ready: Callable[[], bool],
    *,
    what: str,
    process: subprocess.Popen[bytes],
    log: Path,
) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            reason = f"{what} did not start. Its last words: {_last_words(log)}"
            raise CannotBringUp(reason)
        time.sleep(0.02)


def _last_words(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


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
    return _run("php", *errors, *_NO_MAIL, *arguments, cwd=root, given=given)


def _query(database_socket: Path, query: str, *, database: str = "") -> str:
    return _run(
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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _which(program: str) -> str | None:
    # The database server stands where only root looks.
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")


def _run(*command: str, cwd: Path | None = None, given: str = "") -> str:
    try:
        return subprocess.run(
            command,
            cwd=cwd,
            input=given,
            capture_output=True,
            check=True,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            encoding="utf-8",
        ).stdout
    except subprocess.CalledProcessError as error:
        # Its own words are only the number of the exit status.
        error.add_note(error.stderr)
        raise
