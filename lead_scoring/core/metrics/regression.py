"""How good predictions of a number and their intervals are, on rows a model was not fitted on."""

import math
from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import r2_score

from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.weighted import explained
from lead_scoring.core.metrics.weighted import mean
from lead_scoring.core.metrics.weighted import root_mean
from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import PREDICTION

FloatArray = npt.NDArray[np.float64]


def coverage(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    """Return the share of outcomes within their interval, both ends included, in [0, 1]."""
    low, high = _column(scores, INTERVAL_LOW), _column(scores, INTERVAL_HIGH)
    return float(((low <= outcomes) & (outcomes <= high)).mean())


def _width(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    del outcomes
    return float((_column(scores, INTERVAL_HIGH) - _column(scores, INTERVAL_LOW)).mean())


def _r2(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    if np.ptp(outcomes) == 0:
        return math.nan
    return float(r2_score(outcomes, _column(scores, PREDICTION)))


def _errors(outcomes: FloatArray, scores: pd.DataFrame) -> FloatArray:
    return outcomes - _column(scores, PREDICTION)


def _mae(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return float(np.abs(_errors(outcomes, scores)).mean())


def _mse(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return float((_errors(outcomes, scores) ** 2).mean())


def _rmse(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return math.sqrt(_mse(outcomes, scores))


def _defined(of: Callable[[FloatArray, pd.DataFrame], float]) -> Callable[..., float]:
    """Return a metric that is NaN where there are no leads."""
    return lambda outcomes, scores: of(outcomes, scores) if len(outcomes) else math.nan


def _column(scores: pd.DataFrame, name: str) -> FloatArray:
    return scores[name].to_numpy(dtype=np.float64)


METRICS: Final = (
    Metric(
        "rmse",
        "RMSE",
        higher_is_better=False,
        baseline="mean",
        of=_defined(_rmse),
        weighted=lambda outcomes, scores: root_mean(_errors(outcomes, scores) ** 2),
    ),
    Metric(
        "mse",
        "MSE",
        higher_is_better=False,
        baseline="mean",
        of=_defined(_mse),
        weighted=lambda outcomes, scores: mean(_errors(outcomes, scores) ** 2),
    ),
    Metric(
        "mae",
        "MAE",
        higher_is_better=False,
        baseline="mean",
        of=_defined(_mae),
        weighted=lambda outcomes, scores: mean(np.abs(_errors(outcomes, scores))),
    ),
    Metric(
        "r2",
        "R² against the mean",
        higher_is_better=True,
        baseline="mean",
        of=_defined(_r2),
        weighted=lambda outcomes, scores: explained(outcomes, _column(scores, PREDICTION)),
    ),
    Metric(
        "interval_coverage",
        "share of outcomes within their interval",
        higher_is_better=True,
        baseline="mean",
        of=_defined(coverage),
    ),
    Metric(
        "interval_width",
        "mean width of the intervals",
        higher_is_better=False,
        baseline="mean",
        of=_defined(_width),
    ),
)
"""Metrics of predictions, in the outcome's own unit (MSE: its square); R² is at most 1, 0 is the
mean of the same outcomes. Scores need `PREDICTION`, `INTERVAL_LOW` and `INTERVAL_HIGH`."""
