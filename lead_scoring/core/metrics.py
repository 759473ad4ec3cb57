"""How good probabilities and their order are, on rows a model was not fitted on."""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from sklearn.metrics import average_precision_score
from sklearn.metrics import brier_score_loss
from sklearn.metrics import log_loss
from sklearn.metrics import roc_auc_score

FloatArray = npt.NDArray[np.float64]

CALIBRATION_BINS: Final = 15
TOP_SHARES: Final = (0.10, 0.20)


def evaluate(
    outcomes: FloatArray,
    probabilities: FloatArray,
    margins: FloatArray,
    lead_ids: npt.NDArray[np.object_],
) -> Mapping[str, float]:
    """Return every metric by name; what cannot be computed is NaN.

    The order of leads is that of the lists people get: by probability, then margin, then
    ``lead_id``. As probabilities never fall where margins rise, margins alone give ROC AUC and
    PR AUC of that order.

    Args:
        outcomes: 1.0 or 0.0, shape (n_leads,).
        probabilities: Calibrated, in [0, 1], same shape.
        margins: Log-odds, same shape.
        lead_ids: Ids, same shape.

    Returns:
        ``roc_auc`` and ``pr_auc`` (1 is best), ``brier``, ``log_loss`` and ``calibration_error``
        (0 is best), ``lift_10``, ``lift_20``, ``captured_10``, ``captured_20`` (more is better),
        ``rows`` and ``positives``.
    """
    positives = float(outcomes.sum())
    both = 0 < positives < len(outcomes)
    order = ranking(probabilities, margins, lead_ids)
    some = len(outcomes) > 0
    metrics = {
        "roc_auc": float(roc_auc_score(outcomes, margins)) if both else math.nan,
        "pr_auc": float(average_precision_score(outcomes, margins)) if both else math.nan,
        "brier": float(brier_score_loss(outcomes, probabilities)) if both else math.nan,
        "log_loss": float(log_loss(outcomes, probabilities)) if both else math.nan,
        "calibration_error": calibration_error(outcomes, probabilities) if some else math.nan,
        "rows": float(len(outcomes)),
        "positives": positives,
    }
    for share in TOP_SHARES:
        captured = captured_share(outcomes[order], share) if both else math.nan
        metrics[f"captured_{share:.0%}".rstrip("%")] = captured
        metrics[f"lift_{share:.0%}".rstrip("%")] = (
            captured * len(outcomes) / _top(len(outcomes), share)
        )
    return metrics


def ranking(
    probabilities: FloatArray, margins: FloatArray, lead_ids: npt.NDArray[np.object_]
) -> npt.NDArray[np.intp]:
    """Return positions from best to worst: by probability, then margin, then ``lead_id``.

    >>> ranking(np.array([0.5, 0.9, 0.5]), np.array([0.0, 2.0, 0.0]), np.array(["b", "c", "a"]))
    array([1, 2, 0])
    """
    return np.lexsort((lead_ids.astype(str), -margins, -probabilities))


def captured_share(ranked_outcomes: FloatArray, share: float) -> float:
    """Return the share of all conversions among the best leads.

    Args:
        ranked_outcomes: 1.0 or 0.0 from best to worst lead, shape (n_leads,), with a 1.0.
        share: Share of leads taken, rounded up to a whole lead, in (0, 1].

    >>> captured_share(np.array([1.0, 1.0, 0.0, 1.0]), 0.5)
    0.6666666666666666
    """
    return float(
        ranked_outcomes[: _top(len(ranked_outcomes), share)].sum() / ranked_outcomes.sum()
    )


def _top(rows: int, share: float) -> int:
    return max(1, math.ceil(round(rows * share, 9)))


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
    _, inverse, counts = np.unique(probabilities, return_inverse=True, return_counts=True)
    first = np.cumsum(counts) - counts
    of_value = np.minimum(first * bins // len(probabilities), bins - 1)
    of_row = of_value[inverse]
    gaps = np.bincount(of_row, outcomes - probabilities, minlength=bins)
    return float(np.abs(gaps).sum() / len(probabilities))
