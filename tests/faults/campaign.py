"""
One campaign: items, workers, faults; then calm; then the count.

Only what may happen to a library happens: its machines, its network, its CMS and its
database fail. No person touches the site, so that nothing may wait for one.
"""

import random
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from connector.domain.errors import ConnectorError
from connector.rehearsal.wordpress import WordPress
from tests.faults.crew import Crew, crew
from tests.faults.household import Household
from tests.faults.knobs import LATE_S, LEASE_S, Knobs
from tests.faults.observer import look, watching
from tests.faults.outcome import Outcome
from tests.faults.plan import Plan
from tests.faults.proxy import StormProxy, storm_proxy
from tests.faults.servers import Php, SmallDisk, php, postgres_database, small_disk
from tests.faults.weather import Weather, blowing

DOORS = 4
_DISK_MB = 256
_TICK_S = 0.1
_WORKERS = {"ours": "tests.faults.worker", "naive": "tests.faults.naive"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Campaign:
    """What is tried."""

    seed: int
    faults: int = 300
    """New items come until so many requests have met a fault."""
    share: float = 0.4
    """Of the requests that meet a fault."""
    kind: str = "wordpress"
    database: str = "sqlite"
    protocol: str = "ours"
    """Or `naive`: then the campaign has to find duplicates."""
    workers: int = 4
    at_once: int = 60
    """How many items are on their way at a time."""
    every_s: tuple[float, float] = (1.0, 5.0)
    """How long it is quiet between two troubles of the machines: from, to."""
    still_s: float = 90
    """So long without any new fault means that nothing goes on any more."""
    calm_s: float = 240
    """How long the workers may take after the last fault."""

    @property
    def name(self) -> str:
        """One word for it: what its items are called by."""
        return f"{self.kind}-{self.database}-{self.protocol}-{self.seed}"


@dataclass(kw_only=True)
class _Running:
    """Everything that runs during a campaign."""

    campaign: Campaign
    site: WordPress
    household: Household
    plan: Plan
    proxy: StormProxy
    crew: Crew
    weather: Weather


def run(
    campaign: Campaign, *, site: WordPress, home: Path, postgres_url: str = ""
) -> Outcome:
    """
    Run a campaign on a WordPress whose posts are all deleted first.

    Args:
        campaign: what is tried.
        site: the WordPress.
        home: an empty folder, for the library and the logs of its workers.
        postgres_url: a server, where the campaign wants one.
    """
    began = time.monotonic()
    with _prepared(campaign, site, home, postgres_url) as running:
        stormy_s = _storm(running)
        _calm(running)
        running.household.keep_audit()
        sight = look(site, running.household.wanted)
        return Outcome.judge(
            name=campaign.name,
            seed=campaign.seed,
            library=running.household.library,
            wanted=running.household.wanted,
            acknowledged=running.household.acknowledged,
            sight=sight,
            plan=running.plan,
            troubles=running.weather.seen,
            workers=running.crew.started,
            unforeseen=running.crew.unforeseen() + running.household.damage(),
            stormy_s=stormy_s,
            seconds=time.monotonic() - began,
        )


@contextmanager
def _prepared(
    campaign: Campaign, site: WordPress, home: Path, postgres_url: str
) -> Iterator[_Running]:
    with ExitStack() as stack:
        disk = stack.enter_context(small_disk(home / "disk", megabytes=_DISK_MB))
        stack.callback(shutil.copytree, disk.folder, home / "database")
        url = f"sqlite:///{disk.folder / 'connector.db'}"
        if campaign.database == "postgresql":
            name = f"faults_{campaign.seed}"
            url = stack.enter_context(postgres_database(postgres_url, name))
        stack.enter_context(watching(site))
        household = Household.open(
            home, site, label=campaign.name, kind=campaign.kind, database=url
        )
        stack.callback(household.library.engine.dispose)
        Knobs(readers=urlsplit(site.url).netloc).write(home)
        plan = Plan(seed=campaign.seed, share=campaign.share)
        server = stack.enter_context(php(site, home))
        workers = stack.enter_context(
            crew(
                home,
                module=_WORKERS[campaign.protocol],
                environment=Household.environment(home, site, url),
                doors=DOORS,
            )
        )
        proxy = stack.enter_context(
            storm_proxy(
                ("127.0.0.1", server.port),
                plan=plan,
                doors=DOORS,
                kill=workers.kill,
                late_s=LATE_S,
            )
        )
        workers.doors = proxy.doors
        weather = _weather(campaign, workers, server, disk, url)
        yield _Running(
            campaign=campaign,
            site=site,
            household=household,
            plan=plan,
            proxy=proxy,
            crew=workers,
            weather=weather,
        )


def _weather(
    campaign: Campaign,
    workers: Crew,
    server: Php,
    disk: SmallDisk,
    url: str,
) -> Weather:
    return Weather(
        chance=random.Random(campaign.seed),  # noqa: S311 -- to be repeated, not secret
        crew=workers,
        php=server,
        disk=disk,
        database=url,
        lease_s=LEASE_S,
        every_s=campaign.every_s,
        workers=campaign.workers,
    )


def _storm(running: _Running) -> float:
    """Let new items come and everything fail, until there were faults enough."""
    campaign, plan = running.campaign, running.plan
    began = last = time.monotonic()
    total = 0
    _feed(running)
    with blowing(running.weather):
        while plan.total < campaign.faults:
            if plan.total > total:
                total, last = plan.total, time.monotonic()
            if time.monotonic() - last > campaign.still_s:
                break
            running.crew.keep(running.weather.workers)
            _feed(running)
            time.sleep(_TICK_S)
    return time.monotonic() - began


def _feed(running: _Running) -> None:
    """Let new items be approved, as long as few are on their way."""
    try:
        missing = running.campaign.at_once - running.household.backlog
        if missing >= running.campaign.at_once // 4:
            running.household.approve_more(missing)
    except ConnectorError:
        # The desk feels the weather too: what was begun is gone on with.
        time.sleep(_TICK_S)


def _calm(running: _Running) -> None:
    """Let nothing fail any more, until nothing is left to be done, or it takes long."""
    running.plan.on = False
    deadline = time.monotonic() + running.campaign.calm_s
    running.household.approve_rest()
    while time.monotonic() < deadline:
        running.crew.keep(2)
        quiet = not running.crew.standing_still and not running.proxy.under_way
        if quiet and running.household.unfinished == 0:
            break
        time.sleep(_TICK_S)
    running.crew.end()
