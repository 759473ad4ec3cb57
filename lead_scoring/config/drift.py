"""When new rows count as drifted or faulty, and when that is worth a training."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated
from typing import Final
from typing import Literal
from typing import Self

from pydantic import Field
from pydantic import model_validator

from lead_scoring.config.base import Duration
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model
from lead_scoring.config.base import PositiveInt
from lead_scoring.config.outcome import Task

Factor = Annotated[float, Field(gt=1)]


class EffectsConfig(Model):
    """How large a change must be to matter, however certain it is.

    Attributes:
        psi: Least population stability index of a column.
        mean_shift: Least shift of a mean, in standard deviations; a column of numbers drifts by
            either of the two.
        missing: Least change of the share of missing values.
    """

    psi: Annotated[float, Field(ge=0)] = 0.01
    mean_shift: Annotated[float, Field(ge=0)] = 0.05
    missing: Fraction = 0.02


class FaultsConfig(Model):
    """When rows look broken rather than changed.

    Attributes:
        max_missing_rise: Largest rise of a column's share of missing values.
        max_scale_change: Largest factor by which a column's typical size may change.
        max_unseen_share: Largest share of rows with a level the reference does not have; columns
            read by ``map_levels`` are left out, as a mapping has a default.
        min_load_share: A load with a smaller share of the rows of the loads before it is
            truncated.
        score_anyway: Score a faulty load all the same. It is never trained on.
    """

    max_missing_rise: Fraction = 0.30
    max_scale_change: Factor = 10.0
    max_unseen_share: Fraction = 0.50
    min_load_share: Fraction = 0.50
    score_anyway: bool = False


DRIFT_METRICS: Final[dict[Task, tuple[str, ...]]] = {
    "binary": ("brier", "roc_auc", "log_loss"),
    "regression": ("mse", "mae"),
    "multiclass": ("brier", "log_loss"),
}
"""Metrics whose promise can be watched, by task; the first is the default."""


class PerformanceConfig(Model):
    """When performance counts as worse than on the reference.

    Attributes:
        metric: Metric that is watched; absent: the first of its task in `DRIFT_METRICS`.
        band: Half the width of the band seen on reference chunks, in standard deviations.
        min_outcomes: Fewer positives or negatives, or fewer leads where the outcome is a number,
            are too few to judge by outcomes.
    """

    metric: Literal["brier", "roc_auc", "log_loss", "mse", "mae"] | None = None
    band: Annotated[float, Field(gt=0)] = 3.0
    min_outcomes: PositiveInt = 50


class GovernorConfig(Model):
    """How often drift may ask for a training.

    Attributes:
        cooldown: Least time between two trainings.
        max_trainings: Most trainings within ``period``.
        period: Length of the sliding period.
        confirm: So many of the last ``of_last`` checks must be harmful, this one included.
        of_last: How many checks are looked at.
        breaker: After so many trainings in a row that won nothing, a person is asked.
        max_age: A training is due this long after the last one, drift or not; never if absent.
    """

    cooldown: Duration = timedelta(days=7)
    max_trainings: PositiveInt = 4
    period: Duration = timedelta(days=28)
    confirm: PositiveInt = 1
    of_last: PositiveInt = 1
    breaker: PositiveInt = 2
    max_age: Duration | None = None

    @model_validator(mode="after")
    def _confirm_within(self) -> Self:
        if self.confirm > self.of_last:
            msg = f"confirm: {self.confirm} of the last {self.of_last} checks can never be harmful"
            raise ValueError(msg)
        return self


class DriftConfig(Model):
    """How new rows are compared with the champion's reference.

    Attributes:
        window: Only rows created within this time before ``as_of`` are compared; absent: all that
            are newer than the reference.
        sample_rows: Rows of either side that are compared by tests, at most.
        false_alarms: Largest probability that a check without drift finds some, all columns
            taken together.
        detectable_shift: Shift of a mean, in standard deviations, that must be found four times
            out of five; it sets how few rows are not enough.
        effects: How large a change must be.
        faults: When rows look broken.
        performance: When performance is worse.
        governor: How often drift may ask for a training.
    """

    window: Duration | None = None
    sample_rows: PositiveInt = 5_000
    false_alarms: Annotated[float, Field(gt=0, lt=1)] = 0.01
    detectable_shift: Annotated[float, Field(gt=0)] = 0.5
    effects: EffectsConfig = EffectsConfig()
    faults: FaultsConfig = FaultsConfig()
    performance: PerformanceConfig = PerformanceConfig()
    governor: GovernorConfig = GovernorConfig()

    def metric(self, task: Task) -> str:
        """Return the metric that is watched."""
        return self.performance.metric or DRIFT_METRICS[task][0]

    def misfits(self, task: Task) -> Iterator[str]:
        """Iterate over what does not fit the task, in words."""
        if self.metric(task) not in DRIFT_METRICS[task]:
            yield (
                f"drift.performance.metric: {self.performance.metric!r} cannot be watched for"
                f" task: {task}; allowed are {', '.join(DRIFT_METRICS[task])}"
            )
