"""A library to work in."""

from tests.steps.conftest import house

__all__ = ["house"]
