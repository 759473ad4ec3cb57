"""How good probabilities of several classes are, on rows a model was not fitted on."""

import math
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.class_shares import read_shares
from lead_scoring.core.column_skill import roc_auc
from lead_scoring.core.metrics import classes_weighted as weighted
from lead_scoring.core.metrics.binary import calibration_error
from lead_scoring.core.metrics.metric import Metric

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

MOST_COUNTED: Final = 10
"""With more classes than this the counts of the confusion matrix are left out of the metrics."""
_UNSAFE: Final = re.compile(r"[^\w.-]+", re.ASCII)


def evaluate(
    outcomes: FloatArray, probabilities: FloatArray, classes: Sequence[str]
) -> Mapping[str, float]:
    """Return every metric by name, all finite.

    What is a share of nothing is left out and not NaN: precision of a class nobody is predicted
    to have, recall of one nobody has, and what both together make.

    Args:
        outcomes: Position of the class, shape (n_leads,), at least one.
        probabilities: Calibrated, shape (n_leads, n_classes).
        classes: Names of the classes, shape (n_classes,).

    Returns:
        ``accuracy``, ``macro_f1``, ``macro_roc_auc`` (1 is best), ``log_loss``, ``brier`` and
        ``calibration_error`` (0 is best), ``rows``; per class ``precision_``, ``recall_``,
        ``f1_``, ``rows_`` and ``roc_auc_`` with its name; and ``confusion_<class>_as_<class>``,
        leads of the one predicted as the other, for a few classes.
    """
    of_class = outcomes.astype(np.intp)
    counts = confusion_of_classes(of_class, probabilities)
    areas = _areas(of_class, probabilities)
    metrics = {
        "accuracy": float(np.trace(counts) / counts.sum()),
        "macro_f1": macro_f1(counts),
        "log_loss": class_log_loss(of_class, probabilities),
        "brier": class_brier(of_class, probabilities),
        "calibration_error": _top_error(of_class, probabilities),
        "rows": float(len(outcomes)),
    }
    if areas:
        metrics["macro_roc_auc"] = float(np.mean(list(areas.values())))
    names = [metric_part(name) for name in classes]
    for place, name in enumerate(names):
        metrics |= {f"{key}_{name}": value for key, value in _of_class(counts, place)}
        if place in areas:
            metrics[f"roc_auc_{name}"] = areas[place]
    if len(names) <= MOST_COUNTED:
        metrics |= {
            f"confusion_{names[row]}_as_{names[column]}": float(count)
            for (row, column), count in np.ndenumerate(counts)
        }
    return metrics


def metric_part(name: str) -> str:
    """Return the name of a class as a part of a metric's name, which MLflow limits.

    >>> metric_part("très bien!")
    'tr_s_bien_'
    """
    return _UNSAFE.sub("_", name)


def confusion_of_classes(of_class: IntArray, probabilities: FloatArray) -> IntArray:
    """Count leads by what they are, by row, and what they are predicted to be, by column.

    Args:
        of_class: Position of the class, shape (n_leads,).
        probabilities: Shape (n_leads, n_classes).

    >>> confusion_of_classes(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]))
    array([[1, 0],
           [1, 0]])
    """
    classes = probabilities.shape[1]
    cells = of_class * classes + probabilities.argmax(axis=1)
    return np.bincount(cells, minlength=classes**2).reshape(classes, classes)


def macro_f1(counts: IntArray) -> float:
    """Return the mean F1 of the classes that occur or are predicted; a class never hit has 0.

    Args:
        counts: Confusion matrix, shape (n_classes, n_classes), not all 0.

    >>> macro_f1(np.array([[2, 0, 0], [1, 1, 0], [0, 0, 0]]))
    0.7333333333333334
    """
    hits, either = np.diag(counts), counts.sum(axis=0) + counts.sum(axis=1)
    there = either > 0
    return float(np.mean(2 * hits[there] / either[there]))


