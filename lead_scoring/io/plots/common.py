"""Figures that every kind of outcome has."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from lead_scoring.core.evidence.parts import gain_curve
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.plots.axes import diagonal
from lead_scoring.io.plots.axes import level
from lead_scoring.io.plots.axes import titled

MAX_FEATURES: Final = 20
_NOISE: Final = 0.01
"""Share of the leads below which a lift is noise."""


def calibration(report: TrainingReport) -> Figure:
    """Draw what happened over what was promised, with intervals."""
    evidence = report.evidence
    reading, bins = evidence.reading, evidence.bins
    figure, axes = titled("Calibration", reading.promise, reading.result)
    promised = [one.promised for one in bins]
    happened = np.array([one.happened for one in bins])
    reach = [
        happened - np.array([one.low for one in bins]),
        np.array([one.high for one in bins]) - happened,
    ]
    axes.errorbar(promised, happened, yerr=reach, marker="o", markersize=4, capsize=2)
    both = [*promised, *happened]
    diagonal(axes, *((0.0, 1.0) if reading.is_share else (min(both), max(both))))
    return figure


def gain(report: TrainingReport) -> Figure:
    """Draw the share of the wanted leads among those called first."""
    reading = report.evidence.reading
    figure, axes = titled("Gain", "share of leads, best first", f"share of {reading.wins}")
    axes.plot(*gain_curve(reading))
    diagonal(axes)
    return figure


def lift(report: TrainingReport) -> Figure:
    """Draw how many times as many wanted leads are called first as in any order."""
    reading = report.evidence.reading
    figure, axes = titled("Lift", "share of leads, best first", f"{reading.wins}, times any order")
    shares, caught = gain_curve(reading)
    shown = shares >= _NOISE
    axes.plot(shares[shown], caught[shown] / shares[shown])
    level(axes, 1.0)
    return figure


def importance(report: TrainingReport) -> Figure:
    """Draw how much each feature is used."""
    figure, axes = titled("Importance", "share of the sum", "")
    largest = list(report.evidence.importance.items())[:MAX_FEATURES][::-1]
    axes.barh([name for name, _ in largest], [value for _, value in largest])
    left = min(0.6, 0.04 + 0.0125 * max((len(name) for name, _ in largest), default=0))
    axes.set_position((left, 0.12, 0.96 - left, 0.79))
    return figure


def matrix(
    counts: npt.NDArray[np.float64], names: Sequence[str], title: str, outcome: str = "outcome"
) -> Figure:
    """Draw a confusion matrix: counts, and shares of each row.

    Args:
        counts: Leads by outcome (rows) and prediction (columns), shape (n_names, n_names).
        names: Names of both.
        title: What stands above it.
        outcome: What the rows are called.
    """
    figure, axes = titled(title, "predicted", outcome)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names, rotation=90, va="center")
    for row, column in np.ndindex(*counts.shape):
        axes.text(
            column,
            row,
            f"{counts[row, column]:,.0f}\n{shares[row, column]:.1%}",
            ha="center",
            va="center",
            color="white" if shares[row, column] > 0.5 else "black",  # noqa: PLR2004 dark below
        )
    return figure
