"""The platform database's tables, the same on SQLite and PostgreSQL."""

from datetime import UTC
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from lead_scoring.io.table_words import describe


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware instant, kept in UTC; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive instants and convert to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = f"instant without a time zone: {value}"
            raise ValueError(msg)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Give back aware UTC instants."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


LEAD_ID_TYPE: Final = sa.String(128).with_variant(
    postgresql.VARCHAR(128, collation="C"), "postgresql"
)
"""Text that is compared byte by byte: both databases order leads alike, and fast."""

METADATA: Final = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

OPERATIONAL: Final = frozenset(
    {"started_at", "finished_at", "recorded_at", "run_id", "run_uri", "report"}
)
"""Columns that may differ between two runs of the same work; every other column may not."""

LOADS: Final = sa.Table(
    "loads",
    METADATA,
    sa.Column("load_id", sa.String(64), primary_key=True),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("purpose", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("source_digest", sa.String(64), nullable=False),
    sa.Column("contract_digest", sa.String(64), nullable=False),
    sa.Column("window_from", UtcDateTime),
    sa.Column("window_to", UtcDateTime),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("rows_read", sa.BigInteger, nullable=False),
    sa.Column("rows_accepted", sa.BigInteger, nullable=False),
    sa.Column("rows_quarantined", sa.BigInteger, nullable=False),
    sa.Column("rows_duplicate", sa.BigInteger, nullable=False),
    sa.Column("snapshot", sa.Text, nullable=False),
    sa.Column("content_digest", sa.String(64), nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("run_id", sa.Text),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime, nullable=False),
)

QUARANTINE: Final = sa.Table(
    "quarantine",
    METADATA,
    sa.Column("load_id", sa.String(64), primary_key=True),
    sa.Column("row_number", sa.BigInteger, primary_key=True, autoincrement=False),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("line", sa.BigInteger),
    sa.Column("column_name", sa.Text, nullable=False),
    sa.Column("rule", sa.String(32), nullable=False),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("findings", sa.JSON, nullable=False),
    sa.Column("raw_row", sa.Text, nullable=False),
    sa.Column("replayed_in", sa.String(64)),
)

DRIFT_CHECKS: Final = sa.Table(
    "drift_checks",
    METADATA,
    sa.Column("check_id", sa.String(64), primary_key=True),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("load_id", sa.String(64), nullable=False, index=True),
    sa.Column("model_version", sa.Integer),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("verdict", sa.String(24), nullable=False),
    sa.Column("summary", sa.Text, nullable=False),
    sa.Column("action", sa.String(16), nullable=False),
    sa.Column("action_reason", sa.Text, nullable=False),
    sa.Column("rows_reference", sa.BigInteger, nullable=False),
    sa.Column("rows_current", sa.BigInteger, nullable=False),
    sa.Column("faults", sa.JSON, nullable=False),
    sa.Column("performance", sa.JSON, nullable=False),
    sa.Column("report", sa.Text),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
)

DRIFT_COLUMNS: Final = sa.Table(
    "drift_columns",
    METADATA,
    sa.Column("check_id", sa.String(64), primary_key=True),
    sa.Column("column_name", sa.String(128), primary_key=True),
    sa.Column("rows", sa.BigInteger),
    sa.Column("statistic", sa.Text, nullable=False),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("p_value", sa.Float),
    sa.Column("q_value", sa.Float),
    sa.Column("psi", sa.Float),
    sa.Column("mean_shift", sa.Float),
    sa.Column("missing_reference", sa.Float),
    sa.Column("missing_current", sa.Float),
    sa.Column("drifted", sa.Boolean, nullable=False),
)
"""Figures that a check of an older version did not have are missing."""

MODELS: Final = sa.Table(
    "models",
    METADATA,
    sa.Column("use_case", sa.String(48), primary_key=True),
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("model_digest", sa.String(64), nullable=False, index=True),
    sa.Column("family", sa.String(48), nullable=False),
    sa.Column("uri", sa.Text, nullable=False),
    sa.Column("run_id", sa.Text, nullable=False),
    sa.Column("training_id", sa.String(64), nullable=False, unique=True),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("fitted_until", UtcDateTime),
    sa.Column("tested_from", UtcDateTime),
    sa.Column("tested_until", UtcDateTime),
    sa.Column("artifacts", sa.JSON, nullable=False),
    sa.Column("metrics", sa.JSON, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
)

DECISIONS: Final = sa.Table(
    "decisions",
    METADATA,
    sa.Column("decision_id", sa.String(64), primary_key=True),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("kind", sa.String(16), nullable=False),
    sa.Column("subject", sa.String(64), nullable=False),
    sa.Column("champion", sa.Integer),
    sa.Column("reasons", sa.JSON, nullable=False),
    sa.Column("decided_by", sa.Text, nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("about", sa.String(64)),
    sa.Column("evidence", sa.JSON, nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
)

BATCHES: Final = sa.Table(
    "batches",
    METADATA,
    sa.Column("batch_id", sa.String(64), primary_key=True),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("load_id", sa.String(64), nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("model_version", sa.Integer, nullable=False),
    sa.Column("model_digest", sa.String(64), nullable=False),
    sa.Column("rows_in", sa.BigInteger, nullable=False),
    sa.Column("rows_scored", sa.BigInteger, nullable=False),
    sa.Column("rows_skipped", sa.BigInteger, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("hold_reasons", sa.JSON, nullable=False),
    sa.Column("scores", sa.Text, nullable=False),
    sa.Column("scores_digest", sa.String(64), nullable=False),
    sa.Column("superseded_by", sa.String(64)),
    sa.Column("grading", sa.JSON(none_as_null=True)),
    sa.Column("least_change", sa.Float),
    sa.Column("run_id", sa.Text),
    sa.Column("started_at", UtcDateTime, nullable=False),
    sa.Column("finished_at", UtcDateTime, nullable=False),
)


def _score_columns() -> tuple[sa.Column[Any], ...]:
    """Return what a score says; a column belongs to one table, so each table gets its own."""
    return (
        sa.Column("created_at", UtcDateTime),
        sa.Column("probability", sa.Float),
        sa.Column("score", sa.Float),
        sa.Column("margin", sa.Float),
        sa.Column("grade", sa.String(1)),
        sa.Column("prediction", sa.Float),
        sa.Column("interval_low", sa.Float),
        sa.Column("interval_high", sa.Float),
        sa.Column("reasons", sa.JSON),
        sa.Column("predicted_class", sa.Text),
        sa.Column("class_probabilities", sa.JSON),
    )


SCORES: Final = sa.Table(
    "scores",
    METADATA,
    sa.Column("batch_id", sa.String(64), primary_key=True),
    sa.Column("lead_id", LEAD_ID_TYPE, primary_key=True),
    *_score_columns(),
    sqlite_with_rowid=False,
)

OUTCOMES: Final = sa.Table(
    "outcomes",
    METADATA,
    sa.Column("use_case", sa.String(48), primary_key=True),
    sa.Column("lead_id", LEAD_ID_TYPE, primary_key=True),
    sa.Column("outcome", sa.Float, nullable=False),
    sa.Column("known_at", UtcDateTime, nullable=False),
    sa.Column("load_id", sa.String(64), nullable=False),
    sa.Column("outcome_class", sa.Text),
)

CURRENT_SCORES: Final = sa.Table(
    "current_scores",
    METADATA,
    sa.Column("use_case", sa.String(48), primary_key=True),
    sa.Column("lead_id", LEAD_ID_TYPE, primary_key=True),
    sa.Column("batch_id", sa.String(64), nullable=False),
    sa.Column("as_of", UtcDateTime, nullable=False),
    sa.Column("model_version", sa.Integer, nullable=False),
    *_score_columns(),
    sa.Column("trend", sa.String(16)),
    sa.Column("previous_score", sa.Float),
    sa.Column("previous_grade", sa.String(1)),
    sa.Column("previous_as_of", UtcDateTime),
    sqlite_with_rowid=False,
)
sa.Index(
    "ix_current_scores_rank",
    CURRENT_SCORES.c.use_case,
    CURRENT_SCORES.c.grade,
    CURRENT_SCORES.c.score.desc(),
    CURRENT_SCORES.c.margin.desc(),
    CURRENT_SCORES.c.lead_id,
)

EXPORTS: Final = sa.Table(
    "exports",
    METADATA,
    sa.Column("batch_id", sa.String(64), primary_key=True),
    sa.Column("use_case", sa.String(48), nullable=False, index=True),
    sa.Column("file", sa.Text, nullable=False),
    sa.Column("rows", sa.BigInteger, nullable=False),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("recorded_at", UtcDateTime, nullable=False),
)

EXPORTED_LEADS: Final = sa.Table(
    "exported_leads",
    METADATA,
    sa.Column("use_case", sa.String(48), primary_key=True),
    sa.Column("lead_id", LEAD_ID_TYPE, primary_key=True),
    sa.Column("batch_id", sa.String(64), nullable=False),
    sa.Column("export_id", sa.String(64), nullable=False),
    sqlite_with_rowid=False,
)

API_KEYS: Final = sa.Table(
    "api_keys",
    METADATA,
    sa.Column("key_id", sa.String(32), primary_key=True),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("scopes", sa.JSON, nullable=False),
    sa.Column("use_case", sa.String(48)),
    sa.Column("digest", sa.String(64), nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("expires_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
)
"""Keys of the services. None of their secrets is here: a digest cannot be turned round."""

describe(METADATA)
