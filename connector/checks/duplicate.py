"""The same text as another item."""

from collections.abc import Iterator

from connector.checks.passages import beginning
from connector.checks.rule import CheckRule
from connector.domain.finding import Level
from connector.domain.item import Revision
from connector.domain.message import Message
from connector.language import N_
from connector.ports.check import Context, Remark

DUPLICATE = N_("Title and body are the same as those of item {items}.")


def _duplicate(revision: Revision, context: Context) -> Iterator[Remark]:
    others = context.known.same_text(revision, but=context.item.id)
    if others:
        items = ", ".join(map(str, sorted(others)))
        yield Remark(
            message=Message(DUPLICATE, {"items": items}),
            part="title",
            quote=beginning(revision.title),
        )


RULES = (
    CheckRule(
        id="duplicate",
        version=1,
        title=N_("No other item says the same"),
        level=Level.BLOCK,
        look=_duplicate,
    ),
)
