"""What a library decides about its procedure: roles, four eyes, what runs by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import FourEyes
from connector.domain.item import ItemId
from connector.domain.person import Person, Role
from connector.procedure.table import RESPONSIBLE

EARLIER: Mapping[Step, tuple[Step, ...]] = {
    Step.CHECK: (Step.RECEIVE,),
    Step.APPROVE: (Step.RECEIVE, Step.CHECK),
    Step.VERIFY: (Step.CHECK, Step.APPROVE),
}
"""Whose hand may not be on a step again: finder ≠ checker ≠ approver ≠ verifier."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The choices of procedure.toml, without where they were written."""

    responsible: Mapping[Step, frozenset[Role]] = field(
        default_factory=lambda: RESPONSIBLE
    )
    four_eyes: frozenset[Step] = frozenset(EARLIER)
    """The steps that want another person than those before."""
    automatic: frozenset[Step] = frozenset()
    """*check* and *classify* may run without a person, where a library wants that."""
    approval_by_check: bool = False
    """True: an *accurate* check is the approval, as the written procedure reads."""
    waived_by: frozenset[Role] = frozenset({Role.DEPUTY_DIRECTOR})
    """Who may set a blocking rule aside, with a reason."""


def four_eyes(
    item_id: ItemId,
    step: Step,
    *,
    by: Person,
    decisions: Iterable[Decision],
    policy: Policy,
) -> None:
    """
    Refuse a person whose hand is already on this round of the item.

    A round begins when the text is received; decisions about an earlier text do
    not count. The connector itself is no person.

    Raises:
        FourEyes: `by` took one of the earlier steps of this round.
    """
    if step not in policy.four_eyes or Role.CONNECTOR in by.roles:
        return
    round_ = this_round(decisions)
    for earlier in round_:
        if earlier.step in EARLIER[step] and earlier.by == by.name:
            raise FourEyes(user=by.name, earlier=earlier.step, item=item_id, step=step)


def this_round(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions since the text was last received, oldest first."""
    round_: list[Decision] = []
    for decision in decisions:
        if decision.step is Step.RECEIVE:
            round_ = []
        round_.append(decision)
    return round_


def last(
    decisions: Iterable[Decision], step: Step, outcome: Outcome
) -> Decision | None:
    """Return the last decision of this round that ended `step` as `outcome`."""
    found = [d for d in this_round(decisions) if (d.step, d.outcome) == (step, outcome)]
    return found[-1] if found else None
