"""Which figures a training has; the one place where the kind of outcome chooses them."""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from matplotlib.figure import Figure

from lead_scoring.config.outcome import Task
from lead_scoring.core.training_report import TrainingReport
from lead_scoring.io.plots import binary
from lead_scoring.io.plots import common
from lead_scoring.io.plots import multiclass
from lead_scoring.io.plots import regression


@dataclass(frozen=True, slots=True)
class Plot:
    """One figure.

    Attributes:
        words: What can be seen, for those who cannot see it.
        draw: Draws it.
    """

    words: str
    draw: Callable[[TrainingReport], Figure]


_COMMON: Final = {
    "calibration": Plot(
        "What happened over what was promised, in groups of leads with 95 % intervals; promises"
        " that are kept are on the diagonal.",
        common.calibration,
    ),
    "gain": Plot(
        "Share of the wanted leads among those called first; any order is the diagonal.",
        common.gain,
    ),
    "lift": Plot(
        "How many times as many wanted leads are called first as in any order.", common.lift
    ),
    "importance": Plot("How much the model uses each feature, as bars.", common.importance),
}
_OWN: Final[Mapping[Task, Mapping[str, Plot]]] = {
    "binary": {
        "roc": Plot(
            "ROC: true over false positives at every threshold; guessing is the diagonal.",
            binary.roc,
        ),
        "precision_recall": Plot(
            "Precision over recall at every threshold; guessing is the dashed line.",
            binary.precision_recall,
        ),
        "confusion": Plot(
            "Confusion matrix: leads by outcome and prediction, with shares of each row.",
            binary.confusion,
        ),
        "scores": Plot(
            "Probabilities of the leads that converted and of those that did not.", binary.scores
        ),
    },
    "regression": {
        "predicted_actual": Plot(
            "Outcomes over predictions, a point per lead; right predictions are on the diagonal.",
            regression.predicted_actual,
        ),
        "residuals": Plot(
            "Outcome less prediction over the prediction, a point per lead.", regression.residuals
        ),
        "residual_sizes": Plot(
            "How many leads are how far from their prediction.", regression.residual_sizes
        ),
        "coverage": Plot(
            "Share of outcomes within their interval over the prediction; the level that is"
            " promised is the dashed line.",
            regression.coverage,
        ),
    },
    "multiclass": {
        "confusion": Plot(
            "Confusion matrix: leads by class and predicted class, with shares of each row.",
            multiclass.confusion,
        ),
        "per_class": Plot("Precision and recall of each class, as bars.", multiclass.per_class),
        "reliability": Plot(
            "For each class how often leads were of it over how probable it was said to be;"
            " promises that are kept are on the diagonal.",
            multiclass.reliability,
        ),
    },
}


def training_plots(report: TrainingReport) -> Mapping[str, Plot]:
    """Return the plots of a training by file; all but the importance show the test window."""
    plots = {**_OWN[report.rules.task], **_COMMON}
    return {f"plots/{name}.png": plot for name, plot in plots.items()}
