"""
Which kinds of target and source there are: our own files, and installed plugins.

The file name is the kind: `connector/targets/wordpress.py` is the kind `wordpress`. In
a kind of two words a hyphen stands for the underscore of the file name. A distribution
adds kinds by the entry points `connector.targets` and `connector.sources`.
A plugin of the same name takes the place of ours: whoever installs it wants it.
"""

import pkgutil
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

from pydantic import BaseModel

from connector import sources, targets
from connector.domain.errors import ConfigurationError
from connector.domain.message import Message
from connector.language import N_
from connector.ports.source import Source
from connector.ports.target import Target
from connector.ports.web import PublicWeb

Refuse = Callable[[Message, Message], ConfigurationError]
"""Makes the error about the key `kind`, from what is wrong and what would be right."""


class TargetKind(Protocol):
    """What a file in targets/, or a plugin, has."""

    @property
    def Options(self) -> type[BaseModel]:  # noqa: N802 -- a class, in the kind's module
        """The keys of a [targets.NAME] table of this kind."""
        ...

    def connect(self, name: str, *, options: Any, folder: Path) -> Target:  # noqa: ANN401 -- the kind's own Options
        """Return the target; no question is asked of it yet."""
        ...


class SourceKind(Protocol):
    """What a file in sources/, or a plugin, has."""

    @property
    def Options(self) -> type[BaseModel]:  # noqa: N802 -- a class, in the kind's module
        """The keys of a [sources.NAME] table of this kind."""
        ...

    def connect(
        self,
        name: str,
        *,
        options: Any,  # noqa: ANN401 -- the kind's own Options
        folder: Path,
        web: PublicWeb,
        limit_mb: float,
    ) -> Source:
        """Return the source; nothing is read from it yet."""
        ...


def target_kind(kind: str, *, refuse: Refuse) -> TargetKind:
    """
    Return the kind of target called `kind`.

    Raises:
        ConfigurationError: as `refuse` makes it, if there is none.
    """
    return cast(TargetKind, _kind(targets, kind, refuse))


def source_kind(kind: str, *, refuse: Refuse) -> SourceKind:
    """
    Return the kind of source called `kind`.

    Raises:
        ConfigurationError: as `refuse` makes it, if there is none.
    """
    return cast(SourceKind, _kind(sources, kind, refuse))


def target_kinds() -> list[str]:
    """Return the names of all kinds of target, ours and installed."""
    return _kinds(targets)


def source_kinds() -> list[str]:
    """Return the names of all kinds of source, ours and installed."""
    return _kinds(sources)


def _kind(room: ModuleType, kind: str, refuse: Refuse) -> object:
    if kind in (plugins := _plugins(room)):
        return _loaded(plugins[kind], refuse)
    if (ours := _ours(room, kind)) is not None:
        return ours
    raise refuse(
        Message(N_("there is no kind “{kind}”"), {"kind": kind}),
        Message(N_("Kinds there are: {known}."), {"known": ", ".join(_kinds(room))}),
    )


def _kinds(room: ModuleType) -> list[str]:
    ours = {name for name in _names(room) if _ours(room, name) is not None}
    return sorted(ours | set(_plugins(room)))


def _names(room: ModuleType) -> list[str]:
    names = (found.name for found in pkgutil.iter_modules(room.__path__))
    return [name.replace("_", "-") for name in names if not name.startswith("_")]


def _ours(room: ModuleType, kind: str) -> ModuleType | None:
    """Return our module of this name; None if there is none, or it is no kind."""
    if kind not in _names(room):
        return None
    module = import_module(f"{room.__name__}.{kind.replace('-', '_')}")
    return module if hasattr(module, "connect") else None


def _plugins(room: ModuleType) -> Mapping[str, EntryPoint]:
    return {found.name: found for found in entry_points(group=room.__name__)}


def _loaded(plugin: EntryPoint, refuse: Refuse) -> object:
    try:
        kind = plugin.load()
    except (ImportError, AttributeError) as error:
        raise _broken(plugin, str(error), refuse) from error
    for part in ("Options", "connect"):
        if not hasattr(kind, part):
            raise _broken(plugin, f"no {part}", refuse)
    return cast(object, kind)


def _broken(plugin: EntryPoint, detail: str, refuse: Refuse) -> ConfigurationError:
    name = plugin.dist.name if plugin.dist else plugin.value
    return refuse(
        Message(
            N_("the plugin {plugin} cannot be used ({detail})"),
            {"plugin": name, "detail": detail},
        ),
        Message(N_("Install {plugin} again, or remove it."), {"plugin": name}),
    )
