"""A library's office: one library on disk, its clock, the people who type commands."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import tenacity

from connector.bootstrap import Library, open_library
from connector.cli import app
from connector.cli.desk import Desk, Exit
from connector.cli.init import write_example
from connector.domain.item import Item, ItemId, State
from connector.domain.publication import Publication
from connector.language import speak, spoken
from tests.conftest import FrozenClock
from tests.live.places import Place

TITLE = "Thông báo lịch mở cửa phòng đọc trong kỳ thi"
BODY = (
    "Từ ngày 20/3, phòng đọc tầng 2 phục vụ bạn đọc đến 21 giờ mỗi ngày.\n\n"
    "Bạn đọc mang theo thẻ thư viện khi vào phòng đọc.\n\n"
    "Nguồn: Trung tâm Thông tin – Thư viện"
)
CORRECTED = BODY.replace("21 giờ", "22 giờ")
EDITED = BODY.replace("21 giờ", "20 giờ")
ALARM = "target does not let us in, or is not to be had"
WELL = "target is well again"

Row = dict[str, object]


@dataclass
class OfficeClock(FrozenClock):
    """A clock at which somebody looks whenever a program sleeps."""

    ends: datetime | None = None
    """When somebody presses Ctrl-C in a program that sleeps."""
    looks: Callable[[], object] = lambda: None

    def sleep(self, seconds: float) -> None:
        self.looks()
        super().sleep(seconds)
        if self.ends is not None and self.time >= self.ends:
            raise KeyboardInterrupt


@dataclass(kw_only=True)
class Office:
    """Types commands as each of its people, at the time of its clock."""

    home: Path
    library: Library
    clock: OfficeClock
    capsys: pytest.CaptureFixture[str]

    def types(self, *words: str) -> tuple[int, list[Row]]:
        """Run a command; return how it ended, and what it tells programs."""
        code, out, _ = self._run(*words, as_json=True)
        return code, json.loads(out) if out else []

    def reads(self, *words: str) -> str:
        """Run a command, and return all that a person reads of it."""
        _, out, err = self._run(*words, as_json=False)
        return out + err

    def _run(self, *words: str, as_json: bool) -> tuple[int, str, str]:
        desk = Desk(config=self.home / "config", json=as_json)
        desk.library = self.library
        code = app.run(list(words), desk)
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def writes(self, name: str, title: str = TITLE, body: str = BODY) -> str:
        """Write a document, and return its path."""
        file = self.home / f"{name}.md"
        file.write_text(f"# {title}\n\n{body}\n", encoding="utf-8")
        return str(file)

    def approves(self, title: str = TITLE, *words: str, body: str = BODY) -> ItemId:
        """Carry an item from its file to its approval, each step by its person."""
        number = len(list(self.home.glob("*.md")))
        file = self.writes(f"tin-{number}", title, body)
        code, [row] = self.types("receive", file, "--as", "bien-tap")
        assert code == Exit.DONE, row
        item = int(str(row["item"]))
        self.approves_as_it_stands(item, *words)
        return ItemId(item)

    def corrects(self, item: ItemId, *words: str, body: str = CORRECTED) -> None:
        """Carry a correction of an item from its file to its approval."""
        with self.library.parts.staging.reading() as tx:
            title = tx.revision(item).title
        file = self.writes(f"sua-{item}", title, body)
        code, rows = self.types("receive", file, "--item", str(item))
        assert code == Exit.DONE, rows
        self.approves_as_it_stands(item, *words)

    def approves_as_it_stands(self, item: int, *words: str) -> None:
        """Carry an item that was received to its approval."""
        number = str(item)
        steps = (
            ("check", number, "--accurate", "--as", "kiem-tra"),
            ("classify", number, "announcement", "--as", "kiem-tra"),
            ("approve", number, *words, "--as", "pho-giam-doc"),
        )
        for step in steps:
            code, rows = self.types(*step)
            assert code == Exit.DONE, rows

    def runs(self) -> tuple[int, list[Row]]:
        """Let the worker sweep once."""
        return self.types("run")

    def item(self, item: ItemId) -> Item:
        with self.library.parts.staging.reading() as tx:
            return tx.item(item)

    def state(self, item: ItemId) -> State:
        return self.item(item).state

    def row(self, item: ItemId, target: str = "portal") -> Publication:
        with self.library.parts.staging.reading() as tx:
            return next(p for p in tx.publications(item) if p.target == target)

    def in_hand(self) -> list[ItemId]:
        """Return the items of which any row is still in somebody's hand."""
        with self.library.parts.staging.reading() as tx:
            rows = [p for item in tx.items() for p in tx.publications(item.id)]
        return [p.item_id for p in rows if p.lease_owner or p.lease_until]

    def events(self, item: ItemId | None) -> list[str]:
        """Return what the audit trail has of an item; of the targets for None."""
        with self.library.parts.staging.reading() as tx:
            return [row.event for row in tx.audit() if row.item_id == item]

    def lease_is_over(self) -> None:
        """Let so much time go by that no lease lasts."""
        self.clock.tick(seconds=self.library.parts.lease.total_seconds() + 1)


@contextmanager
def opened(
    request: pytest.FixtureRequest,
    *places: Place,
    config: Callable[[Path], object] = lambda _: None,
) -> Iterator[Office]:
    """
    Open a library that publishes on these places, with a clock that stands still.

    The clock is two days behind: what is to happen in the library's future is past
    for the CMS, whose own clock nobody can set.
    """
    home: Path = request.getfixturevalue("tmp_path")
    monkeypatch: pytest.MonkeyPatch = request.getfixturevalue("monkeypatch")
    # A question is asked again at once: waiting would show nothing.
    monkeypatch.setattr("connector.http.site.jitter", tenacity.wait_none())
    before = spoken()
    speak("en", zone="Asia/Ho_Chi_Minh")
    folder = home / "config"
    write_example(folder)
    tables = "".join(place.table for place in places)
    (folder / "targets.toml").write_text(tables, encoding="utf-8")
    (folder / "sources.toml").write_text("", encoding="utf-8")
    names = [place.name for place in places]
    categories = (folder / "categories.toml").read_text(encoding="utf-8")
    for line in [one for one in categories.splitlines() if "terms.portal" in one]:
        lines = [line.replace("portal", name) for name in names]
        categories = categories.replace(line, "\n".join(lines))
    (folder / "categories.toml").write_text(categories, encoding="utf-8")
    config(folder)
    environment = {
        f"CONNECTOR_TARGETS__{place.name.upper()}__PASSWORD": place.password
        for place in places
        if place.password
    }
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    clock = OfficeClock(minute - timedelta(days=2))
    library = open_library(folder, environment, clock)
    routes = library.parts.routes
    attached = {place.name: place.attach(routes[place.name]) for place in places}
    library = replace(library, parts=replace(library.parts, routes=attached))
    yield Office(
        home=home,
        library=library,
        clock=clock,
        capsys=request.getfixturevalue("capsys"),
    )
    speak(before)
    library.engine.dispose()
