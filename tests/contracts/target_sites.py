"""The sites that need no server."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connector.domain.item import CategoryCode
from connector.targets import memory
from tests.contracts.site_under_test import SiteUnderTest

TERMS = {
    CategoryCode("news"): "tin-tuc",
    CategoryCode("announcement"): "thong-bao",
}


@contextmanager
def memory_site(_: pytest.FixtureRequest) -> Iterator[SiteUnderTest]:
    target = memory.connect("portal", options=memory.Options(), folder=Path())
    yield SiteUnderTest(
        target=target,
        terms=TERMS,
        public=target.public,
        everything=target.everything,
        change_behind=target.edit,
        trash_behind=target.trash,
    )
