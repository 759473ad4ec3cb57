"""The model families that compete, each with its encoder inside."""

from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import CandidatesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.core.encoding import linear_encoder
from lead_scoring.core.encoding import tree_encoder
from lead_scoring.core.model import Estimator

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]
Settings = LightGBMConfig | LogisticRegressionConfig

LINEAR: Final = "logistic_regression"
BOOSTED: Final = "lightgbm"
CHUNK_ROWS: Final = 50_000
THREADS: Final = 1
"""Threads of LightGBM. They wait for each other by spinning: on a machine that has other work,
two take many times as long as one, and on an idle one they save little."""


@dataclass(frozen=True, slots=True)
class LinearEstimator:
    """Logistic regression on scaled numbers and one column per level."""

    encoder: ColumnTransformer
    regression: LogisticRegression
    family: str = LINEAR

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds, shape (n_leads,)."""
        margins: FloatArray = self.regression.decision_function(self.encoder.transform(features))
        return margins

    def importance(self) -> Mapping[str, float]:
        """Return the largest absolute coefficient of each feature; numbers are scaled."""
        sizes = np.abs(self.regression.coef_[0])
        parts = {name: columns for name, _, columns in self.encoder.transformers_}
        owners = list(parts.get("numeric", []))
        if "categorical" in parts:
            levels = self.encoder.named_transformers_["categorical"].categories_
            for column, known in zip(parts["categorical"], levels, strict=True):
                owners += [column] * len(known)
        largest = pd.Series(sizes, index=owners, dtype="float64").groupby(level=0).max()
        return {str(name): float(size) for name, size in largest.items()}


@dataclass(frozen=True, slots=True)
class BoostedEstimator:
    """Boosted trees on numbers and native categories."""

    encoder: ColumnTransformer
    booster: lgb.Booster
    family: str = BOOSTED

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds, shape (n_leads,); memory is bounded by a chunk."""
        starts = range(0, len(features), CHUNK_ROWS)
        chunks = [self._of_chunk(features.iloc[start : start + CHUNK_ROWS]) for start in starts]
        return np.concatenate(chunks) if chunks else np.empty(0)

    def _of_chunk(self, features: pd.DataFrame) -> FloatArray:
        """Walk the trees once per distinct row: prepared leads repeat a lot."""
        matrix = np.asarray(self.encoder.transform(features), dtype=np.float64)
        first, row_of = distinct_rows(matrix)
        margins = np.asarray(
            self.booster.predict(matrix[first], raw_score=True, num_threads=THREADS)
        )
        return margins[row_of]

    def importance(self) -> Mapping[str, float]:
        """Return the total gain of the splits on each feature."""
        names = self.encoder.get_feature_names_out()
        gains = self.booster.feature_importance("gain")
        return {str(name): float(gain) for name, gain in zip(names, gains, strict=True)}


def distinct_rows(matrix: FloatArray) -> tuple[IntArray, IntArray]:
    """Find rows that are equal, NaN being equal to NaN.

    Args:
        matrix: Shape (n_rows, n_columns).

    Returns:
        Positions of the first row of each kind, and for each row its kind, so that
        ``matrix[first][kind]`` is ``matrix``.

    >>> distinct_rows(np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]))
    (array([0, 1]), array([0, 1, 0]))
    """
    hashes = pd.util.hash_pandas_object(pd.DataFrame(matrix), index=False)
    kinds, _ = pd.factorize(hashes.to_numpy())
    _, first = np.unique(kinds, return_index=True)
    if np.array_equal(matrix[first][kinds], matrix, equal_nan=True):
        return first, kinds
    every = np.arange(len(matrix))  # two rows share a hash: take no risk
    return every, every


def configured(candidates: CandidatesConfig) -> Iterator[tuple[str, Settings]]:
    """Iterate over the families that compete, the simplest first."""
    if candidates.logistic_regression is not None:
        yield LINEAR, candidates.logistic_regression
    if candidates.lightgbm is not None:
        yield BOOSTED, candidates.lightgbm


def fit_candidate(
    settings: Settings,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
) -> Estimator:
    """Fit one family; the same rows in the same order and the same seed give the same model.

    Args:
        settings: Hyperparameters; their type names the family.
        features: Prepared features, shape (n_leads, n_features).
        outcomes: 1.0 or 0.0, shape (n_leads,); both must occur.
        kinds: Which features are numbers and which are levels.
        seed: Seed of everything that is drawn.
    """
    if isinstance(settings, LogisticRegressionConfig):
        encoder = linear_encoder(kinds.numeric, kinds.categorical).fit(features)
        regression = LogisticRegression(
            C=settings.C, max_iter=settings.max_iter, random_state=seed
        ).fit(encoder.transform(features), outcomes)
        return LinearEstimator(encoder, regression)
    encoder = tree_encoder(kinds.numeric, kinds.categorical).fit(features)
    levels = list(range(len(kinds.numeric), len(kinds.names)))
    parameters = _lightgbm_parameters(settings, seed)
    rows = lgb.Dataset(
        np.asarray(encoder.transform(features), dtype=np.float64),
        label=outcomes,
        categorical_feature=levels,
        params=parameters,
    )
    booster = lgb.train(parameters, rows, num_boost_round=settings.n_estimators)
    return BoostedEstimator(encoder, booster)


def _lightgbm_parameters(settings: LightGBMConfig, seed: int) -> dict[str, object]:
    return {
        "objective": "binary",
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
