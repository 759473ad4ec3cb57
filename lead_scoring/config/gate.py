"""What a challenger must show to become champion."""

from typing import Annotated

from pydantic import Field

from lead_scoring.config.base import ColumnName
from lead_scoring.config.base import Fraction
from lead_scoring.config.base import Model


class GateConfig(Model):
    """Limits a challenger must meet to become champion.

    A gain is a difference where more of the metric is better, and the share of the loss that is
    saved where less is. What is compared with the champion has a paired bootstrap interval, and
    a difference counts if it is larger than its limit and larger than chance, which is to say
    that its interval leaves 0 out.

    Attributes:
        metric: Metric that is compared; absent: ``roc_auc``, ``rmse`` or ``log_loss``, by task.
        confidence: Level of the intervals. At 0.95 an equally good model is promoted one time in
            forty, as only one of the two tails is a gain.
        resamples: How often the leads are drawn again; more is slower and steadier.
        min_gain_over_baseline: Least gain over the baseline, which knows no column.
        min_gain_over_champion: Least gain over the champion on the same rows.
        max_calibration_error: Largest expected calibration error; for numbers the largest
            difference between the coverage of the intervals and their level.
        max_calibration_loss: By how much more than the champion's the challenger's calibration
            error may be, on the same rows.
        slices: Source columns whose levels are compared one by one; a number with many values is
            cut into quarters.
        min_slice_rows: A slice of fewer rows is named, not judged.
        max_slice_loss: How much the metric may fall in a slice, in the unit of a gain.
    """

    metric: str | None = None
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    resamples: Annotated[int, Field(ge=200, le=20_000)] = 2_000
    min_gain_over_baseline: Fraction = 0.02
    min_gain_over_champion: Fraction = 0.0
    max_calibration_error: Fraction = 0.1
    max_calibration_loss: Fraction = 0.01
    slices: tuple[ColumnName, ...] = ()
    min_slice_rows: Annotated[int, Field(ge=20)] = 300
    max_slice_loss: Fraction = 0.02
