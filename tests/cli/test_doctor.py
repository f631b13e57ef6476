from dataclasses import replace

from connector.bootstrap import open_library
from tests.cli.conftest import Librarian
from tests.conftest import FrozenClock


def test_the_doctor_finds_what_is_mistyped_in_a_source(
    librarian: Librarian, clock: FrozenClock
) -> None:
    config = librarian.home / "config"
    (config / "sources.toml").write_text(
        '[sources.khoa-phong]\nkind = "folder"\npth = "tiep-nhan"\n', encoding="utf-8"
    )
    library = open_library(config, {}, clock)
    mistyped = replace(librarian, library=library)

    said = mistyped.types("doctor")
    library.engine.dispose()

    assert said.code == 1
    assert "sources.toml, line 3, sources.khoa-phong.pth" in said.err
    assert "Did you mean path?" in said.err
