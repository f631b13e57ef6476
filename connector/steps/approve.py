"""
The approval with which step 5 begins: a named person's decision, bound to a digest.

By default it is the deputy director's. With `approval = "check"` in procedure.toml an
*accurate* check counts as approval, as the written procedure reads literally.

Source: QT/TTTT-TV, steps 3 and 5.
"""

from dataclasses import replace
from datetime import datetime

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    NoTarget,
    NotChecked,
    TargetLeft,
    TimePast,
    TimesCrossed,
)
from connector.domain.item import (
    CategoryCode,
    Item,
    ItemId,
    Revision,
    changed_parts,
    part_name,
)
from connector.domain.message import listed
from connector.domain.person import Person, Role
from connector.domain.publication import Publication, PublicationState, Timing
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Transaction
from connector.procedure.advance import permitted
from connector.procedure.policy import four_eyes, last
from connector.steps.check import refuse_blocked, unchanged, up_to_date_check


def approve(
    item_id: ItemId, *, by: Person, parts: Parts, timing: Timing | None = None
) -> Item:
    """
    Approve the latest revision, and intend its publication on every target it has.

    Args:
        item_id: the item.
        by: who decides.
        parts: what the steps work with.
        timing: when it is to be public. A later approval that says nothing of it,
            such as that of a correction, leaves it as it was.

    Raises:
        TimePast, TimesCrossed: `timing` cannot be.
        OutcomeNotAllowed, RoleNotAllowed, FourEyes: `by` may not, or not now.
        NotChecked: the text is not the one that was found accurate.
        Blocked: a rule of the chosen category speaks against it.
        NoTarget: no target takes its category.
        TargetLeft: it has a post on a target that does not take its category.
    """
    with parts.staging.reading() as tx:
        item = tx.item(item_id)
    role = permitted(item, Step.APPROVE, Outcome.DONE, by=by, policy=parts.policy)
    return _approve(
        item, by=by, role=role, parts=parts, other_hand=True, timing=timing or Timing()
    )


def approve_by_check(item_id: ItemId, *, parts: Parts) -> Item:
    """
    Let the *accurate* check of this round count as the approval.

    Raises:
        NotChecked, Blocked, NoTarget: as for `approve`.
    """
    with parts.staging.reading() as tx:
        item, decisions = tx.item(item_id), tx.decisions(item_id)
    checked = last(decisions, Step.CHECK, Outcome.ACCURATE)
    if checked is None:
        raise NotChecked(item=item_id, parts=[])
    checker = Person(checked.by, frozenset({checked.role}))
    return _approve(item, by=checker, role=checked.role, parts=parts, other_hand=False)


def approved(tx: Transaction, item_id: ItemId) -> Revision | None:
    """Return the latest revision if an approval stands for it; else None."""
    decision = last(tx.decisions(item_id), Step.APPROVE, Outcome.DONE)
    revision = tx.revision(item_id)
    return revision if decision and decision.digest == revision.digest else None


def _approve(
    item: Item,
    *,
    by: Person,
    role: Role,
    parts: Parts,
    other_hand: bool,
    timing: Timing | None = None,
) -> Item:
    with parts.staging.reading() as tx:
        revision = tx.revision(item.id)
    result = up_to_date_check(item, revision, parts=parts)
    targets = _targets(revision, parts)
    now = parts.clock.now()
    with parts.staging.transaction() as tx:
        unchanged(tx, item)
        decisions = tx.decisions(item.id)
        if other_hand:
            four_eyes(
                item.id, Step.APPROVE, by=by, decisions=decisions, policy=parts.policy
            )
        _refuse_unchecked(tx, item.id, revision)
        refuse_blocked(tx, item.id, result)
        _refuse_left_behind(tx, item.id, revision, targets)
        decision = Decision(
            step=Step.APPROVE,
            outcome=Outcome.DONE,
            by=by.name,
            role=role,
            at=now,
            digest=revision.digest,
        )
        item = tx.decide(item, decision)
        known = {one.target: one for one in tx.publications(item.id)}
        for target in targets:
            intended = Publication(
                item_id=item.id,
                target=target,
                state=PublicationState.INTENDED,
                revision=revision.number,
                digest=revision.digest,
                due_at=now,
            )
            timed = retimed(
                intended, timing or Timing(), before=known.get(target), now=now
            )
            tx.intend(timed, by=by.name)
        _give_up(tx, item.id, but=targets, by=by)
        return item


def retimed(
    publication: Publication,
    timing: Timing,
    *,
    before: Publication | None,
    now: datetime,
) -> Publication:
    """
    Return the publication with its times; what `timing` leaves open is as `before`.

    Raises:
        TimePast: a time that is given is over.
        TimesCrossed: it would be taken down before it goes live.
    """
    for given in (timing.go_live_at, timing.expire_at):
        if given is not None and given <= now:
            raise TimePast(time=given)
    old = before or publication
    at = timing.go_live_at or old.go_live_at
    until = timing.expire_at or old.expire_at
    if at is not None and until is not None and until <= at:
        raise TimesCrossed(at=at, until=until)
    urgent = old.urgent if timing.urgent is None else timing.urgent
    return replace(publication, go_live_at=at, expire_at=until, urgent=urgent)


def _give_up(tx: Transaction, item_id: ItemId, *, but: list[str], by: Person) -> None:
    """Expect nothing more of targets that the item was meant for, but is no longer."""
    for publication in tx.publications(item_id):
        if publication.target not in but and not publication.post_id:
            gone = replace(
                publication, state=PublicationState.WITHDRAWN, due_at=None, problem=None
            )
            tx.save_publication(gone, event=N_("no longer intended"), by=by.name)


def _refuse_left_behind(
    tx: Transaction, item_id: ItemId, revision: Revision, targets: list[str]
) -> None:
    left = [
        publication.target
        for publication in tx.publications(item_id)
        if publication.target not in targets
        and publication.post_id
        and publication.state is not PublicationState.WITHDRAWN
    ]
    if left:
        raise TargetLeft(item=item_id, targets=left, category=revision.category or "")


def _targets(revision: Revision, parts: Parts) -> list[str]:
    category = revision.category or CategoryCode("")
    targets = [name for name, route in parts.routes.items() if category in route.terms]
    if not targets:
        raise NoTarget(category=category)
    return targets


def _refuse_unchecked(tx: Transaction, item_id: ItemId, revision: Revision) -> None:
    """Only the category may differ from what was found accurate."""
    checked = last(tx.decisions(item_id), Step.CHECK, Outcome.ACCURATE)
    digest = checked.digest if checked else None
    seen = [old for old in tx.revisions(item_id) if old.digest == digest]
    if not seen:
        raise NotChecked(item=item_id, parts=listed(map(part_name, revision.parts)))
    changed = [p for p in changed_parts(seen[-1], revision) if p != "category"]
    if changed:
        raise NotChecked(item=item_id, parts=listed(map(part_name, changed)))
