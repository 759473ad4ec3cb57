"""Say in the database what columns mean, and show the metrics of batches, checks and loads.

Views and comments are made again with every revision; there is nothing else to change.
"""

from collections.abc import Sequence

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    """Change no table."""


def downgrade() -> None:
    """Change no table."""
