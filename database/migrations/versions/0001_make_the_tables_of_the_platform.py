"""Make the tables of the platform."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0001"
down_revision: str | None = None
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None

LEAD_ID = sa.String(128).with_variant(postgresql.VARCHAR(128, collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "batches",
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("load_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("model_digest", sa.String(length=64), nullable=False),
        sa.Column("rows_in", sa.BigInteger(), nullable=False),
        sa.Column("rows_scored", sa.BigInteger(), nullable=False),
        sa.Column("rows_skipped", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("hold_reasons", sa.JSON(), nullable=False),
        sa.Column("scores", sa.Text(), nullable=False),
        sa.Column("scores_digest", sa.String(length=64), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_use_case"), "batches", ["use_case"], unique=False)
    op.create_table(
        "current_scores",
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("lead_id", LEAD_ID, nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("prediction", sa.Float(), nullable=True),
        sa.Column("interval_low", sa.Float(), nullable=True),
        sa.Column("interval_high", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("use_case", "lead_id", name=op.f("pk_current_scores")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_current_scores_rank",
        "current_scores",
        [
            "use_case",
            sa.literal_column("probability DESC"),
            sa.literal_column("margin DESC"),
            "lead_id",
        ],
        unique=False,
    )
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("champion", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decisions")),
    )
    op.create_index(op.f("ix_decisions_use_case"), "decisions", ["use_case"], unique=False)
    op.create_table(
        "drift_checks",
        sa.Column("check_id", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("load_id", sa.String(length=64), nullable=False),
        sa.Column("model_version", sa.Integer(), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("drifted_share", sa.Float(), nullable=True),
        sa.Column("rows_reference", sa.BigInteger(), nullable=False),
        sa.Column("rows_current", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("check_id", name=op.f("pk_drift_checks")),
    )
    op.create_index(op.f("ix_drift_checks_use_case"), "drift_checks", ["use_case"], unique=False)
    op.create_table(
        "drift_columns",
        sa.Column("check_id", sa.String(length=64), nullable=False),
        sa.Column("column_name", sa.String(length=128), nullable=False),
        sa.Column("statistic", sa.Text(), nullable=False),
        sa.Column("value", sa.Float(), nullable=False),
        sa.Column("limit_value", sa.Float(), nullable=False),
        sa.Column("drifted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("check_id", "column_name", name=op.f("pk_drift_columns")),
    )
    op.create_table(
        "loads",
        sa.Column("load_id", sa.String(length=64), nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_digest", sa.String(length=64), nullable=False),
        sa.Column("contract_digest", sa.String(length=64), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rows_read", sa.BigInteger(), nullable=False),
        sa.Column("rows_accepted", sa.BigInteger(), nullable=False),
        sa.Column("rows_quarantined", sa.BigInteger(), nullable=False),
        sa.Column("rows_duplicate", sa.BigInteger(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("content_digest", sa.String(length=64), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("load_id", name=op.f("pk_loads")),
    )
    op.create_index(op.f("ix_loads_use_case"), "loads", ["use_case"], unique=False)
    op.create_table(
        "models",
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("model_digest", sa.String(length=64), nullable=False),
        sa.Column("family", sa.String(length=48), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("training_id", sa.String(length=64), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fitted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tested_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tested_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("artifacts", sa.JSON(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("use_case", "version", name=op.f("pk_models")),
        sa.UniqueConstraint("training_id", name=op.f("uq_models_training_id")),
    )
    op.create_index(op.f("ix_models_model_digest"), "models", ["model_digest"], unique=False)
    op.create_table(
        "outcomes",
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("lead_id", LEAD_ID, nullable=False),
        sa.Column("outcome", sa.Float(), nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("load_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("use_case", "lead_id", name=op.f("pk_outcomes")),
    )
    op.create_table(
        "quarantine",
        sa.Column("load_id", sa.String(length=64), nullable=False),
        sa.Column("row_number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("use_case", sa.String(length=48), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=True),
        sa.Column("column_name", sa.Text(), nullable=False),
        sa.Column("rule", sa.String(length=32), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("raw_row", sa.Text(), nullable=False),
        sa.Column("replayed_in", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("load_id", "row_number", name=op.f("pk_quarantine")),
    )
    op.create_index(op.f("ix_quarantine_use_case"), "quarantine", ["use_case"], unique=False)
    op.create_table(
        "scores",
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("lead_id", LEAD_ID, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("margin", sa.Float(), nullable=True),
        sa.Column("grade", sa.String(length=1), nullable=True),
        sa.Column("prediction", sa.Float(), nullable=True),
        sa.Column("interval_low", sa.Float(), nullable=True),
        sa.Column("interval_high", sa.Float(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("batch_id", "lead_id", name=op.f("pk_scores")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("scores")
    op.drop_index(op.f("ix_quarantine_use_case"), table_name="quarantine")
    op.drop_table("quarantine")
    op.drop_table("outcomes")
    op.drop_index(op.f("ix_models_model_digest"), table_name="models")
    op.drop_table("models")
    op.drop_index(op.f("ix_loads_use_case"), table_name="loads")
    op.drop_table("loads")
    op.drop_table("drift_columns")
    op.drop_index(op.f("ix_drift_checks_use_case"), table_name="drift_checks")
    op.drop_table("drift_checks")
    op.drop_index(op.f("ix_decisions_use_case"), table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("ix_current_scores_rank", table_name="current_scores")
    op.drop_table("current_scores")
    op.drop_index(op.f("ix_batches_use_case"), table_name="batches")
    op.drop_table("batches")
