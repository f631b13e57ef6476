"""A WordPress in memory, for the tests of its target."""

from collections.abc import Iterator

import pytest

from connector.targets import wordpress
from tests.fakes.wordpress import FakeWordPress
from tests.targets.wordpress_posts import target_of


@pytest.fixture
def fake() -> Iterator[FakeWordPress]:
    fake = FakeWordPress()
    with fake.answering():
        yield fake


@pytest.fixture
def target(fake: FakeWordPress) -> wordpress.WordPress:
    return target_of(fake)
