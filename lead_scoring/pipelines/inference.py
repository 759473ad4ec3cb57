"""The inference pipeline: score the open leads of a load, then publish them, or hold them."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain
from typing import Final

import pyarrow as pa

from lead_scoring.config.use_case import UseCase
from lead_scoring.core import identity
from lead_scoring.core.batch_scoring import BatchScoring
from lead_scoring.core.parity import find_disparity
from lead_scoring.core.plausibility import find_broken
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.core.records import DecisionKind
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.scorer import Scorer
from lead_scoring.errors import ConfigError
from lead_scoring.errors import EmptyBatchError
from lead_scoring.errors import GateError
from lead_scoring.errors import NoChampionError
from lead_scoring.errors import NothingOpenError
from lead_scoring.errors import ScoringError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.inference_ports import InferencePorts
from lead_scoring.pipelines.inference_ports import ScoreFiles
from lead_scoring.pipelines.inference_ports import ScoreStore
from lead_scoring.pipelines.pending import find_load
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.returned import returned_outcomes

log = logging.getLogger(__name__)

_DONE: Final = frozenset({BatchStatus.HELD, BatchStatus.PUBLISHED})


def score_batch(
    use_case: UseCase,
    load_id: str,
    as_of: datetime,
    ports: InferencePorts,
    *,
    by: ModelVersion | None = None,
) -> Batch:
    """Score the leads of a load that are open at ``as_of``; nothing is published yet.

    Args:
        use_case: The use case.
        load_id: The load whose snapshot is scored.
        as_of: Instant to score for, UTC.
        ports: What it is scored with.
        by: Version that scores; the champion if it is not given.

    Returns:
        The batch, ``computed``; or as it is, where it was held or published before.

    Raises:
        UnknownIdError: There is no such load.
        NoChampionError: There is no model to score with. Nothing was written.
        EmptyBatchError: No lead is open. The batch is noted as empty. `NothingOpenError` where
            there are no event times, so that no other instant would find one.
        ScoringError: The scores are broken, rows were lost, or leads that come one by one would
            get other scores. Nothing was written.
    """
    load = find_load(load_id, ports.loads)
    champion = by or _find_champion(use_case, load_id, ports.registry)
    batch_id = identity.batch_id(use_case.use_case, load_id, as_of, champion.model_digest)
    found = ports.scores.find_batch(batch_id)
    if found is not None and _is_scored(found, ports.files):
        log.info("batch %s: scored before, it is %s", batch_id, found.status.value)
        return found

    batch = _compute(use_case, batch_id, load, as_of, champion, ports=ports)

    ports.progress.step("note_batch")
    ports.scores.note_batch(batch)
    ports.progress.step("scored")
    if batch.status is BatchStatus.EMPTY:
        raise _empty(use_case, batch)
    counts = (batch.rows_scored, batch.rows_in, load_id, champion.version)
    log.info("batch %s: scored %d of %d rows of %s with version %d", batch_id, *counts)
    return batch


def publish_batch(
    use_case: UseCase, batch_id: str, *, files: ScoreFiles, scores: ScoreStore, progress: Progress
) -> Batch:
    """Check a computed batch and publish it, or hold it, in one transaction.

    Args:
        use_case: The use case.
        batch_id: The batch.
        files: Where its computed scores are.
        scores: Where they go.
        progress: Who watches.

    Returns:
        The batch, ``published`` or ``held``; one that was so before is left as it is.

    Raises:
        UnknownIdError: There is no such batch.
        EmptyBatchError: The batch has no scores.
        ScoringError: The scores are broken. Nothing was published.
        IntegrityError: The scores are not those that were computed. Nothing was published.
    """
    batch = _find_batch(use_case, batch_id, scores)
    if batch.status in {*_DONE, BatchStatus.SUPERSEDED}:
        log.info("batch %s: it is %s already", batch_id, batch.status.value)
        return batch
    if batch.status is BatchStatus.EMPTY:
        raise _empty(use_case, batch)
    if not batch.conserved:
        counts = f"{batch.rows_scored} scored + {batch.rows_skipped} skipped"
        msg = f"batch {batch_id}: {batch.rows_in} rows in, but {counts}; nothing was published"
        raise ScoringError(msg)
    status = BatchStatus.HELD if batch.hold_reasons else BatchStatus.PUBLISHED
    checked = replace(batch, status=status)

    progress.step("publish", batch.rows_scored)
    scores.save_batch(checked, checked_rows(checked, files, progress))
    progress.step("published")
    log.info("batch %s: %d scores %s", batch_id, batch.rows_scored, status.value)
    for reason in batch.hold_reasons:
        log.warning("batch %s is held: %s", batch_id, reason)
    return checked


def release_batch(
    use_case: UseCase,
    batch_id: str,
    by: str,
    reason: str,
    as_of: datetime,
    *,
    scores: ScoreStore,
) -> Batch:
    """Publish a held batch because a person said so; who and why are kept.

    Raises:
        UnknownIdError: There is no such batch in this use case.
        GateError: The batch is not held, or name or reason are blank. Nothing was written.
    """
    if not by.strip() or not reason.strip():
        msg = f"batch {batch_id}: a release needs a name and a reason; nothing was released"
        raise GateError(msg)
    batch = _find_batch(use_case, batch_id, scores)
    decision = Decision(
        decision_id=identity.decision_id(
            use_case.use_case, DecisionKind.RELEASE, batch_id, as_of, by, reason
        ),
        use_case=use_case.use_case,
        kind=DecisionKind.RELEASE,
        subject=batch_id,
        champion=batch.model_version,
        reasons=(reason.strip(),),
        decided_by=by.strip(),
        as_of=as_of,
    )
    released = scores.release_batch(batch_id, decision)
    log.info("batch %s: released by %s", batch_id, decision.decided_by)
    return released


def checked_rows(batch: Batch, files: ScoreFiles, progress: Progress) -> Iterator[pa.RecordBatch]:
    """Iterate over the computed scores of a batch.

    Raises:
        ScoringError: They are broken.
        IntegrityError: They are not those that were computed.
    """
    for rows in files.read(batch):
        broken = find_broken(rows.to_pandas())
        if broken is not None:
            msg = f"batch {batch.batch_id}: {broken}; nothing was published"
            raise ScoringError(msg)
        yield rows
        progress.advance(rows.num_rows)


def _compute(
    use_case: UseCase,
    batch_id: str,
    load: Load,
    as_of: datetime,
    champion: ModelVersion,
    *,
    ports: InferencePorts,
) -> Batch:
    """Score the open leads of a load to a file; return the batch, which is noted nowhere yet.

    Raises:
        ScoringError: The scores are broken, rows were lost, or leads that come one by one would
            get other scores.
    """
    config = use_case.inference
    model = ports.registry.load_model(champion)
    scoring = BatchScoring(model, as_of, use_case.scoring, config.reasons, seed=batch_id)
    ports.progress.step("score", load.rows_accepted)
    returned = returned_outcomes(use_case, as_of, ports.loads)
    chunks = _score_chunks(load, scoring, use_case, ports, returned)
    first = next(chunks, None)
    stored = None
    if first is not None:
        scored = chain([first], chunks)
        stored = ports.files.write(use_case.use_case, batch_id, scored, config.grades)
    if scoring.rows_in != load.rows_accepted:
        read = f"{scoring.rows_in} of the {load.rows_accepted} rows of {load.load_id} were read"
        msg = f"batch {batch_id}: {read}; nothing was published"
        raise ScoringError(msg)
    _check_parity(use_case, batch_id, load, champion, scoring)
    return scoring.to_batch(batch_id, load, champion, stored, config)


def _check_parity(
    use_case: UseCase, batch_id: str, load: Load, champion: ModelVersion, scoring: BatchScoring
) -> None:
    """Score some of the leads as JSON, one by one.

    Raises:
        ScoringError: One of them gets another score.
    """
    if scoring.sample.leads.empty:
        return
    try:
        scorer = Scorer(use_case, champion, scoring.model)
    except ConfigError as error:
        log.warning("batch %s: leads were not scored one by one as well: %s", batch_id, error)
        return
    same = load.contract_digest == identity.contract_digest(use_case)
    disparity = find_disparity(scoring.sample, scorer, same_contract=same)
    if disparity:
        msg = (
            f"batch {batch_id}: leads that come one by one would get other scores: {disparity}."
            " Nothing was published; score again, and if it stays so, report it as a fault"
        )
        raise ScoringError(msg)


def _find_batch(use_case: UseCase, batch_id: str, scores: ScoreStore) -> Batch:
    batch = scores.find_batch(batch_id)
    if batch is None or batch.use_case != use_case.use_case:
        msg = f"no batch {batch_id!r} in {use_case.use_case}; see `lead-scoring status`"
        raise UnknownIdError(msg)
    return batch


def _find_champion(use_case: UseCase, load_id: str, registry: ModelRegistry) -> ModelVersion:
    champion = registry.champion(use_case.use_case)
    if champion is None:
        msg = (
            f"{use_case.use_case}: no champion to score {load_id} with; run the training "
            f"pipeline first (`lead-scoring train {use_case.use_case}`)"
        )
        raise NoChampionError(msg)
    return champion


def _empty(use_case: UseCase, batch: Batch) -> EmptyBatchError:
    why = "; ".join(batch.hold_reasons)
    said = f"load {batch.load_id} has no open lead: {why}; nothing was scored. To go on, "
    if use_case.lead.created_column is not None:
        return EmptyBatchError(f"{said}load newer leads, or score for another as_of")
    return NothingOpenError(
        f"{said}load leads whose {use_case.outcome.column} is still missing, or score a file of"
        f" others: lead-scoring score {use_case.use_case} --input FILE"
    )


def _is_scored(batch: Batch, files: ScoreFiles) -> bool:
    if batch.status in _DONE:
        return True
    return batch.status is BatchStatus.COMPUTED and files.is_complete(batch)


def _score_chunks(
    load: Load,
    scoring: BatchScoring,
    use_case: UseCase,
    ports: InferencePorts,
    returned: ReturnedOutcomes,
) -> Iterator[pa.RecordBatch]:
    with ports.snapshots.beside(returned) as settled:
        for rows in settled.batches(load, scoring.columns, use_case.inference.chunk_rows):
            scored = scoring.score(rows)
            ports.progress.advance(rows.num_rows)
            if scored.empty:
                continue
            broken = find_broken(scored, graded=False)
            if broken is not None:
                msg = f"load {load.load_id}: {broken}; nothing was written"
                raise ScoringError(msg)
            yield pa.RecordBatch.from_pandas(scored, preserve_index=False)
