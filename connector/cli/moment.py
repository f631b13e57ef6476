"""A moment as a librarian types it: day before month, in the library's time zone."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from connector.language import N_, say

_DAY = r"(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>\d{4})"
_TIME = r"(?P<hour>\d{1,2})(?:[:h](?P<minute>\d{2})?|\s*giờ(?:\s*(?P<spoken>\d{2}))?)"
_FORMS = [
    re.compile(rf"{_DAY},?\s+(?:lúc\s+)?{_TIME}"),
    re.compile(rf"{_TIME},?\s+(?:ngày\s+)?{_DAY}"),
    re.compile(
        r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T ]"
        r"(?P<hour>\d{2}):(?P<minute>\d{2})"
    ),
]

MISREAD = N_("“{text}” is no time; write it as 25/11/2026 08:00")


def moment(text: str, zone: str) -> datetime | None:
    """
    Return the moment that `text` names, aware; None if it names none.

    Args:
        text: "25/11/2026 08:00", "8h30 25/11/2026", "8 giờ ngày 25/11/2026" or
            "2026-11-25 08:00".
        zone: IANA name of the time zone in which it is meant.
    """
    for form in _FORMS:
        found = form.fullmatch(text.strip())
        if found is None:
            continue
        parts = found.groupdict()
        minute = parts["minute"] or parts.get("spoken") or 0
        numbers = [int(parts[name]) for name in ("year", "month", "day", "hour")]
        try:
            year, month, day, hour = numbers
            return datetime(year, month, day, hour, int(minute), tzinfo=ZoneInfo(zone))
        except ValueError:  # 31/02, 25:00
            return None
    return None


def read(text: str, zone: str, *, option: str) -> datetime | None:
    """
    Return the moment that an option names; None if it was not given.

    Raises:
        click.BadParameter: it names none.
    """
    if not text:
        return None
    when = moment(text, zone)
    if when is None:
        raise click.BadParameter(say(MISREAD, {"text": text}), param_hint=option)
    return when
