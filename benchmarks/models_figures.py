"""Figures of models on the same test rows, with intervals, and what is asked of them."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.models_rivals import Entry
from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import drawn_figures
from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.resampling import LEVEL
from lead_scoring.core.resampling import interval
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import PROBABILITY

FloatArray = npt.NDArray[np.float64]

DRAWS: Final = 200
MOST_ERROR: Final = 0.02
"""Largest calibration error, where that many rows can show so little."""
NOTHING: Final = "-"


@dataclass(frozen=True, slots=True)
class Measured:
    """Every figure of every model, and the same on leads drawn again, alike for all models.

    Attributes:
        values: By model and metric.
        draws: Likewise, shape (n_draws,).
    """

    found: Mapping[tuple[str, str], float]
    draws: Mapping[tuple[str, str], FloatArray]

    def cell(self, model: str, metric: str) -> str:
        """Return a figure with its 95 % interval; a dash where there is none."""
        value = self.found[model, metric]
        if not np.isfinite(value):
            return NOTHING
        low, high = interval(self.draws[model, metric])
        return f"{value:.4f} ({low:.4f} to {high:.4f})"

    def gain(self, metric: Metric, new: str, old: str) -> tuple[float, float, float]:
        """Return by how much one model is better than another in a metric's unit; its interval."""
        sign = 1.0 if metric.higher_is_better else -1.0
        value = sign * (self.found[new, metric.name] - self.found[old, metric.name])
        drawn = sign * (self.draws[new, metric.name] - self.draws[old, metric.name])
        return (value, *interval(drawn))


def measured(
    entries: Sequence[Entry],
    outcomes: FloatArray,
    metrics: Sequence[Metric],
    seed: int,
    draws: int = DRAWS,
) -> Measured:
    """Compute every metric of every model, on the leads and on leads drawn with replacement.

    Args:
        entries: Models, their scores in the order of the outcomes.
        outcomes: Shape (n_leads,).
        metrics: What is computed.
        seed: The same seed gives the same draws.
        draws: How many.
    """
    how = Draws((seed,), draws, LEVEL)
    frames = [entry.scores for entry in entries]
    drawn = {
        (entry.name, name): values
        for name, figures in drawn_figures(metrics, outcomes, frames, how).items()
        for entry, values in zip(entries, figures, strict=True)
    }
    values = {
        (entry.name, metric.name): _of(metric, outcomes, entry.scores)
        for entry in entries
        for metric in metrics
    }
    return Measured(values, drawn)


def least_error(scores: pd.DataFrame, metric: Metric, seed: int) -> tuple[float, float]:
    """Return the calibration error of chance alone: its mean, and what 95 % of draws stay below.

    Outcomes are drawn by the very probabilities, so that these are right.

    Args:
        scores: Probabilities of two classes or more.
        metric: The calibration error of that kind.
        seed: The same seed gives the same draws.
    """
    rng = np.random.default_rng(seed)
    drawn = [metric.of(_outcomes_by(scores, rng), scores) for _ in range(DRAWS)]
    return float(np.mean(drawn)), float(np.quantile(drawn, 0.95))


def _outcomes_by(scores: pd.DataFrame, rng: np.random.Generator) -> FloatArray:
    """Draw outcomes by the probabilities that scores promise."""
    levels = rng.random(len(scores))
    if CLASS_PROBABILITIES in scores:
        reached = read_shares(scores).cumsum(axis=1) < levels[:, np.newaxis]
        return np.minimum(reached.sum(axis=1), reached.shape[1] - 1).astype(np.float64)
    return (levels < scores[PROBABILITY].to_numpy(dtype=np.float64)).astype(np.float64)


def _of(metric: Metric, outcomes: FloatArray, scores: pd.DataFrame) -> float:
    """Return a figure; NaN where the model does not say what the metric asks for."""
    if metric.name == "interval_coverage" and scores["interval_low"].isna().any():
        return float("nan")
    return metric.of(outcomes, scores)
