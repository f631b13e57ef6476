"""What a page holds besides text: scripts, frames, forms, and what its head says."""

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from connector.comparison.addresses import absolute
from connector.comparison.blocks import Active, Document

Attributes = Mapping[str, str | None]

_FRAMES = frozenset({"iframe", "frame", "object", "embed", "applet", "portal"})
_FORMS = frozenset({"form", "input", "select", "textarea"})
_MEDIA = frozenset({"video", "audio", "source"})
_WITHOUT_ATTRIBUTES = frozenset({"script", "style", "title", "form", "textarea"})
_INERT_SCRIPTS = re.compile(
    r"(application/.*json|importmap|speculationrules|text/html|text/template|text/x-)"
)
_ADDRESSES = frozenset({"href", "src", "action", "formaction", "xlink:href"})
_LONGEST = 500


class At(NamedTuple):
    """Where an element stands."""

    box: int
    hidden: bool
    block: int
    """The index of the block that comes after it."""


class Notes:
    """Notes into a document what its elements are, besides the text in them."""

    def __init__(self, found: Document, base: str) -> None:
        self.found = found
        self.base = base
        """What relative addresses start from; `<base>` changes it."""

    def element(
        self, tag: str, attributes: Attributes, node: LexborNode, at: At
    ) -> None:
        """Note one element."""
        if not attributes and tag not in _WITHOUT_ATTRIBUTES:
            return
        for name in ("id", "name"):
            if value := attributes.get(name):
                self.found.ids.add(value)
        if tag in _NOTED:
            _NOTED[tag](self, attributes, node, at)
        elif tag in _FRAMES or tag in _FORMS or tag in _MEDIA:
            self._embedded(tag, attributes, at)
        for name, value in attributes.items():
            if (name.startswith("on") and value) or (
                name in _ADDRESSES and _runs(value)
            ):
                self._active("handler", f"{name}={value}", at)

    def _embedded(self, tag: str, attributes: Attributes, at: At) -> None:
        source = attributes.get("src") or attributes.get("data") or ""
        if tag in _FRAMES:
            self._active("frame", absolute(source, self.base), at)
        elif tag in _MEDIA:
            if source:
                self._active("media", absolute(source, self.base), at)
        elif attributes.get("type") != "hidden":
            self.found.password_forms += attributes.get("type") == "password"
            self._active("form", attributes.get("action") or tag, at)

    def _active(self, kind: str, detail: str, at: At) -> None:
        self.found.actives.append(
            Active(kind, detail[:_LONGEST], at.box, at.hidden, at.block)
        )

    def _script(self, attributes: Attributes, node: LexborNode, at: At) -> None:
        kind = (attributes.get("type") or "").lower()
        if kind == "application/ld+json":
            self.found.data.append(node.text() or "")
        if _INERT_SCRIPTS.match(kind):
            return
        source = attributes.get("src")
        detail = absolute(source, self.base) if source else (node.text() or "").strip()
        self._active("script", detail, at)

    def _style(self, _attributes: Attributes, node: LexborNode, at: At) -> None:
        self._active("style", (node.text() or "").strip(), at)

    def _title(self, _attributes: Attributes, node: LexborNode, _at: At) -> None:
        # Drawings have titles too.
        if node.parent is not None and node.parent.tag == "head":
            self.found.title = self.found.title or (node.text() or "").strip()

    def _meta(self, attributes: Attributes, _node: LexborNode, _at: At) -> None:
        content = attributes.get("content") or ""
        name = attributes.get("name") or attributes.get("property") or ""
        if name:
            self.found.metas.append((name.lower(), content))
        if (attributes.get("http-equiv") or "").lower() == "refresh":
            self.found.refresh = content or "0"

    def _link(self, attributes: Attributes, _node: LexborNode, _at: At) -> None:
        address = absolute(attributes.get("href") or "", self.base)
        self.found.relations.append(((attributes.get("rel") or "").lower(), address))

    def _base(self, attributes: Attributes, _node: LexborNode, _at: At) -> None:
        if not self.found.base and (address := attributes.get("href")):
            self.found.base = self.base = absolute(address, self.base)

    def _html(self, attributes: Attributes, _node: LexborNode, _at: At) -> None:
        self.found.language = attributes.get("lang") or ""

    def _body(self, attributes: Attributes, _node: LexborNode, _at: At) -> None:
        self.found.body_classes = frozenset((attributes.get("class") or "").split())


_NOTED: dict[str, Callable[[Notes, Attributes, LexborNode, At], None]] = {
    "script": Notes._script,  # noqa: SLF001 -- its own table
    "style": Notes._style,  # noqa: SLF001 -- likewise
    "title": Notes._title,  # noqa: SLF001 -- likewise
    "meta": Notes._meta,  # noqa: SLF001 -- likewise
    "link": Notes._link,  # noqa: SLF001 -- likewise
    "base": Notes._base,  # noqa: SLF001 -- likewise
    "html": Notes._html,  # noqa: SLF001 -- likewise
    "body": Notes._body,  # noqa: SLF001 -- likewise
}


def _runs(value: str | None) -> bool:
    bare = re.sub(r"[\s\x00-\x20]+", "", value or "").lower()
    return bare.startswith(("javascript:", "vbscript:", "data:text/html"))
