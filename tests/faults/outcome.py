"""What a campaign came to: counted by the observer, judged, and printed as a table."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from connector.bootstrap import Library
from connector.domain.item import State
from connector.staging.schema import items, publications
from tests.faults.household import Approved
from tests.faults.observer import Sight
from tests.faults.plan import Fault, Moment, Plan
from tests.faults.requests import Purpose
from tests.faults.weather import Trouble

_SHOWN = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """One publication, as the staging database has it at the end."""

    item: int
    item_state: str
    state: str
    due: bool
    leased: bool
    problem: str
    post_id: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """All figures of one campaign."""

    name: str
    seed: int
    seconds: float
    stormy_s: float
    requests: int
    faults: Counter[Fault]
    befallen: Counter[Purpose]
    kills: Counter[tuple[Purpose, Moment]]
    troubles: Counter[Trouble]
    workers: int
    items: int
    sight: Sight
    lost: tuple[str, ...]
    """Approved, and not public at the end, or not known to the staging database."""
    stuck: tuple[str, ...]
    """Due or leased at the end, or not complete though public."""
    silent: tuple[str, ...]
    """Waiting without a time to go on, and without a problem that says why."""
    asking: tuple[str, ...]
    """Waiting for a person, though no person did anything to the site."""
    unforeseen: tuple[str, ...]
    """Errors that ended a worker, and damage to the database."""
    audit_broken_at: int | None

    @classmethod
    def judge(  # noqa: PLR0913 -- the figures of a campaign have many fathers
        cls,
        *,
        name: str,
        seed: int,
        library: Library,
        wanted: Mapping[str, Approved],
        acknowledged: set[str],
        sight: Sight,
        plan: Plan,
        troubles: Counter[Trouble],
        workers: int,
        unforeseen: list[str],
        stormy_s: float,
        seconds: float,
    ) -> "Outcome":
        """Compare what the observer saw with what was approved, and with the rows."""
        with library.parts.staging.reading() as tx:
            broken = tx.broken_audit_row()
        titles, rows = _rows(library)
        return cls(
            name=name,
            seed=seed,
            seconds=seconds,
            stormy_s=stormy_s,
            requests=sum(plan.asked.values()),
            faults=plan.faults,
            befallen=plan.befallen,
            kills=plan.kills,
            troubles=troubles,
            workers=workers,
            items=len(acknowledged),
            sight=sight,
            lost=tuple(
                title
                for title in wanted
                if title not in titles or not sight.public.get(title)
            ),
            stuck=tuple(_stuck(rows)),
            silent=tuple(
                _told(row)
                for row in rows
                if not row.due and not row.problem and row.state not in _AT_REST
            ),
            asking=tuple(
                _told(row)
                for row in rows
                if not row.due and row.problem and row.state not in _AT_REST
            ),
            unforeseen=tuple(unforeseen),
            audit_broken_at=broken,
        )

    @property
    def breaches(self) -> dict[str, tuple[str, ...]]:
        """What must not be, with the cases; empty if every promise held."""
        cases = {
            "public twice": self.sight.ever_twice,
            "public twice at the end": tuple(
                title for title, count in self.sight.public.items() if count > 1
            ),
            "lost": self.lost,
            "not what was approved": self.sight.wrong,
            "stray drafts": self.sight.strays,
            "stuck": self.stuck,
            "silent": self.silent,
            "waits for a person": self.asking,
            "unforeseen errors": self.unforeseen,
            "audit trail": (
                () if self.audit_broken_at is None else (f"row {self.audit_broken_at}",)
            ),
        }
        return {name: found for name, found in cases.items() if found}

    def table(self) -> str:
        """Return all figures, in Markdown."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        kills = sum(self.kills.values()) + self.troubles[Trouble.KILL]
        faults = sum(self.faults.values())
        yield f"### {self.name}"
        yield ""
        yield "| figure | count |"
        yield "|---|--:|"
        yield f"| seed | {self.seed} |"
        yield f"| duration | {self.seconds:.0f} s |"
        yield f"| – of which under faults | {self.stormy_s:.0f} s |"
        yield f"| API requests | {self.requests:,} |"
        yield f"| **faults of requests** | **{faults:,}** |"
        for fault in Fault:
            yield f"| – {fault} | {self.faults[fault]:,} |"
        for purpose in Purpose:
            if self.befallen[purpose]:
                yield f"| – of them on: {purpose} | {self.befallen[purpose]:,} |"
        yield f"| **workers killed**, of {self.workers:,} | **{kills}** |"
        for moment in Moment:
            where = ", ".join(
                f"{purpose} {count}"
                for (purpose, when), count in sorted(self.kills.items())
                if when is moment
            )
            count = sum(n for (_, when), n in self.kills.items() if when is moment)
            yield f"| – {moment} ({where}) | {count} |"
        for trouble in Trouble:
            if self.troubles[trouble]:
                yield f"| – {trouble} | {self.troubles[trouble]} |"
        yield f"| **items approved** | **{self.items:,}** |"
        yield f"| public posts | {sum(self.sight.public.values()):,} |"
        yield f"| extra drafts, in the trash | {self.sight.trashed:,} |"
        yield f"| **ever public twice** | **{len(self.sight.ever_twice)}** |"
        yield f"| **not what was approved** | **{len(self.sight.wrong)}** |"
        yield f"| **stray drafts left** | **{len(self.sight.strays)}** |"
        yield f"| **items lost** | **{len(self.lost)}** |"
        yield f"| **stuck past their lease** | **{len(self.stuck)}** |"
        yield f"| **silent failures** | **{len(self.silent)}** |"
        yield f"| **waiting for a person, for nothing** | **{len(self.asking)}** |"
        yield f"| **unforeseen errors** | **{len(self.unforeseen)}** |"
        for breach, cases in self.breaches.items():
            yield ""
            yield f"Breach: {breach}, {len(cases)} cases:"
            yield from (f"- {case}" for case in cases[:_SHOWN])


_AT_REST = {"live", "verified"}


def _stuck(rows: list[Row]) -> Iterator[str]:
    for row in rows:
        complete = row.item_state == State.COMPLETE.name.lower()
        if row.due or row.leased or (row.state in _AT_REST and not complete):
            yield _told(row)


def _told(row: Row) -> str:
    due = ", due" if row.due else ""
    leased = ", leased" if row.leased else ""
    return (
        f"item {row.item} ({row.item_state}), post {row.post_id or 'unknown'}:"
        f" {row.state}{due}{leased} {row.problem}".rstrip()
    )


def _rows(library: Library) -> tuple[set[str], list[Row]]:
    """Return the titles that staging knows, and its publications."""
    found = set()
    with library.parts.staging.reading() as tx:
        after = None
        while page := tx.items(after=after, limit=500):
            found |= {tx.revision(item.id).title for item in page}
            after = page[-1].id
    query = select(publications, items.c.state.label("item_state")).join(items)
    engine = library.engine.execution_options(write=False)
    with engine.connect() as connection:
        rows = [
            Row(
                item=row["item_id"],
                item_state=row["item_state"],
                state=row["state"],
                due=row["due_at"] is not None or row["settles_at"] is not None,
                leased=row["lease_until"] is not None,
                problem=row["problem"] or "",
                post_id=row["post_id"],
            )
            for row in connection.execute(query).mappings()
        ]
    return found, rows
