"""What a challenger would change for today's open leads, before it becomes champion."""

import json
import logging
from datetime import datetime
from typing import TYPE_CHECKING

import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.approval import Review
from lead_scoring.core.approval import why_held
from lead_scoring.core.churn import Churn
from lead_scoring.core.churn import Scene
from lead_scoring.core.churn import graded_pairs
from lead_scoring.core.churn import measure_churn
from lead_scoring.core.churn import side_by_side
from lead_scoring.core.churn_text import describe_churn
from lead_scoring.core.frames import to_frame
from lead_scoring.core.identity import seed_of
from lead_scoring.core.plain import plain
from lead_scoring.core.plausibility import find_broken
from lead_scoring.core.population import open_leads
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.sampling import RowSampler
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.core.scoring import score_leads
from lead_scoring.errors import ScoringError
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.returned import returned_outcomes

if TYPE_CHECKING:  # scikit-learn is large
    from lead_scoring.core.model import ScoringModel

log = logging.getLogger(__name__)

_STANDARD = (ROW_NUMBER, LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)


def review_challenger(
    use_case: UseCase,
    challenger: ModelVersion,
    champion: ModelVersion | None,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    progress: Progress,
) -> Review:
    """Report what a promotion would change, and say whether a person has to approve it.

    The report is kept with the challenger's run; nothing is published.

    Args:
        use_case: The use case.
        challenger: Version that passed every gate.
        champion: Version that scores now; without one nothing changes.
        as_of: Instant of the decision, UTC.
        loads: Where loads are kept.
        snapshots: Reads the newest one.
        registry: Gives the models, and keeps the report.
        progress: Who watches.

    Raises:
        ScoringError: The scores of either are broken. Nothing was decided.
        IntegrityError: A snapshot or a model's file is not what was recorded.
    """
    training, churn = use_case.training, None
    if champion is not None:
        churn = _churn(
            use_case, challenger, champion, as_of, loads=loads, snapshots=snapshots,
            registry=registry, progress=progress,
        )  # fmt: skip
        progress.step("report_churn")
        document = json.dumps(plain(churn), indent=2, ensure_ascii=False)
        registry.attach(challenger, {"churn.json": document, "churn.md": describe_churn(churn)})
        counts = (churn.grade_changes, churn.top_leavers, churn.compared)
        log.info("%s: version %s: %s change grade and %s leave the top, of %s open leads",
                 use_case.use_case, challenger.version, *counts)  # fmt: skip
    held = why_held(churn, training.approval, training.churn)
    return Review(held, {} if churn is None else {"churn": plain(churn)})


def _churn(
    use_case: UseCase,
    challenger: ModelVersion,
    champion: ModelVersion,
    as_of: datetime,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    progress: Progress,
) -> Churn:
    config, anyway = use_case.training.churn, use_case.drift.faults.score_anyway
    known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE, faulty=anyway)
    if not known:
        return Churn(Scene(None, as_of, champion.version, challenger.version), 0, 0)
    load = known[-1]
    scene = Scene(load.load_id, as_of, champion.version, challenger.version)
    pair = _Pair(use_case, registry.load_model(champion), registry.load_model(challenger))
    progress.step("compare_scores", load.rows_accepted)
    sampler, opened = RowSampler(config.max_leads, seed_of(load.load_id)), 0
    with snapshots.beside(returned_outcomes(use_case, as_of, loads)) as settled:
        for rows in settled.batches(load, pair.columns, use_case.inference.chunk_rows):
            compared = pair.score(load, rows, as_of)
            progress.advance(rows.num_rows)
            opened += compared.num_rows
            for some in compared.to_batches():
                sampler.add(some)
    if not opened:
        return Churn(scene, 0, 0)
    pairs = graded_pairs(sampler.rows().to_pandas(), use_case.scoring.grades, opened)
    return measure_churn(pairs, scene, opened, config)


class _Pair:
    """Champion and challenger, scoring the same leads."""

    def __init__(self, use_case: UseCase, before: "ScoringModel", after: "ScoringModel") -> None:
        self._use_case = use_case
        self._before = before
        self._after = after

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of a snapshot that either reads."""
        read = (*_STANDARD, *self._before.source_columns, *self._after.source_columns)
        return tuple(dict.fromkeys(read))

    def score(self, load: Load, rows: pa.RecordBatch, as_of: datetime) -> pa.Table:
        """Return the open leads of a chunk with both scores side by side."""
        leads = to_frame(rows.filter(pa.array(open_leads(rows, as_of))))
        scores = []
        for model in (self._before, self._after):
            scored = score_leads(model, leads, self._use_case.scoring)
            broken = find_broken(scored, graded=False) if len(scored) else None
            if broken is not None:
                msg = f"load {load.load_id}: {broken}; nothing was decided"
                raise ScoringError(msg)
            scores.append(scored)
        pairs = side_by_side(leads, *scores)
        return pa.Table.from_pandas(pairs, preserve_index=False)
