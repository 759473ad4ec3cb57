"""A number: a prediction with an interval, and its place between the least and the greatest."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import r2_score

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.training import TrainingConfig
from lead_scoring.core.conformal import Interval
from lead_scoring.core.conformal import fit_interval
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.grading import grade_column
from lead_scoring.core.grading import to_score
from lead_scoring.core.grading import without_grade
from lead_scoring.core.metrics.regression import METRICS
from lead_scoring.core.metrics.regression import coverage
from lead_scoring.core.model import Calibration
from lead_scoring.core.performance import MAE
from lead_scoring.core.performance import MSE
from lead_scoring.core.performance import Chunk
from lead_scoring.core.performance import measure_losses
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import NUMBER
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROMISED
from lead_scoring.core.schema import SCORE
from lead_scoring.core.schema import TEXT

FloatArray = npt.NDArray[np.float64]

_COLUMNS: Final = {
    PREDICTION: NUMBER,
    INTERVAL_LOW: NUMBER,
    INTERVAL_HIGH: NUMBER,
    SCORE: NUMBER,
    MARGIN: NUMBER,
    GRADE: TEXT,
}


LOSSES: Final = (MSE, MAE)
_CUTS: Final = (0.1, 0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Regression:
    """Implements `Kind` for an outcome that is a number."""

    rules: ScoringRules

    @property
    def quality_name(self) -> str:
        """R² picks the family."""
        return "r2"

    @property
    def columns(self) -> Mapping[str, str]:
        """``prediction``, its interval, ``score``, ``margin`` and, unless by rank, ``grade``."""
        return without_grade(_COLUMNS) if self.rules.grades.ranked else _COLUMNS

    def too_few(self, outcomes: FloatArray, training: TrainingConfig, purpose: str) -> str:
        """Return how many rows there are and how many are needed."""
        if len(outcomes) >= training.min_rows:
            return ""
        return f"{len(outcomes)} rows {purpose}, at least {training.min_rows} are needed"

    def cannot_fit(self, outcomes: FloatArray) -> str:
        """Return that all rows have the same outcome, if they do."""
        same = not len(outcomes) or np.ptp(outcomes) == 0
        return "all have the same outcome" if same else ""

    def cannot_judge(self, outcomes: FloatArray) -> str:
        """Return that all rows have the same outcome, if they do: nothing is better than it."""
        return self.cannot_fit(outcomes)

    def quality(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return R² of the predictions within the range of outcomes."""
        return float(r2_score(outcomes, self._within(margins)))

    @property
    def skill_name(self) -> str:
        """R²."""
        return "r2"

    def skill(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return R² of the predictions; 0, as of the mean, where all have the same outcome."""
        return 0.0 if self.cannot_fit(outcomes) else self.quality(outcomes, margins)

    def sides(self, outcomes: FloatArray) -> Mapping[str, FloatArray]:
        """Return whether outcomes are above some of their quantiles.

        A column that knows the number knows on which side of any cut it is.
        """
        if self.cannot_fit(outcomes):
            return {"": np.zeros(len(outcomes))}
        cuts = np.unique(np.quantile(outcomes, _CUTS, method="inverted_cdf"))
        return {
            f" for outcomes above {cut:g}": (outcomes > cut).astype(np.float64)
            for cut in cuts[cuts < outcomes.max()]
        }

    def calibrate(self, outcomes: FloatArray, margins: FloatArray) -> Interval:
        """Take the interval from the residuals."""
        return fit_interval(self._within(margins), outcomes, self.rules.interval_level)

    def read_calibration(self, values: Mapping[str, object]) -> Interval:
        """Return the interval whose ``to_dict`` gave these values."""
        return Interval.from_dict(cast("Mapping[str, float]", values))

    def scores(self, calibration: Calibration, margins: FloatArray) -> pd.DataFrame:
        """Return predictions and intervals within the range of outcomes, and how they rank.

        The score is the place of the prediction between the least outcome and the greatest, from
        0 to 100, the other way round where the least are called first; grades cut it. The margin
        orders like the score, but is not cut off at the ends of the range. Grades by rank need the
        whole batch and are not among the columns.
        """
        interval = cast("Interval", calibration)
        predictions = self._within(margins)
        place = (predictions - self.rules.minimum) / (self.rules.maximum - self.rules.minimum)
        low_first = self.rules.call_first == "low"
        place = 1 - place if low_first else place
        return pd.DataFrame(
            {
                PREDICTION: predictions,
                INTERVAL_LOW: self._within(predictions - interval.below),
                INTERVAL_HIGH: self._within(predictions + interval.above),
                SCORE: to_score(place),
                MARGIN: -margins if low_first else margins,
            }
            | grade_column(place, self.rules.grades)
        )

    def speaks_for(self, explained: Contributions) -> Contributions:
        """Return them the other way round where the least predictions are called first."""
        return explained.turned() if self.rules.call_first == "low" else explained

    def baseline(self, outcomes: FloatArray, rows: int) -> pd.DataFrame:
        """Predict the mean for every lead."""
        mean = float(outcomes.mean())
        interval = self.calibrate(outcomes, np.full(len(outcomes), mean))
        return self.scores(interval, np.full(rows, mean))

    def evaluate(
        self, outcomes: FloatArray, scores: pd.DataFrame, training: TrainingConfig
    ) -> Mapping[str, float]:
        """Return the metrics, and how far the coverage of the intervals is from their level."""
        del training
        figures = {metric.name: metric.of(outcomes, scores) for metric in METRICS}
        gap = abs(coverage(outcomes, scores) - self.rules.interval_level)
        return {**figures, "calibration_error": gap, "rows": float(len(outcomes))}

    def unpromised_losses(
        self, outcomes: FloatArray, margins: FloatArray
    ) -> dict[str, FloatArray]:
        """Return squared and absolute errors: a prediction does not say how far off it is."""
        return self._losses(outcomes, self._within(margins))

    def few_outcomes(self, outcomes: FloatArray, least: int) -> str:
        """Return how many outcomes there are and how many are needed; empty if enough."""
        if len(outcomes) >= least:
            return ""
        known = f"of newer leads {len(outcomes):,} have a known outcome"
        return f"{known}, {least:,} are needed to judge by"

    def measure(self, outcomes: FloatArray, scores: pd.DataFrame) -> Chunk:
        """Return MSE and MAE beside what was promised."""
        predictions = scores[PREDICTION].to_numpy(dtype=np.float64)
        promised = {name: _promised(scores, name) for name in LOSSES if PROMISED + name in scores}
        return measure_losses(self._losses(outcomes, predictions), promised)

    def promise(self, scores: pd.DataFrame) -> Mapping[str, float]:
        """Return the mean of the promised losses."""
        return {
            name: float(_promised(scores, name).mean())
            for name in LOSSES
            if PROMISED + name in scores
        }

    def _losses(self, outcomes: FloatArray, predictions: FloatArray) -> dict[str, FloatArray]:
        errors = outcomes - predictions
        return {MSE: errors**2, MAE: np.abs(errors)}

    def _within(self, values: FloatArray) -> FloatArray:
        return np.clip(values, self.rules.minimum, self.rules.maximum)


def _promised(scores: pd.DataFrame, name: str) -> FloatArray:
    return scores[PROMISED + name].to_numpy(dtype=np.float64)
