"""Training pipeline, first half: mature leads to a challenger.

What becomes of a challenger is decided in `lead_scoring.pipelines.promotion`.
"""

import logging
from collections.abc import Sequence
from datetime import datetime

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.identity import training_id
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import refusal
from lead_scoring.core.leakage import find_leakage
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.population import as_learned
from lead_scoring.core.population import learned_from
from lead_scoring.core.records import Load
from lead_scoring.core.records import ModelVersion
from lead_scoring.core.records import Purpose
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.split import Split
from lead_scoring.core.split import split_leads
from lead_scoring.core.training import Trained
from lead_scoring.core.training import shortage
from lead_scoring.core.training import train_model
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.core.training_report import report_training
from lead_scoring.core.training_text import training_config_digest
from lead_scoring.core.trials import Search
from lead_scoring.errors import LeakageError
from lead_scoring.errors import NotEnoughDataError
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader
from lead_scoring.pipelines.returned import returned_outcomes
from lead_scoring.pipelines.training_ports import ModelStore
from lead_scoring.pipelines.tuning import Tuner
from lead_scoring.pipelines.tuning import tune

log = logging.getLogger(__name__)


def train_challenger(
    use_case: UseCase,
    as_of: datetime,
    reason: str,
    *,
    loads: LoadStore,
    snapshots: SnapshotReader,
    models: ModelStore,
    registry: ModelRegistry,
    progress: Progress,
    tuner: Tuner | None = None,
) -> ModelVersion:
    """Train on the leads mature at ``as_of``, register the model and make it the challenger.

    Args:
        use_case: What to train.
        as_of: Instant to compute for.
        reason: Why, in words; kept with the run.
        loads: Loads known at ``as_of``.
        snapshots: Their rows.
        models: Where digests are recorded.
        registry: Where the model is kept.
        progress: Who watches.
        tuner: What a search for hyperparameters needs; only where the use case says to search.

    Raises:
        NotEnoughDataError: No load, or too few rows, positives or negatives. Nothing was written.
        LeakageError: The model knows the outcome from what is not known in time. Nothing was
            registered.
        IntegrityError: A snapshot or a registered file is not what was recorded.
        TransientError: The registry or the database does not answer; run again.
    """
    known = _known_loads(use_case, as_of, loads)
    returned = returned_outcomes(use_case, as_of, loads)
    training = training_id(
        use_case.use_case,
        as_of,
        [load.load_id for load in known],
        training_config_digest(use_case),
        returned.ids,
    )
    version = models.find_training(training)
    if version is None:
        progress.step("read_mature_rows")
        split = split_mature(use_case, as_of, known, snapshots, returned)
        search = Search(use_case.use_case, training, as_of, reason, kind_of(use_case).quality_name)
        report = _train(
            use_case, split, search, known, returned=returned, tuner=tuner, progress=progress
        )
        progress.step("register")
        version = registry.register(report)
        progress.step("save_model")
        models.save_model(version)
    progress.step("set_challenger")
    registry.set_challenger(version)
    progress.step("trained")
    gate = gate_metric(use_case)
    log.info("%s: version %s, %s %.4f, is challenger (%s)", use_case.use_case,
             version.version, gate.words, version.metrics[gate.name], training)  # fmt: skip
    return version


def _known_loads(use_case: UseCase, as_of: datetime, loads: LoadStore) -> tuple[Load, ...]:
    known = loads.loads(use_case.use_case, as_of, Purpose.TRAIN_AND_SCORE)
    if not known:
        msg = (
            f"{use_case.use_case} as of {as_of}: there is no load to train on. "
            "Nothing was trained; run the data pipeline first"
        )
        raise NotEnoughDataError(msg)
    return known


def _train(
    use_case: UseCase,
    split: Split,
    search: Search,
    loads: Sequence[Load],
    *,
    returned: ReturnedOutcomes,
    tuner: Tuner | None,
    progress: Progress,
) -> TrainingReport:
    """Tune, fit and check a model on split leads; nothing of it is registered yet.

    Raises:
        NotEnoughDataError: There are too few rows, positives or negatives.
        LeakageError: The model knows the outcome from what is not known in time.
    """
    missing = shortage(split, use_case)
    if missing:
        msg = f"{use_case.use_case} as of {search.as_of}: {missing}. Nothing was trained"
        raise NotEnoughDataError(msg)
    tuned = tune(use_case, split, search, tuner=tuner, progress=progress)
    progress.step("fit", len(split.fit))
    trained = train_model(tuned.use_case, split)
    progress.step("check_leakage")
    findings = check_leakage(use_case, search.as_of, split, trained)
    progress.step("report")
    return report_training(
        tuned.use_case,
        split,
        trained,
        as_of=search.as_of,
        reason=search.reason,
        training_id=search.training_id,
        loads=loads,
        returned=returned,
        findings=findings,
        tuning=tuned.text,
    )


def check_leakage(
    use_case: UseCase, as_of: datetime, split: Split, trained: Trained
) -> tuple[Finding, ...]:
    """Refuse a model that knows the outcome too early; return what else was found.

    Raises:
        LeakageError: A column that is not allowed gives the outcome away. Nothing was registered.
    """
    findings = find_leakage(use_case, split, trained)
    refused = refusal(findings)
    if refused:
        msg = f"{use_case.use_case} as of {as_of}: {refused}"
        raise LeakageError(msg)
    log.info("%s: %s findings of the leakage check, none blocks", use_case.use_case, len(findings))
    return findings


def split_mature(
    use_case: UseCase,
    as_of: datetime,
    loads: Sequence[Load],
    snapshots: SnapshotReader,
    returned: ReturnedOutcomes,
) -> Split:
    """Read the leads mature at ``as_of`` and split them; how is logged.

    Args:
        use_case: The use case.
        as_of: Instant, UTC.
        loads: Loads known then.
        snapshots: Their rows.
        returned: Files of outcomes known then.
    """
    training = use_case.training
    created = learned_from(use_case, as_of)
    with snapshots.beside(returned) as settled:
        leads = settled.mature_rows(loads, as_of, training.max_training_rows, created)
    leads = as_learned(leads, use_case)
    split = split_leads(leads, training.test_share, training.seed, training.max_test_rows)
    how = "by time" if split.by_time else "stratified, as there is no event time"
    counts = (len(split.fit), len(split.test), len(split.gap))
    log.info(
        "%s: split %s: %s to fit on, %s to test on, %s between", use_case.use_case, how, *counts
    )
    return split
