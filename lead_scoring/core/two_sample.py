"""Tests and distances of two samples that are known by their counts.

Counts are of the same bins or levels on either side, int64 of shape (n_bins,).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import stats

IntArray = npt.NDArray[np.int64]

RARE: Final = 10
"""Levels with fewer rows than this on both sides together are taken as one: half of them are then
expected on either side, the five of W. G. Cochran, https://doi.org/10.2307/3001616."""
GROUPS: Final = 10
_EFFICIENCY: Final = 3 / math.pi


@dataclass(frozen=True, slots=True)
class Statistic:
    """The outcome of a test.

    Attributes:
        name: Name of the statistic.
        value: Its value; larger is farther from no change.
        p_value: Probability of a value at least as large without a change, in [0, 1].
    """

    name: str
    value: float
    p_value: float


def kolmogorov_smirnov(before: IntArray, now: IntArray) -> Statistic:
    """Compare two distributions by the largest gap between their cumulated shares.

    Bins and ties only make it more careful.

    Args:
        before: Counts of ordered bins, some of them not zero.
        now: Counts of the same bins, some of them not zero.

    Source: `scipy.stats.ks_2samp` with ``method="asymp"``.
    """
    rows, others = int(before.sum()), int(now.sum())
    gap = float(np.abs(before.cumsum() / rows - now.cumsum() / others).max())
    effective = max(1, round(rows * others / (rows + others)))
    return Statistic("ks", gap, float(stats.kstwo.sf(gap, effective)))


def rank_sum(before: IntArray, now: IntArray) -> Statistic:
    """Compare the locations of two distributions by ranks, ties sharing their mean rank.

    Args:
        before: Counts of ordered bins, some of them not zero.
        now: Counts of the same bins; not all rows of both sides are in one bin.

    Returns:
        The absolute normal score, corrected for ties and continuity.

    Source: H. B. Mann and D. R. Whitney, https://doi.org/10.1214/aoms/1177730491;
        `scipy.stats.mannwhitneyu` with ``method="asymptotic"``.
    """
    rows, others = float(before.sum()), float(now.sum())
    both = (before + now).astype(np.float64)
    total = rows + others
    ranks = both.cumsum() - (both - 1) / 2
    larger = float((now * ranks).sum()) - others * (others + 1) / 2
    ties = float((both**3 - both).sum()) / (total * (total - 1))
    deviation = math.sqrt(rows * others / 12 * (total + 1 - ties))
    score = max(0.0, abs(larger - rows * others / 2) - 0.5) / deviation
    return Statistic("rank_sum", score, 2 * float(stats.norm.sf(score)))


def chi_square(before: IntArray, now: IntArray) -> Statistic:
    """Compare the shares of levels, both sides being samples.

    Args:
        before: Counts of levels, none of which is zero on both sides; two at least.
        now: Counts of the same levels.

    Source: `scipy.stats.chi2_contingency` with ``correction=False``.
    """
    both = (before + now).astype(np.float64)
    expected = np.stack([both * before.sum(), both * now.sum()]) / both.sum()
    value = float(((np.stack([before, now]) - expected) ** 2 / expected).sum())
    return Statistic("chi2", value, float(stats.chi2.sf(value, both.size - 1)))


def largest_share(before: IntArray, now: IntArray) -> Statistic:
    """Compare the shares of levels one at a time and take the one that changed most certainly.

    Finds a single level among many that moved, which χ² spreads over all of them.

    Args:
        before: Counts of levels, some of them not zero.
        now: Counts of the same levels, some of them not zero.

    Returns:
        The largest absolute normal score of two proportions, and its p-value times the number of
        levels (Bonferroni).
    """
    rows, others = before.sum(), now.sum()
    pooled = (before + now) / (rows + others)
    spread = np.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / others))
    gap = np.abs(before / rows - now / others)
    scores = np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0)
    place = int(scores.argmax())
    single = shares(int(before[place]), int(rows), int(now[place]), int(others))
    return Statistic("share", float(scores[place]), min(1.0, single.p_value * before.size))


