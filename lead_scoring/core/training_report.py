"""What is kept about a training beside its model."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from lead_scoring.config.use_case import GradesConfig
from lead_scoring.core.model import ScoringModel


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """A trained model with everything people and reruns need to know about its training.

    Attributes:
        training_id: Derived from use case, ``as_of``, loads and config.
        reason: Why it was trained, in words.
        snapshots: URI of each snapshot read, by load.
        data_digest: Digest of the rows it was trained and judged on.
        model_digest: Canonical hash of the fitted content.
        fitted_until: Event time of the newest row it was fitted on.
        tested_from: Event time of the oldest row it was judged on.
        tested_until: Event time of the newest row it was judged on.
        params: Settings, by name.
        metrics: Metrics of the chosen model on the test window, by name, and ``baseline_roc_auc``.
        comparisons: Metrics of the baseline and of every candidate, by ``<family>_<metric>``.
        fitted: Rows it was fitted on: source columns and outcome.
        tested: ``outcome``, ``probability``, ``margin`` and ``lead_id`` of the test window.
        config: The use case as YAML-able values.
        description: What was done, in Markdown.
    """

    use_case: str
    training_id: str
    as_of: datetime
    reason: str
    snapshots: Mapping[str, str]
    data_digest: str
    model: ScoringModel
    model_digest: str
    grades: GradesConfig
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
