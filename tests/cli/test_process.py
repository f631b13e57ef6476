"""The console script as a process: how it starts, and how it is left."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "alembic",
    "feedparser",
    "jinja2",
    "mammoth",
    "pydantic",
    "requests",
    "sqlalchemy",
)

PLAYED = """
import sys
from connector.cli.app import run
code = run({words!r})
print(code, [name for name in {heavy!r} if name in sys.modules], file=sys.stderr)
"""

CONNECTOR = str(Path(sys.executable).with_name("connector"))


def process(
    *words: str, home: Path, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    kept = {n: v for n, v in os.environ.items() if not n.startswith("CONNECTOR_")}
    return subprocess.run(
        [CONNECTOR, *words],
        cwd=home,
        env=kept | {"CONNECTOR_LANG": "en"} | environment,
        capture_output=True,
        check=False,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library as `init` leaves it, with one item."""
    folder = tmp_path_factory.mktemp("thu-vien")
    (folder / "tin.md").write_text(
        "# Thư viện mở cửa phòng đọc mới\n\nPhòng đọc tầng 2 mở đến 21 giờ.\n",
        encoding="utf-8",
    )
    assert process("init", home=folder).returncode == 0
    assert process("receive", "tin.md", home=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    "words",
    [["--help"], ["verify", "--help"], ["--version"], ["completion", "bash"], ["shw"]],
    ids=" ".join,
)
def test_whoever_asks_how_does_not_wait_for_the_database_library(
    words: list[str],
) -> None:
    played = PLAYED.format(words=words, heavy=HEAVY)

    ended = subprocess.run(
        [sys.executable, "-c", played], capture_output=True, text=True, check=True
    )

    assert ended.stderr.splitlines()[-1].endswith(" []")


def test_init_twice_changes_nothing(home: Path) -> None:
    before = {p: p.read_bytes() for p in (home / "config").glob("*.toml")}

    again = process("init", "--json", home=home)

    assert again.returncode == 0
    assert json.loads(again.stdout) == [{"written": [], "schema": "0002"}]
    assert {p: p.read_bytes() for p in (home / "config").glob("*.toml")} == before


def unread(*words: str, home: Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose output goes into a pipe that nobody reads any more."""
    reads, writes = os.pipe()
    os.close(reads)
    with os.fdopen(writes, "wb") as nobody:
        return subprocess.run(
            [CONNECTOR, *words],
            cwd=home,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["--help"]])
def test_a_reader_who_goes_away_is_no_mishap(home: Path, words: list[str]) -> None:
    ended = unread(*words, home=home)

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_what_a_command_does_does_not_depend_on_who_reads_it(home: Path) -> None:
    names = ["sach-moi.md", "lich-nghi.md", "toa-dam.md"]
    for name in names:
        text = f"# Tin về {name}\n\nNội dung của {name} ở phòng đọc tầng 2.\n"
        (home / name).write_text(text, encoding="utf-8")

    ended = unread("receive", *names, home=home)

    listed = json.loads(process("list", "--text", "Tin về", "--json", home=home).stdout)
    assert ended.returncode == 0
    assert [row["title"] for row in listed] == [f"Tin về {name}" for name in names]


def test_an_output_of_another_charset_loses_no_letter(home: Path) -> None:
    shown = process("list", home=home, PYTHONIOENCODING="latin-1")
    rows = process("list", "--json", home=home, PYTHONIOENCODING="latin-1")

    assert (shown.returncode, rows.returncode) == (0, 0)
    assert rb"Th\u01b0 vi\u1ec7n m\u1edf" in shown.stdout
    assert json.loads(rows.stdout)[0]["title"] == "Thư viện mở cửa phòng đọc mới"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk to write to")
def test_a_full_disk_is_told_in_a_sentence(home: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [CONNECTOR, "list", "--lang", "en"],
            cwd=home,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert ended.returncode == 1
    assert ended.stderr.decode().startswith(
        "Error: the disk, or the output, cannot be used: the disk is full."
    )


def test_the_language_of_the_library_is_spoken_where_the_reader_asks_for_none(
    home: Path,
) -> None:
    nobody_asks = {"CONNECTOR_LANG": "", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8"}

    vietnamese = process("list", home=home, **nobody_asks)
    english = process(
        "list", home=home, **nobody_asks, CONNECTOR_LIBRARY__LANGUAGE="en"
    )

    assert vietnamese.stdout.decode().split() != english.stdout.decode().split()
    assert "received" in english.stdout.decode()


def test_times_are_shown_in_the_zone_of_the_library(home: Path) -> None:
    here = process("history", "1", home=home)
    there = process(
        "history", "1", home=home, CONNECTOR_LIBRARY__TIMEZONE="Pacific/Honolulu"
    )

    assert here.stdout != there.stdout


def test_the_shell_is_answered_by_the_process_itself(home: Path) -> None:
    asked = {"COMP_WORDS": "connector ver", "COMP_CWORD": "1"}

    ended = process(home=home, _CONNECTOR_COMPLETE="bash_complete", **asked)

    assert (ended.returncode, ended.stdout) == (0, b"plain,verify\n")


TOLD_TO_END = """
import os, signal, sys
from connector.bootstrap import SystemClock
from connector.cli import app
SystemClock.sleep = lambda clock, seconds: os.kill(os.getpid(), signal.SIGTERM)
sys.argv = ["connector", "run", "--every", "60"]
app.main()
"""


def test_the_signal_with_which_a_service_is_stopped_ends_it_as_ctrl_c_does(
    home: Path,
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", TOLD_TO_END],
        cwd=home,
        env=os.environ | {"CONNECTOR_LANG": "en"},
        capture_output=True,
        check=False,
    )

    assert (ended.returncode, ended.stdout) == (0, b"Ended.\n"), ended.stderr
