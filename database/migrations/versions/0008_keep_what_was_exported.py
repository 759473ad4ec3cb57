"""Keep which files were written for other systems, and the score each lead went out with."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LEAD_ID = sa.String(128).with_variant(postgresql.VARCHAR(128, collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; nothing counts as exported yet."""
    op.create_table(
        "exports",
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("rows", sa.BigInteger(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_exports")),
    )
    op.create_index(op.f("ix_exports_use_case"), "exports", ["use_case"], unique=False)
    op.create_table(
        "exported_leads",
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("lead_id", LEAD_ID, nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("export_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("use_case", "lead_id", name=op.f("pk_exported_leads")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Forget what was exported; files stay."""
    op.drop_table("exported_leads")
    op.drop_index(op.f("ix_exports_use_case"), table_name="exports")
    op.drop_table("exports")
