"""LightGBM on numbers and native categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.utils.class_weight import compute_sample_weight

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import sums_by_feature
from lead_scoring.core.encoding import tree_encoder

FloatArray = npt.NDArray[np.float64]

BOOSTED: Final = "lightgbm"
THREADS: Final = 1
"""Threads of LightGBM. They wait for each other by spinning: on a machine that has other work,
two take many times as long as one, and on an idle one they save little."""


@dataclass(frozen=True, slots=True)
class BoostedEstimator:
    """Boosted trees on numbers and native categories."""

    encoder: ColumnTransformer
    booster: lgb.Booster
    family: str = BOOSTED

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds or predictions, one row per lead; memory is bounded by a chunk."""
        return margins_in_chunks(self._of_rows, self.encoder, features)

    def _of_rows(self, matrix: FloatArray) -> FloatArray:
        return np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=THREADS))

    def importance(self) -> Mapping[str, float]:
        """Return the total gain of the splits on each feature."""
        return sums_by_feature(self.encoder, self.booster.feature_importance("gain"))


def fit_boosted(
    settings: LightGBMConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> BoostedEstimator:
    """Fit LightGBM; arguments as those of `fit_candidate`."""
    encoder = tree_encoder(kinds, level_means(outcomes, task, seed))
    first = len(kinds.numeric)
    parameters = _parameters(settings, seed) | _objective(outcomes, task)
    rows = lgb.Dataset(
        fit_encoded(encoder, features, outcomes),
        label=outcomes,
        weight=_weights(settings, outcomes, weights),
        categorical_feature=list(range(first, first + len(kinds.categorical))),
        params=parameters,
    )
    booster = lgb.train(parameters, rows, num_boost_round=settings.n_estimators)
    return BoostedEstimator(encoder, booster)


def _weights(
    settings: LightGBMConfig, outcomes: FloatArray, weights: FloatArray | None
) -> FloatArray | None:
    if settings.class_weight is None:
        return weights
    balanced = np.asarray(compute_sample_weight(settings.class_weight, outcomes))
    return balanced if weights is None else balanced * weights


def _objective(outcomes: FloatArray, task: Task) -> dict[str, object]:
    if task == "multiclass":
        return {"objective": "multiclass", "num_class": len(np.unique(outcomes))}
    return {"objective": task}


def _parameters(settings: LightGBMConfig, seed: int) -> dict[str, object]:
    return {
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_child_samples,
        "feature_fraction": settings.colsample_bytree,
        "bagging_fraction": settings.subsample,
        "bagging_freq": 1,
        "lambda_l2": settings.reg_lambda,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": THREADS,
        "verbosity": -1,
    }
