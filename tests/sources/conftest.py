from pathlib import Path

import pytest


@pytest.fixture
def child_gives_up(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let the child process find everything too much, at once."""
    stand_in(
        tmp_path_factory.mktemp("child"), monkeypatch, "cat > /dev/null; echo null"
    )


def stand_in(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Run a shell script in place of the child process."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o755)
    monkeypatch.setattr("sys.executable", str(python))
