from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.cli.moment import moment

ZONE = "Asia/Ho_Chi_Minh"


@pytest.mark.parametrize(
    "text",
    [
        "25/11/2026 08:00",
        "25-11-2026 8:00",
        " 25.11.2026, 08h00 ",
        "8h 25/11/2026",
        "8h00 ngày 25/11/2026",
        "8 giờ ngày 25/11/2026",
        "25/11/2026 lúc 8 giờ",
        "2026-11-25 08:00",
        "2026-11-25T08:00",
    ],
)
def test_a_time_is_read_as_librarians_write_it_in_vietnam_time(text: str) -> None:
    assert moment(text, ZONE) == datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["", "mai", "25/11", "08:00", "31/02/2026 08:00", "25/11/2026 25:00", "8"]
)
def test_what_names_no_time_is_none(text: str) -> None:
    assert moment(text, ZONE) is None


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001 -- naive, as people type it
def test_day_month_and_minute_are_never_swapped(when: datetime) -> None:
    read = moment(when.strftime("%d/%m/%Y %H:%M"), "UTC")

    assert read == when.replace(second=0, microsecond=0, tzinfo=UTC)


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    found = moment(text, ZONE)

    assert found is None or found.utcoffset() is not None
