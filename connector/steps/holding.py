"""Why a draft does not go on by itself, or not yet, and what is told of it."""

from datetime import timedelta

from connector.domain.item import part_name
from connector.domain.message import Message, listed
from connector.domain.publication import Loss, PublicationState, StoredPost
from connector.language import N_, say
from connector.procedure.circuit import PROBE
from connector.steps.sending import Job, Store


def held(lost: list[Loss]) -> dict[str, object]:
    """Return what is stored of a draft that waits for a decision on its losses."""
    problem = Message(
        N_("The CMS changed or dropped something in the draft: {parts}."),
        {"parts": listed(part_name(loss.part) for loss in lost)},
    )
    return {"state": PublicationState.HELD, "due_at": None, "problem": problem}


def not_public(store: Store, job: Job, stored: StoredPost) -> None:
    """Hold a post that the CMS did not make public."""
    problem = Message.of(
        N_("The CMS did not make the post public; it says “{state}”."),
        {"state": stored.state},
    )
    store.release(
        job,
        N_("not made public"),
        state=PublicationState.HELD,
        version=stored.version,
        due_at=None,
        problem=problem,
    )
    job.done = True


def other_date(job: Job, stored: StoredPost) -> Message | None:
    """Return what is to be told if readers see another date than was typed."""
    typed, shown = job.before.go_live_at, stored.date
    if typed is None or shown is None or abs(shown - typed) < timedelta(minutes=1):
        return None
    return Message(
        N_("The CMS shows {shown} as its date, not {typed}."),
        {"shown": say("{at}", {"at": shown}), "typed": say("{at}", {"at": typed})},
    )


def wait_for_webmaster(store: Store, job: Job) -> None:
    """Let a draft wait until its webmaster makes it public."""
    store.release(
        job,
        N_("waits for the webmaster"),
        attempt=0,
        lost=0,
        problem=Message(N_("The draft waits for the webmaster to make it public.")),
        due_at=store.tx.now() + PROBE,
    )
    job.done = True


def wait_for_its_time(store: Store, job: Job) -> None:
    """Let a draft wait for the time that was typed."""
    at = job.before.go_live_at
    store.release(
        job,
        N_("waits for its time"),
        attempt=0,
        lost=0,
        problem=Message(N_("The draft is ready, and goes live at its time.")),
        due_at=at,
    )
    job.done = True
