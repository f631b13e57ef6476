"""A library in a folder, and a person who types commands there."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from connector.bootstrap import Library, open_library
from connector.cli import app
from connector.cli.desk import Desk
from connector.cli.init import write_example
from connector.language import speak, spoken
from tests.conftest import FrozenClock
from tests.fakes.site_web import SiteWeb

TITLE = "Thông báo lịch mở cửa phòng đọc trong kỳ thi"
BODY = "Từ ngày 20/3, phòng đọc tầng 2 phục vụ bạn đọc đến 21 giờ mỗi ngày."


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:  # noqa: ANN401 -- whatever the command prints
        return json.loads(self.out)


@dataclass
class Librarian:
    """Types commands in one library folder."""

    home: Path
    library: Library
    web: SiteWeb
    capsys: pytest.CaptureFixture[str]

    def types(self, *words: str) -> Said:
        desk = Desk(config=self.home / "config")
        desk.library = self.library
        code = app.run(list(words), desk)
        said = self.capsys.readouterr()
        return Said(code, said.out, said.err)

    def writes(self, name: str, title: str = TITLE, body: str = BODY) -> str:
        """Write a document, and return its path."""
        file = self.home / name
        file.write_text(f"# {title}\n\n{body}\n", encoding="utf-8")
        return str(file)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    before = spoken()
    for name in [n for n in os.environ if n.startswith("CONNECTOR_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CONNECTOR_LANG", "en")
    # Click asks the terminal, and the tests may run in a wide one.
    monkeypatch.setenv("COLUMNS", "80")
    speak("en")
    yield
    speak(before)


@pytest.fixture
def librarian(
    tmp_path: Path,
    empty_sqlite: Path,
    clock: FrozenClock,
    capsys: pytest.CaptureFixture[str],
) -> Iterator[Librarian]:
    write_example(tmp_path / "config")
    (tmp_path / "connector.db").write_bytes(empty_sqlite.read_bytes())
    library = open_library(tmp_path / "config", {}, clock)
    web = SiteWeb("http://127.0.0.1:8070/", tmp_path / "public")
    route = replace(library.parts.routes["portal"], web=web)
    library = replace(library, parts=replace(library.parts, routes={"portal": route}))
    yield Librarian(tmp_path, library, web, capsys)
    library.engine.dispose()
