"""One run of the simulation from its seed, and what the observer says of it."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from time import process_time

from connector.domain.errors import ConnectorError
from connector.domain.item import ItemId, State
from connector.domain.publication import SETTLING, Publication, PublicationState
from connector.ports.parts import Parts, Route
from connector.procedure.policy import Policy
from tests.fakes.staging import MemoryStaging
from tests.fakes.web import FakeWeb
from tests.simulation.faults import Dice, Fault
from tests.simulation.library import (
    LABELS,
    TERMS,
    WAITS,
    Desk,
    MemoryArchive,
    NothingToSay,
    no_proposal,
)
from tests.simulation.observer import Observer, Place
from tests.simulation.protocols import REAL, Protocol
from tests.simulation.site import Site
from tests.simulation.wire import Fate, Outage, Wire, WiredStaging, WiredWeb
from tests.simulation.world import Killed, Machine, Worker, World

LEASE = timedelta(minutes=5)
SETTLES = timedelta(minutes=2)
HORIZON = 2 * 24 * 3600.0
"""Seconds after which nothing goes wrong any more, whatever is done by then."""
QUIET = 12 * 3600.0
"""Seconds in which everything then has to come to its end."""
TURNS = 20_000
"""So many turns are enough for that; more show that somebody goes round in circles."""
LONGEST_NAP = 3600.0
CORRECTIONS = 4
"""Texts that follow the first one of each item, while something goes wrong."""
EVERY = 3600.0
"""Seconds between them, at a guess."""


@dataclass(eq=False)
class Report:
    """What came of one run, or of many."""

    seeds: list[int] = field(default_factory=list)
    faults: Counter[Fault] = field(default_factory=Counter)
    items: int = 0
    publications: int = 0
    public: int = 0
    """Posts that are public at the end."""
    twice: int = 0
    """Publications with two public posts at any one time."""
    strays: int = 0
    """Drafts beside the one post."""
    lost: int = 0
    stuck: int = 0
    silent: int = 0
    wrong: int = 0
    """Publications that showed, or show, something else than was approved."""
    alarms: int = 0
    """Publications that wait for a person although nobody touched them."""
    seconds: float = 0
    """Of CPU."""

    @property
    def clean(self) -> bool:
        return not any(self.failures.values())

    @property
    def failures(self) -> dict[str, int]:
        return {
            "ever public twice": self.twice,
            "stray drafts": self.strays,
            "lost": self.lost,
            "stuck": self.stuck,
            "silent": self.silent,
            "not as approved": self.wrong,
            "false alarms": self.alarms,
        }

    def add(self, other: "Report") -> None:
        self.seeds += other.seeds
        self.faults += other.faults
        for name in _SUMMED:
            setattr(self, name, getattr(self, name) + getattr(other, name))


_SUMMED = (
    *("items", "publications", "public", "twice", "strays", "lost"),
    *("stuck", "silent", "wrong", "alarms", "seconds"),
)


class Run:
    """One world, from its first item to the last look of the observer."""

    def __init__(
        self,
        seed: int,
        *,
        protocol: Protocol = REAL,
        workers: int | None = None,
        repeats_late: bool = False,
    ) -> None:
        self.seed = seed
        self.random = Random(seed)  # noqa: S311 -- no secret, but the same every time
        self.protocol = protocol
        self.world = World(self.random)
        self.observer = Observer()
        self.dice = Dice(self.random, density=0)
        self.repeats_late = repeats_late
        self.one_machine = self.random.random() < 0.5
        self.machine = Machine(self.world)
        self.server = self.machine if self.one_machine else Machine(self.world)
        self.staging: MemoryStaging = protocol.staging(self.server)
        self.archive = MemoryArchive()
        names = ["portal", "chi-nhanh"] if self.random.random() < 0.3 else ["portal"]
        self.sites = {
            name: Site(name, self.observer, self.world.time) for name in names
        }
        self.outages = {name: Outage() for name in names}
        self.takes_many = self.random.random() < 0.25
        self.count = workers or self.random.choice([2, 2, 3, 4])
        self.started = 0
        self.silent: set[tuple[ItemId, str]] = set()
        self.false_alarms: set[Place] = set()
        self.desk = Desk(
            parts=self._desk_parts(),
            staging=self.staging,
            sites=self.sites,
            observer=self.observer,
        )
        # A site that does what it is asked much later; or many items that are made; or
        # few that are made and then changed and changed.
        kind = self.random.random() * (0.25 if self.protocol.slow else 1)
        self.dice.slow = kind < 0.25
        if kind < 0.5:
            self.corrections, items = 0, 25
            densities = [0.02, 0.05, 0.1] if self.dice.slow else [0.1, 0.2, 0.4]
            self.dice.density = self.random.choice(densities)
        else:
            self.corrections, items = CORRECTIONS, 8
            self.dice.density = self.random.choice([0.5, 0.7, 0.85])
        self.items = [self.desk.approved(n).id for n in range(1, items + 1)]
        self._plan()

    def _desk_parts(self) -> Parts:
        routes = {
            name: Route(target=site, web=FakeWeb(site), terms=TERMS)
            for name, site in self.sites.items()
        }
        return self._parts("ban-lam-viec", self.staging, routes, self.server)

    def _parts(
        self,
        worker: str,
        staging: WiredStaging | MemoryStaging,
        routes: dict[str, Route],
        clock: Machine,
    ) -> Parts:
        return Parts(
            staging=staging,
            archive=self.archive,
            clock=clock,
            checks=NothingToSay(clock),
            propose=no_proposal,
            policy=Policy(four_eyes=frozenset()),
            routes=routes,
            labels=LABELS,
            worker=worker,
            lease=LEASE,
        )

    def _plan(self) -> None:
        """Let people do something now and then, at times that nobody foresees."""
        random = self.random
        for item_id in self.items:
            site = random.choice(list(self.sites))
            for number in range(1, self.corrections + 1):
                at = number * EVERY + random.random() * EVERY
                self._later(at, "correct", item_id, number)
            chance, at = (
                random.random(),
                random.random() * (self.corrections + 1) * EVERY,
            )
            if chance < 0.1:
                self._later(at, "withdraw", item_id)
            elif chance < 0.3:
                how = random.choice(["edit", "throw away", "publish", "unpublish"])
                self._later(at, "touch", item_id, site, how)

    def _later(self, seconds: float, what: str, *arguments: object) -> None:
        self.world.later(seconds, lambda: self._do(what, *arguments))

    def _do(self, what: str, *arguments: object) -> None:
        try:
            getattr(self.desk, what)(*arguments)
        except ConnectorError:
            # Somebody was faster, or it is not the time for it: people see that. What
            # has to come down is tried again until it is.
            if what == "withdraw":
                self._later(600, what, *arguments)

    def run(self) -> Report:
        began = process_time()
        for _ in range(self.count):
            self._start_worker()
        self.world.run(self._had_enough)
        self._calm()
        for _ in range(3):
            self._until_rest(self.world.now + QUIET)
            touched = self.observer.touched
            self.false_alarms |= self._alarms() - touched - self.observer.late
            self.desk.resolve({p for p in touched if not self.observer.shows(p)})
        return self._report(process_time() - began)

    def _until_rest(self, ends: float) -> None:
        turns = self.world.turns + TURNS
        self.world.run(
            lambda: self._at_rest() or self.world.now > ends or self.world.turns > turns
        )

    def _had_enough(self) -> bool:
        return self.world.now > HORIZON or (
            self.world.now > (self.corrections + 1) * EVERY and not self._open()
        )

    def _calm(self) -> None:
        """Let nothing more go wrong: clocks are right, sites let us in."""
        self.dice.density = 0
        for machine in {self.server, *(w.machine for w in self.world.workers)}:
            machine.skew = timedelta(0)
        for outage in self.outages.values():
            outage.until = 0

    def _start_worker(self) -> None:
        self.started += 1
        machine = self.machine if self.one_machine else Machine(self.world)
        worker = Worker(name=f"may-{self.started}", machine=machine)
        fate = Fate(
            world=self.world,
            worker=worker,
            dice=self.dice,
            lease=LEASE.total_seconds(),
            late=self.protocol.late,
            repeats_late=self.repeats_late,
        )
        routes = {
            name: Route(
                target=self.protocol.target(
                    Wire(site, fate, self.outages[name], takes_many=self.takes_many)
                ),
                web=WiredWeb(site, fate=fate),
                terms=TERMS,
                settles=self.protocol.settles,
            )
            for name, site in self.sites.items()
        }
        staging = WiredStaging(self.staging, fate)
        parts = self._parts(worker.name, staging, routes, machine)

        def life() -> None:
            try:
                while True:
                    fate.stale = False
                    self._sweep(parts)
                    self._look_for_silence()
                    self.world.sleep(self._nap(machine))
            except Killed:
                wait = 5 + 55 * self.random.random()
                self.world.later(wait, self._start_worker)

        self.world.start(worker, life)

    def _sweep(self, parts: Parts) -> None:
        try:
            self.protocol.sweep(parts)
        except ConnectorError as error:
            if not error.transient and not str(error).startswith("The database"):
                raise

    def _nap(self, machine: Machine) -> float:
        """Return for how long nothing is due: until then a look finds nothing."""
        now = machine.now()
        wakes = [
            wake
            for one in self.desk.publications()
            if (wake := self._wakes(one)) is not None
        ]
        nap = (min(wakes) - now).total_seconds() if wakes else LONGEST_NAP
        jitter = 5 * self.random.random()
        return min(max(nap, 1.0), LONGEST_NAP) + jitter

    def _wakes(self, one: Publication) -> datetime | None:
        """Return when a row can go on; None if it waits for a person, or is done."""
        settles_at = one.settles_at if one.state in SETTLING else None
        since = [time for time in (one.due_at, settles_at) if time is not None]
        if not since:
            return None
        circuit = self.staging.tables.circuits.get(one.target)
        holds = (one.lease_until, circuit.resume_at if circuit else None)
        return max([min(since), *(time for time in holds if time is not None)])

    def _place(self, publication: Publication) -> Place:
        return publication.target, self.desk.item(publication.item_id).key

    def _open(self) -> list[ItemId]:
        """Return the items that are not done with."""
        ended = {State.COMPLETE, State.WITHDRAWN}
        return [i for i in self.items if self.desk.item(i).state not in ended]

    def _alarms(self) -> set[Place]:
        return {
            self._place(one) for one in self.desk.publications() if one.state in WAITS
        }

    def _at_rest(self) -> bool:
        """Say whether nothing is due any more, and nothing on its way."""
        going_on = any(one.due_at or one.settles_at for one in self.desk.publications())
        proved = any(self.desk.item(i).state is State.VERIFIED for i in self.items)
        return not (going_on or proved or self.world.busy)

    def _look_for_silence(self) -> None:
        for one in self.desk.publications():
            if _says_nothing(one):
                self.silent.add((one.item_id, one.target))

    def _report(self, seconds: float) -> Report:
        rows = self.desk.publications()
        withdrawn = {
            i for i in self.items if self.desk.item(i).state is State.WITHDRAWN
        }
        broken = 0
        with self.staging.reading() as tx:
            broken += tx.broken_audit_row() is not None
        places = {self._place(one): one for one in rows}
        public = [post for place in places for post in self.observer.live(place)]
        shown = [p for p, one in places.items() if one.item_id not in withdrawn]
        hidden = [p for p, one in places.items() if one.item_id in withdrawn]
        missing = [p for p in shown if not self.observer.live(p)]
        wrong = {p for p in shown if p not in missing and not self.observer.shows(p)}
        wrong |= {p for p in hidden if self.observer.live(p)}
        wrong |= self.observer.unapproved
        return Report(
            seeds=[self.seed],
            faults=self.dice.counts,
            items=len(self.items),
            publications=len(places),
            public=len(public),
            twice=len(self.observer.twice),
            strays=sum(len(self.observer.strays(place)) for place in places),
            lost=len(missing),
            stuck=len(self._open()),
            silent=len(self.silent) + broken,
            wrong=len(wrong),
            alarms=len(self.false_alarms),
            seconds=seconds,
        )


def _says_nothing(one: Publication) -> bool:
    """Say whether a row waits for nothing, and does not say why."""
    done = {
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.WITHDRAWN,
    }
    # What is wrong with a page stands in its verdict.
    done |= {PublicationState.MISMATCH}
    waits = one.state not in done and one.due_at is None and not one.lease_owner
    return waits and one.problem is None and one.settles_at is None


def run(
    seeds: list[int], *, protocol: Protocol = REAL, workers: int | None = None
) -> Report:
    """Return what came of all runs together."""
    total = Report()
    for seed in seeds:
        total.add(Run(seed, protocol=protocol, workers=workers).run())
    return total
