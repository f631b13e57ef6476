"""Programs that are run to their end, and servers that end with us."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

PATIENCE_S = 60.0


class CannotBringUp(Exception):
    """This machine cannot run a WordPress; the message says why, in a sentence."""


def serve(
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
    stack.callback(end, process)
    return process


def end(process: subprocess.Popen[bytes]) -> None:
    """End the server and all its processes."""
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


def wait_until(
    ready: Callable[[], bool],
    *,
    what: str,
    process: subprocess.Popen[bytes],
    log: Path,
) -> None:
    """Return when `ready` says so; raise CannotBringUp if that cannot be any more."""
    deadline = time.monotonic() + PATIENCE_S
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            reason = f"{what} did not start. Its last words: {last_words(log)}"
            raise CannotBringUp(reason)
        time.sleep(0.02)


def last_words(log: Path) -> str:
    """Return the end of what a server wrote."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-10:])


def free_port() -> int:
    """Return a port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def which(program: str) -> str | None:
    """Return where a program is; None if nowhere."""
    # The database server stands where only root looks.
    return shutil.which(program, path=f"{os.environ['PATH']}:/usr/sbin")


def run(*command: str, cwd: Path | None = None, given: str = "") -> str:
    """Return what a program prints, given this on its standard input."""
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
