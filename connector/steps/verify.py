"""
Step 6: verify that the public page shows what was approved.

`read_back` takes the two hops and says what was found; here it is kept, and decided
what follows from it.

Source: QT/TTTT-TV, step 6; "inaccurate" goes back to *publish*.
"""

from dataclasses import dataclass
from datetime import timedelta

from connector.comparison import Approved, Page, Profile
from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    ItemChanged,
    LeaseLost,
    NothingToAccept,
    OutcomeNotAllowed,
    ReasonMissing,
)
from connector.domain.item import Item, ItemId, Revision, State
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState
from connector.domain.verdict import Judgement, Verification
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import acting_role, allowed, permitted
from connector.procedure.policy import four_eyes
from connector.steps.complete import proved
from connector.steps.leases import claim, released
from connector.steps.read_back import NOT_COMPARED, as_approved, read_back

AGAIN = timedelta(seconds=20)
"""When a page not had, or cached, is asked for again; doubled, an hour at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One verification together with what was compared, for the diff people read."""

    verification: Verification
    approved: Approved
    page: Page | None
    profile: Profile


def verify(publication: Publication, *, by: Person, parts: Parts) -> Seen | None:
    """
    Compare one public page with the approved revision, and keep what was seen.

    PASS on every target verifies the item; FAIL returns it to *publish*; a REVIEW
    waits for `accept`; whatever could not be compared is asked for again later.

    Returns:
        The verdict; None if another worker is at it.

    Raises:
        RoleNotAllowed: `by` may not verify.
        OutcomeNotAllowed: nothing of this item is public yet.
    """
    role = acting_role(Step.VERIFY, by, parts.policy)
    with parts.staging.transaction() as tx:
        item = tx.item(publication.item_id)
        if not publication.post_id or publication.state not in _VERIFIABLE:
            raise OutcomeNotAllowed(
                item=item.id,
                state=item.state,
                step=Step.VERIFY,
                allowed=allowed(item.state),
            )
        mine = claim(tx, publication, parts)
        if mine is None:
            return None
        revision = tx.revision(item.id, mine.revision)
        earlier = _shown_before(tx, mine)

    # No transaction is open here: a slow site must not hold a lock on staging.
    before = [as_approved(old, mine, parts) for old in earlier]
    approved = as_approved(revision, mine, parts)
    profile = Profile(noise=parts.route(mine.target).noise)
    verdict, page = read_back(mine, approved, before, profile=profile, parts=parts)

    verification = Verification(
        item_id=item.id,
        target=mine.target,
        digest=revision.digest,
        at=parts.clock.now(),
        url=page.url if page else mine.url,
        verdict=verdict,
        page=parts.archive.put(page.body) if page else None,
        by=by.name,
    )
    try:
        _store(mine, verification, by=by, role=role, parts=parts)
    except LeaseLost:
        return None
    return Seen(
        verification=verification, approved=approved, page=page, profile=profile
    )


def _shown_before(tx: Transaction, publication: Publication) -> list[Revision]:
    """Return the earlier revisions that were public: a cache can hold no other."""
    item_id = publication.item_id
    shown = {
        verification.digest
        for verification in tx.verifications(item_id)
        if verification.target == publication.target
    }
    shown |= {
        decision.digest
        for decision in tx.decisions(item_id)
        if decision.step is Step.PUBLISH and decision.outcome is Outcome.DONE
    }
    return [
        revision
        for revision in tx.revisions(item_id)
        if revision.number < publication.revision and revision.digest in shown
    ]


def accept(
    item_id: ItemId, *, by: Person, reason: str, parts: Parts
) -> list[Verification]:
    """
    Accept the differences of every REVIEW that waits, as a named person, with why.

    Raises:
        NothingToAccept: nothing waits, or what waits is a FAIL.
        ReasonMissing: an acceptance is kept with its reason.
        OutcomeNotAllowed, RoleNotAllowed, FourEyes: `by` may not, or not now.
        ItemChanged: a worker looks at the page just now.
    """
    if not reason.strip():
        raise ReasonMissing(step=Step.VERIFY)
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        role = acting_role(Step.VERIFY, by, parts.policy)
        if item.state not in {State.VERIFIED, State.COMPLETE}:
            permitted(item, Step.VERIFY, Outcome.ACCURATE, by=by, policy=parts.policy)
        four_eyes(
            item_id,
            Step.VERIFY,
            by=by,
            decisions=tx.decisions(item_id),
            policy=parts.policy,
        )
        accepted = []
        for publication in tx.publications(item_id):
            latest = [
                v for v in tx.verifications(item_id) if v.target == publication.target
            ][-1:]
            for verification in latest:
                if not _waits(verification, publication):
                    continue
                mine = claim(tx, publication, parts)
                if mine is None:
                    raise ItemChanged(item=item_id)
                accepted.append(
                    tx.accept_verification(verification, by=by.name, reason=reason)
                )
                tx.save_publication(
                    released(mine, state=PublicationState.VERIFIED, due_at=None),
                    event=N_("difference accepted"),
                    by=by.name,
                    reason=reason,
                )
        if not accepted:
            raise NothingToAccept(item=item_id)
        if proved(tx, item) and item.state is State.PUBLISHED:
            tx.decide(
                item,
                Decision(
                    step=Step.VERIFY,
                    outcome=Outcome.ACCURATE,
                    by=by.name,
                    role=role,
                    at=parts.clock.now(),
                    digest=tx.revision(item_id).digest,
                    reason=reason,
                ),
            )
        return accepted


_AFTER = {
    Judgement.PASS: PublicationState.VERIFIED,
    Judgement.REVIEW: PublicationState.LIVE,
    Judgement.FAIL: PublicationState.MISMATCH,
}

_VERIFIABLE = frozenset(
    {
        PublicationState.LIVE,
        PublicationState.VERIFIED,
        PublicationState.MISMATCH,
    }
)


def _waits(verification: Verification, publication: Publication) -> bool:
    return (
        verification.verdict.judgement is Judgement.REVIEW
        and not verification.accepted_by
        and verification.digest == publication.digest
    )


def _store(
    mine: Publication,
    verification: Verification,
    *,
    by: Person,
    role: Role,
    parts: Parts,
) -> None:
    judgement = verification.verdict.judgement
    now = verification.at
    again = judgement in NOT_COMPARED
    state = mine.state if again else _AFTER[judgement]
    wait = min(AGAIN * 2 ** min(mine.attempt, 8), timedelta(hours=1))
    changed = released(
        mine,
        state=state,
        attempt=mine.attempt + 1 if again else 0,
        due_at=now + wait if again else None,
        problem=verification.verdict.reason,
    )
    with parts.staging.transaction() as tx:
        tx.save_verification(verification)
        tx.save_publication(changed, event=N_("page looked at"), by=by.name)
        item = tx.item(mine.item_id)
        outcome = _outcome(item, judgement, right=proved(tx, item))
        if outcome is not None:
            tx.decide(
                item,
                Decision(
                    step=Step.VERIFY,
                    outcome=outcome,
                    by=by.name,
                    role=role,
                    at=now,
                    digest=tx.revision(item.id).digest,
                ),
            )


def _outcome(item: Item, judgement: Judgement, *, right: bool) -> Outcome | None:
    public = {State.PUBLISHED, State.VERIFIED, State.COMPLETE}
    if judgement is Judgement.FAIL and item.state in public:
        return Outcome.INACCURATE
    if right and item.state is State.PUBLISHED:
        return Outcome.ACCURATE
    return None
