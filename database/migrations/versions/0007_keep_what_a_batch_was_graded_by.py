"""Keep what a batch was graded by, and how each current score moved."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0007"
down_revision: str | None = "0006"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add columns, which are empty for what is there already."""
    op.add_column("batches", sa.Column("grading", sa.JSON(), nullable=True))
    op.add_column("batches", sa.Column("least_change", sa.Float(), nullable=True))
    current = (
        sa.Column("trend", sa.String(16), nullable=True),
        sa.Column("previous_score", sa.Float(), nullable=True),
        sa.Column("previous_grade", sa.String(1), nullable=True),
        sa.Column("previous_as_of", sa.DateTime(timezone=True), nullable=True),
    )
    for column in current:
        op.add_column("current_scores", column)


def downgrade() -> None:
    """Forget both; scores and grades stay."""
    for name in ("previous_as_of", "previous_grade", "previous_score", "trend"):
        op.drop_column("current_scores", name)
    for name in ("least_change", "grading"):
        op.drop_column("batches", name)
