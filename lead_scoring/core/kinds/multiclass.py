"""Which of several classes a lead belongs to: one probability per class, grades by the class."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import cast

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import softmax

from lead_scoring.config.scoring import ScoringRules
from lead_scoring.config.training import TrainingConfig
from lead_scoring.core import class_performance
from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.class_shares import spell_shares
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.contributions import explained_margins
from lead_scoring.core.grading import to_score
from lead_scoring.core.metrics import classes
from lead_scoring.core.model import Calibration
from lead_scoring.core.performance import Chunk
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import GRADES
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import NUMBER
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import SCORE
from lead_scoring.core.schema import TEXT
from lead_scoring.core.temperature import Temperature
from lead_scoring.core.temperature import fit_temperature

FloatArray = npt.NDArray[np.float64]

_COLUMNS: Final = {
    PROBABILITY: NUMBER,
    PREDICTED_CLASS: TEXT,
    CLASS_PROBABILITIES: TEXT,
    SCORE: NUMBER,
    MARGIN: NUMBER,
    GRADE: TEXT,
}


@dataclass(frozen=True, slots=True)
class Multiclass:
    """Implements `Kind` for several classes; an outcome is the position of its class."""

    rules: ScoringRules

    @property
    def quality_name(self) -> str:
        """The log loss picks the family; less of it is better, so its negative counts."""
        return "negative_log_loss"

    @property
    def columns(self) -> Mapping[str, str]:
        """``probability`` of the ``predicted_class``, ``class_probabilities``, and the rest."""
        return _COLUMNS

    def too_few(self, outcomes: FloatArray, training: TrainingConfig, purpose: str) -> str:
        """Return which classes have too few rows and how many are needed."""
        counts, least = self._counts(outcomes), training.min_per_class
        short = {name: rows for name, rows in counts.items() if rows < least}
        if not short:
            return ""
        found = ", ".join(f"{rows} of {name!r}" for name, rows in short.items())
        return f"{found} {purpose}, at least {least} of each class are needed"

    def cannot_fit(self, outcomes: FloatArray) -> str:
        """Return which classes do not occur, if any: a model cannot learn what it never saw."""
        absent = [repr(name) for name, rows in self._counts(outcomes).items() if not rows]
        return f"none is of class {' or '.join(absent)}" if absent else ""

    def cannot_judge(self, outcomes: FloatArray) -> str:
        """Return that all rows are of one class, if they are."""
        there = [name for name, rows in self._counts(outcomes).items() if rows]
        return "" if len(there) > 1 else f"all are of one class, {' or '.join(there) or 'none'}"

    def quality(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return the negative log loss of the margins at their best temperature."""
        probabilities = fit_temperature(margins, outcomes).apply(margins)
        return -classes.class_log_loss(outcomes.astype(np.intp), probabilities)

    @property
    def skill_name(self) -> str:
        """The mean ROC AUC of each class against the rest."""
        return "macro_roc_auc"

    def skill(self, outcomes: FloatArray, margins: FloatArray) -> float:
        """Return the mean ROC AUC of each class against the rest, where both occur."""
        return classes.mean_area(outcomes.astype(np.intp), softmax(margins, axis=1))

    def sides(self, outcomes: FloatArray) -> Mapping[str, FloatArray]:
        """Return whether a lead is of a class, for each class."""
        return {
            f" for {name!r} against the rest": (outcomes == place).astype(np.float64)
            for place, name in enumerate(self.rules.classes)
        }

    def calibrate(self, outcomes: FloatArray, margins: FloatArray) -> Temperature:
        """Fit one temperature for all classes."""
        return fit_temperature(margins, outcomes)

    def read_calibration(self, values: Mapping[str, object]) -> Temperature:
        """Return the temperature whose ``to_dict`` gave these values."""
        return Temperature.from_dict(values)

    def scores(self, calibrated: Calibration, margins: FloatArray) -> pd.DataFrame:
        """Return the class that is predicted, its probability, and those of all classes.

        The ``margin`` is how far it is ahead of the next class: the logarithm of how many times
        as probable it is, before calibration.
        """
        ahead = margins.reshape(-1, len(self.rules.classes))
        return self._of_probabilities(cast("Temperature", calibrated).apply(ahead), ahead)

    def speaks_for(self, explained: Contributions) -> Contributions:
        """Return them as they are: they speak for the first class rather than for the next."""
        return explained

    def baseline(self, outcomes: FloatArray, rows: int) -> pd.DataFrame:
        """Promise every lead the share of each class."""
        counts = np.bincount(outcomes.astype(np.intp), minlength=len(self.rules.classes))
        shares = np.tile(counts / counts.sum(), (rows, 1))
        return self._of_probabilities(shares, np.log(np.maximum(shares, np.finfo(float).tiny)))

    def evaluate(
        self, outcomes: FloatArray, scores: pd.DataFrame, training: TrainingConfig
    ) -> Mapping[str, float]:
        """Return the metrics, those of each class and the confusion matrix."""
        del training
        return classes.evaluate(outcomes, read_shares(scores), self.rules.classes)

    def unpromised_losses(
        self, outcomes: FloatArray, margins: FloatArray
    ) -> Mapping[str, FloatArray]:
        """Return nothing: probabilities promise their own loss."""
        del outcomes, margins
        return {}

    def few_outcomes(self, outcomes: FloatArray, least: int) -> str:
        """Return of how many leads the class is known, where those are too few."""
        if len(outcomes) >= least:
            return ""
        return (
            f"of {len(outcomes):,} newer leads the class is known, {least:,} are needed to judge"
            " by"
        )

    def measure(self, outcomes: FloatArray, scores: pd.DataFrame) -> Chunk:
        """Return Brier score and log loss beside what the probabilities promised."""
        return class_performance.measure(read_shares(scores), outcomes)

    def promise(self, scores: pd.DataFrame) -> Mapping[str, float]:
        """Return Brier score and log loss as the probabilities promise them."""
        return class_performance.promise(read_shares(scores))

    def _counts(self, outcomes: FloatArray) -> Mapping[str, int]:
        counts = np.bincount(outcomes.astype(np.intp), minlength=len(self.rules.classes))
        return dict(zip(self.rules.classes, counts.tolist(), strict=True))

    def _of_probabilities(self, probabilities: FloatArray, margins: FloatArray) -> pd.DataFrame:
        rows = np.arange(len(probabilities))
        first = probabilities.argmax(axis=1)
        own = probabilities[rows, first]
        return pd.DataFrame(
            {
                PROBABILITY: own,
                PREDICTED_CLASS: pd.Series(np.asarray(self.rules.classes)[first], dtype="str"),
                CLASS_PROBABILITIES: pd.Series(
                    spell_shares(probabilities, self.rules.classes), dtype="str"
                ),
                SCORE: to_score(own),
                MARGIN: explained_margins(margins),
                GRADE: pd.Series(_grades(first), dtype="str"),
            }
        )


def _grades(of_class: npt.NDArray[np.intp]) -> npt.NDArray[np.str_]:
    """Return A for the first class, B for the second, C for the third, D for all others."""
    grades: npt.NDArray[np.str_] = np.asarray(GRADES)[np.minimum(of_class, len(GRADES) - 1)]
    return grades
