"""How good probabilities and their order are, on rows a model was not fitted on."""

import math
from collections.abc import Callable
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.metrics import average_precision_score
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss
from sklearn.metrics import roc_auc_score

from lead_scoring.core.metrics import binary_weighted as weighted
from lead_scoring.core.metrics.binary_weighted import CALIBRATION_BINS
from lead_scoring.core.metrics.binary_weighted import bins_of
from lead_scoring.core.metrics.confusion import THRESHOLD
from lead_scoring.core.metrics.confusion import confusion
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.order import captured_share
from lead_scoring.core.metrics.order import ranking
from lead_scoring.core.metrics.order import top_rows
from lead_scoring.core.metrics.weighted import binned_gap
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PROBABILITY

FloatArray = npt.NDArray[np.float64]


def evaluate(
    outcomes: FloatArray,
    probabilities: FloatArray,
    margins: FloatArray,
    lead_ids: npt.NDArray[np.object_],
    threshold: float = THRESHOLD,
) -> Mapping[str, float]:
    """Return every metric by name; a probability metric that cannot be computed is NaN.

    The order of leads is that of the lists people get: by probability, then margin, then
    ``lead_id``. As probabilities never fall where margins rise, margins alone give ROC AUC and
    PR AUC of that order.

    Args:
        outcomes: 1.0 or 0.0, shape (n_leads,).
        probabilities: Calibrated, in [0, 1], same shape.
        margins: Log-odds, same shape.
        lead_ids: Ids, same shape.
        threshold: Least probability that predicts a conversion, in (0, 1).

    Returns:
        ``roc_auc`` and ``pr_auc`` (1 is best), ``brier``, ``log_loss`` and ``calibration_error``
        (0 is best), ``lift_10``, ``lift_20``, ``captured_10``, ``captured_20`` (more is better),
        ``rows`` and ``positives``; and what `Confusion.metrics` gives at the threshold, where a
        share of nothing is left out and not NaN: that nobody was predicted to convert is no
        fault, and a metric that is NaN passes no gate.
    """
    scores = pd.DataFrame({PROBABILITY: probabilities, MARGIN: margins, LEAD_ID: lead_ids})
    metrics = {metric.name: metric.of(outcomes, scores) for metric in METRICS}
    counts = {"rows": float(len(outcomes)), "positives": float(outcomes.sum())}
    return {**metrics, **counts, **confusion(outcomes, probabilities, threshold).metrics()}


def calibration_error(
    outcomes: FloatArray, probabilities: FloatArray, bins: int = CALIBRATION_BINS
) -> float:
    r"""Expected calibration error over bins of equal count.

    .. math:: \sum_b \frac{n_b}{n} |\bar y_b - \bar p_b|

    Args:
        outcomes: 1.0 or 0.0, shape (n_leads,), at least one.
        probabilities: In [0, 1], same shape. Equal probabilities share a bin, so that the order
            of the rows plays no part.
        bins: Number of bins; fewer where probabilities repeat.

    Returns:
        In [0, 1], 0 is best.

    Source:
        R. Roelofs et al. (2022), Mitigating bias in calibration error estimation,
        https://proceedings.mlr.press/v151/roelofs22a.html

    >>> calibration_error(np.array([0.0, 1.0]), np.array([0.25, 0.75]), bins=2)
    0.25
    """
    gaps = outcomes - probabilities
    return float(binned_gap(gaps, bins_of(probabilities, bins), bins)(np.ones((1, len(gaps))))[0])


def _defined(of: Callable[[FloatArray, pd.DataFrame], float]) -> Callable[..., float]:
    """Return a metric that is NaN where there are not leads of both outcomes."""

    def computed(outcomes: FloatArray, scores: pd.DataFrame) -> float:
        return float(of(outcomes, scores)) if 0 < outcomes.sum() < len(outcomes) else math.nan

    return computed


def _column(scores: pd.DataFrame, name: str) -> FloatArray:
    return scores[name].to_numpy(dtype=np.float64)


def _calibration_error(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    if not len(outcomes):
        return math.nan
    return calibration_error(outcomes, _column(scores, PROBABILITY))


def _captured(share: float) -> Callable[..., float]:
    def captured(outcomes: FloatArray, scores: pd.DataFrame) -> float:
        ids = scores[LEAD_ID].to_numpy(dtype=object)
        order = ranking(_column(scores, PROBABILITY), _column(scores, MARGIN), ids)
        return captured_share(outcomes[order], share)

    return _defined(captured)


def _lift(share: float) -> Callable[..., float]:
    captured = _captured(share)

    def lift(outcomes: FloatArray, scores: pd.DataFrame) -> float:
        return captured(outcomes, scores) * len(outcomes) / top_rows(len(outcomes), share)

    return lift


def _of(name: str, metric: Callable[..., float]) -> Callable[..., float]:
    return _defined(lambda outcomes, scores: metric(outcomes, _column(scores, name)))


METRICS: Final = (
    Metric(
        "roc_auc",
        "ROC AUC",
        higher_is_better=True,
        of=_of(MARGIN, roc_auc_score),
        weighted=weighted.area,
    ),
    Metric(
        "pr_auc",
        "PR AUC",
        higher_is_better=True,
        of=_of(MARGIN, average_precision_score),
        weighted=weighted.precision,
    ),
    Metric(
        "brier",
        "Brier score",
        higher_is_better=False,
        of=_of(PROBABILITY, brier_score_loss),
        weighted=weighted.brier,
    ),
    Metric(
        "log_loss",
        "log loss",
        higher_is_better=False,
        of=_of(PROBABILITY, log_loss),
        weighted=weighted.loss,
    ),
    Metric(
        "calibration_error",
        "calibration error",
        higher_is_better=False,
        of=_calibration_error,
        weighted=weighted.gap,
    ),
    Metric(
        "lift_10",
        "lift in the top 10 %",
        higher_is_better=True,
        of=_lift(0.10),
        weighted=weighted.lift(0.10),
    ),
    Metric(
        "captured_10",
        "share of conversions in the top 10 %",
        higher_is_better=True,
        of=_captured(0.10),
        weighted=weighted.captured(0.10),
    ),
    Metric(
        "lift_20",
        "lift in the top 20 %",
        higher_is_better=True,
        of=_lift(0.20),
        weighted=weighted.lift(0.20),
    ),
    Metric(
        "captured_20",
        "share of conversions in the top 20 %",
        higher_is_better=True,
        of=_captured(0.20),
        weighted=weighted.captured(0.20),
    ),
)
"""Metrics of probabilities and their order. Scores need `MARGIN`, `PROBABILITY`, `LEAD_ID`."""
