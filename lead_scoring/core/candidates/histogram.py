"""Histogram gradient boosting on numbers and levels in the order of their conversion rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import ThreadpoolController

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import HistGradientBoostingConfig
from lead_scoring.core.candidates.rows import fit_encode
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder
from lead_scoring.core.encoding import sums_by_feature

FloatArray = npt.NDArray[np.float64]

HISTOGRAM: Final = "hist_gradient_boosting"
THREADS: Final = 1
"""Threads of scikit-learn's trees, which spin while they wait, as LightGBM's do."""


@dataclass(frozen=True, slots=True)
class HistogramEstimator:
    """Boosted trees of scikit-learn."""

    encoder: ColumnTransformer
    booster: HistGradientBoostingClassifier | HistGradientBoostingRegressor
    family: str = HISTOGRAM

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds or predictions, one row per lead; memory is bounded by a chunk."""
        return margins_in_chunks(self._of_rows, self.encoder, features)

    def _of_rows(self, matrix: FloatArray) -> FloatArray:
        with _threads().limit(limits=THREADS, user_api="openmp"):
            if isinstance(self.booster, HistGradientBoostingRegressor):
                return np.asarray(self.booster.predict(matrix), dtype=np.float64)
            return np.asarray(self.booster.decision_function(matrix), dtype=np.float64)

    def importance(self) -> Mapping[str, float]:
        """Return the total gain of the splits on each feature; 0 for one without any value."""
        gains = np.zeros(self.booster.n_features_in_)
        for nodes in tree_nodes(self.booster):
            splits = nodes[nodes["is_leaf"] == 0]
            np.add.at(gains, splits["feature_idx"], splits["gain"])
        return sums_by_feature(self.encoder, gains)


def tree_nodes(
    booster: HistGradientBoostingClassifier | HistGradientBoostingRegressor,
) -> list[npt.NDArray[np.void]]:
    """Return the nodes of each tree, in the order the trees were grown."""
    # scikit-learn gives no public way to the trees of this family.
    return [tree.nodes for trees in vars(booster)["_predictors"] for tree in trees]


def fit_histogram(
    settings: HistGradientBoostingConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> HistogramEstimator:
    """Fit histogram gradient boosting; arguments as those of `fit_candidate`.

    Levels come as numbers: of its own categories scikit-learn allows 255 a feature, and it would
    keep functions in the model that our files do not trust. Nothing stops the boosting early, as
    that would judge it on rows drawn without regard to time.
    """
    means = level_means(outcomes, task, seed)
    encoder = ordered_encoder(features, outcomes, kinds, means, classes=task == "multiclass")
    fixed = {"categorical_features": None, "early_stopping": False, "random_state": seed}
    if task == "regression":
        numbers = settings.model_dump(exclude={"class_weight"})
        booster = HistGradientBoostingRegressor(**numbers, **fixed)
    else:
        booster = HistGradientBoostingClassifier(**settings.model_dump(), **fixed)
    with _threads().limit(limits=THREADS, user_api="openmp"):
        booster.fit(fit_encode(encoder, features, outcomes), outcomes, sample_weight=weights)
    return HistogramEstimator(encoder, booster)


@cache
def _threads() -> ThreadpoolController:
    """Return the native libraries that are loaded; finding them takes milliseconds."""
    return ThreadpoolController()
