from pathlib import Path

import pytest

from connector.domain.errors import Unreadable
from connector.sources.bounds import Problem
from connector.sources.word import read_word
from tests.sources.word import paragraph, run, word_file

MANY = word_file("<w:p/>" * 300_000)
"""A small file that takes mammoth seconds, and hundreds of megabytes."""


@pytest.mark.parametrize(
    ("memory", "seconds"),
    [(100_000_000, 30), (2_000_000_000, 1)],
    ids=["memory", "time"],
)
def test_a_file_that_takes_too_much_is_given_up(memory: int, seconds: int) -> None:
    with pytest.raises(Unreadable) as caught:
        read_word(MANY, name="a.docx", limit_mb=20, memory=memory, seconds=seconds)

    assert len(MANY) < 20_000
    assert caught.value.facts == {"name": "a.docx", "problem": Problem.EFFORT}


def test_the_child_sees_no_password(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CONNECTOR_TARGETS__PORTAL__PASSWORD", "canary")
    seen = tmp_path / "seen"
    python = tmp_path / "python"
    python.write_text(
        f'#!/bin/sh\nenv > {seen}\necho \'{{"html": "", "pictures": []}}\'\n'
    )
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))

    read_word(word_file(paragraph(run("x"))), name="a.docx", limit_mb=1)

    assert "PATH=" in seen.read_text()
    assert "canary" not in seen.read_text()
