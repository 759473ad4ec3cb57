"""Metrics of every candidate on the test window, with bootstrap intervals."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import metric_intervals
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.resampling import LEVEL

FloatArray = npt.NDArray[np.float64]

DRAWS: Final = 200
"""Enough for an interval that is read, too few for one that decides."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric with its 95 % interval; NaN for bounds that are not known.

    That is of a metric that gets none, and where some draw of leads has no figure.
    """

    value: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True, slots=True)
class Measured:
    """One metric of every model.

    Attributes:
        words: What people call the metric.
        higher_is_better: Else it is a loss.
        by_model: By family, the baseline among them.
    """

    name: str
    words: str
    higher_is_better: bool
    by_model: Mapping[str, Estimate]


def measure(
    judged: Mapping[str, pd.DataFrame],
    outcomes: FloatArray,
    metrics: Sequence[Metric],
    wide: Sequence[str],
    seed: int,
) -> tuple[Measured, ...]:
    """Compute every metric of every model; those named in ``wide`` with an interval.

    Args:
        judged: Scores of the test rows by model, the same rows in the same order.
        outcomes: Their outcomes, shape (n_leads,).
        metrics: What is computed.
        wide: Names of metrics that get an interval.
        seed: The same seed gives the same intervals.
    """
    wanted = [metric for metric in metrics if metric.name in wide]
    draws = Draws((seed,), DRAWS, LEVEL)
    ends = {
        model: metric_intervals(wanted, outcomes, scores, draws)
        for model, scores in judged.items()
    }
    return tuple(
        Measured(
            metric.name,
            metric.words,
            metric.higher_is_better,
            {
                model: Estimate(metric.of(outcomes, scores), *ends[model].get(metric.name, ()))
                for model, scores in judged.items()
            },
        )
        for metric in metrics
    )
