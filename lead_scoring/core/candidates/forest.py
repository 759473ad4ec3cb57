"""Random forest on numbers and levels in the order of their conversion rate."""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
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
from lead_scoring.core.candidates.paths import Paths
from lead_scoring.core.candidates.paths import Tree
from lead_scoring.core.candidates.rows import explained_in_chunks
from lead_scoring.core.candidates.rows import fit_encode
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder
from lead_scoring.core.encoding import owners
from lead_scoring.core.encoding import sums_by_feature

FloatArray = npt.NDArray[np.float64]

FOREST: Final = "random_forest"
LEAST_SHARE: Final = 1e-6
"""Least vote share, and 1 less it the largest: a share of 0 or 1 would be infinite log-odds."""
_LARGEST: Final = float(np.finfo(np.float32).max)
_TWO: Final = 2
_TRAINING_ROWS: Final = "_sample_weight"


@dataclass(frozen=True)
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

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return margins, and what splits add to the mean vote, carried to the margin.

        Log-odds and logarithms bend: what a feature adds to a vote share is scaled by how much
        the margin differs from that of the base, per difference of the shares.
        """
        return explained_in_chunks(self._of_rows, self._explain, self.encoder, features)

    def _explain(self, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
        leaves = np.asarray(self.forest.apply(_single_precision(matrix)), dtype=np.intp)
        votes = self._paths.contributions(leaves)
        base = self._paths.base
        if isinstance(self.forest, RandomForestRegressor):
            return np.broadcast_to(base, (len(matrix), 1)), votes
        margin = log_odds if base.shape == (1,) else log_shares
        slopes = _slopes(margin, base, base + votes.sum(axis=1))
        return np.broadcast_to(margin(base), slopes.shape), votes * slopes[:, np.newaxis, :]

    @cached_property
    def _paths(self) -> Paths:
        owner, count = owners(self.encoder), len(self.encoder.feature_names_in_)
        grown = [tree.tree_ for tree in self.forest.estimators_]
        trees = [
            Tree(
                left=np.asarray(tree.children_left, dtype=np.intp),
                right=np.asarray(tree.children_right, dtype=np.intp),
                feature=owner[np.maximum(tree.feature, 0)],
                values=self._said(tree.value[:, 0, :]) / len(grown),
            )
            for tree in grown
        ]
        return Paths(trees, count)

    def _said(self, values: FloatArray) -> FloatArray:
        """Return the mean of each node, or its shares: of two classes that of the second."""
        return values[:, 1:] if values.shape[1] == _TWO else values

    def importance(self) -> Mapping[str, float]:
        """Return the mean decrease of impurity by each feature; 0 for one without any value."""
        return sums_by_feature(self.encoder, self.forest.feature_importances_)


def _slopes(
    margin: Callable[[FloatArray], FloatArray], base: FloatArray, shares: FloatArray
) -> FloatArray:
    """Return by how much a margin changes per change of a share, from the base to each share.

    Args:
        margin: `log_odds` or `log_shares`.
        base: Shares of the base, shape (n_outputs,).
        shares: Shape (n_leads, n_outputs).
    """
    far = np.abs(shares - base) > LEAST_SHARE**2
    differences = np.where(far, shares - base, 1.0)
    slopes = (margin(shares) - margin(base)) / differences
    return np.asarray(np.where(far, slopes, 0.0), dtype=np.float64)


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
