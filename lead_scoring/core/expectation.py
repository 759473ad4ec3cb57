"""How many of some leads will convert, by their probabilities.

Each lead converts or not, by its own probability and apart from the others, so their number has a
Poisson binomial distribution. Three sums over the leads are enough for its quantiles, so nobody
needs all leads in memory. The interval holds what chance does; it does not hold what a model that
promises too much or too little does: that is what the report on realised outcomes is for.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

FloatArray = npt.NDArray[np.float64]

LEVEL: Final = 0.9
"""Share of the time the number of conversions is within its interval, if probabilities hold."""
_FAR: Final = 8.0
"""Standard deviations beyond which nothing is looked for."""
_CERTAIN: Final = 1e-9
"""Variance below which the number is as good as certain: another one is rarer than that."""


@dataclass(frozen=True, slots=True)
class Chances:
    """Sums over leads with probabilities p; two of them can be added.

    Attributes:
        leads: How many leads.
        mean: Sum of p.
        variance: Sum of p (1 - p).
        third: Sum of p (1 - p) (1 - 2 p), the third central moment.
    """

    leads: int = 0
    mean: float = 0.0
    variance: float = 0.0
    third: float = 0.0

    def __add__(self, other: "Chances") -> "Chances":
        return Chances(
            self.leads + other.leads,
            self.mean + other.mean,
            self.variance + other.variance,
            self.third + other.third,
        )

    @classmethod
    def of(cls, probabilities: FloatArray) -> "Chances":
        """Return the sums over probabilities, shape (n_leads,)."""
        spread = probabilities * (1 - probabilities)
        return cls(
            len(probabilities),
            float(probabilities.sum()),
            float(spread.sum()),
            float((spread * (1 - 2 * probabilities)).sum()),
        )


def interval(chances: Chances, level: float = LEVEL) -> tuple[int, int]:
    """Return the least and the greatest number of conversions to expect.

    They are the quantiles of the Poisson binomial distribution at (1 - level) / 2 and
    (1 + level) / 2 by its refined normal approximation, which heeds the skew and takes half a
    conversion for continuity.

    Args:
        chances: Sums over the leads.
        level: Share of the time the number is to be within, in (0, 1).

    Source:
        A. Y. Volkova (1996), A refinement of the central limit theorem for sums of independent
        random indicators, Theory of Probability and its Applications 40(4); equation (11) of
        Y. Hong (2013), On computing the distribution function for the Poisson binomial
        distribution, Computational Statistics & Data Analysis 59.

    >>> interval(Chances.of(np.full(300, 0.2)))
    (49, 72)
    """
    if chances.variance < _CERTAIN:
        sure = round(chances.mean)
        return sure, sure
    spread = float(np.sqrt(chances.variance))
    first = max(0, int(chances.mean - _FAR * spread) - 2)
    last = min(chances.leads, int(chances.mean + _FAR * spread) + 2)
    counts = np.arange(first, last + 1)
    at_most = _at_most(counts, chances.mean, spread, chances.third / spread**3)
    tail = (1 - level) / 2
    low, high = (int((at_most < share).sum()) for share in (tail, 1 - tail))
    return min(first + low, last), min(first + high, last)


def _at_most(counts: npt.NDArray[np.int_], mean: float, spread: float, skew: float) -> FloatArray:
    """Return the probability of at most so many, rising and in [0, 1]."""
    x = (counts + 0.5 - mean) / spread
    density = np.exp(-(x**2) / 2) / np.sqrt(2 * np.pi)
    refined = ndtr(x) + skew * (1 - x**2) * density / 6
    rising: FloatArray = np.maximum.accumulate(np.clip(refined, 0.0, 1.0))
    return rising
