"""What was promised beside what happened, for leads whose outcome came back.

A share (of conversions; of several classes, of those predicted right) was kept if it is what the
promised probabilities let expect nine times in ten. Of numbers there is the mean error, and the
share of outcomes within their interval.
"""

import math
from collections.abc import Sequence
from dataclasses import astuple
from dataclasses import dataclass
from dataclasses import replace

from lead_scoring.core.expectation import LEVEL
from lead_scoring.core.expectation import Chances
from lead_scoring.core.expectation import interval
from lead_scoring.core.wilson import Z
from lead_scoring.core.wilson import wilson


@dataclass(frozen=True, slots=True)
class Sums:
    """Sums over leads with an outcome; two of them can be added.

    Attributes:
        leads: How many.
        promised: Sum of what was promised: a probability, or a number.
        variance: Sum of p (1 - p); 0 of numbers.
        third: Sum of p (1 - p) (1 - 2 p); 0 of numbers.
        happened: Sum of what happened: 1 or 0, or a number.
        squares: Sum of its squares.
        error: Sum of (promised - happened)² of shares, of |promised - happened| of numbers.
        covered: Outcomes within the interval of their prediction; 0 of shares.
    """

    leads: int = 0
    promised: float = 0.0
    variance: float = 0.0
    third: float = 0.0
    happened: float = 0.0
    squares: float = 0.0
    error: float = 0.0
    covered: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return Sums(*(one + more for one, more in zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Group:
    """Leads of one grade, month, class or promise.

    Attributes:
        leads: How many have an outcome.
        promised: Mean of what was promised.
        promised_low: Least share to expect if the promises hold; ``None`` of numbers.
        promised_high: Greatest share to expect, likewise: within both in ``LEVEL`` of all cases.
        realised: Mean of what happened.
        low: Lower end of the 95 % interval of ``realised``: Wilson's for shares, else the normal.
        high: Upper end.
        lift: ``realised`` over that of all leads; ``None`` unless it is a share of conversions.
        kept: Whether ``realised`` is what the promises let expect; ``None`` of numbers.
        error: Mean of (promised - happened)², the Brier score; of numbers the mean absolute error.
        covered: Share of outcomes within the interval of their prediction; numbers alone.
        covered_low: Lower end of its 95 % interval (Wilson).
        covered_high: Upper end.
    """

    name: str
    leads: int
    promised: float
    promised_low: float | None
    promised_high: float | None
    realised: float
    low: float
    high: float
    lift: float | None
    kept: bool | None
    error: float
    covered: float | None
    covered_low: float | None
    covered_high: float | None


def make_group(name: str, sums: Sums, *, number: bool, base: float | None = None) -> Group:
    """Return what was promised to some leads beside what happened.

    Args:
        name: What they have in common.
        sums: Over the leads, at least one.
        number: Whether a number was promised, not a share.
        base: Share of conversions among all leads, which a lift is over.
    """
    rows = sums.leads
    promised, happened = sums.promised / rows, sums.happened / rows
    shown = Group(
        name, rows, promised, None, None, happened, happened, happened, None, None,
        sums.error / rows, None, None, None,
    )  # fmt: skip
    return _of_number(shown, sums) if number else _of_share(shown, sums, base)


def calibration_error(bands: Sequence[Group]) -> float | None:
    """Return the mean distance of promised and realised shares over bands, by their leads.

    ``None`` where there are no leads.

    Source:
        M. P. Naeini, G. F. Cooper, M. Hauskrecht (2015), Obtaining well calibrated probabilities
        using Bayesian binning, AAAI.
    """
    leads = sum(band.leads for band in bands)
    if not leads:
        return None
    return sum(band.leads * abs(band.promised - band.realised) for band in bands) / leads


def _of_number(shown: Group, sums: Sums) -> Group:
    spread = max(0.0, sums.squares / sums.leads - shown.realised**2)
    half = Z * math.sqrt(spread / sums.leads)
    share = sums.covered / sums.leads
    low, high = wilson(share, sums.leads)
    return replace(
        shown,
        low=shown.realised - half,
        high=shown.realised + half,
        covered=share,
        covered_low=low,
        covered_high=high,
    )


def _of_share(shown: Group, sums: Sums, base: float | None) -> Group:
    chances = Chances(sums.leads, sums.promised, sums.variance, sums.third)
    least, most = interval(chances, LEVEL)
    low, high = wilson(shown.realised, sums.leads)
    return replace(
        shown,
        promised_low=least / sums.leads,
        promised_high=most / sums.leads,
        low=low,
        high=high,
        lift=shown.realised / base if base else None,
        kept=least <= round(sums.happened) <= most,
    )
