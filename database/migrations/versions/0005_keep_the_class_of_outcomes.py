"""Keep with an outcome of several classes what its class is called, for readers of SQL."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Add a column, which is empty where outcomes are no classes."""
    op.add_column("outcomes", sa.Column("outcome_class", sa.Text(), nullable=True))


def downgrade() -> None:
    """Forget what classes are called; their positions stay."""
    op.drop_column("outcomes", "outcome_class")
