"""Random forest on numbers and levels in the order of their conversion rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import RandomForestConfig
from lead_scoring.core.candidates.rows import fit_encode
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder
from lead_scoring.core.encoding import sums_by_feature

FloatArray = npt.NDArray[np.float64]

FOREST: Final = "random_forest"
LEAST_SHARE: Final = 1e-6
"""Least vote share, and 1 less it the largest: a share of 0 or 1 would be infinite log-odds."""
_LARGEST: Final = float(np.finfo(np.float32).max)
_TWO: Final = 2
_TRAINING_ROWS: Final = "_sample_weight"


@dataclass(frozen=True, slots=True)
class ForestEstimator:
    """Trees that vote; the log-odds of the mean vote are the margin.

    Of several classes it is the logarithm of each class's share, of a number the mean itself.
    """

    encoder: ColumnTransformer
    forest: RandomForestClassifier | RandomForestRegressor
    family: str = FOREST

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return margins of the clipped vote shares, or mean predictions, one row per lead."""
        return margins_in_chunks(self._of_rows, self.encoder, features)

    def _of_rows(self, matrix: FloatArray) -> FloatArray:
        rows = _single_precision(matrix)
        if isinstance(self.forest, RandomForestRegressor):
            return np.asarray(self.forest.predict(rows), dtype=np.float64)
        votes = np.asarray(self.forest.predict_proba(rows), dtype=np.float64)
        return log_odds(votes[:, 1]) if votes.shape[1] == _TWO else log_shares(votes)

    def importance(self) -> Mapping[str, float]:
        """Return the mean decrease of impurity by each feature; 0 for one without any value."""
        return sums_by_feature(self.encoder, self.forest.feature_importances_)


def log_odds(shares: FloatArray) -> FloatArray:
    """Return the log-odds of vote shares, clipped to be finite.

    Args:
        shares: In [0, 1], any shape.

    >>> log_odds(np.array([0.5, 0.0])).round(2)
    array([  0.  , -13.82])
    """
    clipped = np.clip(shares, LEAST_SHARE, 1 - LEAST_SHARE)
    return np.asarray(np.log(clipped / (1 - clipped)), dtype=np.float64)


def log_shares(shares: FloatArray) -> FloatArray:
    """Return the logarithm of vote shares, clipped to be finite.

    Args:
        shares: In [0, 1], shape (n_leads, n_classes).
    """
    return np.asarray(np.log(np.maximum(shares, LEAST_SHARE)), dtype=np.float64)


def fit_forest(
    settings: RandomForestConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> ForestEstimator:
    """Fit a random forest; arguments as those of `fit_candidate`."""
    means = level_means(outcomes, task, seed)
    encoder = ordered_encoder(features, outcomes, kinds, means, classes=task == "multiclass")
    if task == "regression":
        numbers = settings.model_dump(exclude={"criterion", "class_weight"})
        forest = RandomForestRegressor(**numbers, n_jobs=1, random_state=seed)
    else:
        forest = RandomForestClassifier(**settings.model_dump(), n_jobs=1, random_state=seed)
    matrix = fit_encode(encoder, features, outcomes)
    forest.fit(_single_precision(matrix), outcomes, sample_weight=weights)
    # scikit-learn keeps a weight per training row; no score depends on it.
    vars(forest).pop(_TRAINING_ROWS, None)
    return ForestEstimator(encoder, forest)


def _single_precision(matrix: FloatArray) -> FloatArray:
    """Return numbers that fit into the single precision a forest computes in."""
    return np.clip(matrix, -_LARGEST, _LARGEST)
