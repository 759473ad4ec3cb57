"""Whether a lead converts: log-odds, one calibrated probability, cut-offs of it."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import roc_auc_score

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.training import TrainingConfig
from lead_scoring.core import calibration
from lead_scoring.core import column_skill
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.grading import grade_column
from lead_scoring.core.grading import to_score
from lead_scoring.core.grading import without_grade
from lead_scoring.core.metrics import binary
from lead_scoring.core.model import Calibration
from lead_scoring.core.performance import Chunk
from lead_scoring.core.performance import measure
from lead_scoring.core.performance import promise
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import NUMBER
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE
from lead_scoring.core.schema import TEXT

FloatArray = npt.NDArray[np.float64]

_COLUMNS: Final = {PROBABILITY: NUMBER, SCORE: NUMBER, MARGIN: NUMBER, GRADE: TEXT}


@dataclass(frozen=True, slots=True)
class Binary:
    """Implements `Kind` for two outcomes, 1.0 and 0.0."""

    rules: ScoringRules

    @property
    def quality_name(self) -> str:
        """ROC AUC picks the family."""
        return "roc_auc"

    @property
    def columns(self) -> Mapping[str, str]:
        """``probability``, ``score``, ``margin`` and, unless by rank, ``grade``."""
        return without_grade(_COLUMNS) if self.rules.grades.ranked else _COLUMNS

    def too_few(self, outcomes: FloatArray, training: TrainingConfig, purpose: str) -> str:
        """Return how many positives and negatives there are and how many are needed."""
        positives, negatives = _counts(outcomes)
        if positives >= training.min_positives and negatives >= training.min_negatives:
            return ""
        return (
            f"{positives} positives and {negatives} negatives {purpose}, at least"
            f" {training.min_positives} and {training.min_negatives} are needed"
        )

    def cannot_fit(self, outcomes: FloatArray) -> str:
        """Return that all rows have the same outcome, if they do."""
        return "all have the same outcome" if 0 in _counts(outcomes) else ""

    def cannot_judge(self, outcomes: FloatArray) -> str:
        """Return that all rows have the same outcome, if they do."""
        return self.cannot_fit(outcomes)

    def quality(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return ROC AUC."""
        return float(roc_auc_score(outcomes, margins))

    @property
    def skill_name(self) -> str:
        """ROC AUC."""
        return "roc_auc"

    def skill(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return ROC AUC; that of chance where all have the same outcome."""
        return column_skill.roc_auc(margins, outcomes)

    def sides(self, outcomes: FloatArray) -> Mapping[str, FloatArray]:
        """Return the outcomes: they are the question already."""
        return {"": outcomes}

    def calibrate(self, outcomes: FloatArray, margins: FloatArray) -> calibration.Calibration:
        """Fit one monotone map from log-odds to probabilities."""
        return calibration.fit_calibration(margins, outcomes)

    def read_calibration(self, values: Mapping[str, object]) -> calibration.Calibration:
        """Return the map whose ``to_dict`` gave these values."""
        return calibration.Calibration.from_dict(cast("Mapping[str, Sequence[float]]", values))

    def scores(self, calibrated: Calibration, margins: FloatArray) -> pd.DataFrame:
        """Return ``probability`` in (0, 1), ``score``, ``margin`` (log-odds) and ``grade``.

        Grades by rank need the whole batch and are not among them.
        """
        mapping = cast("calibration.Calibration", calibrated)
        return self._of_probabilities(mapping.apply(margins), margins)

    def speaks_for(self, explained: Contributions) -> Contributions:
        """Return them as they are: the margin is what the estimator says."""
        return explained

    def baseline(self, outcomes: FloatArray, rows: int) -> pd.DataFrame:
        """Promise every lead the base rate."""
        rate = float(outcomes.mean())
        return self._of_probabilities(
            np.full(rows, rate), np.full(rows, np.log(rate / (1 - rate)))
        )

    def evaluate(
        self, outcomes: FloatArray, scores: pd.DataFrame, training: TrainingConfig
    ) -> Mapping[str, float]:
        """Return the metrics, and the confusion matrix at the threshold."""
        return binary.evaluate(
            outcomes,
            _probabilities(scores),
            scores[MARGIN].to_numpy(dtype=np.float64),
            scores[LEAD_ID].to_numpy(dtype=object),
            training.threshold,
        )

    def unpromised_losses(
        self, outcomes: FloatArray, margins: FloatArray
    ) -> Mapping[str, FloatArray]:
        """Return nothing: a probability promises its own loss."""
        del outcomes, margins
        return {}

    def few_outcomes(self, outcomes: FloatArray, least: int) -> str:
        """Return how many converted and how many did not, where either are too few."""
        positives, negatives = _counts(outcomes)
        if min(positives, negatives) >= least:
            return ""
        return (
            f"of newer leads {positives:,} are known to have converted and {negatives:,} not, "
            f"{least:,} of either are needed to judge by"
        )

    def measure(self, outcomes: FloatArray, scores: pd.DataFrame) -> Chunk:
        """Return Brier score, log loss and ROC AUC beside what the probabilities promised."""
        return measure(_probabilities(scores), outcomes)

    def promise(self, scores: pd.DataFrame) -> Mapping[str, float]:
        """Return Brier score, log loss and ROC AUC as the probabilities promise them."""
        return promise(_probabilities(scores))

    def _of_probabilities(self, probabilities: FloatArray, margins: FloatArray) -> pd.DataFrame:
        return pd.DataFrame(
            {
                PROBABILITY: probabilities,
                SCORE: to_score(probabilities),
                MARGIN: margins,
            }
            | grade_column(probabilities, self.rules.grades)
        )


def _probabilities(scores: pd.DataFrame) -> FloatArray:
    return scores[PROBABILITY].to_numpy(dtype=np.float64)


def _counts(outcomes: FloatArray) -> tuple[int, int]:
    positives = int((outcomes == 1.0).sum())
    return positives, len(outcomes) - positives
