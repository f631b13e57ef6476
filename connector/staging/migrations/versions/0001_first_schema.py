"""
The first schema.

Audit rows, decisions and revisions are kept for good: the database itself refuses to
change or remove them, whoever asks.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEPT_FOR_GOOD = ("audit", "decisions", "revisions", "attachments")


def upgrade() -> None:
    """Make all tables, and the beginning of the audit trail."""
    _items()
    _revisions()
    _attachments()
    _decisions()
    _check_results()
    _waivers()
    _publications()
    _verifications()
    _audit()
    _audit_head()
    op.bulk_insert(
        sa.table("audit_head", sa.column("id"), sa.column("number"), sa.column("hash")),
        [{"id": 1, "number": 0, "hash": "0" * 64}],
    )
    for table in KEPT_FOR_GOOD:
        _refuse_changes(table)


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{change.lower()} BEFORE {change} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is kept for good'); END"
            )
    else:
        op.execute(
            f"CREATE FUNCTION {table}_kept_for_good() RETURNS trigger AS $$ BEGIN"
            f" RAISE EXCEPTION '{table} is kept for good'; END $$ LANGUAGE plpgsql"
        )
        op.execute(
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE OR TRUNCATE"
            f" ON {table} EXECUTE FUNCTION {table}_kept_for_good()"
        )


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=12), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("folded_title", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.CheckConstraint(
            "state IN ('returned', 'received', 'checked', 'classified', "
            "'approved', 'published', 'verified', 'complete', 'withdrawn', "
            "'rejected')",
            name=op.f("ck_items_state_is_known"),
        ),
        sa.CheckConstraint("length(key) = 12", name=op.f("ck_items_key_has_12_digits")),
        sa.CheckConstraint(
            "length(original) = 64", name=op.f("ck_items_original_is_sha256")
        ),
        sa.CheckConstraint(
            "length(text_sha256) = 64", name=op.f("ck_items_text_sha256_is_sha256")
        ),
        sa.CheckConstraint("version >= 1", name=op.f("ck_items_version_counts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_items")),
        sa.UniqueConstraint("key", name=op.f("uq_items_key")),
        sa.UniqueConstraint(
            "source", "source_id", name=op.f("uq_items_source_source_id")
        ),
    )
    op.create_index(op.f("ix_items_link"), "items", ["link"])
    op.create_index(op.f("ix_items_state_id"), "items", ["state", "id"])
    op.create_index(op.f("ix_items_text_sha256"), "items", ["text_sha256"])


def _revisions() -> None:
    op.create_table(
        "revisions",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("excerpt", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("original", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_revisions_digest_is_sha256")
        ),
        sa.CheckConstraint(
            "length(original) = 64", name=op.f("ck_revisions_original_is_sha256")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_revisions_number_counts")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_revisions_item_id_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "number", name=op.f("pk_revisions")),
    )
    op.create_index(op.f("ix_revisions_original"), "revisions", ["original"])


def _attachments() -> None:
    op.create_table(
        "attachments",
        sa.Column("item_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("use", sa.String(length=20), nullable=False),
        sa.Column("alt", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "\"use\" IN ('image', 'featured', 'attachment')",
            name=op.f("ck_attachments_use_is_known"),
        ),
        sa.CheckConstraint(
            "length(sha256) = 64", name=op.f("ck_attachments_sha256_is_sha256")
        ),
        sa.CheckConstraint("size >= 0", name=op.f("ck_attachments_size_counts")),
        sa.ForeignKeyConstraint(
            ["item_id", "number"],
            ["revisions.item_id", "revisions.number"],
            name=op.f("fk_attachments_item_id_number_revisions"),
        ),
        sa.PrimaryKeyConstraint(
            "item_id", "number", "position", name=op.f("pk_attachments")
        ),
    )
    op.create_index(op.f("ix_attachments_sha256"), "attachments", ["sha256"])


def _decisions() -> None:
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('done', 'accurate', 'inaccurate')",
            name=op.f("ck_decisions_outcome_is_known"),
        ),
        sa.CheckConstraint(
            "role IN ('librarian', 'deputy_director', 'webmaster', 'connector')",
            name=op.f("ck_decisions_role_is_known"),
        ),
        sa.CheckConstraint(
            "step IN ('plan', 'receive', 'check', 'classify', 'approve', "
            "'publish', 'verify', 'complete', 'reject', 'withdraw')",
            name=op.f("ck_decisions_step_is_known"),
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_decisions_digest_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_decisions_item_id_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_item_id_id"), "decisions", ["item_id", "id"])


def _check_results() -> None:
    op.create_table(
        "check_results",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("unchecked", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_check_results_digest_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_check_results_item_id_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "digest", name=op.f("pk_check_results")),
    )


def _waivers() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "role IN ('librarian', 'deputy_director', 'webmaster', 'connector')",
            name=op.f("ck_waivers_role_is_known"),
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_waivers_digest_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_waivers_item_id_items")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waivers")),
    )
    op.create_index(op.f("ix_waivers_item_id_digest"), "waivers", ["item_id", "digest"])


def _publications() -> None:
    op.create_table(
        "publications",
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=30), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("post", sa.Text(), nullable=True),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("losses", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease_owner", sa.Text(), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(lease_owner = '') = (lease_until IS NULL)",
            name=op.f("ck_publications_a_lease_has_an_end"),
        ),
        sa.CheckConstraint(
            "state IN ('intended', 'sending', 'drafted', 'going_live', 'live', "
            "'verified', 'unknown', 'blocked', 'held', 'conflict', 'mismatch', "
            "'withdrawn')",
            name=op.f("ck_publications_state_is_known"),
        ),
        sa.CheckConstraint("attempt >= 0", name=op.f("ck_publications_attempt_counts")),
        sa.CheckConstraint("fence >= 0", name=op.f("ck_publications_fence_counts")),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_publications_digest_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["item_id", "revision"],
            ["revisions.item_id", "revisions.number"],
            name=op.f("fk_publications_item_id_revision_revisions"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_publications_item_id_items")
        ),
        sa.PrimaryKeyConstraint("item_id", "target", name=op.f("pk_publications")),
    )
    op.create_index(op.f("ix_publications_due_at"), "publications", ["due_at"])


def _verifications() -> None:
    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("judgement", sa.String(length=20), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("page", sa.String(length=64), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("accepted_by", sa.Text(), nullable=False),
        sa.Column("accepted_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "judgement IN ('pass', 'review', 'fail', 'not_live', 'stale', "
            "'blocked', 'unreachable')",
            name=op.f("ck_verifications_judgement_is_known"),
        ),
        sa.CheckConstraint(
            "length(digest) = 64", name=op.f("ck_verifications_digest_is_sha256")
        ),
        sa.CheckConstraint(
            "length(page) = 64", name=op.f("ck_verifications_page_is_sha256")
        ),
        sa.ForeignKeyConstraint(
            ["item_id", "target"],
            ["publications.item_id", "publications.target"],
            name=op.f("fk_verifications_item_id_target_publications"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    op.create_index(
        op.f("ix_verifications_item_id_id"), "verifications", ["item_id", "id"]
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("previous", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("length(hash) = 64", name=op.f("ck_audit_hash_is_sha256")),
        sa.CheckConstraint(
            "length(previous) = 64", name=op.f("ck_audit_previous_is_sha256")
        ),
        sa.CheckConstraint("number >= 1", name=op.f("ck_audit_number_counts")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["items.id"], name=op.f("fk_audit_item_id_items")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit")),
        sa.UniqueConstraint("hash", name=op.f("uq_audit_hash")),
    )
    op.create_index(op.f("ix_audit_item_id_number"), "audit", ["item_id", "number"])


def _audit_head() -> None:
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_there_is_one")),
        sa.CheckConstraint(
            "length(hash) = 64", name=op.f("ck_audit_head_hash_is_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
