"""From the bytes of a page to its text, as strictly as the page says."""

import codecs
import re
from dataclasses import dataclass

from connector.comparison.inputs import Page

_IN_HEADER = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:+-]+)", re.IGNORECASE)
_IN_META = re.compile(
    rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:+-]{1,40})", re.IGNORECASE
)
_HEAD = 4096

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BROWSERS_READ = dict.fromkeys(
    ("iso-8859-1", "iso8859-1", "latin1", "latin-1", "ascii", "us-ascii"), "cp1252"
)


@dataclass(frozen=True, slots=True)
class Decoded:
    """The text of a page."""

    text: str
    charset: str
    sound: bool
    """False: the bytes are not in the charset that the page declares."""


def decode(page: Page) -> Decoded:
    """
    Return the text of `page`, by its BOM, header, meta element, else as UTF-8.

    Bytes that cannot be read become U+FFFD, and `sound` is false.
    """
    for bom, charset in _BOMS:
        if page.body.startswith(bom):
            return _decoded(page.body[len(bom) :], charset)
    in_header = _IN_HEADER.search(page.header("content-type"))
    if in_header and (charset := _known(in_header[1])):
        return _decoded(page.body, charset)
    in_meta = _IN_META.search(page.body[:_HEAD])
    if in_meta and (charset := _known(in_meta[1].decode("ascii", "replace"))):
        return _decoded(page.body, charset)
    return _decoded(page.body, "utf-8")


def _known(label: str) -> str:
    label = label.strip().lower()
    charset = _BROWSERS_READ.get(label, label)
    try:
        # Only codecs between bytes and text: Python has others, such as zip.
        codec = codecs.lookup(charset)
        b"a".decode(codec.name)
    except (LookupError, ValueError):
        return ""
    return charset


def _decoded(body: bytes, charset: str) -> Decoded:
    try:
        return Decoded(body.decode(charset), charset, sound=True)
    except ValueError:
        return Decoded(body.decode(charset, "replace"), charset, sound=False)
