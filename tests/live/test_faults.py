"""
The short fault campaign: `make faults` is the long one, docs/reliability.md the story.

Its seeds are fixed; `make faults` also repeats those that ever found a breach.
"""

from pathlib import Path

import pytest

from connector.rehearsal.wordpress import WordPress
from tests.faults.campaign import Campaign, run

pytestmark = pytest.mark.live

USUAL = [
    Campaign(seed=20260316, faults=80, kind="wordpress", database="sqlite"),
    Campaign(seed=20260317, faults=50, kind="wordpress", database="postgresql"),
    Campaign(seed=20260319, faults=50, kind="wordpress-xmlrpc", database="sqlite"),
]


def named(campaign: Campaign) -> str:
    return campaign.name


@pytest.mark.parametrize("campaign", USUAL, ids=named)
def test_whatever_fails_every_item_is_public_once_and_nothing_is_left_over(
    campaign: Campaign,
    wordpress_site: WordPress,
    tmp_path: Path,
    request: pytest.FixtureRequest,
) -> None:
    server = ""
    if campaign.database == "postgresql":
        server = request.getfixturevalue("postgres_url")

    outcome = run(campaign, site=wordpress_site, home=tmp_path, postgres_url=server)

    assert outcome.breaches == {}, outcome.table()
    assert sum(outcome.faults.values()) >= campaign.faults
    assert sum(outcome.kills.values()) > 0
    assert outcome.items == sum(outcome.sight.public.values())


def test_a_naive_retry_in_its_place_is_caught(
    wordpress_site: WordPress, tmp_path: Path
) -> None:
    campaign = Campaign(seed=20260318, faults=40, protocol="naive", calm_s=5)

    outcome = run(campaign, site=wordpress_site, home=tmp_path)

    assert len(outcome.breaches["public twice"]) > 0, outcome.table()
