"""A decision: one passage of one step, kept for good."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from connector.domain.item import Sha256
from connector.domain.person import Role
from connector.language import N_


class Step(StrEnum):
    """
    The steps of the procedure.

    Source: QT/TTTT-TV; *approve* is the decision with which step 5 begins, *reject*
    and *withdraw* are the two ways out.
    """

    PLAN = N_("plan")
    RECEIVE = N_("receive")
    CHECK = N_("check")
    CLASSIFY = N_("classify")
    APPROVE = N_("approve")
    PUBLISH = N_("publish")
    VERIFY = N_("verify")
    COMPLETE = N_("complete")
    REJECT = N_("reject")
    WITHDRAW = N_("withdraw")


class Outcome(StrEnum):
    """How a step can end: the words on the arrows."""

    DONE = N_("done")
    ACCURATE = N_("accurate")
    INACCURATE = N_("inaccurate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Who ended which step how, over which text. Never changed, never removed."""

    step: Step
    outcome: Outcome
    by: str
    role: Role
    at: datetime
    """Aware, UTC."""
    digest: Sha256
    """Of the revision that was looked at."""
    reason: str = ""
