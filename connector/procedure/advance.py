"""Which state comes next, and in which role it is reached."""

from connector.domain.decision import Outcome, Step
from connector.domain.errors import OutcomeNotAllowed, RoleNotAllowed
from connector.domain.item import Item, State
from connector.domain.person import Person, Role
from connector.procedure.policy import Policy
from connector.procedure.table import PROCEDURE


def advance(at: State | None, step: Step, outcome: Outcome, *, item: object) -> State:
    """
    Return the state that follows `at` when `step` ends as `outcome`.

    Args:
        at: None for an item that does not exist yet.
        step: the step that was taken.
        outcome: how it ended.
        item: its number, for the error.

    Raises:
        OutcomeNotAllowed: no arrow of the procedure does that.
    """
    for arrow in PROCEDURE:
        if (arrow.at, arrow.step, arrow.on) == (at, step, outcome):
            return arrow.to
    raise OutcomeNotAllowed(item=item, state=at, step=step, allowed=allowed(at))


def allowed(at: State | None) -> list[Step]:
    """Return the steps that can be taken from a state, in the procedure's order."""
    return list(dict.fromkeys(arrow.step for arrow in PROCEDURE if arrow.at is at))


def acting_role(step: Step, by: Person, policy: Policy) -> Role:
    """
    Return the role in which `by` takes `step`.

    Raises:
        RoleNotAllowed: none of the person's roles is responsible for it.
    """
    owners = policy.responsible[step]
    if step in policy.automatic:
        owners |= {Role.CONNECTOR}
    # Sorted, so that somebody with two roles always acts in the same one.
    for role in sorted(owners & by.roles):
        return role
    raise RoleNotAllowed(
        step=step, owners=sorted(owners), user=by.name, roles=sorted(by.roles)
    )


def permitted(
    item: Item, step: Step, outcome: Outcome, *, by: Person, policy: Policy
) -> Role:
    """
    Return the role in which `by` may end `step` as `outcome` on `item` now.

    Raises:
        OutcomeNotAllowed: the procedure has no such arrow; told before the role,
            because nobody at all could do it.
        RoleNotAllowed: the arrow is for other roles.
    """
    advance(item.state, step, outcome, item=item.id)
    return acting_role(step, by, policy)
