from pathlib import Path

import pytest

from tests.settings.saying import write


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the least that a library has to say."""
    write(tmp_path, "connector.toml", '[library]\nname = "Thư viện"\n')
    return tmp_path
