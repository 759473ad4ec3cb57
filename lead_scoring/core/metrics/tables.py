"""Which metrics each kind of outcome has, and which of them a gate compares."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

from lead_scoring.config.outcome import Task
from lead_scoring.config.training import GATE_METRICS
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.metrics import binary
from lead_scoring.core.metrics import classes
from lead_scoring.core.metrics import regression
from lead_scoring.core.metrics.metric import Metric

CALIBRATION_ERROR: Final = "calibration_error"
"""Name of the metric that says how far promises are from what happens, where there is one."""
_METRICS: Final[dict[Task, Sequence[Metric]]] = {
    "binary": binary.METRICS,
    "multiclass": classes.METRICS,
    "regression": regression.METRICS,
}


def metrics_of(task: Task) -> Mapping[str, Metric]:
    """Return the metrics of a kind of outcome by name, in the order people read them.

    Raises:
        KeyError: There are none yet for this task.
    """
    return {metric.name: metric for metric in _METRICS[task]}


def gate_metric(use_case: UseCase) -> Metric:
    """Return the metric that the gate compares: the configured one, else the first of its task."""
    name = use_case.training.gate.metric or GATE_METRICS[use_case.task][0]
    return metrics_of(use_case.task)[name]
