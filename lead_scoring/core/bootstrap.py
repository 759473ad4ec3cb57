"""How sure a figure is: leads drawn again, the same draws for every model that is compared."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.weighted import Weighted
from lead_scoring.core.resampling import drawn_weights

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Draws:
    """How leads are drawn again.

    Attributes:
        seed: The same seed gives the same draws.
        resamples: How often.
        confidence: Level of the intervals, in (0, 1).
        widening: Factor by which an interval is wider than the draws say, at least 1; see
            `training_luck`.
    """

    seed: Sequence[int]
    resamples: int
    confidence: float
    widening: float = 1.0

    def among(self, comparisons: int) -> "Draws":
        """Return draws whose intervals all hold together at this level, after Bonferroni."""
        return replace(self, confidence=1 - (1 - self.confidence) / max(comparisons, 1))


@dataclass(frozen=True, slots=True)
class Gain:
    """How much better one model is than another on the same leads; positive is better.

    Attributes:
        rows: Leads that were compared.
        new: Figure of the one.
        old: Figure of the other.
        value: The gain.
        low: Lower end of its interval; NaN where a draw has no figure.
        high: Upper end, likewise.
        confidence: Level of the interval.
    """

    rows: int
    new: float
    old: float
    value: float
    low: float
    high: float
    confidence: float

    @property
    def sure(self) -> bool:
        """Whether it is a gain beyond chance. NaN is not."""
        return self.low > 0

    @property
    def surely_lost(self) -> bool:
        """Whether it is a loss beyond chance. NaN is not."""
        return self.high < 0


def training_luck(rows_compared: int, rows_fitted: int) -> float:
    r"""Return how much wider an interval must be for models that were fitted on other leads.

    Drawing the compared leads again says what chance did among them. Which leads a model was
    fitted on is chance too, and no draw shows it: two models of one recipe and one population
    differ for real, one as likely the better as the other.

    .. math:: \sqrt{1 + n_{compared} / n_{fitted}}

    Args:
        rows_compared: Leads both models are compared on.
        rows_fitted: Leads that the model fitted on fewer was fitted on, at least one.

    Returns:
        At least 1; near 1 where many more leads were fitted on than are compared.

    Source:
        C. Nadeau, Y. Bengio (2003), Inference for the generalization error,
        https://doi.org/10.1023/A:1024068626366, for one split.

    >>> training_luck(3_000, 1_000)
    2.0
    """
    return float(np.sqrt(1 + rows_compared / rows_fitted))


def paired_gain(
    metric: Metric,
    outcomes: FloatArray,
    new: pd.DataFrame,
    old: pd.DataFrame,
    draws: Draws,
    *,
    gain: Callable[[float, float], float] | None = None,
) -> Gain:
    """Return how much better new scores are than old ones, with a paired bootstrap interval.

    Args:
        metric: What is compared.
        outcomes: Of the leads, shape (n_leads,), at least one.
        new: Scores of the leads, in the same order.
        old: Other scores of the same leads, in the same order.
        draws: How they are drawn again.
        gain: From both figures to the gain; that of the metric if absent.

    Returns:
        The gain with the percentile interval of the draws, widened about the gain.
    """
    gain = gain or metric.gain
    figures = metric.of(outcomes, new), metric.of(outcomes, old)
    value = gain(*figures)
    drawn = drawn_figures([metric], outcomes, [new, old], draws)[metric.name]
    low, high = _interval(np.array([gain(*pair) for pair in drawn.T.tolist()]), draws.confidence)
    return Gain(
        rows=len(outcomes),
        new=figures[0],
        old=figures[1],
        value=value,
        low=value - (value - low) * draws.widening,
        high=value + (high - value) * draws.widening,
        confidence=draws.confidence,
    )


def metric_intervals(
    metrics: Sequence[Metric], outcomes: FloatArray, scores: pd.DataFrame, draws: Draws
) -> Mapping[str, tuple[float, float]]:
    """Return the percentile interval of each metric of one model on its own test rows.

    Args:
        metrics: Those of interest.
        outcomes: Of the leads, shape (n_leads,), at least one.
        scores: Their scores, in the same order.
        draws: How they are drawn again.

    Returns:
        Lower and upper end, by name; without a metric that some draw has no figure of.
    """
    drawn = drawn_figures(metrics, outcomes, [scores], draws)
    found = {name: _interval(of[0], draws.confidence) for name, of in drawn.items()}
    return {name: ends for name, ends in found.items() if np.isfinite(ends).all()}


def drawn_figures(
    metrics: Sequence[Metric],
    outcomes: FloatArray,
    frames: Sequence[pd.DataFrame],
    draws: Draws,
) -> Mapping[str, FloatArray]:
    """Return metrics of several models on the same draws, by name, shape (n_models, n_draws)."""
    measures = {
        metric.name: [_measured(metric, outcomes, frame) for frame in frames] for metric in metrics
    }
    figures: dict[str, list[FloatArray]] = {name: [] for name in measures}
    for weights in drawn_weights(len(outcomes), draws.resamples, draws.seed):
        for name, each in measures.items():
            figures[name].append(np.stack([of(weights) for of in each]))
    return {name: np.hstack(parts) for name, parts in figures.items()}


def _measured(metric: Metric, outcomes: FloatArray, scores: pd.DataFrame) -> Weighted:
    """Return a metric with weights; one that takes none gets leads as often as they are drawn."""
    if metric.weighted is not None:
        return metric.weighted(outcomes, scores)
    positions = np.arange(len(outcomes))

    def of(weights: FloatArray) -> FloatArray:
        drawn = (np.repeat(positions, times) for times in weights.astype(np.intp))
        return np.array([metric.of(outcomes[some], scores.iloc[some]) for some in drawn])

    return of


def _interval(values: FloatArray, level: float) -> tuple[float, float]:
    """Return the percentile interval; NaN where any draw is NaN, as its place is not known."""
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)
