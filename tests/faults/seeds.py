"""The campaigns that ever found a breach, so that it does not come back."""

from pathlib import Path

from tests.faults.campaign import Campaign

_FILE = Path(__file__).with_name("seeds.txt")


def failed_before() -> list[Campaign]:
    """Return the campaign of each line."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    campaigns = []
    for line in lines:
        if line and not line.startswith("#"):
            seed, kind, database, faults, *_ = line.split()
            campaigns.append(
                Campaign(
                    seed=int(seed), kind=kind, database=database, faults=int(faults)
                )
            )
    return campaigns
