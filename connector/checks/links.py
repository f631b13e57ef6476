"""Every link leads somewhere."""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from connector.checks.passages import beginning
from connector.checks.rule import CheckRule, number, words
from connector.domain.errors import AddressRefused, AnswerTooLarge, WebError
from connector.domain.finding import Level
from connector.domain.item import Revision, nfc
from connector.domain.message import Fact, Message
from connector.http.guard import Refusal
from connector.language import N_
from connector.markup import links
from connector.ports.check import Context, Remark
from connector.ports.web import PublicWeb

GONE = N_("There is nothing at {url} (answer {status}).")
GONE_POLITELY = N_("There is nothing at {url}: the page says “{title}”.")
REFUSED = N_("Readers cannot open {url}: {problem}.")
REFUSED_BECAUSE: Mapping[object, str] = {
    Refusal.NOT_WEB: N_("{url} is not a complete web address."),
    Refusal.NAMES_USER: N_("The address {url} contains a user name or a password."),
    Refusal.PRIVATE: N_("{url} leads into a private network: readers cannot open it."),
}
"""Whole sentences, because a reason that is stored as a fact is not translated."""
NO_VERDICT = N_("Whether {url} is there could not be checked (answer {status}).")
NO_ANSWER = N_("Whether {url} is there could not be checked: no answer.")
TOO_MANY = N_("{left} more links were not asked: at most {at_most} are.")
NO_ADDRESS = N_("The link “{text}” has no address.")
INCOMPLETE = N_("The address “{url}” is not complete: it names no site.")
NOT_FOR_READERS = N_("Readers cannot open an address such as “{url}”.")
NO_FILE = N_("The link “{text}” is to a file that the item does not have.")
NO_MAIL = N_("“{url}” is no e-mail address.")
NO_PHONE = N_("“{url}” is no telephone number.")
NO_TEXT = N_("The link to {url} has no words that a reader could follow.")

MAIL = re.compile(r"[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
PHONE = re.compile(r"\+?[\d\s().-]{3,20}")
TITLE = re.compile(r"<title[^>]{0,100}>([^<]{0,300})", re.IGNORECASE)

PAGE_MB = 1.0
"""A page that says “not found” is a small one."""


def _links(revision: Revision, context: Context) -> Iterator[Remark]:
    files = {file.address for file in revision.files}
    pictures = _on_pictures(revision.body)
    asked: set[str] = set()
    at_most, left = number(context, "at_most"), 0
    for href, text in links(revision.body):
        url = href.strip()
        shown = beginning(text or href)
        if not text and href not in pictures:
            yield Remark(message=Message(NO_TEXT, {"url": url}), quote=shown)
        if not _is_web(url):
            if message := _wrong_form(url, text=text, files=files):
                yield Remark(message=message, quote=shown)
        elif url in asked:
            continue
        elif len(asked) == at_most:
            left += 1
        else:
            asked.add(url)
            yield from _ask(url, context, shown)
    if left:
        facts = {"left": left, "at_most": at_most}
        yield Remark(message=Message(TOO_MANY, facts), checked=False)


def _on_pictures(body: str) -> set[str]:
    """Return the addresses of links on pictures that are described in words."""
    return {
        link.attributes["href"] or ""
        for link in LexborHTMLParser(body).css("a[href]")
        if any((one.attributes.get("alt") or "").strip() for one in link.css("img"))
    }


def _is_web(url: str) -> bool:
    return url.lower().startswith(("http://", "https://"))


def _wrong_form(url: str, *, text: str, files: set[str]) -> Message | None:
    """Say what is wrong with an address that is not asked over the network."""
    scheme, colon, rest = url.partition(":")
    match scheme.lower() if colon else "":
        case "mailto":
            wrong = "" if _is_mail(rest) else NO_MAIL
        case "tel":
            wrong = "" if _is_phone(rest) else NO_PHONE
        case "attachment":
            wrong = "" if url in files else NO_FILE
        case "" if not url:
            wrong = NO_ADDRESS
        case "":
            # A mere fragment is a place on the same page.
            wrong = "" if url.startswith("#") else INCOMPLETE
        case _:
            wrong = NOT_FOR_READERS
    return Message(wrong, {"url": url, "text": text}) if wrong else None


def _is_mail(rest: str) -> bool:
    people = unquote(rest.partition("?")[0]).split(",")
    return all(MAIL.fullmatch(one.strip()) for one in people)


def _is_phone(rest: str) -> bool:
    shown = unquote(rest)
    return bool(PHONE.fullmatch(shown)) and any(map(str.isdigit, shown))


def _ask(url: str, context: Context, shown: str) -> Iterator[Remark]:
    try:
        status = context.web.status(url)
        title = _title(context.web, url) if status == HTTPStatus.OK else ""
    except AddressRefused as error:
        problem = error.facts.get("problem", "")
        facts = {"url": str(error.facts.get("url", url)), "problem": str(problem)}
        template = REFUSED_BECAUSE.get(problem, REFUSED)
        yield Remark(message=Message(template, facts), quote=shown)
    except WebError:
        message = Message(NO_ANSWER, {"url": url})
        yield Remark(message=message, quote=shown, checked=False)
    else:
        yield from _judge(url, status, title, context, shown)


def _judge(
    url: str, status: int, title: str, context: Context, shown: str
) -> Iterator[Remark]:
    facts: dict[str, Fact] = {"url": url, "status": status}
    if status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}:
        yield Remark(message=Message(GONE, facts), quote=shown)
    elif not HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        yield Remark(message=Message(NO_VERDICT, facts), quote=shown, checked=False)
    elif _says(words(context, "not_found"), title):
        message = Message(GONE_POLITELY, {"url": url, "title": title[:80]})
        yield Remark(message=message, quote=shown)


def _title(web: PublicWeb, url: str) -> str:
    """Return the title of the page at `url`; empty if it is no page with one."""
    try:
        page = web.get(url, limit_mb=PAGE_MB)
    except AnswerTooLarge:
        return ""
    found = TITLE.search(page.body.decode(errors="replace"))
    return " ".join(html.unescape(found[1]).split()) if found else ""


def _says(phrases: Sequence[str], title: str) -> bool:
    bare = nfc(title).casefold()
    return any(nfc(phrase).casefold() in bare for phrase in phrases if phrase)


RULES = (
    CheckRule(
        id="links",
        version=1,
        title=N_("Every link leads somewhere"),
        level=Level.WARN,
        look=_links,
        defaults={
            "at_most": 50,
            "not_found": [
                "không tồn tại",
                "không tìm thấy",
                "lỗi 404",
                "404 not found",
                "page not found",
            ],
        },
    ),
)
