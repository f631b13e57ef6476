"""
Measure what work costs: time, and processor time of us, of PHP and of the database.

The processor time of the servers is read from /proc, over all processes of their group
and the children these have waited for. It counts whole hundredths of a second.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from connector.rehearsal.wordpress import WordPress, members

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_ACCEPTED = b" Accepted\n"
"""What `php -S` logs of a connection, which it closes after one request."""
_QUIET_S, _PATIENCE_S = 0.15, 10.0


@dataclass(slots=True, kw_only=True)
class Cost:
    """What one round of one way cost; known once it is over."""

    items: int
    seconds: float = 0.0
    client_s: float = 0.0
    php_s: float = 0.0
    database_s: float = 0.0
    requests: int = 0

    @property
    def rate(self) -> float:
        """Items a second."""
        return self.items / self.seconds

    @property
    def server_s(self) -> float:
        """Processor time of PHP and the database together."""
        return self.php_s + self.database_s

    def per_item_ms(self, seconds: float) -> float:
        """Return what falls to one item."""
        return seconds / self.items * 1000


@contextmanager
def measured(site: WordPress, *, items: int) -> Iterator[Cost]:
    """
    Measure what is done within the context.

    The clock stops at its end; processor time goes on being counted until the servers
    have come to rest, so that what they do afterwards is paid for as well.
    """
    cost = Cost(items=items)
    _wait_for_rest(site)
    database_s, php_s = _used(site)
    requests = _requests(site)
    client_s, started = time.process_time(), time.perf_counter()
    yield cost
    cost.seconds = time.perf_counter() - started
    cost.client_s = time.process_time() - client_s
    _wait_for_rest(site)
    database_after_s, php_after_s = _used(site)
    cost.database_s = database_after_s - database_s
    cost.php_s = php_after_s - php_s
    cost.requests = _requests(site) - requests


def log_of(site: WordPress) -> Path:
    """Return where the web server of PHP writes a line for each request."""
    return site.database_socket.with_name("php.log")


def _used(site: WordPress) -> list[float]:
    return [sum(map(_used_by, members(group))) for group in site.process_groups]


def _used_by(process: int) -> float:
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return 0.0
    # utime, stime, and both of the children that were waited for. The name of the
    # program, in brackets, may hold blanks.
    return sum(map(int, stat.rpartition(")")[2].split()[11:15])) / _TICKS_PER_S


def _requests(site: WordPress) -> int:
    return log_of(site).read_bytes().count(_ACCEPTED)


def _wait_for_rest(site: WordPress) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    before = None
    while before != (before := _used(site)) and time.monotonic() < deadline:
        time.sleep(_QUIET_S)