def class_log_loss(of_class: IntArray, probabilities: FloatArray) -> float:
    """Return the mean negative logarithm of the probability of what happened, in nats.

    >>> class_log_loss(np.array([0]), np.array([[1.0, 0.0]]))
    0.0
    """
    return float(weighted.losses(of_class, probabilities).mean()) + 0.0


def class_brier(of_class: IntArray, probabilities: FloatArray) -> float:
    r"""Return the Brier score over all classes, in [0, 2].

    .. math:: \frac1n \sum_i \sum_c (p_{ic} - [y_i = c])^2

    Source:
        G. W. Brier (1950), Verification of forecasts expressed in terms of probability,
        https://doi.org/10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    >>> class_brier(np.array([0]), np.array([[0.5, 0.5]]))
    0.5
    """
    return float(weighted.squares(of_class, probabilities).mean())


def mean_area(of_class: IntArray, probabilities: FloatArray) -> float:
    """Return the mean ROC AUC of each class against the rest; NaN if all are of one class.

    >>> mean_area(np.array([0, 1]), np.array([[0.9, 0.1], [0.6, 0.4]]))
    1.0
    """
    areas = list(_areas(of_class, probabilities).values())
    return float(np.mean(areas)) if areas else math.nan


def _areas(of_class: IntArray, probabilities: FloatArray) -> Mapping[int, float]:
    """Return ROC AUC of each class against the rest, where both occur."""
    return {
        place: roc_auc(probabilities[:, place], (of_class == place).astype(np.float64))
        for place in range(probabilities.shape[1])
        if 0 < (of_class == place).sum() < len(of_class)
    }


def _top_error(of_class: IntArray, probabilities: FloatArray) -> float:
    """Return the expected calibration error of the class that is predicted."""
    right = (probabilities.argmax(axis=1) == of_class).astype(np.float64)
    return calibration_error(right, probabilities.max(axis=1))


def _of_class(counts: IntArray, place: int) -> Iterator[tuple[str, float]]:
    hits, predicted, there = counts[place, place], counts[:, place].sum(), counts[place].sum()
    yield "rows", float(there)
    if predicted:
        yield "precision", float(hits / predicted)
    if there:
        yield "recall", float(hits / there)
    if predicted + there:
        yield "f1", float(2 * hits / (predicted + there))


def _macro_roc_auc(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return mean_area(outcomes.astype(np.intp), read_shares(scores))


def _macro_f1(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return macro_f1(confusion_of_classes(outcomes.astype(np.intp), read_shares(scores)))


def _accuracy(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return float((read_shares(scores).argmax(axis=1) == outcomes).mean())


def _log_loss(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return class_log_loss(outcomes.astype(np.intp), read_shares(scores))


def _brier(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return class_brier(outcomes.astype(np.intp), read_shares(scores))


def _calibration_error(outcomes: FloatArray, scores: pd.DataFrame) -> float:
    return _top_error(outcomes.astype(np.intp), read_shares(scores))


METRICS: Final = (
    Metric(
        "log_loss",
        "log loss",
        higher_is_better=False,
        of=_log_loss,
        weighted=weighted.loss,
    ),
    Metric(
        "macro_f1",
        "macro F1",
        higher_is_better=True,
        of=_macro_f1,
        weighted=weighted.macro_f1,
    ),
    Metric(
        "accuracy",
        "accuracy",
        higher_is_better=True,
        of=_accuracy,
        weighted=weighted.accuracy,
    ),
    Metric(
        "macro_roc_auc",
        "macro ROC AUC",
        higher_is_better=True,
        of=_macro_roc_auc,
        weighted=weighted.area,
    ),
    Metric(
        "brier",
        "Brier score",
        higher_is_better=False,
        of=_brier,
        weighted=weighted.brier,
    ),
    Metric(
        "calibration_error",
        "calibration error",
        higher_is_better=False,
        of=_calibration_error,
        weighted=weighted.gap,
    ),
)
"""Metrics of several classes, the default of the gate first."""
