"""
Values as JSON text: what is structured, and never searched.

Keys are sorted, so that what is equal is stored alike. Nothing is pickled.
"""

import json
from collections.abc import Mapping
from typing import Any

from connector.domain.finding import Finding, Level
from connector.domain.message import Message
from connector.domain.publication import Loss, Media, Post
from connector.domain.verdict import Difference, Judgement, Severity, Verdict
from connector.staging.schema import code

canonical = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":")
).encode
"""Return a value as JSON text: equal values, equal text."""


def message_to(message: Message) -> Mapping[str, Any]:
    """Return a message as JSON has it."""
    facts = {
        name: message_to(fact) if isinstance(fact, Message) else fact
        for name, fact in message.facts.items()
    }
    return {"template": message.template, "facts": facts}


def message_from(value: Mapping[str, Any]) -> Message:
    """Read a message."""
    facts = {
        name: message_from(fact) if isinstance(fact, dict) else fact
        for name, fact in value["facts"].items()
    }
    return Message(value["template"], facts)


def finding_to(finding: Finding) -> Mapping[str, Any]:
    """Return a finding as JSON values."""
    return {
        "rule": finding.rule,
        "rule_version": finding.rule_version,
        "level": code(finding.level),
        "message": message_to(finding.message),
        "part": finding.part,
        "quote": finding.quote,
    }


def finding_from(value: Mapping[str, Any]) -> Finding:
    """Return the finding that was stored."""
    return Finding(
        rule=value["rule"],
        rule_version=value["rule_version"],
        level=Level[value["level"].upper()],
        message=message_from(value["message"]),
        part=value["part"],
        quote=value["quote"],
    )


def post_to(post: Post) -> str:
    """Return a post as JSON text."""
    return canonical(
        {
            "key": post.key,
            "slug": post.slug,
            "title": post.title,
            "body": post.body,
            "excerpt": post.excerpt,
            "language": post.language,
            "category": post.category,
            "terms": post.terms,
            "featured": post.featured,
            "media": [
                {"sha256": one.sha256, "id": one.id, "url": one.url}
                for one in post.media
            ],
        }
    )


def post_from(text: str) -> Post:
    """Return the post that was stored."""
    value = json.loads(text)
    media = tuple(Media(**one) for one in value.pop("media"))
    return Post(**value | {"terms": tuple(value["terms"]), "media": media})


def loss_to(loss: Loss) -> Mapping[str, Any]:
    """Return a loss as JSON values."""
    return {
        "part": loss.part,
        "sent": loss.sent,
        "stored": loss.stored,
        "harmless": loss.harmless,
        "message": message_to(loss.message),
    }


def loss_from(value: Mapping[str, Any]) -> Loss:
    """Return the loss that was stored."""
    return Loss(
        part=value["part"],
        sent=value["sent"],
        stored=value["stored"],
        harmless=value["harmless"],
        message=message_from(value["message"]),
    )


def verdict_to(verdict: Verdict) -> str:
    """Return what a verdict says beside its judgement, as JSON text."""
    return canonical(
        {
            "differences": [_difference_to(one) for one in verdict.differences],
            "equal": dict(verdict.equal),
            "reason": None if verdict.reason is None else message_to(verdict.reason),
        }
    )


def verdict_from(judgement: str, text: str) -> Verdict:
    """Return the verdict that was stored."""
    value = json.loads(text)
    reason = value["reason"]
    return Verdict(
        judgement=Judgement[judgement.upper()],
        differences=tuple(_difference_from(one) for one in value["differences"]),
        equal=value["equal"],
        reason=None if reason is None else message_from(reason),
    )


def _difference_to(difference: Difference) -> Mapping[str, Any]:
    return {
        "code": difference.code,
        "severity": code(difference.severity),
        "message": message_to(difference.message),
        "place": difference.place,
        "shown_place": difference.shown_place,
        "approved": difference.approved,
        "shown": difference.shown,
    }


def _difference_from(value: Mapping[str, Any]) -> Difference:
    return Difference(
        code=value["code"],
        severity=Severity[value["severity"].upper()],
        message=message_from(value["message"]),
        place=value["place"],
        shown_place=value["shown_place"],
        approved=value["approved"],
        shown=value["shown"],
    )
