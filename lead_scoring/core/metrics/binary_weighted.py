"""The metrics of two outcomes with weights, from the scores of leads; see `weighted`."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.metrics import weighted
from lead_scoring.core.metrics.metric import Measure
from lead_scoring.core.metrics.order import ranking
from lead_scoring.core.metrics.weighted import Weighted
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PROBABILITY

FloatArray = npt.NDArray[np.float64]

CALIBRATION_BINS: Final = 15


def area(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return ROC AUC by margin."""
    return weighted.area(outcomes, _column(scores, MARGIN))


def precision(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return PR AUC by margin."""
    return weighted.average_precision(outcomes, _column(scores, MARGIN))


def brier(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the Brier score of probabilities."""
    return weighted.mean((outcomes - _column(scores, PROBABILITY)) ** 2)


def loss(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the log loss of probabilities, nats."""
    return weighted.mean(losses(outcomes, _column(scores, PROBABILITY)))


def gap(outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return the calibration error; the bins are those of the leads as they are."""
    probabilities = _column(scores, PROBABILITY)
    return weighted.binned_gap(outcomes - probabilities, bins_of(probabilities), CALIBRATION_BINS)


def lift(share: float) -> Measure:
    """Return how many times as often the best leads convert, of a share in (0, 1], as all do."""
    return lambda outcomes, scores: weighted.lift(outcomes, _order(scores), share)


def captured(share: float) -> Measure:
    """Return the share of conversions among the best leads, of a share of leads in (0, 1]."""
    return lambda outcomes, scores: weighted.captured(outcomes, _order(scores), share)


def losses(outcomes: FloatArray, probabilities: FloatArray) -> FloatArray:
    """Return the log loss of each lead in nats, finite also where a certainty was wrong.

    >>> losses(np.array([1.0]), np.array([1.0])) < 1e-9
    array([ True])
    """
    floor = np.finfo(np.float64).eps
    kept = np.clip(probabilities, floor, 1 - floor)
    return np.asarray(-np.log(np.where(outcomes > 0, kept, 1 - kept)), dtype=np.float64)


def bins_of(probabilities: FloatArray, bins: int = CALIBRATION_BINS) -> npt.NDArray[np.intp]:
    """Return the bin of each lead, from 0: bins of equal count, but equal probabilities share one.

    Args:
        probabilities: In [0, 1], shape (n_leads,), at least one.
        bins: Most bins; fewer where probabilities repeat.

    >>> bins_of(np.array([0.1, 0.9, 0.1]), bins=2)
    array([0, 1, 0])
    """
    _, inverse, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    first = np.cumsum(counts) - counts
    of_value = np.minimum(first * bins // len(probabilities), bins - 1)
    return np.asarray(of_value[inverse], dtype=np.intp)


def _order(scores: pd.DataFrame) -> npt.NDArray[np.intp]:
    ids = scores[LEAD_ID].to_numpy(dtype=object)
    return ranking(_column(scores, PROBABILITY), _column(scores, MARGIN), ids)


def _column(scores: pd.DataFrame, name: str) -> FloatArray:
    return scores[name].to_numpy(dtype=np.float64)
