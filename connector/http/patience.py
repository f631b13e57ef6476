"""How long to wait before asking again, and when to leave it to somebody later."""

from collections.abc import Mapping

import tenacity
import urllib3
from urllib3.exceptions import InvalidHeader

LONGEST_WAIT_S = 30
"""Nobody sleeps longer than this: a later date belongs in the database."""

jitter = tenacity.wait_random_exponential(multiplier=1, max=10)
"""A random time from 0 to 1, 2, 4 … 10 s, so that many clients do not ask at once."""


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """
    Return how many seconds the server asks to wait; None if it does not say.

    Args:
        headers: names in lower case. Seconds and HTTP dates are understood.
    """
    said = headers.get("retry-after")
    if said is None:
        return None
    try:
        return urllib3.Retry().parse_retry_after(said)
    except (InvalidHeader, ValueError, OverflowError):
        return None
