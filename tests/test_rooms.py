"""The rooms import only downwards. The plan is in pyproject.toml."""

from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports


def test_the_rooms_keep_their_doors_shut() -> None:
    assert lint_imports(cache_dir=None) == EXIT_STATUS_SUCCESS