def shares(some: int, rows: int, others: int, other_rows: int, name: str = "share") -> Statistic:
    """Compare two shares exactly, whatever they are.

    Args:
        some: Rows counted on one side, of ``rows``.
        rows: Rows of that side, not 0.
        others: Rows counted on the other side, of ``other_rows``.
        other_rows: Rows of that side, not 0.
        name: Name of the statistic.

    Returns:
        The absolute difference of the shares; p twice the smaller tail of Fisher's exact test.
    """
    law = rows + other_rows, some + others, rows
    tail = min(float(stats.hypergeom.cdf(some, *law)), float(stats.hypergeom.sf(some - 1, *law)))
    return Statistic(name, abs(some / rows - others / other_rows), min(1.0, 2 * tail))


def pool_rare(before: IntArray, now: IntArray) -> tuple[IntArray, IntArray]:
    """Take levels that are `RARE` on both sides together as one, the same way on either side.

    A rest that is rare itself joins the smallest other level. Levels without rows are left out.
    """
    both = before + now
    order = np.argsort(-both, kind="stable")
    kept = int((both >= RARE).sum())
    rest = int(both[order[kept:]].sum())
    groups = np.minimum(np.arange(both.size), kept if rest >= RARE else max(kept - 1, 0))
    if not rest:
        order, groups = order[:kept], np.arange(kept)
    return _sums(before[order], groups), _sums(now[order], groups)


def coarsen(before: IntArray, now: IntArray) -> tuple[IntArray, IntArray]:
    """Take ordered bins as at most `GROUPS` of about the same weight on both sides together."""
    both = before + now
    if np.count_nonzero(both) <= GROUPS:
        filled = both > 0
        return before[filled], now[filled]
    middle = both.cumsum() - both / 2
    places = np.minimum((middle / both.sum() * GROUPS).astype(np.int64), GROUPS - 1)
    _, groups = np.unique(places, return_inverse=True)
    return _sums(before, groups), _sums(now, groups)


def stability_index(before: IntArray, now: IntArray) -> float:
    """Return the population stability index, less what chance alone gives; 0 is best.

    Args:
        before: Counts, some of them not zero; half a row is added to each.
        now: Counts of the same groups, some of them not zero.

    Source: B. Yurdakul and J. Naranjo, https://doi.org/10.21314/JRMV.2020.227: without a change
        the index is (1/n + 1/m) times a χ² of one degree less than there are groups.
    """
    sides = [(one + 0.5) / (one + 0.5).sum() for one in (before, now)]
    index = float(((sides[1] - sides[0]) * np.log(sides[1] / sides[0])).sum())
    chance = (before.size - 1) * (1 / float(before.sum()) + 1 / float(now.sum()))
    return max(0.0, index - chance)


def share_shift(before: IntArray, now: IntArray) -> float:
    """Return the largest shift of a share, in standard deviations of belonging to that level.

    For two levels it is the shift of the mean of a 0/1 column.
    """
    rows, others = before.sum(), now.sum()
    pooled = (before + now) / (rows + others)
    spread = np.sqrt(pooled * (1 - pooled))
    gap = np.abs(before / rows - now / others)
    return float(np.divide(gap, spread, out=np.zeros_like(gap), where=spread > 0).max())


def correct(p_values: Sequence[float]) -> tuple[float, ...]:
    """Return q-values of p-values, after Y. Benjamini and Y. Hochberg; none for none."""
    if not p_values:
        return ()
    return tuple(stats.false_discovery_control(p_values).tolist())


def thin(counts: IntArray, rows: int, random: np.random.Generator) -> IntArray:
    """Draw rows without replacement from counts; all of them if there are no more than asked.

    Args:
        counts: Counts.
        rows: How many to draw.
        random: Where chance comes from.
    """
    if int(counts.sum()) <= rows:
        return counts
    return random.multivariate_hypergeometric(counts, rows, method="marginals").astype(np.int64)


def rows_to_detect(shift: float, alpha: float, power: float) -> int:
    """Return how many rows on either side `rank_sum` needs to find a shift of a normal column.

    Args:
        shift: Shift of the mean in standard deviations.
        alpha: Largest p-value that counts as found, two-sided.
        power: How often it must be found, in (0, 1).

    Source: two-sided normal test of two means, rows over the test's asymptotic relative
        efficiency of 3/π; E. L. Lehmann, Nonparametrics (1975), section 2.4.
    """
    score = float(stats.norm.isf(alpha / 2) - stats.norm.isf(power))
    return math.ceil(2 * (score / shift) ** 2 / _EFFICIENCY)


def _sums(counts: IntArray, groups: npt.NDArray[np.intp]) -> IntArray:
    return np.bincount(groups, counts).astype(np.int64)
