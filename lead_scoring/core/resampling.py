"""Metrics of leads that are drawn again and again, the same draws for every model.

A bootstrap draws as many leads with replacement as there are; a lead drawn twice has weight 2.
The metrics here take such weights. With weights of one they are those of `core.metrics`.
"""

from collections.abc import Iterator
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.metrics.binary_weighted import losses
from lead_scoring.core.metrics.order import ranking
from lead_scoring.core.metrics.weighted import area
from lead_scoring.core.metrics.weighted import lift
from lead_scoring.core.metrics.weighted import mean
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROBABILITY

FloatArray = npt.NDArray[np.float64]

METRICS: Final = ("roc_auc", "brier", "log_loss", "lift_10")
"""What is measured, in the order of the last axis of all arrays here."""
TOP: Final = 0.10
LEVEL: Final = 0.95
_CELLS: Final = 2_000_000
"""Weights in memory at a time."""


class Judged:
    """Leads with what a model promised for them and what happened, sorted once.

    Args:
        leads: ``lead_id``, ``probability``, ``margin`` and ``outcome`` (1.0 or 0.0), at least one.
    """

    def __init__(self, leads: pd.DataFrame) -> None:
        outcomes = leads[OUTCOME].to_numpy(dtype=np.float64)
        probabilities = leads[PROBABILITY].to_numpy(dtype=np.float64)
        margins = leads[MARGIN].to_numpy(dtype=np.float64)
        ids = leads[LEAD_ID].to_numpy(dtype=object)
        self._outcomes = outcomes
        self._figures = (
            area(outcomes, margins),
            mean((probabilities - outcomes) ** 2),
            mean(losses(outcomes, probabilities)),
            lift(outcomes, ranking(probabilities, margins, ids), TOP),
        )

    def metrics(self, weights: FloatArray) -> FloatArray:
        """Return every metric for every draw.

        Args:
            weights: How often each lead was drawn, shape (n_draws, n_leads).

        Returns:
            Shape (n_draws, 4), in the order of `METRICS`; NaN throughout where a draw has leads
            of one outcome only.
        """
        positives = weights @ self._outcomes
        found = np.column_stack([of(weights) for of in self._figures])
        found[(positives == 0) | (positives == weights.sum(axis=1))] = np.nan
        return found


def observed(leads: pd.DataFrame) -> FloatArray:
    """Return every metric of leads as they are, shape (4,), in the order of `METRICS`.

    All are NaN where there are not leads of both outcomes.
    """
    if leads.empty:
        return np.full(len(METRICS), np.nan)
    judged = Judged(leads).metrics(np.ones((1, len(leads))))
    return judged.reshape(-1)


def paired_draws(frames: Sequence[pd.DataFrame], draws: int, seed: Sequence[int]) -> FloatArray:
    """Draw leads with replacement and return every model's metrics on the same draws.

    Args:
        frames: One frame per model, see `Judged`, all with the same leads in the same order.
        draws: Number of draws.
        seed: The same seed gives the same draws.

    Returns:
        Shape (n_models, n_draws, 4).
    """
    judged = [Judged(frame) for frame in frames]
    parts = [
        [one.metrics(weights) for one in judged]
        for weights in drawn_weights(len(frames[0]), draws, seed)
    ]
    return np.stack([np.concatenate(of_model) for of_model in zip(*parts, strict=True)])


def interval(values: FloatArray, level: float = LEVEL) -> tuple[float, float]:
    """Return the percentile interval of draws, NaN left out.

    >>> interval(np.arange(101.0), level=0.50)
    (25.0, 75.0)
    """
    kept = values[np.isfinite(values)]
    if not len(kept):
        return float("nan"), float("nan")
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def drawn_weights(rows: int, draws: int, seed: Sequence[int]) -> Iterator[FloatArray]:
    """Iterate over how often each row is drawn: parts of all draws, shape (some_draws, n_rows).

    Args:
        rows: Rows to draw from, at least one; each draw has as many.
        draws: Number of draws.
        seed: The same seed gives the same draws.
    """
    rng = np.random.default_rng(list(seed))
    at_once = max(1, _CELLS // rows)
    for first in range(0, draws, at_once):
        count = min(at_once, draws - first)
        weights = np.empty((count, rows))
        for draw in range(count):
            weights[draw] = np.bincount(rng.integers(rows, size=rows), minlength=rows)
        yield weights
