"""How well a champion does on new rows: by their outcomes, or by its own probabilities alone.

What probabilities *promise* is what a metric would be if they were true; it needs no outcomes.

Source:
    J. Bialek et al. (2024), Estimating model performance under covariate shift without labels,
    https://arxiv.org/abs/2401.08348 (confidence-based performance estimation, in closed form).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

ROC_AUC: Final = "roc_auc"
BRIER: Final = "brier"
LOG_LOSS: Final = "log_loss"
MSE: Final = "mse"
MAE: Final = "mae"
MAX_CHUNKS: Final = 10
MIN_CHUNK_ROWS: Final = 100


@dataclass(frozen=True, slots=True)
class Chunk:
    """How a model did on a stretch of rows. ``roc_auc`` is left out where one outcome is missing.

    Attributes:
        rows: Rows of the chunk.
        positives: Rows that converted; 0 where there is no such thing.
        realised: Metrics by the outcomes, by name.
        promised: Metrics as the probabilities promise them.
        noise: Variance that one row contributes to a metric: over ``rows``, its variance.
        excess_noise: The same for how far a metric is from what was promised.
    """

    rows: int
    positives: int
    realised: Mapping[str, float]
    promised: Mapping[str, float]
    noise: Mapping[str, float]
    excess_noise: Mapping[str, float]

    def excess(self, metric: str) -> float:
        """Return how much worse a metric is than was promised; positive is worse."""
        gap = self.realised[metric] - self.promised[metric]
        return -gap if metric == ROC_AUC else gap


def promise(probabilities: FloatArray) -> Mapping[str, float]:
    r"""Return the metrics that probabilities promise, were they true.

    A pair of leads is in the right order if the one with the higher probability converts and the
    other does not; a tie counts half, and no lead is paired with itself:

    .. math:: \frac{\sum_{i \ne j} p_i (1 - p_j) \, [p_i > p_j]}{\sum_{i \ne j} p_i (1 - p_j)}

    Args:
        probabilities: In [0, 1], shape (n_leads,), at least one.

    Returns:
        ``brier`` in [0, 0.25] and ``log_loss`` in nats (0 is best); ``roc_auc`` in [0, 1] (1 is
        best), left out where all leads are sure to have the same outcome.

    >>> promise(np.array([0.5, 0.5]))["roc_auc"]
    0.5
    """
    metrics = {
        BRIER: float(np.mean(probabilities * (1 - probabilities))),
        LOG_LOSS: float(np.mean(_entropies(probabilities))),
    }
    values, inverse = np.unique(probabilities, return_inverse=True)
    rows = np.bincount(inverse).astype(np.float64)
    positives, negatives = rows * values, rows * (1 - values)
    with_itself = rows * values * (1 - values)
    below = np.cumsum(negatives) - negatives
    pairs = positives.sum() * negatives.sum() - with_itself.sum()
    if pairs > 0:
        right = positives @ below + (positives @ negatives - with_itself.sum()) / 2
        metrics[ROC_AUC] = float(right / pairs)
    return metrics


def measure_losses(losses: Mapping[str, FloatArray], promised: Mapping[str, FloatArray]) -> Chunk:
    """Return the losses of rows beside what was promised for them.

    Args:
        losses: By name, each of shape (n_leads,), at least two.
        promised: What was promised, by the same names, same shape; a loss nothing was promised
            for is left out.
    """
    known = {name: rows for name, rows in losses.items() if name in promised}
    return Chunk(
        rows=len(next(iter(losses.values()))),
        positives=0,
        realised={name: float(rows.mean()) for name, rows in known.items()},
        promised={name: float(promised[name].mean()) for name in known},
        noise={name: float(rows.var(ddof=1)) for name, rows in known.items()},
        excess_noise={
            name: float((rows - promised[name]).var(ddof=1)) for name, rows in known.items()
        },
    )


def measure(probabilities: FloatArray, outcomes: FloatArray) -> Chunk:
    """Return how rows turned out beside what was promised for them.

    Args:
        probabilities: In [0, 1], shape (n_leads,), at least two.
        outcomes: 1.0 or 0.0, same shape.
    """
    squares = (probabilities - outcomes) ** 2
    promised_squares = probabilities * (1 - probabilities)
    losses, entropies = _losses(probabilities, outcomes), _entropies(probabilities)
    positives = int(outcomes.sum())
    realised = {BRIER: float(squares.mean()), LOG_LOSS: float(losses.mean())}
    noise = {BRIER: float(squares.var(ddof=1)), LOG_LOSS: float(losses.var(ddof=1))}
    excess_noise = {
        BRIER: float((squares - promised_squares).var(ddof=1)),
        LOG_LOSS: float((losses - entropies).var(ddof=1)),
    }
    promised = dict(promise(probabilities))
    if 0 < positives < len(outcomes) and ROC_AUC in promised:
        area = _area(probabilities, outcomes)
        variance = _area_variance(area, positives, len(outcomes) - positives)
        realised[ROC_AUC] = area
        noise[ROC_AUC] = excess_noise[ROC_AUC] = variance * len(outcomes)
    return Chunk(len(outcomes), positives, realised, promised, noise, excess_noise)


def chunk_positions(rows: int) -> tuple[IntArray, ...]:
    """Return the positions of the rows a model was judged on, in stretches of equal length.

    `MAX_CHUNKS` at most, none of fewer than `MIN_CHUNK_ROWS` rows; none if there are too few.
    """
    count = min(MAX_CHUNKS, rows // MIN_CHUNK_ROWS)
    return tuple(np.array_split(np.arange(rows), count)) if count else ()


def _losses(probabilities: FloatArray, outcomes: FloatArray) -> FloatArray:
    kept = _clipped(probabilities)
    return np.asarray(-np.log(np.where(outcomes > 0, kept, 1 - kept)), dtype=np.float64)


def _entropies(probabilities: FloatArray) -> FloatArray:
    kept = _clipped(probabilities)
    return np.asarray(-kept * np.log(kept) - (1 - kept) * np.log1p(-kept), dtype=np.float64)


def _clipped(probabilities: FloatArray) -> FloatArray:
    least = np.finfo(np.float64).eps
    return np.clip(probabilities, least, 1 - least)


def _area(probabilities: FloatArray, outcomes: FloatArray) -> float:
    """Return the area under the ROC curve; ties count half."""
    values, inverse = np.unique(probabilities, return_inverse=True)
    positives = np.bincount(inverse, outcomes, minlength=len(values))
    negatives = np.bincount(inverse, minlength=len(values)) - positives
    below = np.cumsum(negatives) - negatives / 2
    return float(positives @ below / (positives.sum() * negatives.sum()))


def _area_variance(area: float, positives: int, negatives: int) -> float:
    """Return the variance of an area under the ROC curve.

    Source:
        J. A. Hanley, B. J. McNeil (1982), The meaning and use of the area under a ROC curve,
        https://doi.org/10.1148/radiology.143.1.7063747
    """
    one = area / (2 - area) - area**2
    two = 2 * area**2 / (1 + area) - area**2
    total = area * (1 - area) + (positives - 1) * one + (negatives - 1) * two
    return total / (positives * negatives)
