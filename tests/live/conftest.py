"""One WordPress for all live tests of a run, and leave to reach it."""

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest

from tests.live.bring_up import CannotBringUp, WordPress, wordpress

WHY_SKIPPED = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def wordpress_site(pytestconfig: pytest.Config) -> Iterator[WordPress]:
    with ExitStack() as stack:
        try:
            site = stack.enter_context(wordpress())
        except CannotBringUp as error:
            if os.environ.get("CI") == "true":
                pytest.fail(str(error), pytrace=False)
            pytestconfig.stash[WHY_SKIPPED] = str(error)
            pytest.skip(str(error))
        yield site


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    # pytest-socket reads this mark before any fixture is set up, those of the
    # session included, and lifts what it restricts after each test.
    for item in items:
        if item.get_closest_marker("live"):
            item.add_marker(pytest.mark.allow_hosts(["127.0.0.1"]))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter,
    config: pytest.Config,
) -> Iterator[None]:
    # Below the summary of failures, where it is not overlooked.
    yield
    if reason := config.stash.get(WHY_SKIPPED, None):
        terminalreporter.write_line(f"live suite skipped: {reason}", yellow=True)
