"""The staging fake passes the contract suite of the real one."""

import pytest

from connector.ports.staging import Staging
from tests.conftest import FrozenClock
from tests.contracts.test_staging_contract import *  # noqa: F403 -- all of it
from tests.fakes.staging import MemoryStaging

# It has no file and no server that could refuse what somebody else writes into it.
del test_what_is_kept_for_good_is_kept_by_the_database_itself  # noqa: F821
# There is no server, whose clock could be another one than ours.
del test_leases_are_measured_by_the_clock_of_the_server_if_there_is_one  # noqa: F821


@pytest.fixture  # type: ignore[no-redef]
def staging(clock: FrozenClock) -> Staging:
    return MemoryStaging(clock)
