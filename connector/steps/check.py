"""
Step 3: check form and content; inaccurate goes back to *receive*.

Source: QT/TTTT-TV, step 3.
"""

from dataclasses import dataclass, replace

from connector.domain.decision import Decision, Outcome, Step
from connector.domain.errors import (
    Blocked,
    ItemChanged,
    NoSuchFinding,
    ReasonMissing,
    RoleNotAllowed,
)
from connector.domain.finding import CheckResult, Finding, Level, Waiver
from connector.domain.item import Item, ItemId, Revision, State, changed_parts
from connector.domain.message import Message
from connector.domain.person import Person
from connector.domain.publication import PublicationState
from connector.language import N_
from connector.ports.parts import Parts
from connector.ports.staging import Staging, Transaction
from connector.procedure.advance import permitted
from connector.procedure.policy import four_eyes


@dataclass(frozen=True, slots=True)
class _Known:
    """What other items say, read in a transaction of its own for each question."""

    staging: Staging

    def same_text(self, revision: Revision, *, but: ItemId) -> list[ItemId]:
        with self.staging.reading() as tx:
            return tx.same_text(revision, but=but)


def check(item_id: ItemId, *, parts: Parts) -> CheckResult:
    """
    Run the rules over the latest revision, and keep what they found.

    The result holds for that revision's digest only. Deciding is for a person:
    `accurate` or `give_back`.

    Raises:
        ItemNotFound: there is no such item.
    """
    with parts.staging.reading() as tx:
        item, revision = tx.item(item_id), tx.revision(item_id)

    # No transaction is open here: the links of the item are asked over HTTP.
    result = parts.checks.run(item, revision, _Known(parts.staging))

    with parts.staging.transaction() as tx:
        tx.save_check(result)
    return result


def accurate(item_id: ItemId, *, by: Person, parts: Parts) -> Item:
    """
    Pass the check: a person has found form and content accurate.

    Raises:
        OutcomeNotAllowed, RoleNotAllowed, FourEyes: `by` may not, or not now.
        Blocked: a rule of level *block* speaks against it and is not waived.
    """
    with parts.staging.reading() as tx:
        item, revision = tx.item(item_id), tx.revision(item_id)
    role = permitted(item, Step.CHECK, Outcome.ACCURATE, by=by, policy=parts.policy)
    result = up_to_date_check(item, revision, parts=parts)
    with parts.staging.transaction() as tx:
        unchanged(tx, item)
        four_eyes(
            item_id,
            Step.CHECK,
            by=by,
            decisions=tx.decisions(item_id),
            policy=parts.policy,
        )
        refuse_blocked(tx, item_id, result)
        decision = Decision(
            step=Step.CHECK,
            outcome=Outcome.ACCURATE,
            by=by.name,
            role=role,
            at=parts.clock.now(),
            digest=revision.digest,
        )
        return tx.decide(item, decision)


def give_back(item_id: ItemId, *, by: Person, reason: str, parts: Parts) -> Item:
    """
    Return an item: before it is public, to *receive*; after, to *publish*.

    Raises:
        ReasonMissing: a return is kept with its reason.
        OutcomeNotAllowed, RoleNotAllowed: `by` may not, or not now.
    """
    with parts.staging.transaction() as tx:
        item = tx.item(item_id)
        public = item.state in {State.PUBLISHED, State.VERIFIED, State.COMPLETE}
        step = Step.VERIFY if public else Step.CHECK
        role = permitted(item, step, Outcome.INACCURATE, by=by, policy=parts.policy)
        if not reason.strip():
            raise ReasonMissing(step=step)
        decision = Decision(
            step=step,
            outcome=Outcome.INACCURATE,
            by=by.name,
            role=role,
            at=parts.clock.now(),
            digest=tx.revision(item_id).digest,
            reason=reason,
        )
        if public:
            _publish_again(tx, item_id, by=by, reason=reason)
        return tx.decide(item, decision)


def _publish_again(
    tx: Transaction, item_id: ItemId, *, by: Person, reason: str
) -> None:
    """Let what is public count as wrong, so that it is not taken for published."""
    for publication in tx.publications(item_id):
        if publication.state in {PublicationState.LIVE, PublicationState.VERIFIED}:
            wrong = replace(
                publication,
                state=PublicationState.MISMATCH,
                due_at=None,
                problem=Message(N_("Sent back: {reason}"), {"reason": reason}),
            )
            tx.save_publication(wrong, event=N_("sent back"), by=by.name, reason=reason)


def waive(
    item_id: ItemId, rule: str, *, by: Person, reason: str, parts: Parts
) -> Waiver:
    """
    Set a blocking rule aside for this text, in whatever category, and no other.

    Raises:
        RoleNotAllowed: waiving is for the roles of [waive] in procedure.toml.
        ReasonMissing: a waiver is kept with its reason.
        NoSuchFinding: the rule has no blocking finding on this revision.
    """
    roles = parts.policy.waived_by & by.roles
    if not roles:
        raise RoleNotAllowed(
            step="waive",
            owners=sorted(parts.policy.waived_by),
            user=by.name,
            roles=sorted(by.roles),
        )
    if not reason.strip():
        raise ReasonMissing(step="waive")
    with parts.staging.reading() as tx:
        item, revision = tx.item(item_id), tx.revision(item_id)
    result = up_to_date_check(item, revision, parts=parts)
    blocking = {finding.rule: finding for finding in blocking_findings(result)}
    if rule not in blocking:
        raise NoSuchFinding(rule=rule, item=item_id)
    waiver = Waiver(
        item_id=item_id,
        digest=revision.digest,
        rule=rule,
        rule_version=blocking[rule].rule_version,
        reason=reason,
        by=by.name,
        role=min(roles),
        at=parts.clock.now(),
    )
    with parts.staging.transaction() as tx:
        tx.save_waiver(waiver)
    return waiver


def up_to_date_check(item: Item, revision: Revision, *, parts: Parts) -> CheckResult:
    """Return the result that holds for this revision; run the rules if none does."""
    with parts.staging.reading() as tx:
        result = tx.check_of(item.id, revision.digest)
    return result or check(item.id, parts=parts)


def blocking_findings(result: CheckResult) -> list[Finding]:
    """Return the findings that keep an item from going on."""
    return [finding for finding in result.findings if finding.level is Level.BLOCK]


def refuse_blocked(tx: Transaction, item_id: ItemId, result: CheckResult) -> None:
    """
    Raise Blocked if a blocking finding is not waived for exactly this text.

    The category alone does not void a waiver: it is chosen after the check.
    """
    revisions = tx.revisions(item_id)
    same_text = {
        before.digest
        for before in revisions
        if set(changed_parts(before, revisions[-1])) <= {"category"}
    }
    waived = {w.rule for digest in same_text for w in tx.waivers(item_id, digest)}
    rules = sorted({f.rule for f in blocking_findings(result)} - waived)
    if rules:
        raise Blocked(item=item_id, rules=rules)


def unchanged(tx: Transaction, item: Item) -> None:
    """Raise ItemChanged if the item is no longer as it was read."""
    if tx.item(item.id).version != item.version:
        raise ItemChanged(item=item.id)
