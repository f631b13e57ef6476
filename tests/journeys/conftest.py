"""The journeys are typed by the librarian whom the tests of the commands know."""

from tests.cli.conftest import english, librarian

__all__ = ["english", "librarian"]
