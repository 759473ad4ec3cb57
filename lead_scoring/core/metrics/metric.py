"""A metric: its name, the words people read, which way is better, and how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.metrics.weighted import Weighted

FloatArray = npt.NDArray[np.float64]

Measure = Callable[[FloatArray, pd.DataFrame], Weighted]
"""From outcomes, shape (n_leads,), and the scores of the same leads to a figure with weights."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure of how good scores are.

    Attributes:
        name: Key under which figures are kept.
        words: What people call it.
        higher_is_better: Else it is a loss: never negative, 0 is best.
        of: Computes it from outcomes, shape (n_leads,), and the scores of the same leads as
            `score_leads` gives them; NaN where it is not defined.
        weighted: The same for leads that count as often as a weight says, from outcomes and
            scores; a metric without it is bootstrapped draw by draw, which takes longer.
        baseline: What people call the guess of someone who does not look at the lead.
    """

    name: str
    words: str
    higher_is_better: bool
    of: Callable[[FloatArray, pd.DataFrame], float]
    weighted: Measure | None = None
    baseline: str = "base rate"

    def gain(self, value: float, other: float) -> float:
        """Return how much better a value is than another: positive is better.

        A difference where more is better; for a loss the share of the other loss that is saved,
        so that one limit suits every unit. No loss at all can be improved on by nothing: 0.

        >>> rmse = Metric("rmse", "RMSE", higher_is_better=False, of=lambda outcomes, scores: 0.0)
        >>> rmse.gain(0.75, 1.0)
        0.25
        """
        if self.higher_is_better:
            return value - other
        return (other - value) / other if other else min(0.0, -value)

    def say(self, gain: float) -> str:
        """Return a gain in words; that of a loss is a share of the loss."""
        return (
            self.amount(gain)
            if self.higher_is_better
            else f"{self.amount(gain)} of the loss saved"
        )

    def amount(self, gain: float) -> str:
        """Return a gain as a bare number, as beside others it is clear what it is of."""
        return f"{gain:+.4f}" if self.higher_is_better else f"{100 * gain:+.2f} %"
