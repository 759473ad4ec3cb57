"""What a model is worth by itself: its figures' intervals, and its gain over knowing nothing."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.training import GATE_METRICS
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import metric_intervals
from lead_scoring.core.bootstrap import paired_gain
from lead_scoring.core.metrics.tables import CALIBRATION_ERROR
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.resampling import LEVEL

FloatArray = npt.NDArray[np.float64]

BASELINE: Final = "baseline"
GAIN_OVER_BASELINE: Final = "gain_over_baseline"
_DRAWS: Final = 1_000


def own_merit(
    use_case: UseCase, outcomes: FloatArray, scores: pd.DataFrame, baseline: pd.DataFrame
) -> Mapping[str, float]:
    """Return how sure the figures of one model on its test rows are. All intervals are at 95 %.

    Args:
        use_case: Says the metrics, the gate's among them, and the seed of the draws.
        outcomes: Of the test rows, shape (n_leads,), at least one.
        scores: The model's scores of them, in the same order.
        baseline: What would be promised without looking at a lead, in the same order.

    Returns:
        ``<metric>_low`` and ``<metric>_high`` of each metric a gate may compare and of the
        calibration error; ``baseline_<metric>`` of the gate's metric; ``gain_over_baseline``, a
        paired gain in it, with ``_low`` and ``_high``. What is not defined in every draw is left
        out.
    """
    draws = Draws((use_case.training.seed, len(outcomes)), _DRAWS, LEVEL)
    known, wanted = metrics_of(use_case.task), (*GATE_METRICS[use_case.task], CALIBRATION_ERROR)
    ends = metric_intervals(
        [known[name] for name in wanted if name in known], outcomes, scores, draws
    )
    metric = gate_metric(use_case)
    gain = paired_gain(metric, outcomes, scores, baseline, draws)
    figures = {
        f"{BASELINE}_{metric.name}": gain.old,
        GAIN_OVER_BASELINE: gain.value,
        f"{GAIN_OVER_BASELINE}_low": gain.low,
        f"{GAIN_OVER_BASELINE}_high": gain.high,
    }
    return (
        {f"{name}_low": low for name, (low, _) in ends.items()}
        | {f"{name}_high": high for name, (_, high) in ends.items()}
        | {name: value for name, value in figures.items() if np.isfinite(value)}
    )
