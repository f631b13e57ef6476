"""
The procedure as a table: one row for each arrow of the flow chart.

Source: QT/TTTT-TV, issue 02 (2014), "Cập nhật thông tin". Two loops, and no others:
*check → receive* on inaccurate information, *verify → publish* on an inaccurate
result. A state is the last step that was done, so *check → receive* arrives at
`returned`, which waits at *receive*, and *verify → publish* arrives at `approved`,
which waits at *publish*.
"""

from dataclasses import dataclass

from connector.domain.decision import Outcome, Step
from connector.domain.item import State
from connector.domain.person import Role


@dataclass(frozen=True, slots=True)
class Arrow:
    """From a state, by a step that ends in an outcome, to a state."""

    at: State | None
    """None: the item does not exist yet."""
    step: Step
    on: Outcome
    to: State


def _arrows(*at: State | None, step: Step, on: Outcome, to: State) -> list[Arrow]:
    return [Arrow(state, step, on, to) for state in at]


_OPEN = (State.RECEIVED, State.CHECKED, State.CLASSIFIED, State.APPROVED)
PASSED_PUBLISH = (State.PUBLISHED, State.VERIFIED, State.COMPLETE)
"""The states of an item that readers can see."""

PROCEDURE: tuple[Arrow, ...] = (
    *_arrows(None, step=Step.RECEIVE, on=Outcome.DONE, to=State.RECEIVED),
    # A correction: the text is new, so everything that was decided about it is void.
    *_arrows(
        State.RETURNED,
        *_OPEN,
        *PASSED_PUBLISH,
        step=Step.RECEIVE,
        on=Outcome.DONE,
        to=State.RECEIVED,
    ),
    *_arrows(State.RECEIVED, step=Step.CHECK, on=Outcome.ACCURATE, to=State.CHECKED),
    # What was passed can still be found inaccurate, until it is published.
    *_arrows(*_OPEN, step=Step.CHECK, on=Outcome.INACCURATE, to=State.RETURNED),
    # Another category is another text to approve.
    *_arrows(
        State.CHECKED,
        State.CLASSIFIED,
        State.APPROVED,
        step=Step.CLASSIFY,
        on=Outcome.DONE,
        to=State.CLASSIFIED,
    ),
    *_arrows(State.CLASSIFIED, step=Step.APPROVE, on=Outcome.DONE, to=State.APPROVED),
    *_arrows(State.APPROVED, step=Step.PUBLISH, on=Outcome.DONE, to=State.PUBLISHED),
    *_arrows(State.PUBLISHED, step=Step.VERIFY, on=Outcome.ACCURATE, to=State.VERIFIED),
    # After completion the page is watched: what is proved can be found changed.
    *_arrows(
        *PASSED_PUBLISH, step=Step.VERIFY, on=Outcome.INACCURATE, to=State.APPROVED
    ),
    *_arrows(State.VERIFIED, step=Step.COMPLETE, on=Outcome.DONE, to=State.COMPLETE),
    *_arrows(
        State.RETURNED, *_OPEN, step=Step.REJECT, on=Outcome.DONE, to=State.REJECTED
    ),
    # Also while a correction of what is public is under way.
    *_arrows(
        State.RETURNED,
        *_OPEN,
        *PASSED_PUBLISH,
        step=Step.WITHDRAW,
        on=Outcome.DONE,
        to=State.WITHDRAWN,
    ),
)

RESPONSIBLE: dict[Step, frozenset[Role]] = {
    Step.PLAN: frozenset({Role.DEPUTY_DIRECTOR}),
    Step.RECEIVE: frozenset({Role.DEPUTY_DIRECTOR, Role.LIBRARIAN, Role.CONNECTOR}),
    Step.CHECK: frozenset({Role.LIBRARIAN}),
    Step.CLASSIFY: frozenset({Role.LIBRARIAN}),
    Step.APPROVE: frozenset({Role.DEPUTY_DIRECTOR}),
    Step.PUBLISH: frozenset({Role.LIBRARIAN, Role.WEBMASTER, Role.CONNECTOR}),
    Step.VERIFY: frozenset({Role.DEPUTY_DIRECTOR, Role.LIBRARIAN, Role.CONNECTOR}),
    Step.COMPLETE: frozenset({Role.DEPUTY_DIRECTOR, Role.LIBRARIAN, Role.CONNECTOR}),
    Step.REJECT: frozenset({Role.DEPUTY_DIRECTOR, Role.LIBRARIAN}),
    # The connector: only when the time is over that an item was approved for.
    Step.WITHDRAW: frozenset({Role.DEPUTY_DIRECTOR, Role.CONNECTOR}),
}
"""Who is responsible for a step, unless procedure.toml says otherwise."""


def mermaid() -> str:
    """Return the flow chart as Mermaid text; docs/procedure.md embeds it."""
    lines = [
        f"    {arrow.at or 'start'} -- {arrow.step}: {arrow.on} --> {arrow.to}"
        for arrow in PROCEDURE
    ]
    return "\n".join(["flowchart TD", *lines])
