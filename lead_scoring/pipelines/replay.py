"""Rebuilds the scores of a past batch and compares them with those that are kept."""

import logging
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from typing import Final

import pandas as pd
import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.frames import to_frame
from lead_scoring.core.grading_records import Grading
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.population import open_leads
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Load
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.same_scores import Difference
from lead_scoring.core.same_scores import find_differences
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.scoring import score_and_grade
from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.rebuilding import StoredScores
from lead_scoring.pipelines.rebuilding import load_of
from lead_scoring.pipelines.rebuilding import model_of
from lead_scoring.pipelines.rebuilding import only_lead
from lead_scoring.pipelines.returned import returned_outcomes

log = logging.getLogger(__name__)

MOST_DIFFERENCES: Final = 20
"""Differences that are named; the others are counted."""
_STANDARD: Final = (LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)
_KEPT: Final = frozenset({BatchStatus.HELD, BatchStatus.PUBLISHED, BatchStatus.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Replay:
    """What came of rebuilding a batch.

    Attributes:
        batch: The batch.
        rows: Scores that were rebuilt.
        differing: Figures that are not those that are kept.
        differences: The first of them.
        lead: The score of the one lead that was asked for, as it was rebuilt.
    """

    batch: Batch
    rows: int
    differing: int
    differences: tuple[Difference, ...]
    lead: dict[str, Any] | None = None


def replay_batch(
    use_case: UseCase,
    batch_id: str,
    lead_id: str | None = None,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    scores: StoredScores,
    progress: Progress,
) -> Replay:
    """Score a past batch once more, from its snapshot by its model; nothing is written.

    Args:
        use_case: The use case.
        batch_id: The batch.
        lead_id: Only this lead.
        loads: Where loads are kept.
        snapshots: Reads the snapshot.
        registry: Gives the model.
        scores: The scores that are kept.
        progress: Who watches.

    Raises:
        UnknownIdError: There is no such batch, or the lead is not in it.
        GateError: No scores of the batch are kept in the database.
        IntegrityError: The snapshot or the model is gone, or is not what was recorded.
    """
    batch = _find(use_case, batch_id, scores)
    load, model = load_of(batch, loads), model_of(batch, registry)
    columns = tuple(dict.fromkeys((*_STANDARD, *model.source_columns)))
    progress.step("replay", batch.rows_scored)
    rows, differing = 0, 0
    named: list[Difference] = []
    lead = None
    returned = returned_outcomes(use_case, batch.as_of, loads)
    opened = _open_rows(
        batch, load, columns, snapshots=snapshots, returned=returned, scores=scores
    )
    for chunk in _read(batch, opened):
        progress.advance(chunk.num_rows)
        rebuilt = _rebuild(use_case, batch, model, chunk, lead_id)
        if rebuilt.empty:
            continue
        found = _compare(use_case, batch, rebuilt, scores)
        rows, differing = rows + len(rebuilt), differing + len(found)
        named += found[: MOST_DIFFERENCES - len(named)]
        if lead_id is not None:
            (row,) = rebuilt.reset_index().to_dict(orient="records")
            lead = {str(name): value for name, value in row.items()}
            break
    if lead_id is not None and lead is None:
        msg = f"lead {lead_id} has no score in batch {batch_id}: it was not open in its load"
        raise UnknownIdError(msg)
    if lead_id is None and rows != (kept := scores.count_scores(batch_id)):
        differing += 1
        named.append(Difference("", "rows", kept, rows))
    log.info("batch %s: %d scores rebuilt, %d figures differ", batch_id, rows, differing)
    return Replay(batch, rows, differing, tuple(named), lead)


def _find(use_case: UseCase, batch_id: str, scores: StoredScores) -> Batch:
    batch = scores.find_batch(batch_id)
    if batch is None or batch.use_case != use_case.use_case:
        msg = f"no batch {batch_id!r} in {use_case.use_case}; see `lead-scoring status`"
        raise UnknownIdError(msg)
    if batch.status not in _KEPT or not batch.rows_scored:
        msg = (
            f"batch {batch_id} is {batch.status.value}: no scores of it are in the database, so"
            " there is nothing to compare with; nothing was rebuilt"
        )
        raise GateError(msg)
    return batch


def _read(batch: Batch, chunks: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    try:
        yield from chunks
    except IntegrityError as error:
        msg = f"batch {batch.batch_id} cannot be rebuilt, as its snapshot is not there: {error}"
        raise IntegrityError(msg) from error


def _open_rows(
    batch: Batch,
    load: Load,
    columns: Sequence[str],
    *,
    snapshots: SnapshotReader,
    returned: ReturnedOutcomes,
    scores: StoredScores,
) -> Iterator[pa.RecordBatch]:
    """Iterate over the rows that were open when the batch was scored.

    A lead whose outcome a file brought back was not, unless the file came later: then the lead
    has a score.
    """
    with snapshots.beside(returned) as settled:
        known = settled.batches(load, _STANDARD)
        for rows, now in zip(snapshots.batches(load, columns), known, strict=True):
            was_open = open_leads(rows, batch.as_of)
            closed = was_open & ~open_leads(now, batch.as_of)
            if closed.any():
                ids = rows.filter(pa.array(closed)).column(LEAD_ID).to_pylist()
                kept = set(scores.scores_of(batch.batch_id, ids).index)
                was_open[closed] = [lead in kept for lead in ids]
            yield rows.filter(pa.array(was_open))


def _rebuild(
    use_case: UseCase, batch: Batch, model: ScoringModel, rows: pa.RecordBatch, lead_id: str | None
) -> pd.DataFrame:
    """Return the scores of the open leads of a chunk, by ``lead_id``."""
    leads = to_frame(rows if lead_id is None else only_lead(rows, lead_id))
    grading = None if batch.grading is None else Grading.from_dict(batch.grading)
    reasons = None if lead_id is None else use_case.inference.reasons
    scores = score_and_grade(model, leads, use_case.scoring, grading, reasons)
    return scores.set_index(LEAD_ID)


def _compare(
    use_case: UseCase, batch: Batch, rebuilt: pd.DataFrame, scores: StoredScores
) -> list[Difference]:
    kept = scores.scores_of(batch.batch_id, rebuilt.index.tolist())
    missing = rebuilt.index.difference(kept.index)
    absent = [Difference(str(lead), LEAD_ID, None, str(lead)) for lead in missing]
    return absent + find_differences(kept, rebuilt.drop(index=missing), kind_of(use_case).columns)
