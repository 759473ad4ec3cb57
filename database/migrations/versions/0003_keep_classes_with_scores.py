"""Keep the predicted class and each class's probability with a score; rank leads by grade first.

Leads of one grade and score are ordered by margin, then id, whatever is predicted.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0003"
down_revision: str | None = "0002"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

RANK = "ix_current_scores_rank"
TABLES = ("scores", "current_scores")


def upgrade() -> None:
    """Add columns, which are empty in earlier scores, and make the index again."""
    for table in TABLES:
        op.add_column(table, sa.Column("predicted_class", sa.Text(), nullable=True))
        op.add_column(table, sa.Column("class_probabilities", sa.JSON(), nullable=True))
    _rank("grade", "score DESC")


def downgrade() -> None:
    """Bring the older index back; classes are lost."""
    _rank("probability DESC")
    for table in TABLES:
        op.drop_column(table, "class_probabilities")
        op.drop_column(table, "predicted_class")


def _rank(*best_first: str) -> None:
    op.drop_index(RANK, table_name="current_scores")
    columns = [sa.literal_column(name) for name in (*best_first, "margin DESC")]
    op.create_index(RANK, "current_scores", ["use_case", *columns, "lead_id"], unique=False)
