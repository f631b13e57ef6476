from pathlib import Path

import pytest

from connector.domain.errors import Unreadable
from connector.sources.bounds import Problem
from connector.sources.child import HARMLESS, parse, refuse_maze
from tests.sources.conftest import stand_in

ATTRIBUTES = " ".join(f"a{number}" for number in range(100_000))


@pytest.mark.parametrize(
    "maze",
    [
        "<div>" * 100_000,
        f"<p {ATTRIBUTES}>",
        f'<!-- <a b=" --><p c="><!-- " {ATTRIBUTES}>',
    ],
    ids=["depth", "attributes", "attributes behind a comment"],
)
def test_html_that_keeps_the_parsers_busy_is_refused(maze: str) -> None:
    with pytest.raises(Unreadable) as caught:
        refuse_maze(maze, name="a.html", seconds=2)

    assert caught.value.facts == {"name": "a.html", "problem": Problem.EFFORT}


def test_a_long_ordinary_page_passes() -> None:
    page = "<p>Thư viện <b>mở cửa</b> cả ngày.</p>" * 10_000

    refuse_maze(page, name="a.html")

    assert len(page) > HARMLESS


def test_half_a_character_is_no_reason_to_fail() -> None:
    refuse_maze("\ud800" * (HARMLESS + 1), name="a.html")


def test_a_child_that_fails_over_html_is_taken_for_a_maze(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(tmp_path, monkeypatch, "cat > /dev/null; exit 1")

    with pytest.raises(Unreadable):
        refuse_maze("a" * (HARMLESS + 1), name="a.html")


def test_a_child_that_waits_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    stand_in(tmp_path, monkeypatch, "exec sleep 600")

    with pytest.raises(Unreadable):
        parse("html", b"", name="a.html", seconds=1)


def test_the_child_sees_no_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONNECTOR_TARGETS__PORTAL__PASSWORD", "canary")
    seen = tmp_path / "seen"
    stand_in(tmp_path, monkeypatch, f"cat > /dev/null; env > {seen}; echo true")

    parse("html", b"", name="a.html")

    assert "PATH=" in seen.read_text()
    assert "canary" not in seen.read_text()
