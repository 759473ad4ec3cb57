"""Scores a snapshot chunk by chunk, and keeps count of what became of its rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pandas as pd
import pyarrow as pa

from lead_scoring.config.inference import InferenceConfig
from lead_scoring.config.reasons import ReasonsConfig
from lead_scoring.config.scoring import ScoringRules
from lead_scoring.core.frames import to_frame
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.parity import ParitySample
from lead_scoring.core.plain import instant
from lead_scoring.core.plausibility import Observed
from lead_scoring.core.plausibility import find_implausible
from lead_scoring.core.plausibility import observe
from lead_scoring.core.population import exists
from lead_scoring.core.population import open_leads
from lead_scoring.core.ranking import grading_of
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import ScoreFile
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.scoring import score_leads


class BatchScoring:
    """One batch while it is scored; only counts are kept of the rows that went through.

    Args:
        model: The model.
        as_of: Instant to score for, UTC.
        rules: What a score depends on beside the model.
        reasons: What is said of what a score goes with.
        seed: What the choice of the ``sample`` depends on.

    Attributes:
        rows_in: Rows taken in so far; each is scored, closed or not created.
        closed: Rows whose outcome is known at ``as_of``.
        not_created: Rows created after ``as_of``.
        seen: What was seen in the rows that were scored.
        sample: Some of them with their scores.
    """

    def __init__(
        self,
        model: ScoringModel,
        as_of: datetime,
        rules: ScoringRules,
        reasons: ReasonsConfig,
        seed: str = "",
    ) -> None:
        self.model = model
        self.rows_in = 0
        self.closed = 0
        self.not_created = 0
        self.seen = Observed()
        self.sample = ParitySample(seed)
        self._as_of = as_of
        self._rules = rules
        self._reasons = reasons

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of a snapshot that are read."""
        standard = (LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)
        return tuple(dict.fromkeys((*standard, *self.model.source_columns)))

    def score(self, rows: pa.RecordBatch) -> pd.DataFrame:
        """Score the open leads of a chunk.

        Args:
            rows: Rows of a snapshot with the `columns`.

        Returns:
            The scores of its open leads, as `score_leads` gives them; it may have no rows.
        """
        is_open = open_leads(rows, self._as_of)
        is_there = exists(rows, self._as_of)
        self.rows_in += rows.num_rows
        self.not_created += int((~is_there).sum())
        self.closed += int((is_there & ~is_open).sum())
        leads = to_frame(rows.filter(pa.array(is_open)))
        scores = score_leads(self.model, leads, self._rules, self._reasons)
        if len(leads):
            self.seen += observe(self.model.profile, leads, scores)
            self.sample.add(leads, scores)
        return scores

    def to_batch(
        self,
        batch_id: str,
        load: Load,
        champion: ModelVersion,
        stored: ScoreFile | None,
        config: InferenceConfig,
    ) -> Batch:
        """Sum up the rows that went through as a batch that is not yet published.

        Args:
            batch_id: Its id.
            load: The load whose snapshot was scored.
            champion: The version of the model.
            stored: Where the scores are, ``None`` if no lead was open.
            config: When the batch is to be held, and what changes count.

        Returns:
            A batch, ``computed``, with the reasons to hold it and the way out; or ``empty``, with
            the reason.
        """
        reasons = find_implausible(self.model.profile, self.seen, config.hold)
        if reasons:
            way_out = f"if this is right: lead-scoring release {batch_id} --reason '...'"
            reasons = (*reasons, way_out)
        return Batch(
            batch_id=batch_id,
            use_case=load.use_case,
            load_id=load.load_id,
            as_of=self._as_of,
            model_version=champion.version,
            model_digest=champion.model_digest,
            rows_in=self.rows_in,
            rows_scored=self.seen.rows,
            rows_skipped=self.closed + self.not_created,
            status=BatchStatus.EMPTY if stored is None else BatchStatus.COMPUTED,
            hold_reasons=(self._why_empty(),) if stored is None else reasons,
            scores="" if stored is None else stored.uri,
            scores_digest="" if stored is None else stored.digest,
            grading=None if stored is None else self._grading(stored),
            least_change=config.trend.least_change,
        )

    def _grading(self, stored: ScoreFile) -> Mapping[str, Any]:
        return grading_of(self._rules, stored.rows, stored.cuts).to_dict()

    def _why_empty(self) -> str:
        return (
            f"of {self.rows_in:,} rows {self.closed:,} have a known outcome and "
            f"{self.not_created:,} are not yet created at {instant(self._as_of)}"
        )
