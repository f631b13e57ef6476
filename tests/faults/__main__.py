"""
Run fault campaigns on a real WordPress: `python -m tests.faults --help`.

Ends with 1 if any promise was broken.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import click

from connector.rehearsal.wordpress import wordpress
from tests.faults.campaign import Campaign, run
from tests.faults.outcome import Outcome
from tests.faults.seeds import failed_before
from tests.faults.servers import postgres

KINDS = ("wordpress", "wordpress-xmlrpc")
_LONG = 1_000
DATABASES = ("sqlite", "postgresql")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is asked for, print a table of each, return the exit code."""
    asked = _parsed(arguments)
    campaigns = _campaigns(asked)
    outcomes: list[Outcome] = []
    with ExitStack() as stack:
        site = stack.enter_context(wordpress())
        wants = {campaign.database for campaign in campaigns}
        server = stack.enter_context(postgres()) if "postgresql" in wants else ""
        for campaign in campaigns:
            home = Path(tempfile.mkdtemp(prefix="faults-"))
            click.echo(f"… {campaign.name} in {home}", err=True)
            outcome = run(campaign, site=site, home=home, postgres_url=server)
            outcomes.append(outcome)
            click.echo(f"{outcome.table()}\n")
            if outcome.breaches or asked.keep:
                click.echo(f"The logs of the workers are in {home}", err=True)
            else:
                shutil.rmtree(home)
    broken = [outcome.name for outcome in outcomes if outcome.breaches]
    click.echo(f"Broken: {', '.join(broken)}" if broken else "Every promise held.")
    return 1 if broken else 0


def _parsed(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--faults", type=int, default=10_000, help="over all campaigns together"
    )
    parser.add_argument("--share", type=float, default=0.4)
    parser.add_argument("--kind", choices=KINDS, action="append")
    parser.add_argument("--database", choices=DATABASES, action="append")
    parser.add_argument("--protocol", choices=("ours", "naive"), default="ours")
    parser.add_argument("--workers", type=int, choices=(2, 4), default=4)
    parser.add_argument(
        "--keep", action="store_true", help="keep the workers' logs of good runs too"
    )
    parser.add_argument(
        "--again", action="store_true", help="first repeat the seeds that ever failed"
    )
    return parser.parse_args(arguments)


def _campaigns(asked: argparse.Namespace) -> list[Campaign]:
    """Return each kind on SQLite, and the first kind on PostgreSQL, unless told."""
    kinds, databases = asked.kind or KINDS, asked.database or DATABASES
    pairs = [
        (kind, database)
        for kind in kinds
        for database in databases
        if asked.kind or asked.database or (kind, database) != (KINDS[1], DATABASES[1])
    ]
    usual = [
        Campaign(
            seed=asked.seed,
            faults=asked.faults // len(pairs),
            share=asked.share,
            kind=kind,
            database=database,
            protocol=asked.protocol,
            workers=asked.workers,
            # In a long one each trouble comes often enough.
            every_s=(2, 8) if asked.faults > _LONG else (1, 5),
            # A naive protocol knows no end: nothing is waited for.
            calm_s=10 if asked.protocol == "naive" else Campaign(seed=0).calm_s,
        )
        for kind, database in pairs
    ]
    if not asked.again:
        return usual
    return [*failed_before(), *usual]


if __name__ == "__main__":
    sys.exit(main())
