"""What a score depends on beside the model."""

from typing import Literal

from lead_scoring.config.base import Model
from lead_scoring.config.inference import GradesConfig
from lead_scoring.config.outcome import Task


class ScoringRules(Model):
    """How scores and grades are made of what a model says; kept with the model.

    Attributes:
        task: Kind of the outcome.
        grades: Cut-offs, or the rule that ranks a batch.
        classes: Names of the classes, the one to call first, first; ``multiclass`` alone.
        minimum: Least outcome there can be; ``regression`` alone.
        maximum: Greatest outcome there can be; likewise.
        interval_level: Share of outcomes a prediction's interval is to hold; likewise.
        call_first: Which end of the predictions is called first; likewise.
    """

    task: Task = "binary"
    grades: GradesConfig = GradesConfig()
    classes: tuple[str, ...] = ()
    minimum: float = 0.0
    maximum: float = 1.0
    interval_level: float = 0.9
    call_first: Literal["high", "low"] = "high"
