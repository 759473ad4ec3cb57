"""Keep what a decision answers and rests on, and which decision took a batch back.

Decisions of the older version stay: they answer none, and rest on nothing that was kept.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

DECISIONS = sa.table("decisions", sa.column("kind", sa.String), sa.column("evidence", sa.JSON))
BATCHES = sa.table("batches", sa.column("status", sa.String))


def upgrade() -> None:
    """Add the columns."""
    with op.batch_alter_table("decisions") as decisions:
        decisions.add_column(sa.Column("about", sa.String(length=64), nullable=True))
        decisions.add_column(sa.Column("evidence", sa.JSON(), nullable=True))
    op.execute(sa.update(DECISIONS).values(evidence={}))
    with op.batch_alter_table("decisions") as decisions:
        decisions.alter_column("evidence", existing_type=sa.JSON(), nullable=False)
    with op.batch_alter_table("batches") as batches:
        batches.add_column(sa.Column("superseded_by", sa.String(length=64), nullable=True))


def downgrade() -> None:
    """Drop the columns; states the older version does not know become the nearest it knows."""
    op.execute(
        sa.update(BATCHES).where(BATCHES.c.status == "superseded").values(status="published")
    )
    for newer, older in (("hold", "refusal"), ("approval", "promotion")):
        op.execute(sa.update(DECISIONS).where(DECISIONS.c.kind == newer).values(kind=older))
    with op.batch_alter_table("batches") as batches:
        batches.drop_column("superseded_by")
    with op.batch_alter_table("decisions") as decisions:
        decisions.drop_column("about")
        decisions.drop_column("evidence")
