"""From HTML to a document, in one walk without recursion."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.comparison.addresses import absolute, cloudflare, srcset
from connector.comparison.blocks import (
    BREAK,
    Box,
    Document,
    Hidden,
    Image,
    Inline,
    Link,
    Piece,
    Structure,
    build,
)
from connector.comparison.excess import (
    MAX_TEXT,
    TooMuch,
    refuse_excess,
    without_noscript,
)
from connector.comparison.notes import At, Attributes, Notes
from connector.comparison.selectors import marked, select
from connector.comparison.stylesheets import hidden_by_style
from connector.comparison.tables import Table, leading_number
from connector.comparison.visibility import hidden, style

_BLOCK = frozenset(
    "html body address article aside blockquote center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr legend "
    "li main menu nav ol optgroup p pre search section summary table caption tbody "
    "thead tfoot tr td th ul".split()
)
_SILENT = frozenset(
    "head script style template noscript iframe object embed video audio canvas "
    "select textarea datalist title desc defs symbol metadata meta link base area "
    "param source track noembed noframes".split()
)
_EMPHASIS = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "u": "u",
    "ins": "u",
    "mark": "mark",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "tt": "code",
}
_QUOTES = ("“", "”")
_MARKS = {"sub": "sub", "sup": "sup", "del": "del", "s": "del", "strike": "del"}
_KINDS = {
    **{name: name for name in "h1 h2 h3 h4 h5 h6 pre caption dt dd summary".split()},
    "figcaption": "caption",
}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
_TABLE = frozenset({"table", "tr", "td", "th"})
_LAZY = ("data-src", "data-lazy-src", "data-original")
_LAZY_SETS = ("data-srcset", "data-lazy-srcset")


def read(
    html: str,
    *,
    base: str,
    foldings: frozenset[str] = frozenset(),
    noise: Iterable[str] = (),
    container: str = "",
    category: str = "",
) -> Document:
    """
    Return the document that `html` is to a reader with scripting on.

    Args:
        html: a page or a fragment.
        base: what its addresses are relative to.
        foldings: of canonical.FOLDINGS.
        noise: CSS of elements to pass over.
        container: CSS of the elements to mark as container.
        category: CSS of the elements that hold the category's label.

    Raises:
        TooMuch: it would cost more time than any honest page.
    """
    html = without_noscript(html)
    refuse_excess(html)
    tree = LexborHTMLParser(html)
    walk = _Walk(
        base=base,
        foldings=foldings,
        noise=marked(tree, noise),
        containers=marked(tree, (container,) if container else ()),
        unseen=hidden_by_style(tree),
    )
    root = tree.root
    if root is not None:
        walk.document(root)
    if category:
        walk.found.labels = [
            " ".join(node.text().split()) for node in select(tree, category)
        ]
    return walk.found


@dataclass(frozen=True, slots=True)
class _Context:
    """What holds for everything inside an element."""

    structure: Structure = field(default_factory=Structure)
    inline: Inline = field(default_factory=Inline)
    box: int = -1
    hidden: bool = False
    item: list[int] | None = None
    """The number of a list item that has no block yet; emptied by the first one."""
    counter: list[int] | None = None
    """Of the innermost list: the next number."""
    table: Table | None = None


class _Walk:
    """One walk over a tree: enters and leaves every element once."""

    def __init__(
        self,
        *,
        base: str,
        foldings: frozenset[str],
        noise: frozenset[int],
        containers: frozenset[int],
        unseen: frozenset[int],
    ) -> None:
        self.found = Document()
        self.notes = Notes(self.found, base)
        self.foldings = foldings
        self.noise = noise
        self.containers = containers
        self.hidden_by_style = unseen
        self.pieces: list[Piece] = []
        self.unseen: list[str] = []
        self.block_context = _Context()
        self.tables = 0
        self.length = 0

    def document(self, root: LexborNode) -> None:
        """Walk over everything under `root`."""
        stack: list[tuple[_Context, Callable[[], None] | None]] = []
        context = _Context()
        node: LexborNode | None = root
        while node is not None:
            below, leave = self.enter(node, context)
            child = node.first_child if below is not None else None
            if child is not None and below is not None:
                stack.append((context, leave))
                context, node = below, child
                continue
            if leave:
                leave()
            while node is not None and node.next is None:
                node = node.parent
                if not stack:
                    node = None
                    break
                context, leave = stack.pop()
                if leave:
                    leave()
            node = node.next if node is not None else None
        self.flush()

    def enter(
        self, node: LexborNode, context: _Context
    ) -> tuple[_Context | None, Callable[[], None] | None]:
        """
        Take in one node.

        Returns: what holds inside it (None: do not go in), and what to do after it.
        """
        tag = node.tag or ""
        if tag == "-text":
            self.text(node.text_content or "", context)
            return None, None
        if tag.startswith(("-", "!")) or node.mem_id in self.noise:
            return None, None
        attributes = node.attributes
        declared = style(attributes.get("style") or "") if "style" in attributes else {}
        closed = tag == "dialog" and "open" not in attributes
        if closed or (tag != "head" and node.mem_id in self.hidden_by_style):
            context = replace(context, hidden=True)
        if attributes and not context.hidden and hidden(attributes, declared):
            context = replace(context, hidden=True)
        block = len(self.found.blocks) + bool(self.pieces)
        at = At(context.box, context.hidden, block)
        self.notes.element(tag, attributes, node, at)
        if tag in _BLOCK:
            return self.enter_block(tag, attributes, node, context)
        if tag in _SILENT:
            # What is in <head> is noted; nothing in it is read as text.
            return (context, None) if tag == "head" else (None, None)
        return self.enter_inline(tag, attributes, declared, context)

    # Blocks

    def enter_block(
        self,
        tag: str,
        attributes: Attributes,
        node: LexborNode,
        context: _Context,
    ) -> tuple[_Context, Callable[[], None]]:
        self.flush()
        box = self.open_box(tag, attributes, node, context)
        if tag in _TABLE:
            below = self.in_table(tag, attributes, context)
        elif tag in _LISTS or tag == "li":
            below = self.in_list(tag, attributes, context)
        else:
            below = self.in_plain(tag, context)

        def leave() -> None:
            self.flush()
            self.found.boxes[box].end = len(self.found.blocks)
            self.found.boxes[box].last = len(self.found.boxes)

        return replace(below, box=box), leave

    def in_plain(self, tag: str, context: _Context) -> _Context:
        structure, inline = context.structure, context.inline
        if tag in _KINDS:
            structure = replace(structure, kind=_KINDS[tag])
        elif tag == "blockquote":
            structure = replace(structure, quotes=structure.quotes + 1)
        if tag == "pre":
            inline = replace(inline, exact=True, kept=True)
        return replace(context, structure=structure, inline=inline)

    def in_table(self, tag: str, attributes: Attributes, context: _Context) -> _Context:
        if tag == "table":
            self.tables += 1
            return replace(context, table=Table(self.tables))
        if context.table is None:
            return context
        if tag == "tr":
            context.table.next_row()
            return context
        cell = context.table.cell(
            rows=leading_number(attributes.get("rowspan"), 1, least=1),
            columns=leading_number(attributes.get("colspan"), 1, least=1),
            heading=tag == "th",
        )
        cells = (*context.structure.cells, cell)
        return replace(
            context, structure=replace(context.structure, kind="p", cells=cells)
        )

    def in_list(self, tag: str, attributes: Attributes, context: _Context) -> _Context:
        structure, counter = context.structure, context.counter
        if tag != "li":
            kind = "ol" if tag == "ol" else "ul"
            start = leading_number(attributes.get("start"), 1) if kind == "ol" else 0
            return replace(
                context,
                structure=replace(structure, lists=(*structure.lists, kind)),
                counter=[start],
                item=None,
            )
        if counter is None:  # an item outside any list: browsers show it as one
            counter = [0]
            structure = replace(structure, lists=(*structure.lists, "ul"))
        ordered = structure.lists[-1] == "ol"
        if ordered and attributes.get("value"):
            counter[0] = leading_number(attributes.get("value"), counter[0])
        number = counter[0]
        counter[0] += ordered
        return replace(
            context,
            structure=replace(structure, kind="p"),
            counter=counter,
            item=[number],
        )

    def open_box(
        self,
        tag: str,
        attributes: Attributes,
        node: LexborNode,
        context: _Context,
    ) -> int:
        classes = (attributes.get("class") or "").split()
        named = attributes.get("id")
        suffix = f"#{named}" if named else "".join(f".{name}" for name in classes[:2])
        self.found.boxes.append(
            Box(
                tag=tag,
                name=f"{tag}{suffix}",
                classes=frozenset(classes),
                parent=context.box,
                start=len(self.found.blocks),
                structure=context.structure,
                marked=node.mem_id in self.containers,
            )
        )
        return len(self.found.boxes) - 1

    # Inside a block

    def enter_inline(
        self,
        tag: str,
        attributes: Attributes,
        declared: Mapping[str, str],
        context: _Context,
    ) -> tuple[_Context | None, Callable[[], None] | None]:
        obscured = attributes.get("data-cfemail")
        if tag in {"br", "img"} or obscured:
            self.alone(tag, attributes, context)
            return None, None
        if tag == "a" and attributes.get("href") is not None:
            return self.enter_link(attributes, context)
        start, end = _marks(tag, declared)
        if start:
            self.sign(start, context)
            return context, lambda: self.sign(end, context)
        if kind := _EMPHASIS.get(tag):
            inline = replace(
                context.inline,
                emphasis=context.inline.emphasis | {kind},
                exact=context.inline.exact or kind == "code",
            )
            context = replace(context, inline=inline)
        return context, None

    def alone(self, tag: str, attributes: Attributes, context: _Context) -> None:
        """Take in an element that holds nothing a reader sees."""
        if tag == "img":
            self.image(attributes, context)
        elif tag != "br":
            self.text(cloudflare(attributes.get("data-cfemail") or ""), context)
        elif context.inline.kept:
            self.flush(keep_empty=True, context=context)
        else:
            self.sign(BREAK, context)

    def enter_link(
        self, attributes: Attributes, context: _Context
    ) -> tuple[_Context, None]:
        href = attributes.get("href") or ""
        address = href
        _, found, code = href.partition("/cdn-cgi/l/email-protection#")
        if found:
            address = f"mailto:{cloudflare(code)}"
        link = Link(
            href=href,
            target=absolute(address, self.notes.base),
            rel=frozenset((attributes.get("rel") or "").lower().split()),
            box=context.box,
            hidden=context.hidden,
            block=len(self.found.blocks),
        )
        self.found.links.append(link)
        return replace(context, inline=replace(context.inline, link=link)), None

    def text(self, text: str, context: _Context) -> None:
        self.length += len(text)
        if self.length > MAX_TEXT:
            raise TooMuch
        if context.inline.link is not None:
            context.inline.link.text.append(text)
        if context.hidden:
            self.unseen.append(text)
            return
        if context.inline.kept and "\n" in text:
            *lines, rest = text.split("\n")
            for line in lines:
                self.piece(Piece(line, context.inline), context)
                self.flush(keep_empty=True, context=context)
            text = rest
        if text:
            self.piece(Piece(text, context.inline), context)

    def sign(self, sign: str, context: _Context) -> None:
        if sign in _QUOTES:
            self.text(sign, context)
        elif not context.hidden:
            self.piece(Piece("", context.inline, mark=sign), context)

    def image(self, attributes: Attributes, context: _Context) -> None:
        classes = (attributes.get("class") or "").split()
        alt = attributes.get("alt") or ""
        if alt and ("emoji" in classes or "wp-smiley" in classes):
            self.text(alt, context)
            return
        src = _first(attributes, _LAZY) or attributes.get("src") or ""
        base = self.notes.base
        candidates = _first(attributes, _LAZY_SETS) or attributes.get("srcset") or ""
        image = Image(
            src=absolute(src, base) if src else "",
            candidates=tuple(absolute(one, base) for one in srcset(candidates)),
            alt=alt,
            link=context.inline.link,
            box=context.box,
            hidden=context.hidden,
            block=len(self.found.blocks),
        )
        self.found.images.append(image)
        if not context.hidden:
            self.piece(Piece("", context.inline, image=image), context)

    def piece(self, piece: Piece, context: _Context) -> None:
        if not self.pieces:
            if piece.text.isspace() and not piece.inline.kept:
                return  # spaces before a block are not shown
            self.block_context = context
        self.pieces.append(piece)

    def flush(
        self, *, keep_empty: bool = False, context: _Context | None = None
    ) -> None:
        """Make a block of what has come since the last one."""
        if self.unseen:
            unseen = " ".join("".join(self.unseen).split())
            self.unseen = []
            if unseen:
                self.found.hidden.append(
                    Hidden(unseen, len(self.found.boxes) - 1, len(self.found.blocks))
                )
        if (
            keep_empty
            and context
            and not any(piece.text.strip() for piece in self.pieces)
        ):
            self.piece(Piece("", context.inline, mark=BREAK), context)
        if not self.pieces:
            return
        pieces, self.pieces = self.pieces, []
        structure = self.block_context.structure
        item = self.block_context.item
        if item:
            structure = replace(structure, number=item[0])
        block = build(
            pieces, structure, box=self.block_context.box, foldings=self.foldings
        )
        if block is None:
            return
        if item:
            item.clear()
        self.found.blocks.append(block)


def _marks(tag: str, declared: Mapping[str, str]) -> tuple[str, str]:
    """Return what stands at both ends of an element; empty if nothing does."""
    if tag == "q":
        return _QUOTES
    line = declared.get("text-decoration", declared.get("text-decoration-line", ""))
    mark = "del" if "line-through" in line else _MARKS.get(tag, "")
    return (f"<{mark}>", f"</{mark}>") if mark else ("", "")


def _first(attributes: Attributes, names: Iterable[str]) -> str:
    return next((value for name in names if (value := attributes.get(name))), "")
