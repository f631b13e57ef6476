"""
Documents: a Word file, a web page or a Markdown file, each one item.

`connector receive FILE …` reads files through this kind of source, and the drop
folder (folder.py) reads each of its files by `read_document`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict
from selectolax.lexbor import LexborHTMLParser, LexborNode

from connector.domain.errors import (
    ConnectorError,
    Empty,
    IntakeError,
    NotADocument,
    UnknownFormat,
    Unreadable,
)
from connector.domain.item import Draft, nfc
from connector.markup import clean, references, text_of
from connector.ports.source import Source
from connector.ports.web import PublicWeb
from connector.sources.bounds import Problem, name_of, read_file
from connector.sources.child import refuse_maze
from connector.sources.pictures import Pictures
from connector.sources.text import one_line
from connector.sources.word import read_word


class Options(BaseModel):
    """Which files to read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    paths: list[Path]
    """Relative ones start from the folder that `connect` is given."""
    language: str = "vi"
    """BCP 47; of the text in the files."""


def connect(
    name: str, *, options: Options, folder: Path, web: PublicWeb, limit_mb: float
) -> Source:
    """Return the source of the given files. Nothing is read before `offers`."""
    del web  # a document is complete, or what it lacks is not fetched
    paths = tuple(folder / path for path in options.paths)
    return Documents(name, paths, limit_mb, options.language)


@dataclass(frozen=True)
class Documents:
    """Files that a person named, in that order."""

    name: str
    paths: tuple[Path, ...]
    limit_mb: float
    language: str

    def offers(self) -> Iterator[Draft | ConnectorError]:
        """Yield one draft a file, or the reason why the file is not received."""
        for path in self.paths:
            try:
                yield read_document(
                    path,
                    source=self.name,
                    limit_mb=self.limit_mb,
                    language=self.language,
                )
            except IntakeError as error:
                yield error


@dataclass(frozen=True)
class _Page:
    """A document as HTML, whatever it was."""

    html: str
    titles: tuple[str, ...]
    """Where its title may stand, as selectors; the first with any text has it."""
    pictures: tuple[bytes, ...] = ()
    """Those that `part:N` stands for."""


def read_document(
    path: Path,
    *,
    source: str,
    limit_mb: float,
    language: str = "vi",
    source_id: str | None = None,
) -> Draft:
    """
    Return what a file says, as an item to be.

    The title is the first heading of level 1 (in Word also of style *Title*), else
    the page's `<title>` or the first paragraph of a Word file, else the file's name;
    a heading or paragraph that became the title leaves the body.

    Args:
        path: the file. Pictures are looked for in its folder and below.
        source: the name of the source that found it.
        limit_mb: for the file, for what it unpacks to, and for its pictures.
        language: BCP 47; of the text.
        source_id: what the source calls it; by default its whole path.

    Raises:
        Empty: the file has no bytes, or neither text nor picture.
        TooLarge: the file, or its pictures together, are over the limit.
        UnknownFormat: no way to read this kind of file, or of picture.
        NotADocument: it is not what its name says.
        Unpacks: it unpacks to more than the limit.
        Unreadable: it cannot be had, or makes the parser work without end.
    """
    name = name_of(path)
    read = _READERS.get(path.suffix.lower())
    if read is None:
        raise UnknownFormat(name=name, kinds=", ".join(_READERS))
    content = read_file(path, name=name, limit_mb=limit_mb)

    page = read(content, name, limit_mb)
    refuse_maze(page.html, name=name)
    tree = LexborHTMLParser(page.html)
    body = _main_part(tree, name=name)
    pictures = Pictures(name, path.resolve().parent, page.pictures, limit_mb)
    pictures.take(body)
    title = _take_title(page, body, tree)
    text = nfc(clean(body.inner_html or "")).strip()

    shown = set(references(text))
    files = tuple(file for file in pictures.files.values() if file.address in shown)
    if not (title or files or text_of(text)):
        raise Empty(name=name)
    return Draft(
        source=source,
        source_id=source_id or nfc(path.resolve().as_posix()),
        title=title or one_line(path.stem),
        body=text,
        language=language,
        files=files,
        original=content,
        original_name=name,
        blobs={file.sha256: pictures.blobs[file.sha256] for file in files},
    )


def _word(content: bytes, name: str, limit_mb: float) -> _Page:
    html, pictures = read_word(content, name=name, limit_mb=limit_mb)
    return _Page(html, titles=("h1", "body > p"), pictures=tuple(pictures))


def _web_page(content: bytes, name: str, _limit_mb: float) -> _Page:
    return _Page(_decoded(content, name=name, kind=".html"), titles=("h1", "title"))


def _markdown(content: bytes, name: str, _limit_mb: float) -> _Page:
    text = _decoded(content, name=name, kind=".md")
    html = MarkdownIt("commonmark", {"html": False}).enable("table").render(text)
    return _Page(html, titles=("h1",))


_READERS: Mapping[str, Callable[[bytes, str, float], _Page]] = {
    ".docx": _word,
    ".html": _web_page,
    ".htm": _web_page,
    ".md": _markdown,
    ".markdown": _markdown,
}

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
_DECLARED = re.compile(rb"<meta[^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_LEGACY = re.compile(r"(windows-125\d|cp125\d|iso-8859-\d+|latin-?1)", re.IGNORECASE)


def _decoded(content: bytes, *, name: str, kind: str) -> str:
    """
    Return the text: by its byte order mark, as UTF-8, or as it declares itself.

    UTF-8 comes before the declaration, because no text in another encoding that has
    Vietnamese letters happens to be UTF-8, and declarations are often left over.
    """
    encodings = [code for mark, code in _MARKS.items() if content.startswith(mark)]
    if not encodings:
        if b"\0" in content:
            raise NotADocument(name=name, kind=kind)
        encodings = ["utf-8", *_declared(content)]
    for encoding in encodings:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(name=name, problem=Problem.ENCODING)


def _declared(content: bytes) -> Iterator[str]:
    """Yield the 8-bit encoding that the page declares, if Python knows it."""
    if declared := _DECLARED.search(content[:2048]):
        label = declared[1].decode("ascii", "replace")
        if _LEGACY.fullmatch(label):
            # Browsers read both of these labels as windows-1252.
            western = label.lower() in {"iso-8859-1", "latin1", "latin-1"}
            yield "cp1252" if western else label


def _main_part(tree: LexborHTMLParser, *, name: str) -> LexborNode:
    """Return the one article of a page, else its one main part, else its body."""
    for selector in ("article", "main"):
        found = tree.css(selector)
        if len(found) == 1:
            return found[0]
    if tree.body is None:  # a page of frames
        raise Empty(name=name)
    return tree.body


def _take_title(page: _Page, body: LexborNode, tree: LexborHTMLParser) -> str:
    """Return the title, and take it out of the body; empty if there is none."""
    for selector in page.titles:
        for node in [*body.css(selector), *tree.css(selector)]:
            title = one_line(node.text() if node.tag == "title" else _text(node))
            if title:
                if not node.css_first("img"):
                    node.decompose()
                return title
    return ""


def _text(node: LexborNode) -> str:
    return text_of(node.html or "")
