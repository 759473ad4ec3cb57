"""Figures about a model of a number, on the test window."""

from collections.abc import Callable
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.training_report import TrainingReport

Blank = Callable[[str, str, str], tuple[Figure, Axes]]
FloatArray = npt.NDArray[np.float64]

BINS: Final = 15


def number_figures(report: TrainingReport, blank: Blank) -> Mapping[str, Figure]:
    """Return figures by file name.

    Args:
        report: Of a model of a number.
        blank: Gives a figure with a title and the words of its axes.
    """
    outcomes = report.tested[OUTCOME].to_numpy(dtype=np.float64)
    predictions = report.tested[PREDICTION].to_numpy(dtype=np.float64)
    return {
        "predicted.png": _predicted(outcomes, predictions, blank),
        "residuals.png": _residuals(outcomes, predictions, blank),
        "coverage.png": _coverage(report, outcomes, predictions, blank),
    }


def _bins(predictions: FloatArray) -> list[npt.NDArray[np.intp]]:
    """Return positions in bins of equal count, by rising prediction."""
    order = np.argsort(predictions, kind="stable")
    return np.array_split(order, min(BINS, len(order)))


def _predicted(outcomes: FloatArray, predictions: FloatArray, blank: Blank) -> Figure:
    figure, axes = blank("Predicted and actual", "mean prediction", "outcome")
    bins = _bins(predictions)
    places = [predictions[rows].mean() for rows in bins]
    low, middle, high = (
        [np.quantile(outcomes[rows], share) for rows in bins] for share in (0.1, 0.5, 0.9)
    )
    axes.fill_between(places, low, high, alpha=0.2, label="8 of 10 outcomes")
    axes.plot(places, middle, linestyle=":", label="median outcome")
    axes.plot(places, [outcomes[rows].mean() for rows in bins], marker="o", label="mean outcome")
    ends = [min(places), max(places)]
    axes.plot(ends, ends, color="0.6", linestyle="--", linewidth=1)
    axes.legend()
    return figure


def _residuals(outcomes: FloatArray, predictions: FloatArray, blank: Blank) -> Figure:
    figure, axes = blank("Residuals", "outcome less prediction", "leads")
    axes.hist(outcomes - predictions, bins=40)
    axes.axvline(0, color="0.6", linestyle="--", linewidth=1)
    return figure


def _coverage(
    report: TrainingReport, outcomes: FloatArray, predictions: FloatArray, blank: Blank
) -> Figure:
    figure, axes = blank("Interval", "mean prediction", "share of outcomes within the interval")
    low = report.tested[INTERVAL_LOW].to_numpy(dtype=np.float64)
    high = report.tested[INTERVAL_HIGH].to_numpy(dtype=np.float64)
    inside = (low <= outcomes) & (outcomes <= high)
    bins = _bins(predictions)
    axes.plot(
        [predictions[rows].mean() for rows in bins],
        [inside[rows].mean() for rows in bins],
        marker="o",
    )
    axes.axhline(report.rules.interval_level, color="0.6", linestyle="--", linewidth=1)
    axes.set_ylim(0, 1.02)
    return figure
