"""Figures about a model of a number."""

from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.plots.axes import diagonal
from lead_scoring.io.plots.axes import level
from lead_scoring.io.plots.axes import titled

MAX_POINTS: Final = 3000
_BINS: Final = 40
_GROUPS: Final = 15


def predicted_actual(report: TrainingReport) -> Figure:
    """Draw outcomes over predictions."""
    figure, axes = titled("Predicted and actual", "prediction", "outcome")
    predictions, outcomes = _some(report)
    axes.scatter(predictions, outcomes, s=6, alpha=0.3, linewidths=0)
    both = [*predictions, *outcomes]
    diagonal(axes, min(both), max(both))
    return figure


def residuals(report: TrainingReport) -> Figure:
    """Draw how far outcomes are from predictions."""
    figure, axes = titled("Residuals", "prediction", "outcome less prediction")
    predictions, outcomes = _some(report)
    axes.scatter(predictions, outcomes - predictions, s=6, alpha=0.3, linewidths=0)
    level(axes, 0.0)
    return figure


def residual_sizes(report: TrainingReport) -> Figure:
    """Draw how often outcomes are how far from predictions."""
    figure, axes = titled("Sizes of the residuals", "outcome less prediction", "leads")
    tested = report.tested
    axes.hist((tested[OUTCOME] - tested[PREDICTION]).to_numpy(dtype=np.float64), bins=_BINS)
    axes.axvline(0.0, color="0.6", linestyle="--", linewidth=1)
    return figure


def coverage(report: TrainingReport) -> Figure:
    """Draw how often outcomes are within their interval, by prediction."""
    figure, axes = titled("Intervals", "mean prediction", "share of outcomes within the interval")
    tested = report.tested.sort_values(PREDICTION, kind="stable")
    inside = tested[OUTCOME].between(tested[INTERVAL_LOW], tested[INTERVAL_HIGH])
    groups = np.array_split(np.arange(len(tested)), min(_GROUPS, len(tested)))
    axes.plot(
        [tested[PREDICTION].iloc[rows].mean() for rows in groups],
        [inside.iloc[rows].mean() for rows in groups],
        marker="o",
    )
    level(axes, report.rules.interval_level)
    axes.set_ylim(0, 1.02)
    return figure


def _some(report: TrainingReport) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return predictions and outcomes, every so many leads where they are too many to draw."""
    rows = report.tested.iloc[:: max(1, len(report.tested) // MAX_POINTS)]
    return rows[PREDICTION].to_numpy(dtype=np.float64), rows[OUTCOME].to_numpy(dtype=np.float64)
