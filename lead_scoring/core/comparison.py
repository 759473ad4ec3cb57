"""Champion and challenger on the same rows: as a whole, in calibration, and slice by slice."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.gate import GateConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.bootstrap import Draws
from lead_scoring.core.bootstrap import Gain
from lead_scoring.core.bootstrap import paired_gain
from lead_scoring.core.bootstrap import training_luck
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.metrics.metric import Metric
from lead_scoring.core.metrics.tables import CALIBRATION_ERROR
from lead_scoring.core.metrics.tables import gate_metric
from lead_scoring.core.metrics.tables import metrics_of
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.scoring import score_leads
from lead_scoring.core.slices import Slice
from lead_scoring.core.slices import cut

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a challenger does against the champion on rows neither was fitted on.

    Attributes:
        rows: How many rows there are.
        shortage: Why nothing was compared, in words; empty if it was.
        gain: In the gate's metric; ``None`` if nothing was compared.
        calibration: Calibration error that is saved, in its own unit; ``None`` where the kind of
            outcome has none.
        slices: Gain in the gate's metric by slice. All their intervals hold together.
        unjudged: Slices too small to be judged, each with its rows.
    """

    rows: int
    shortage: str = ""
    gain: Gain | None = None
    calibration: Gain | None = None
    slices: tuple[tuple[str, Gain], ...] = ()
    unjudged: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Sides:
    """The same rows scored by both.

    Attributes:
        rows: Leads with source columns, shape (n_leads, n_columns).
        outcomes: What happened, shape (n_leads,).
        challenger: Its scores, in the same order.
        champion: Its scores, in the same order.
    """

    rows: pd.DataFrame
    outcomes: FloatArray
    challenger: pd.DataFrame
    champion: pd.DataFrame

    def gain(self, metric: Metric, draws: Draws, *, absolute: bool = False) -> Gain:
        """Return the challenger's gain; ``absolute`` takes the difference even of a loss."""
        return paired_gain(
            metric,
            self.outcomes,
            self.challenger,
            self.champion,
            draws,
            gain=(lambda new, old: old - new) if absolute else None,
        )

    def within(self, part: Slice) -> "Sides":
        """Return the rows of a slice alone."""
        chosen = part.chosen
        return Sides(
            self.rows.loc[chosen],
            self.outcomes[chosen],
            self.challenger.loc[chosen],
            self.champion.loc[chosen],
        )


def compare_models(
    use_case: UseCase,
    rows: pd.DataFrame,
    challenger: ScoringModel,
    champion: ScoringModel,
    *,
    fitted: int,
    seed: Sequence[int],
) -> Comparison:
    """Hold two models against each other on rows neither was fitted on.

    Args:
        use_case: Says the metric, what a comparison needs at least, and the slices.
        rows: Leads with outcomes; left as they were.
        challenger: The newer model.
        champion: The one that scores now.
        fitted: Rows of the one that was fitted on fewer, at least one.
        seed: The same seed gives the same draws.

    Returns:
        With a `shortage` in place of figures where there is too little to compare on.
    """
    training = use_case.training
    outcomes = rows[OUTCOME].to_numpy(dtype=np.float64)
    missing = kind_of(use_case).too_few(outcomes, training, "neither model was fitted on")
    if missing:
        return Comparison(len(rows), missing)
    sides = Sides(
        rows,
        outcomes,
        score_leads(challenger, rows, use_case.scoring),
        score_leads(champion, rows, use_case.scoring),
    )
    gate = training.gate
    widening = training_luck(len(rows), fitted)
    draws = Draws(seed, gate.resamples, gate.confidence, widening)
    calibration = metrics_of(use_case.task).get(CALIBRATION_ERROR)
    return compare(sides, gate_metric(use_case), calibration, gate, draws)


def compare(
    sides: Sides, metric: Metric, calibration: Metric | None, gate: GateConfig, draws: Draws
) -> Comparison:
    """Hold both against each other.

    Args:
        sides: Rows neither was fitted on, with both models' scores.
        metric: What the gate compares.
        calibration: The calibration error of this kind of outcome, if it has one.
        gate: Which slices, and how many rows one needs.
        draws: How leads are drawn again.
    """
    parts = tuple(cut(sides.rows, gate.slices))
    large = [part for part in parts if part.rows >= gate.min_slice_rows]
    together = draws.among(len(large))
    judged = [(part, sides.within(part).gain(metric, together)) for part in large]
    return Comparison(
        rows=len(sides.outcomes),
        gain=sides.gain(metric, draws),
        calibration=None if calibration is None else sides.gain(calibration, draws, absolute=True),
        slices=tuple((part.name, gain) for part, gain in judged if _defined(gain)),
        unjudged=_unjudged(parts, [part for part, gain in judged if _defined(gain)]),
    )


def _unjudged(parts: Sequence[Slice], judged: Sequence[Slice]) -> tuple[tuple[str, int], ...]:
    names = {part.name for part in judged}
    return tuple((part.name, part.rows) for part in parts if part.name not in names)


def _defined(gain: Gain) -> bool:
    return bool(np.isfinite([gain.value, gain.low, gain.high]).all())
