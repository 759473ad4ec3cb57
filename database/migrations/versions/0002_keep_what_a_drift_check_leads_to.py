"""Keep what a drift check leads to, its faults, performance and report; new figures per column.

Checks of the older version stay. They trained if there was no champion or drift was harmful;
figures they did not have are missing.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

CHECKS = sa.table(
    "drift_checks",
    sa.column("check_id", sa.String),
    sa.column("verdict", sa.String),
    sa.column("action", sa.String),
    sa.column("action_reason", sa.Text),
    sa.column("faults", sa.JSON),
    sa.column("performance", sa.JSON),
    sa.column("drifted_share", sa.Float),
)
COLUMNS = sa.table(
    "drift_columns",
    sa.column("check_id", sa.String),
    sa.column("limit_value", sa.Float),
    sa.column("drifted", sa.Boolean),
)
TRAINED = ("no_champion", "harmful_drift")
FIGURES = ("p_value", "q_value", "psi", "mean_shift", "missing_reference", "missing_current")
FORMER_LIMIT = 0.1
"""The limit of every column before this revision."""


def upgrade() -> None:
    """Add and drop columns; what is known of older checks is filled in."""
    with op.batch_alter_table("drift_checks") as checks:
        checks.add_column(sa.Column("action", sa.String(length=16), nullable=True))
        checks.add_column(sa.Column("action_reason", sa.Text(), nullable=True))
        checks.add_column(sa.Column("faults", sa.JSON(), nullable=True))
        checks.add_column(sa.Column("performance", sa.JSON(), nullable=True))
        checks.add_column(sa.Column("report", sa.Text(), nullable=True))
        checks.drop_column("drifted_share")
    trained = CHECKS.c.verdict.in_(TRAINED)
    op.execute(
        sa.update(CHECKS).values(
            action=sa.case((trained, "train"), else_="none"),
            action_reason="checked by a version that trained on every such verdict and no other",
            faults=[],
            performance=[],
        )
    )
    with op.batch_alter_table("drift_checks") as checks:
        checks.alter_column("action", existing_type=sa.String(length=16), nullable=False)
        checks.alter_column("action_reason", existing_type=sa.Text(), nullable=False)
        checks.alter_column("faults", existing_type=sa.JSON(), nullable=False)
        checks.alter_column("performance", existing_type=sa.JSON(), nullable=False)
        checks.create_index(op.f("ix_drift_checks_load_id"), ["load_id"], unique=False)
    with op.batch_alter_table("drift_columns") as columns:
        columns.add_column(sa.Column("rows", sa.BigInteger(), nullable=True))
        for name in FIGURES:
            columns.add_column(sa.Column(name, sa.Float(), nullable=True))
        columns.drop_column("limit_value")


def downgrade() -> None:
    """Bring the older columns back; newer figures are lost."""
    with op.batch_alter_table("drift_columns") as columns:
        columns.add_column(sa.Column("limit_value", sa.Float(), nullable=True))
        columns.drop_column("rows")
        for name in FIGURES:
            columns.drop_column(name)
    op.execute(sa.update(COLUMNS).values(limit_value=FORMER_LIMIT))
    with op.batch_alter_table("drift_columns") as columns:
        columns.alter_column("limit_value", existing_type=sa.Float(), nullable=False)
    with op.batch_alter_table("drift_checks") as checks:
        checks.drop_index(op.f("ix_drift_checks_load_id"))
        checks.add_column(sa.Column("drifted_share", sa.Float(), nullable=True))
        for name in ("action", "action_reason", "faults", "performance", "report"):
            checks.drop_column(name)
    share = (
        sa.select(sa.func.avg(sa.case((COLUMNS.c.drifted, 1.0), else_=0.0)))
        .where(COLUMNS.c.check_id == CHECKS.c.check_id)
        .scalar_subquery()
    )
    op.execute(sa.update(CHECKS).values(drifted_share=share))
