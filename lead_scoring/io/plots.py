"""Figures about a training, drawn without a display and without global state."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from sklearn.metrics import precision_recall_curve
from sklearn.metrics import roc_curve

from lead_scoring.core.metrics.binary_weighted import CALIBRATION_BINS
from lead_scoring.core.metrics.binary import ranking
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.training_report import TrainingReport

FloatArray = npt.NDArray[np.float64]

MAX_FEATURES: Final = 20
_SIDES: Final = ("no conversion", "conversion")


def training_figures(report: TrainingReport) -> Mapping[str, Figure]:
    """Return figures by file name, each for one question about a training.

    All but the importance show the test window, which has both outcomes.
    """
    tested = report.tested
    outcomes = tested[OUTCOME].to_numpy(dtype=np.float64)
    probabilities = tested[PROBABILITY].to_numpy(dtype=np.float64)
    margins = tested[MARGIN].to_numpy(dtype=np.float64)
    order = ranking(probabilities, margins, tested[LEAD_ID].to_numpy(dtype=object))
    return {
        "roc.png": _roc(outcomes, margins),
        "precision_recall.png": _precision_recall(outcomes, margins),
        "calibration.png": _calibration(outcomes, probabilities),
        "confusion.png": _confusion(report.metrics, report.params["threshold"]),
        "gain.png": _gain(outcomes[order]),
        "lift.png": _lift(outcomes[order]),
        "importance.png": _importance(report.model.estimator.importance()),
    }


def _axes(title: str, x_label: str, y_label: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(6, 5), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set(title=title, xlabel=x_label, ylabel=y_label)
    axes.grid(visible=True, alpha=0.3)
    return figure, axes


def _diagonal(axes: Axes) -> None:
    axes.plot([0, 1], [0, 1], color="0.6", linestyle="--", linewidth=1)


def _level(axes: Axes, height: float) -> None:
    axes.axhline(height, color="0.6", linestyle="--", linewidth=1)


def _roc(outcomes: FloatArray, margins: FloatArray) -> Figure:
    figure, axes = _axes("ROC", "false positive rate", "true positive rate")
    false_rate, true_rate, _ = roc_curve(outcomes, margins)
    axes.plot(false_rate, true_rate)
    _diagonal(axes)
    return figure


def _precision_recall(outcomes: FloatArray, margins: FloatArray) -> Figure:
    figure, axes = _axes("Precision and recall", "recall", "precision")
    precision, recall, _ = precision_recall_curve(outcomes, margins)
    axes.plot(recall, precision)
    _level(axes, float(outcomes.mean()))
    return figure


def _calibration(outcomes: FloatArray, probabilities: FloatArray) -> Figure:
    figure, axes = _axes("Calibration", "mean probability", "share of conversions")
    order = np.argsort(probabilities, kind="stable")
    bins = np.array_split(order, min(CALIBRATION_BINS, len(order)))
    axes.plot(
        [probabilities[rows].mean() for rows in bins],
        [outcomes[rows].mean() for rows in bins],
        marker="o",
    )
    _diagonal(axes)
    return figure


def _confusion(metrics: Mapping[str, float], threshold: str) -> Figure:
    figure, axes = _axes(f"Confusion from probability {threshold} on", "predicted", "outcome")
    counts = np.array(
        [
            [metrics["true_negatives"], metrics["false_positives"]],
            [metrics["false_negatives"], metrics["true_positives"]],
        ]
    )
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.grid(visible=False)
    axes.set_xticks([0, 1], _SIDES)
    axes.set_yticks([0, 1], _SIDES)
    for row, column in np.ndindex(2, 2):
        axes.text(
            column,
            row,
            f"{counts[row, column]:,.0f}\n{shares[row, column]:.1%}",
            ha="center",
            va="center",
            color="white" if shares[row, column] > 0.5 else "black",  # noqa: PLR2004 dark below
        )
    return figure


def _gain(ranked: FloatArray) -> Figure:
    figure, axes = _axes("Gain", "share of leads, best first", "share of conversions captured")
    axes.plot(_shares(ranked), np.cumsum(ranked) / ranked.sum())
    _diagonal(axes)
    return figure


def _lift(ranked: FloatArray) -> Figure:
    figure, axes = _axes("Lift", "share of leads, best first", "conversions against the base rate")
    shares = _shares(ranked)
    shown = shares >= 0.01  # noqa: PLR2004 the first per cent is noise
    axes.plot(shares[shown], (np.cumsum(ranked) / ranked.sum() / shares)[shown])
    _level(axes, 1.0)
    return figure


def _importance(importance: Mapping[str, float]) -> Figure:
    figure, axes = _axes("Importance", "share of the sum", "")
    largest = sorted(importance.items(), key=lambda item: (item[1], item[0]))[-MAX_FEATURES:]
    total = sum(importance.values()) or 1.0
    axes.barh([name for name, _ in largest], [value / total for _, value in largest])
    return figure


def _shares(ranked: FloatArray) -> FloatArray:
    return np.arange(1, len(ranked) + 1) / len(ranked)
