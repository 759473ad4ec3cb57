"""Figures about a model of several classes, on the test window."""

from collections.abc import Callable
from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.metrics.binary import CALIBRATION_BINS
from lead_scoring.core.metrics.classes import confusion_of_classes
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.training_report import TrainingReport

Blank = Callable[[str, str, str], tuple[Figure, Axes]]


def class_figures(report: TrainingReport, blank: Blank) -> Mapping[str, Figure]:
    """Return figures by file name.

    Args:
        report: Of a model of several classes.
        blank: Gives a figure with a title and the words of its axes.
    """
    return {
        "confusion.png": _confusion(report, blank),
        "calibration.png": _reliability(report, blank),
    }


def _confusion(report: TrainingReport, blank: Blank) -> Figure:
    names = report.rules.classes
    outcomes = report.tested[OUTCOME].to_numpy(dtype=np.intp)
    counts = confusion_of_classes(outcomes, read_shares(report.tested))
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    figure, axes = blank("Confusion of the classes", "predicted", "class")
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    axes.set_xticks(range(len(names)), names)
    axes.set_yticks(range(len(names)), names)
    for row, column in np.ndindex(*counts.shape):
        dark = shares[row, column] > 0.5  # noqa: PLR2004 of the scale
        axes.text(
            column, row, f"{counts[row, column]:,}\n{shares[row, column]:.1%}",
            ha="center", va="center", color="white" if dark else "black",
        )  # fmt: skip
    return figure


def _reliability(report: TrainingReport, blank: Blank) -> Figure:
    """Draw for each class how often leads were of it over how probable it was said to be."""
    outcomes = report.tested[OUTCOME].to_numpy(dtype=np.intp)
    probabilities = read_shares(report.tested)
    figure, axes = blank("Calibration by class", "mean probability", "share of the class")
    for place, name in enumerate(report.rules.classes):
        promised = probabilities[:, place]
        bins = np.array_split(
            np.argsort(promised, kind="stable"), min(CALIBRATION_BINS, len(promised))
        )
        axes.plot(
            [promised[rows].mean() for rows in bins],
            [(outcomes[rows] == place).mean() for rows in bins],
            marker="o",
            label=name,
        )
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1)
    axes.legend()
    return figure
