"""
Between the dataclasses of the domain and the rows of the database, both ways.

Explicit for every class: what is stored is JSON text that can be read without this
software, and reading it runs no code.
"""

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import RowMapping

from connector.domain.circuit import Circuit
from connector.domain.decision import Decision, Outcome, Step
from connector.domain.finding import CheckResult, Waiver
from connector.domain.item import Attachment, Item, ItemId, Revision, State, Use
from connector.domain.person import Role
from connector.domain.publication import (
    Publication,
    PublicationState,
)
from connector.domain.verdict import (
    Verification,
)
from connector.ports.staging import AuditRow
from connector.staging.schema import code
from connector.staging.values import (
    canonical,
    finding_from,
    finding_to,
    loss_from,
    loss_to,
    message_from,
    message_to,
    post_from,
    post_to,
    verdict_from,
    verdict_to,
)

Row = dict[str, Any]
"""Column → value, to be inserted or updated."""


def item_from(row: RowMapping) -> Item:
    """Read an item."""
    return Item(
        id=row["id"],
        key=row["key"],
        state=State[row["state"].upper()],
        version=row["version"],
        source=row["source"],
        source_id=row["source_id"],
        link=row["link"],
        original=row["original"],
        received_at=row["received_at"],
    )


def revision_to(revision: Revision) -> Row:
    """Write a revision; its files are rows of their own."""
    return {
        "number": revision.number,
        "title": revision.title,
        "body": revision.body,
        "excerpt": revision.excerpt,
        "category": revision.category,
        "language": revision.language,
        "made_by": revision.made_by,
        "made_at": revision.made_at,
        "digest": revision.digest,
    }


def revision_from(row: RowMapping, files: Iterable[RowMapping]) -> Revision:
    """Read a revision with its files."""
    return Revision(
        number=row["number"],
        title=row["title"],
        body=row["body"],
        excerpt=row["excerpt"],
        category=row["category"],
        language=row["language"],
        files=tuple(attachment_from(file) for file in files),
        made_by=row["made_by"],
        made_at=row["made_at"],
    )


def attachment_to(file: Attachment) -> Row:
    """Write a file."""
    return {
        "name": file.name,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "size": file.size,
        "use": code(file.use),
        "alt": file.alt,
    }


def attachment_from(row: RowMapping) -> Attachment:
    """Read a file."""
    return Attachment(
        name=row["name"],
        media_type=row["media_type"],
        sha256=row["sha256"],
        size=row["size"],
        use=Use[row["use"].upper()],
        alt=row["alt"],
    )


def decision_to(decision: Decision) -> Row:
    """Write a decision."""
    return {
        "step": code(decision.step),
        "outcome": code(decision.outcome),
        "by": decision.by,
        "role": code(decision.role),
        "at": decision.at,
        "digest": decision.digest,
        "reason": decision.reason,
    }


def decision_from(row: RowMapping) -> Decision:
    """Read a decision."""
    return Decision(
        step=Step[row["step"].upper()],
        outcome=Outcome[row["outcome"].upper()],
        by=row["by"],
        role=Role[row["role"].upper()],
        at=row["at"],
        digest=row["digest"],
        reason=row["reason"],
    )


def check_to(result: CheckResult) -> Row:
    """Write what the rules found."""
    return {
        "item_id": result.item_id,
        "digest": result.digest,
        "at": result.at,
        "findings": canonical([finding_to(finding) for finding in result.findings]),
        "unchecked": canonical([finding_to(finding) for finding in result.unchecked]),
    }


def check_from(row: RowMapping) -> CheckResult:
    """Read what the rules found."""
    return CheckResult(
        item_id=row["item_id"],
        digest=row["digest"],
        at=row["at"],
        findings=tuple(finding_from(one) for one in json.loads(row["findings"])),
        unchecked=tuple(finding_from(one) for one in json.loads(row["unchecked"])),
    )


def waiver_to(waiver: Waiver) -> Row:
    """Write a waiver."""
    return {
        "item_id": waiver.item_id,
        "digest": waiver.digest,
        "rule": waiver.rule,
        "rule_version": waiver.rule_version,
        "reason": waiver.reason,
        "by": waiver.by,
        "role": code(waiver.role),
        "at": waiver.at,
    }


