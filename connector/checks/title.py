"""The title: how long it is, and how it is written."""

import re
from collections.abc import Iterator

from connector.checks.passages import beginning, quote
from connector.checks.rule import CheckRule, number, words
from connector.domain.finding import Level
from connector.domain.item import Revision, nfc
from connector.domain.message import Message
from connector.language import N_
from connector.ports.check import Context, Remark

TOO_SHORT = N_("The title has {length} characters; it should have at least {min}.")
TOO_LONG = N_("The title has {length} characters; it should have at most {max}.")

CAPITALS = N_("The title is all in capitals.")
ENDING = N_("The title ends with “{ending}”.")
BLANK_AROUND = N_("The title begins or ends with a blank.")
DOUBLE_BLANK = N_("The title has several blanks in a row.")
SEVERAL_LINES = N_("The title goes over several lines.")

LINE_BREAK = re.compile(r"[\n\r\v\f\x85\u2028\u2029]+")
BLANKS = re.compile(r"[^\S\n\r\v\f\x85\u2028\u2029]{2,}")
WORD = re.compile(r"[^\W\d_]+")


def _title_length(revision: Revision, context: Context) -> Iterator[Remark]:
    title = nfc(revision.title.strip())
    if not title:
        return  # That it is missing, `required-fields` says.
    shortest, longest = number(context, "min"), number(context, "max")
    shown = beginning(revision.title)
    if len(title) < shortest:
        facts = {"length": len(title), "min": shortest}
        yield Remark(message=Message(TOO_SHORT, facts), part="title", quote=shown)
    if len(title) > longest:
        facts = {"length": len(title), "max": longest}
        yield Remark(message=Message(TOO_LONG, facts), part="title", quote=shown)


def _title_form(revision: Revision, context: Context) -> Iterator[Remark]:
    title = revision.title
    bare = title.strip()
    if not bare:
        return
    if _is_in_capitals(bare):
        yield _of_title(Message(CAPITALS), beginning(title))
    if bare != title:
        yield _of_title(Message(BLANK_AROUND), beginning(title))
    if gap := BLANKS.search(bare):
        yield _of_title(Message(DOUBLE_BLANK), quote(bare, *gap.span()))
    if broken := LINE_BREAK.search(bare):
        yield _of_title(Message(SEVERAL_LINES), quote(bare, *broken.span()))
    for ending in words(context, "endings"):
        if ending and bare.endswith(ending):
            end = len(bare)
            shown = quote(bare, end - len(ending), end)
            yield _of_title(Message(ENDING, {"ending": ending}), shown)
            return


def _is_in_capitals(title: str) -> bool:
    """Return whether it shouts: a single word in capitals is rather a name (UNESCO)."""
    return len(WORD.findall(nfc(title))) > 1 and title.isupper()


def _of_title(message: Message, shown: str) -> Remark:
    return Remark(message=message, part="title", quote=shown)


RULES = (
    CheckRule(
        id="title-length",
        version=1,
        title=N_("The title is neither too short nor too long"),
        level=Level.WARN,
        look=_title_length,
        defaults={"min": 10, "max": 150},
    ),
    CheckRule(
        id="title-form",
        version=1,
        title=N_("The title is written like a title"),
        level=Level.WARN,
        look=_title_form,
        defaults={"endings": [".", "!", "…"]},
    ),
)
