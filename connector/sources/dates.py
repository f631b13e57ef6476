"""
The dates of Vietnamese feeds, which feedparser alone does not read.

They only put the entries in order. An item keeps its date as the source wrote it,
and no date is ever made up.
"""

import re
import time
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

_HANOI = timezone(timedelta(hours=7))

_ENGLISH = re.compile(r"(\w{3}, \d{1,2} \w{3} \d{4} [\d:]+) ?GMT\+7", re.ASCII)
_VIETNAMESE = re.compile(
    r"""
    (?: (?: thứ \s \w+ | chủ \s nhật ) ,? \s+ )?
    (?P<day> \d{1,2} ) / (?P<month> \d{1,2} ) / (?P<year> \d{4} )
    (?: ,? \s+
        (?P<hour> \d{1,2} ) : (?P<minute> \d{2} ) (?: : (?P<second> \d{2} ) )?
        (?: \s+ (?P<half> SA | CH | AM | PM ) )?
    )?
    (?: \s+ \(? GMT \s? \+0?7 (?: :?00 )? \)? )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


def read_date(text: str) -> time.struct_time | None:
    """
    Return the time in UTC that a Vietnamese feed means; None if it is not of these.

    `Sun, 22 Nov 2026 08:15:00 GMT+7` (tuoitre.vn, vietnambiz.vn),
    `Thứ 5, 28/05/2026 17:00:00 GMT+7`, `22/11/2026 2:15:00 CH`, `22/11/2026`. Where no
    zone is given it is Vietnam's.
    """
    try:
        when = _english(text.strip()) or _vietnamese(text.strip())
    except ValueError:  # such as the 30th of February
        return None
    return when.astimezone(UTC).utctimetuple() if when else None


def _english(text: str) -> datetime | None:
    found = _ENGLISH.fullmatch(text)
    return parsedate_to_datetime(f"{found[1]} +0700") if found else None


def _vietnamese(text: str) -> datetime | None:
    found = _VIETNAMESE.fullmatch(text)
    if not found:
        return None
    hour = int(found["hour"] or 0)
    if half := (found["half"] or "").upper():
        hour = hour % 12 + (12 if half in {"CH", "PM"} else 0)
    return datetime(
        int(found["year"]),
        int(found["month"]),
        int(found["day"]),
        hour,
        int(found["minute"] or 0),
        int(found["second"] or 0),
        tzinfo=_HANOI,
    )
