"""What is kept about a training beside its model."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.eda.data import DataProfile
from lead_scoring.core.eda.data import profile_data
from lead_scoring.core.evidence.evidence import Evidence
from lead_scoring.core.evidence.evidence import gather_evidence
from lead_scoring.core.identity import digest
from lead_scoring.core.leak_findings import Finding
from lead_scoring.core.leak_findings import describe_findings
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.records import Load
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.training import Trained
from lead_scoring.core.training_text import describe_training
from lead_scoring.core.training_text import training_params


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A trained model with everything people and reruns need to know about its training.

    Attributes:
        training_id: Derived from use case, ``as_of``, loads and config.
        reason: Why it was trained, in words.
        snapshots: URI of each snapshot read, by load.
        outcome_files: Load and refused rows of each file of outcomes it learned from.
        data_digest: Digest of the rows it was trained and judged on.
        model_digest: Canonical hash of the fitted content.
        fitted_until: Event time of the newest row it was fitted on.
        tested_from: Event time of the oldest row it was judged on.
        tested_until: Event time of the newest row it was judged on.
        params: Settings, by name.
        rules: What a score depends on beside the model.
        metrics: Metrics of the chosen model on the test window, by name, and of the gate's metric
            the baseline's and the bounds of its 95 % interval.
        comparisons: Metrics of the baseline and of every candidate, by ``<family>_<metric>``.
        fitted: Rows it was fitted on: source columns and outcome.
        tested: ``lead_id``, ``outcome`` and scores of the test window.
        config: The use case as YAML-able values.
        description: What was done, in Markdown.
        evidence: What the model card rests on.
        profile: What the rows look like that it was fitted on.
    """

    use_case: str
    training_id: str
    as_of: datetime
    reason: str
    snapshots: Mapping[str, str]
    outcome_files: tuple[str, ...]
    data_digest: str
    model: ScoringModel
    model_digest: str
    rules: ScoringRules
    fitted_until: datetime | None
    tested_from: datetime | None
    tested_until: datetime | None
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    comparisons: Mapping[str, float]
    fitted: pd.DataFrame
    tested: pd.DataFrame
    config: Mapping[str, object]
    description: str
    evidence: Evidence
    profile: DataProfile


def report_training(
    use_case: UseCase,
    split: Split,
    trained: Trained,
    *,
    as_of: datetime,
    reason: str,
    training_id: str,
    loads: Sequence[Load],
    returned: ReturnedOutcomes,
    findings: Sequence[Finding] = (),
    tuning: str = "",
) -> TrainingReport:
    """Return the report of a training.

    Args:
        use_case: What was trained.
        split: Rows it was fitted and judged on.
        trained: What came out.
        as_of: Instant it was computed for.
        reason: Why it was trained.
        training_id: Its id.
        loads: The loads its rows come from.
        returned: Files of outcomes it learned from.
        findings: What the leakage check found; none of it blocks.
        tuning: What the search for hyperparameters did, in Markdown.
    """
    served = split.closed().fit
    fitted, tested = served[CREATED_AT], split.test[CREATED_AT]
    profile = profile_data(use_case, served)
    read = (*loads, *(file.load for file in returned.files))
    evidence = gather_evidence(use_case, split, trained, profile, loads=read, findings=findings)
    family = trained.model.estimator.family
    return TrainingReport(
        use_case=use_case.use_case,
        training_id=training_id,
        as_of=as_of,
        reason=reason,
        snapshots={load.load_id: load.snapshot for load in loads},
        outcome_files=returned.ids,
        data_digest=digest([*(load.content_digest for load in loads), *returned.ids]),
        model=trained.model,
        model_digest=model_digest(trained.model),
        rules=use_case.scoring,
        fitted_until=_instant(fitted.max()) if split.by_time else None,
        tested_from=_instant(tested.min()) if split.by_time else None,
        tested_until=_instant(tested.max()) if split.by_time else None,
        params=training_params(use_case, split, trained),
        metrics={**trained.metrics, **evidence.bounds(family)},
        comparisons=trained.comparisons,
        fitted=served[[*source_columns(use_case), OUTCOME]],
        tested=trained.tested,
        config=use_case.model_dump(mode="json", by_alias=True, exclude={"definitions"}),
        description="\n".join(
            [
                describe_training(use_case, as_of, reason, split, trained),
                *([tuning] if tuning else []),
                describe_findings(findings),
            ]
        ),
        evidence=evidence,
        profile=profile,
    )


def _instant(moment: pd.Timestamp) -> datetime:
    return moment.to_pydatetime()
