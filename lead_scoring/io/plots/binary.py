"""Figures about a model of two outcomes."""

from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve
from sklearn.metrics import roc_curve

from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.plots.axes import COLOURS
from lead_scoring.io.plots.axes import diagonal
from lead_scoring.io.plots.axes import level
from lead_scoring.io.plots.axes import titled
from lead_scoring.io.plots.common import matrix

FloatArray = npt.NDArray[np.float64]

SIDES: Final = ("no conversion", "conversion")
_BINS: Final = 25


def roc(report: TrainingReport) -> Figure:
    """Draw true over false positives at every threshold."""
    figure, axes = titled("ROC", "false positive rate", "true positive rate")
    false_rate, true_rate, _ = roc_curve(_values(report, OUTCOME), _values(report, MARGIN))
    axes.plot(false_rate, true_rate)
    diagonal(axes)
    return figure


def precision_recall(report: TrainingReport) -> Figure:
    """Draw precision over recall at every threshold."""
    outcomes = _values(report, OUTCOME)
    figure, axes = titled("Precision and recall", "recall", "precision")
    precision, recall, _ = precision_recall_curve(outcomes, _values(report, MARGIN))
    axes.plot(recall, precision)
    level(axes, float(outcomes.mean()))
    return figure


def confusion(report: TrainingReport) -> Figure:
    """Draw how many leads were predicted to convert, or not to, and how many did."""
    metrics = report.metrics
    counts = np.array(
        [
            [metrics["true_negatives"], metrics["false_positives"]],
            [metrics["false_negatives"], metrics["true_positives"]],
        ]
    )
    return matrix(counts, SIDES, f"Confusion from probability {report.params['threshold']} on")


def scores(report: TrainingReport) -> Figure:
    """Draw the probabilities of the leads that converted and of those that did not."""
    figure, axes = titled("Probabilities by outcome", "probability", "share of these leads")
    outcomes, probabilities = _values(report, OUTCOME), _values(report, PROBABILITY)
    edges = np.linspace(0, 1, _BINS + 1)
    for place, side in enumerate(SIDES):
        own = probabilities[outcomes == place]
        counts, _ = np.histogram(own, edges)
        colour = COLOURS[1 - place]
        axes.stairs(counts / max(len(own), 1), edges, color=colour, label=side, linewidth=2,
                    fill=place == 1, alpha=0.45 if place else 1.0)  # fmt: skip
    axes.legend()
    return figure


def _values(report: TrainingReport, column: str) -> FloatArray:
    return report.tested[column].to_numpy(dtype=np.float64)
