"""The live page against the approved source: pure, no I/O."""

from connector.comparison.compare import Aligned, aligned, compare, wanted
from connector.comparison.inputs import Approved, Page, Profile, Resource

__all__ = [
    "Aligned",
    "Approved",
    "Page",
    "Profile",
    "Resource",
    "aligned",
    "compare",
    "wanted",
]