def waiver_from(row: RowMapping) -> Waiver:
    """Read a waiver."""
    return Waiver(
        item_id=row["item_id"],
        digest=row["digest"],
        rule=row["rule"],
        rule_version=row["rule_version"],
        reason=row["reason"],
        by=row["by"],
        role=Role[row["role"].upper()],
        at=row["at"],
    )


def publication_to(publication: Publication) -> Row:
    """Write a publication."""
    problem = publication.problem
    return {
        "item_id": publication.item_id,
        "target": publication.target,
        "state": code(publication.state),
        "revision": publication.revision,
        "digest": publication.digest,
        "post": None if publication.post is None else post_to(publication.post),
        "post_id": publication.post_id,
        "url": publication.url,
        "version": publication.version,
        "losses": canonical([loss_to(loss) for loss in publication.losses]),
        "problem": None if problem is None else canonical(message_to(problem)),
        "fence": publication.fence,
        "lease_owner": publication.lease_owner,
        "lease_until": publication.lease_until,
        "attempt": publication.attempt,
        "due_at": publication.due_at,
        "lost": publication.lost,
        "settles_at": publication.settles_at,
        "urgent": publication.urgent,
        "go_live_at": publication.go_live_at,
        "expire_at": publication.expire_at,
    }


def publication_from(row: RowMapping) -> Publication:
    """Read a publication."""
    problem = row["problem"]
    return Publication(
        item_id=row["item_id"],
        target=row["target"],
        state=PublicationState[row["state"].upper()],
        revision=row["revision"],
        digest=row["digest"],
        post=None if row["post"] is None else post_from(row["post"]),
        post_id=row["post_id"],
        url=row["url"],
        version=row["version"],
        losses=tuple(loss_from(one) for one in json.loads(row["losses"])),
        problem=None if problem is None else message_from(json.loads(problem)),
        fence=row["fence"],
        lease_owner=row["lease_owner"],
        lease_until=row["lease_until"],
        attempt=row["attempt"],
        due_at=row["due_at"],
        lost=row["lost"],
        settles_at=row["settles_at"],
        urgent=row["urgent"],
        go_live_at=row["go_live_at"],
        expire_at=row["expire_at"],
    )


def circuit_to(circuit: Circuit) -> Row:
    """Write a circuit."""
    problem = circuit.problem
    return {
        "target": circuit.target,
        "resume_at": circuit.resume_at,
        "problem": None if problem is None else canonical(message_to(problem)),
        "since": circuit.since,
        "busy": circuit.busy,
        "lost": circuit.lost,
        "next_slot_at": circuit.next_slot_at,
    }


def circuit_from(row: RowMapping) -> Circuit:
    """Read a circuit."""
    problem = row["problem"]
    return Circuit(
        target=row["target"],
        resume_at=row["resume_at"],
        problem=None if problem is None else message_from(json.loads(problem)),
        since=row["since"],
        busy=row["busy"],
        lost=row["lost"],
        next_slot_at=row["next_slot_at"],
    )


def verification_to(verification: Verification) -> Row:
    """Write a verification."""
    return {
        "item_id": verification.item_id,
        "target": verification.target,
        "digest": verification.digest,
        "at": verification.at,
        "url": verification.url,
        "judgement": code(verification.verdict.judgement),
        "verdict": verdict_to(verification.verdict),
        "page": verification.page,
        "by": verification.by,
        "accepted_by": verification.accepted_by,
        "accepted_reason": verification.accepted_reason,
    }


def verification_from(row: RowMapping) -> Verification:
    """Read a verification."""
    return Verification(
        item_id=row["item_id"],
        target=row["target"],
        digest=row["digest"],
        at=row["at"],
        url=row["url"],
        verdict=verdict_from(row["judgement"], row["verdict"]),
        page=row["page"],
        by=row["by"],
        accepted_by=row["accepted_by"],
        accepted_reason=row["accepted_reason"],
    )


def audit_from(row: RowMapping) -> AuditRow:
    """Read a line of the audit trail."""
    item_id = row["item_id"]
    return AuditRow(
        number=row["number"],
        at=row["at"],
        item_id=None if item_id is None else ItemId(item_id),
        event=row["event"],
        by=row["by"],
        facts=row["facts"],
        previous=row["previous"],
        hash=row["hash"],
    )
