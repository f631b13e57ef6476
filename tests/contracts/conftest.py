"""The contracts are held against real servers too."""

from tests.live.conftest import pytest_collection_modifyitems, wordpress_site

__all__ = ["pytest_collection_modifyitems", "wordpress_site"]
