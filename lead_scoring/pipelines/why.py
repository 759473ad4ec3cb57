"""Why a lead's score moved since the batch before."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.same_scores import TOLERANCE
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.score_change import ScoreChange
from lead_scoring.core.score_change import split_change
from lead_scoring.errors import GateError
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.rebuilding import StoredScores
from lead_scoring.pipelines.rebuilding import load_of
from lead_scoring.pipelines.rebuilding import model_of
from lead_scoring.pipelines.rebuilding import row_of

Score = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Why:
    """Why a lead's score moved.

    Attributes:
        before: The score of the batch before, with what is known of the batch.
        after: The newest score, likewise.
        change: The change of the margin, split.
        columns: Source columns that changed: what they held, and hold.
    """

    before: Score
    after: Score
    change: ScoreChange
    columns: Mapping[str, tuple[object, object]]


def why_moved(
    use_case: UseCase,
    lead_id: str,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    registry: ModelRegistry,
    scores: StoredScores,
) -> Why:
    """Split the change of a lead's score since the batch before; nothing is written.

    Args:
        use_case: The use case.
        lead_id: The lead.
        loads: Where loads are kept.
        snapshots: Reads the lead as it was and as it is.
        registry: Gives the models.
        scores: The scores that are kept.

    Raises:
        UnknownIdError: The lead has no published score.
        GateError: It has one alone, or the old model reads what the new snapshot has not.
        IntegrityError: A snapshot or a model is gone, or a score is not what they give.
    """
    before, after = _last_two(use_case, lead_id, scores)
    batches = _batch(before, scores), _batch(after, scores)
    old = model_of(batches[0], registry)
    same = batches[0].model_digest == batches[1].model_digest
    models = old, old if same else model_of(batches[1], registry)
    columns = list(dict.fromkeys(name for model in models for name in model.source_columns))
    was, now = (row_of(lead_id, load_of(batch, loads), snapshots) for batch in batches)
    lacking = sorted({*columns} - {*was.columns} | {*columns} - {*now.columns})
    if lacking:
        msg = (
            f"lead {lead_id}: the change cannot be split, because one model reads what the other"
            f" one's snapshot has not: {', '.join(lacking)}"
        )
        raise GateError(msg)
    change = split_change(models, (was, now), use_case.scoring, use_case.inference.reasons)
    for score, margin in ((before, change.before), (after, change.after)):
        if abs(score[MARGIN] - margin) > TOLERANCE * max(1.0, abs(margin)):
            msg = (
                f"the score of lead {lead_id} in batch {score['batch_id']} cannot be rebuilt: its"
                f" margin is {score[MARGIN]!r}, from its snapshot and model comes {margin!r}; see"
                f" `lead-scoring replay {score['batch_id']} --lead {lead_id}`"
            )
            raise IntegrityError(msg)
    values = {name: (was[name].iloc[0], now[name].iloc[0]) for name in columns}
    moved = {name: pair for name, pair in values.items() if str(pair[0]) != str(pair[1])}
    return Why(before, after, change, moved)


def _last_two(use_case: UseCase, lead_id: str, scores: StoredScores) -> tuple[Score, Score]:
    name = use_case.use_case
    history = scores.lead_history(name, lead_id)
    known = [one for one in history if one["status"] == BatchStatus.PUBLISHED.value]
    if not known:
        msg = f"lead {lead_id} has no published score in {name}; see `lead-scoring leads {name}`"
        raise UnknownIdError(msg)
    current = scores.lead(name, lead_id)
    newest = [one for one in known if current and one["batch_id"] == current["batch_id"]]
    after = (newest or known)[-1]
    earlier = [one for one in known if one["batch_id"] != after["batch_id"]]
    earlier = [one for one in earlier if one["as_of"] <= after["as_of"]]
    if not earlier:
        msg = (
            f"lead {lead_id} was scored once, for {after['as_of']:%Y-%m-%d %H:%M} UTC: there is no"
            " score before it to compare with"
        )
        raise GateError(msg)
    return earlier[-1], after


def _batch(score: Score, scores: StoredScores) -> Batch:
    batch = scores.find_batch(score["batch_id"])
    if batch is None:
        msg = f"batch {score['batch_id']} is gone"
        raise IntegrityError(msg)
    return batch
