"""Is everything there, and nothing left that was to be filled in?"""

import re
from collections.abc import Iterator

from connector.checks.passages import quote
from connector.checks.rule import CheckRule, words
from connector.domain.finding import Level
from connector.domain.item import Revision, nfc
from connector.domain.message import Message
from connector.language import N_
from connector.markup import text_of
from connector.ports.check import Context, Remark

MISSING = {
    "title": N_("The title is missing."),
    "excerpt": N_("The excerpt is missing."),
    "body": N_("The body has no text."),
}

PLACEHOLDER = N_("“{found}” still waits to be filled in ({places} times).")

BLANKS = (
    # A blank form has its dots at the end of a line; in a line they are a writer's.
    # Possessive: however long the row, it is looked at once.
    re.compile(r"(?<![.…])(?:\.{4,}+|…{2,}+)(?=[^\S\n]*$)", re.MULTILINE),
    re.compile(r"_{4,}"),
    # In capitals, three are the Roman thirty: “thế kỷ XXX”.
    re.compile(r"\bx{3,}\b"),
)


def _required_fields(revision: Revision, context: Context) -> Iterator[Remark]:
    texts = {
        "title": revision.title,
        "excerpt": revision.excerpt,
        "body": text_of(revision.body),
    }
    fields = words(context, "fields")
    for name, text in texts.items():
        if name in fields and not any(c.isalnum() for c in text):
            yield Remark(message=Message(MISSING[name]), part=name)


def _placeholder(revision: Revision, context: Context) -> Iterator[Remark]:
    patterns = [*map(_phrase, words(context, "words")), *BLANKS]
    for part, text in (("title", revision.title), ("body", text_of(revision.body))):
        hits = [list(pattern.finditer(text)) for pattern in patterns]
        for places in sorted(filter(None, hits), key=lambda found: found[0].start()):
            first = places[0]
            yield Remark(
                message=Message(
                    PLACEHOLDER, {"found": first.group()[:20], "places": len(places)}
                ),
                part=part,
                quote=quote(text, first.start(), first.end()),
            )


def _phrase(phrase: str) -> re.Pattern[str]:
    """Return what finds the phrase as whole words, on one line or wrapped."""
    spaced = r"\s+".join(map(re.escape, nfc(phrase).split()))
    return re.compile(rf"(?<!\w){spaced}(?!\w)", re.IGNORECASE)


RULES = (
    CheckRule(
        id="required-fields",
        version=1,
        title=N_("Title and body are there"),
        level=Level.BLOCK,
        look=_required_fields,
        defaults={"fields": ["title", "body"]},
        choices={"fields": ("title", "excerpt", "body")},
    ),
    CheckRule(
        id="placeholder",
        version=1,
        title=N_("Nothing is left to be filled in"),
        level=Level.BLOCK,
        look=_placeholder,
        defaults={
            "words": [
                "lorem ipsum",
                "TODO",
                "TBD",
                "[cần bổ sung]",
                "[bổ sung sau]",
                "[chèn ảnh]",
                "tiêu đề ở đây",
                "nội dung ở đây",
                "nhập tiêu đề",
                "insert text here",
            ]
        },
    ),
)
