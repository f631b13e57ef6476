"""What the simulation found, each as the shortest story that shows it."""

from contextlib import suppress
from pathlib import Path

import pytest

from connector.domain.errors import CredentialsRefused, NotApproved, Unclear
from connector.domain.item import State
from connector.domain.person import CONNECTOR
from connector.steps.publish import Orders, publish
from tests.conftest import FrozenClock, MakeDraft
from tests.fakes.staging import MemoryStaging
from tests.steps.faulty import Killed, raising
from tests.steps.house import CORRECTED, House, open_house


@pytest.fixture
def house(clock: FrozenClock, tmp_path: Path, make_draft: MakeDraft) -> House:
    return open_house(
        MemoryStaging(clock), clock=clock, folder=tmp_path, make_draft=make_draft
    )


def test_our_own_text_of_two_approvals_ago_is_not_taken_for_somebody_elses(
    house: House,
) -> None:
    """Found by seed 5: a lost answer, then a new text whose sending ended early."""
    item = house.complete()
    house.correct(item.id, body=CORRECTED)
    house.again(item.id)
    house.portal.once["update:done"] = raising(Unclear(target="portal", problem="-"))
    house.advance(item.id)
    house.correct(item.id, body=CORRECTED.replace("22 giờ", "23 giờ"))
    house.again(item.id)
    house.portal.once["update"] = raising(Killed())

    with pytest.raises(Killed):
        house.advance(item.id)
    house.wait_for_lease()
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
    assert [post.body.count("23 giờ") for post in house.public()] == [1]


def test_a_post_that_is_live_already_is_verified_though_another_list_was_late(
    house: House,
) -> None:
    """Found by seed 41: a worker with an old list of what is due, and two sites."""
    branch = house.second_site()
    item = house.approved()
    old_list = house.publication(item.id, branch.name)
    house.publish(item.id, branch.name)

    def portal() -> None:
        with suppress(NotApproved):
            house.publish(item.id)

    branch.once["find"] = portal

    with suppress(NotApproved):
        publish(old_list, orders=Orders(by=CONNECTOR), parts=house.parts)
    house.wait_for_lease()
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE


def test_a_post_that_is_live_already_is_not_sent_again_from_an_old_list(
    house: House,
) -> None:
    """Found by seed 1364: the old list, and a password that was refused just then."""
    branch = house.second_site()
    item = house.approved()
    old_list = house.publication(item.id, branch.name)
    house.publish(item.id, branch.name)
    refused = CredentialsRefused(target=branch.name, user="connector")
    branch.once["find"] = raising(refused)

    publish(old_list, orders=Orders(by=CONNECTOR), parts=house.parts)
    told = house.advance(item.id)

    assert told.item.state is State.COMPLETE
