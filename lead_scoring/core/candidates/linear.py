"""Logistic regression on scaled numbers and one column per level."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.core.candidates.rows import Explain
from lead_scoring.core.candidates.rows import explained_in_chunks
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import linear_encoder
from lead_scoring.core.encoding import owners
from lead_scoring.core.encoding import read_columns

FloatArray = npt.NDArray[np.float64]

LINEAR: Final = "logistic_regression"


@dataclass(frozen=True, slots=True)
class LinearEstimator:
    """Logistic regression on scaled numbers and one column per level."""

    encoder: ColumnTransformer
    regression: LogisticRegression
    family: str = LINEAR

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds, shape (n_leads,) or (n_leads, n_classes)."""
        return margins_in_chunks(self.regression.decision_function, self.encoder, features)

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return margins, and coefficients times encoded values, summed by feature."""
        explain = products(self.encoder, self.regression.coef_, self.regression.intercept_)
        return explained_in_chunks(
            self.regression.decision_function, explain, self.encoder, features
        )

    def importance(self) -> Mapping[str, float]:
        """Return the largest absolute coefficient of each feature; numbers are scaled."""
        return largest_coefficients(self.encoder, self.regression.coef_)


def products(encoder: ColumnTransformer, rows: FloatArray, intercepts: FloatArray) -> Explain:
    """Return what gives coefficients times encoded values, summed by feature.

    Args:
        encoder: Fitted `linear_encoder`.
        rows: Coefficients of what it gives, shape (n_outputs, n_encoded).
        intercepts: Shape (n_outputs,).
    """
    owner = owners(encoder)
    outputs, width = rows.shape
    count = len(encoder.feature_names_in_)
    spread = np.zeros((width, count, outputs))
    spread[np.arange(width), owner[:width]] = rows.T

    def explain(matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
        values = matrix @ spread.reshape(width, count * outputs)
        base = np.broadcast_to(intercepts, (len(matrix), outputs))
        return base, values.reshape(len(matrix), count, outputs)

    return explain


def largest_coefficients(encoder: ColumnTransformer, rows: FloatArray) -> Mapping[str, float]:
    """Return the largest absolute coefficient of each feature.

    Args:
        encoder: Fitted `linear_encoder`.
        rows: Coefficients of what it gives, shape (n_rows, n_encoded).
    """
    sizes = np.abs(rows).max(axis=0)
    owned = pd.Series(sizes, index=read_columns(encoder), dtype="float64")
    largest = owned.groupby(level=0).max()
    return {str(name): float(size) for name, size in largest.items()}


def fit_linear(
    settings: LogisticRegressionConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> LinearEstimator:
    """Fit a logistic regression; arguments as those of `fit_candidate`."""
    encoder = linear_encoder(kinds, level_means(outcomes, task, seed))
    matrix = fit_encoded(encoder, features, outcomes)
    regression = LogisticRegression(
        C=settings.C,
        max_iter=settings.max_iter,
        class_weight=settings.class_weight,
        random_state=seed,
    ).fit(matrix, outcomes, sample_weight=weights)
    return LinearEstimator(encoder, regression)
