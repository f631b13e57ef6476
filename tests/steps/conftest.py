"""A library to work in."""

from pathlib import Path

import pytest

from connector.staging.repository import SqlStaging
from tests.conftest import FrozenClock, MakeDraft
from tests.steps.house import House, open_house


@pytest.fixture
def house(
    staging: SqlStaging, clock: FrozenClock, tmp_path: Path, make_draft: MakeDraft
) -> House:
    """A library with one site and nothing received yet."""
    return open_house(staging, clock=clock, folder=tmp_path, make_draft=make_draft)
