"""Figures about a model of several classes."""

import numpy as np
from matplotlib.figure import Figure

from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.metrics.binary_weighted import CALIBRATION_BINS
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.plots.axes import COLOURS
from lead_scoring.io.plots.axes import diagonal
from lead_scoring.io.plots.axes import titled
from lead_scoring.io.plots.common import matrix


def confusion(report: TrainingReport) -> Figure:
    """Draw how many leads of each class were predicted to be which."""
    return matrix(_counts(report), report.rules.classes, "Confusion of the classes", "class")


def per_class(report: TrainingReport) -> Figure:
    """Draw precision and recall of each class; a share of nothing has no bar."""
    figure, axes = titled("Precision and recall by class", "class", "share")
    counts = _counts(report)
    right, places = np.diag(counts), np.arange(len(counts))
    for place, (name, whole) in enumerate(
        (("precision", counts.sum(axis=0)), ("recall", counts.sum(axis=1)))
    ):
        heights = np.divide(right, whole, out=np.zeros_like(right), where=whole > 0)
        axes.bar(places + 0.4 * place, heights, width=0.36, color=COLOURS[place], label=name)
    axes.set_xticks(places + 0.2, report.rules.classes)
    axes.set_ylim(0, 1)
    axes.legend()
    return figure


def reliability(report: TrainingReport) -> Figure:
    """Draw for each class how often leads were of it over how probable it was said to be."""
    outcomes = report.tested[OUTCOME].to_numpy(dtype=np.intp)
    probabilities = read_shares(report.tested)
    figure, axes = titled("Calibration by class", "mean probability", "share of the class")
    for place, name in enumerate(report.rules.classes):
        promised, happened = probabilities[:, place], outcomes == place
        order = np.argsort(promised, kind="stable")
        bins = np.array_split(order, min(CALIBRATION_BINS, len(order)))
        axes.plot(
            [promised[rows].mean() for rows in bins],
            [happened[rows].mean() for rows in bins],
            marker="o",
            color=COLOURS[place % len(COLOURS)],
            label=name,
        )
    diagonal(axes)
    axes.legend()
    return figure


def _counts(report: TrainingReport) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    classes = list(report.rules.classes)
    predicted = report.tested[PREDICTED_CLASS].map(classes.index).to_numpy(dtype=np.intp)
    outcomes = report.tested[OUTCOME].to_numpy(dtype=np.intp)
    size = len(classes)
    counts = np.bincount(outcomes * size + predicted, minlength=size * size)
    return counts.reshape(size, size).astype(np.float64)
