"""Metrics of every candidate on the test window, with bootstrap intervals."""

import math
from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.metrics import binary
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.resampling import METRICS as FAST
from lead_scoring.core.resampling import interval
from lead_scoring.core.resampling import paired_draws
from lead_scoring.core.schema import OUTCOME

FloatArray = npt.NDArray[np.float64]

DRAWS: Final = 200
"""Enough for an interval that is read, too few for one that decides."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A metric with its 95 % interval; NaN for bounds that were not computed."""

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
    drawn = _drawn(judged, outcomes, [one for one in metrics if one.name in wide], seed)
    return tuple(
        Measured(
            metric.name,
            metric.words,
            metric.higher_is_better,
            {
                model: Estimate(
                    metric.of(outcomes, scores), *drawn.get((model, metric.name), (math.nan,) * 2)
                )
                for model, scores in judged.items()
            },
        )
        for metric in metrics
    )


def _drawn(
    judged: Mapping[str, pd.DataFrame], outcomes: FloatArray, metrics: Sequence[Metric], seed: int
) -> Mapping[tuple[str, str], tuple[float, float]]:
    """Return the interval of each metric by model and name."""
    # Metrics of other kinds of outcomes share names with these.
    fast = {metric.name for metric in metrics if metric in binary.METRICS} & set(FAST)
    if fast:
        frames = [scores.assign(**{OUTCOME: outcomes}) for scores in judged.values()]
        values = paired_draws(frames, DRAWS, [seed])
        return {
            (model, name): interval(values[place, :, FAST.index(name)])
            for place, model in enumerate(judged)
            for name in fast
        }
    draw = np.random.default_rng(seed)
    rows = len(outcomes)
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(DRAWS // 2):
        taken = draw.integers(rows, size=rows)
        for model, scores in judged.items():
            own = scores.iloc[taken]
            for metric in metrics:
                found[model, metric.name].append(metric.of(outcomes[taken], own))
    return {key: interval(np.asarray(values)) for key, values in found.items()}
