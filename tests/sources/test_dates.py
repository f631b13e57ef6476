from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.sources.dates import read_date

HANOI = timezone(timedelta(hours=7))
WEEKDAYS = ("Thứ Hai", "Thứ 3", "Thứ tư", "Thứ 5", "Thứ sáu", "Thứ 7", "Chủ nhật")

times = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 -- Hypothesis takes the zone apart
    timezones=st.just(HANOI),
).map(lambda when: when.replace(microsecond=0))


def as_time(text: str) -> datetime | None:
    read = read_date(text)
    return datetime(*read[:6], tzinfo=UTC) if read else None


@given(times)
def test_the_dates_of_vietnamese_feeds_are_read_back(when: datetime) -> None:
    day = f"{when.day}/{when.month:02}/{when.year}"
    half = "CH" if when.hour >= 12 else "SA"
    clock = f"{(when.hour - 1) % 12 + 1}:{when:%M:%S} {half}"
    english = when.strftime("%a, %d %b %Y %H:%M:%S")

    assert as_time(f"{english} GMT+7") == when
    assert as_time(f"{WEEKDAYS[when.weekday()]}, {day} {when:%H:%M:%S} GMT+7") == when
    assert as_time(f"{day} {clock}") == when
    assert as_time(f"{day}, {when:%H:%M} (GMT+7)") == when.replace(second=0)
    assert as_time(day) == when.replace(hour=0, minute=0, second=0)


@given(st.text())
def test_any_other_text_is_no_date(text: str) -> None:
    assert read_date(f"ngày {text}") is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "31/02/2026",
        "11/22/2026 8:15:00 AM",
        "01/01/0000",
        "22/11/2026 25:00",
        "Sun, 32 Nov 2026 08:15:00 GMT+7",
        "Sun, 22 Nov 2026 08:15:00 +0700",
        "2026-11-22T08:15:00+07:00",
        "hôm qua",
    ],
)
def test_what_is_no_vietnamese_date_is_left_to_others(text: str) -> None:
    assert read_date(text) is None
