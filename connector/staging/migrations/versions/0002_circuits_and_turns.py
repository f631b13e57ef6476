"""
Circuits of the targets, and when a publication settles, goes live and ends.

Whatever was due stays due. What was `blocked` is asked again when its time comes; the
circuit of its target opens then, if it must.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and their indexes, and the table of circuits."""
    # In place, with its check: a copy of the table would break what refers to it.
    op.execute(
        "ALTER TABLE publications ADD COLUMN lost INTEGER DEFAULT 0 NOT NULL"
        " CONSTRAINT ck_publications_lost_counts CHECK (lost >= 0)"
    )
    op.add_column("publications", sa.Column("settles_at", sa.DateTime(timezone=True)))
    op.add_column(
        "publications",
        sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
    op.add_column("publications", sa.Column("go_live_at", sa.DateTime(timezone=True)))
    op.add_column("publications", sa.Column("expire_at", sa.DateTime(timezone=True)))
    _index("settles_at", "settles_at IS NOT NULL")
    _index(
        "expire_at",
        "expire_at IS NOT NULL AND state IN ('live', 'verified', 'mismatch')",
    )
    _circuits()


def _index(column: str, rows: str) -> None:
    op.create_index(
        op.f(f"ix_publications_{column}"),
        "publications",
        [column],
        sqlite_where=sa.text(rows),
        postgresql_where=sa.text(rows),
    )


def _circuits() -> None:
    op.create_table(
        "circuits",
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("resume_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("busy", sa.Integer(), nullable=False),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.Column("next_slot_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("busy >= 0", name=op.f("ck_circuits_busy_counts")),
        sa.CheckConstraint("lost >= 0", name=op.f("ck_circuits_lost_counts")),
        sa.PrimaryKeyConstraint("target", name=op.f("pk_circuits")),
    )
