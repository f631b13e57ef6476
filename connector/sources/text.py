"""Small pieces of text that every kind of source needs."""

from html import escape
from urllib.parse import urljoin, urlsplit

from connector.domain.item import nfc

_SOURCE = {"vi": "Nguồn"}
"""The word before a source's name, by the language of the item, not of the screen."""


def one_line(text: str) -> str:
    """Return `text` in NFC on one line, without characters that no reader sees."""
    words = "".join(c if c.isprintable() else " " for c in nfc(text)).split()
    return " ".join(words)


def absolute(address: str, base: str) -> str:
    """Return the web address that `address` means on `base`; empty if it is none."""
    try:
        joined = urljoin(base, address.strip()) if address.strip() else ""
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in {"http", "https"} and parts.netloc else ""


def source_line(attribution: str, *, link: str, language: str) -> str:
    """Return the paragraph that tells the reader where an item comes from."""
    credit = escape(attribution)
    if link:
        credit = f'<a href="{escape(link)}">{credit}</a>'
    return f"<p>{_SOURCE.get(language, 'Source')}: {credit}</p>"
