"""
The tables of the staging database.

Texts are NFC, times aware UTC. What is structured and never searched is JSON text,
written and read by rows.py; nothing is pickled. Rows are inserted and some are
updated; no row is ever deleted.
"""

from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)

from connector.domain.decision import Outcome, Step
from connector.domain.item import State, Use
from connector.domain.person import Role
from connector.domain.publication import PublicationState
from connector.domain.verdict import Judgement


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, UTC in the database and in Python; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy's signature
    ) -> datetime | None:
        """Return the time in UTC; raise ValueError if it does not say its zone."""
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002 -- SQLAlchemy's signature
    ) -> datetime | None:
        """Return the time in UTC; SQLite keeps no zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def code(word: StrEnum) -> str:
    """Return how an enumeration is stored: by name. Its value is reworded at will."""
    return word.name.lower()


PUBLIC = "('live', 'verified', 'mismatch')"
"""The states of a publication whose post readers can see, as SQL has them."""


def _one_of(column: str, words: type[StrEnum], name: str) -> CheckConstraint:
    values = ", ".join(f"'{code(word)}'" for word in words)
    return CheckConstraint(f"{column} IN ({values})", name=name)


def _some(column: str, rows: str) -> Index:
    """Return an index of a few rows of a table that has very many."""
    return Index(None, column, sqlite_where=text(rows), postgresql_where=text(rows))


def _sha256(column: str) -> CheckConstraint:
    return CheckConstraint(f"length({column}) = 64", name=f"{column}_is_sha256")


items = Table(
    "items",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(12), nullable=False, unique=True),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("link", Text, nullable=False),
    Column("original", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # Three copies of what the latest revision says, so that lists stay fast.
    Column("latest", Integer, nullable=False),
    Column("folded_title", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    UniqueConstraint("source", "source_id"),
    _one_of("state", State, "state_is_known"),
    CheckConstraint("version >= 1", name="version_counts"),
    CheckConstraint("length(key) = 12", name="key_has_12_digits"),
    _sha256("original"),
    _sha256("text_sha256"),
    Index(None, "state", "id"),
    Index(None, "link"),
    Index(None, "text_sha256"),
)

revisions = Table(
    "revisions",
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("excerpt", Text, nullable=False),
    Column("category", Text),
    Column("language", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("digest", String(64), nullable=False),
    # NULL for a revision that was not received, but made here.
    Column("original", String(64)),
    CheckConstraint("number >= 1", name="number_counts"),
    _sha256("digest"),
    _sha256("original"),
    Index(None, "original"),
)

attachments = Table(
    "attachments",
    metadata,
    Column("item_id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("use", String(20), nullable=False),
    Column("alt", Text, nullable=False),
    ForeignKeyConstraint(
        ["item_id", "number"], ["revisions.item_id", "revisions.number"]
    ),
    _one_of('"use"', Use, "use_is_known"),
    CheckConstraint("size >= 0", name="size_counts"),
    _sha256("sha256"),
    Index(None, "sha256"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("step", String(20), nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("by", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("reason", Text, nullable=False),
    _one_of("step", Step, "step_is_known"),
    _one_of("outcome", Outcome, "outcome_is_known"),
    _one_of("role", Role, "role_is_known"),
    _sha256("digest"),
    Index(None, "item_id", "id"),
)

check_results = Table(
    "check_results",
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("findings", Text, nullable=False),
    Column("unchecked", Text, nullable=False),
    _sha256("digest"),
)

waivers = Table(
    "waivers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", ForeignKey("items.id"), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("rule", Text, nullable=False),
    Column("rule_version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("role", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    _one_of("role", Role, "role_is_known"),
    _sha256("digest"),
    Index(None, "item_id", "digest"),
)

publications = Table(
    "publications",
    metadata,
    Column("item_id", ForeignKey("items.id"), primary_key=True),
    Column("target", Text, primary_key=True),
    Column("state", String(30), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("post", Text),
    Column("post_id", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("losses", Text, nullable=False),
    Column("problem", Text),
    Column("fence", Integer, nullable=False),
    Column("lease_owner", Text, nullable=False),
    Column("lease_until", UtcDateTime),
    Column("attempt", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("lost", Integer, nullable=False, server_default="0"),
    Column("settles_at", UtcDateTime),
    Column("urgent", Boolean, nullable=False, server_default=false()),
    Column("go_live_at", UtcDateTime),
    Column("expire_at", UtcDateTime),
    ForeignKeyConstraint(
        ["item_id", "revision"], ["revisions.item_id", "revisions.number"]
    ),
    _one_of("state", PublicationState, "state_is_known"),
    CheckConstraint("fence >= 0", name="fence_counts"),
    CheckConstraint("attempt >= 0", name="attempt_counts"),
    CheckConstraint("lost >= 0", name="lost_counts"),
    CheckConstraint(
        "(lease_owner = '') = (lease_until IS NULL)", name="a_lease_has_an_end"
    ),
    _sha256("digest"),
    # What has neither a time to settle nor an end to its being public is most of it.
    Index(None, "due_at"),
    _some("settles_at", "settles_at IS NOT NULL"),
    _some("expire_at", f"expire_at IS NOT NULL AND state IN {PUBLIC}"),
)

circuits = Table(
    "circuits",
    metadata,
    Column("target", Text, primary_key=True),
    Column("resume_at", UtcDateTime),
    Column("problem", Text),
    Column("since", UtcDateTime),
    Column("busy", Integer, nullable=False),
    Column("lost", Integer, nullable=False),
    Column("next_slot_at", UtcDateTime),
    CheckConstraint("busy >= 0", name="busy_counts"),
    CheckConstraint("lost >= 0", name="lost_counts"),
)

verifications = Table(
    "verifications",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("item_id", Integer, nullable=False),
    Column("target", Text, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("url", Text, nullable=False),
    Column("judgement", String(20), nullable=False),
    Column("verdict", Text, nullable=False),
    Column("page", String(64)),
    Column("by", Text, nullable=False),
    Column("accepted_by", Text, nullable=False),
    Column("accepted_reason", Text, nullable=False),
    ForeignKeyConstraint(
        ["item_id", "target"], ["publications.item_id", "publications.target"]
    ),
    _one_of("judgement", Judgement, "judgement_is_known"),
    _sha256("digest"),
    _sha256("page"),
    Index(None, "item_id", "id"),
)

audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("item_id", ForeignKey("items.id")),
    Column("event", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("previous", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    CheckConstraint("number >= 1", name="number_counts"),
    _sha256("previous"),
    _sha256("hash"),
    Index(None, "item_id", "number"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    Column("hash", String(64), nullable=False),
    CheckConstraint("id = 1", name="there_is_one"),
    _sha256("hash"),
)
