"""
Everything an operator can set, and what to say about a setting that is wrong.

`load` reads a folder of TOML files, its secrets and the environment. `Settings` holds
what they say; `settings.written` tells where, in an error about it.
"""

from connector.settings.explain import refused, suggestion
from connector.settings.files import load
from connector.settings.model import DOCUMENT_SOURCE, Settings
from connector.settings.written import Written

__all__ = [
    "DOCUMENT_SOURCE",
    "Settings",
    "Written",
    "load",
    "refused",
    "suggestion",
]
