"""Metrics of leads that count as often as a weight says, for all draws of a bootstrap at once.

A bootstrap draws as many leads with replacement as there are; a lead drawn twice has weight 2.
With weights of one each is the plain metric. Outcomes and values have shape (n_leads,).
"""

from collections.abc import Callable
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

Weighted = Callable[[FloatArray], FloatArray]
"""From weights, shape (n_draws, n_leads), to values, shape (n_draws,); NaN where not defined."""


def area(outcomes: FloatArray, margins: FloatArray) -> Weighted:
    """Return the area under the ROC curve; equal margins count half.

    >>> area(np.array([0.0, 1.0]), np.array([-1.0, 1.0]))(np.ones((1, 2)))
    array([1.])
    """
    rising = np.argsort(margins, kind="stable")
    starts = _first_of_equal(margins[rising])
    won = outcomes[rising]

    def of(weights: FloatArray) -> FloatArray:
        drawn = weights[:, rising]
        positives = np.add.reduceat(drawn * won, starts, axis=1)
        negatives = np.add.reduceat(drawn * (1 - won), starts, axis=1)
        below = np.cumsum(negatives, axis=1) - negatives / 2
        return _share(
            (positives * below).sum(axis=1), positives.sum(axis=1) * negatives.sum(axis=1)
        )

    return of


def average_precision(outcomes: FloatArray, margins: FloatArray) -> Weighted:
    """Return the precision averaged over the recall it is reached at; equal margins are one step.

    >>> average_precision(np.array([0.0, 1.0]), np.array([-1.0, 1.0]))(np.ones((1, 2)))
    array([1.])
    """
    falling = np.argsort(-margins, kind="stable")
    starts = _first_of_equal(margins[falling])
    won = outcomes[falling]

    def of(weights: FloatArray) -> FloatArray:
        drawn = weights[:, falling]
        positives = np.add.reduceat(drawn * won, starts, axis=1)
        taken = np.cumsum(np.add.reduceat(drawn, starts, axis=1), axis=1)
        precision = np.cumsum(positives, axis=1) / np.maximum(taken, 1)
        return _share((positives * precision).sum(axis=1), positives.sum(axis=1))

    return of


def captured(outcomes: FloatArray, order: npt.NDArray[np.intp], share: float) -> Weighted:
    """Return the share of all conversions among the best leads.

    Args:
        outcomes: 1.0 or 0.0.
        order: Positions of the leads from best to worst.
        share: Share of leads taken, rounded up to a whole lead, in (0, 1].

    >>> captured(np.array([1.0, 0.0]), np.array([0, 1]), 0.5)(np.array([[1.0, 1.0], [2.0, 0.0]]))
    array([1. , 0.5])
    """
    ranked = outcomes[order]

    def of(weights: FloatArray) -> FloatArray:
        best = weights[:, order]
        before = np.cumsum(best, axis=1) - best
        taken = np.clip(_top(weights, share)[:, None] - before, 0, best)
        return _share(taken @ ranked, weights @ outcomes)

    return of


def lift(outcomes: FloatArray, order: npt.NDArray[np.intp], share: float) -> Weighted:
    """Return how many times as often the best leads convert as all do; arguments as `captured`.

    >>> lift(np.array([1.0, 0.0]), np.array([0, 1]), 0.5)(np.ones((1, 2)))
    array([2.])
    """
    part = captured(outcomes, order, share)
    return lambda weights: part(weights) * weights.sum(axis=1) / _top(weights, share)


def macro_f1(
    of_class: npt.NDArray[np.intp], predicted: npt.NDArray[np.intp], classes: int
) -> Weighted:
    """Return the mean F1 of the classes that occur or are predicted; a class never hit has 0.

    >>> macro_f1(np.array([0, 1]), np.array([0, 0]), 3)(np.array([[1.0, 1.0], [1.0, 0.0]]))
    array([0.33333333, 1.        ])
    """
    one_hot = np.eye(classes)
    hits = one_hot[of_class] * (of_class == predicted)[:, None]
    either = one_hot[of_class] + one_hot[predicted]

    def of(weights: FloatArray) -> FloatArray:
        wholes = weights @ either
        there = wholes > 0
        scores = np.divide(2 * weights @ hits, wholes, out=np.zeros_like(wholes), where=there)
        return _share(scores.sum(axis=1), there.sum(axis=1) * 1.0)

    return of


def mean(values: FloatArray) -> Weighted:
    """Return the mean of a value of each lead, such as its loss.

    >>> mean(np.array([1.0, 4.0]))(np.array([[2.0, 1.0]]))
    array([2.])
    """

    def of(weights: FloatArray) -> FloatArray:
        return _share(weights @ values, weights.sum(axis=1))

    return of


def mean_of(figures: Sequence[Weighted]) -> Weighted:
    """Return the mean of several figures, of those that are defined; NaN where none is.

    >>> mean_of([mean(np.array([1.0])), mean(np.array([3.0]))])(np.ones((1, 1)))
    array([2.])
    """

    def of(weights: FloatArray) -> FloatArray:
        each = np.stack([figure(weights) for figure in figures])
        there = np.isfinite(each)
        return _share(np.where(there, each, 0.0).sum(axis=0), there.sum(axis=0) * 1.0)

    return of


def root_mean(squares: FloatArray) -> Weighted:
    """Return the root of the mean of a square of each lead.

    >>> root_mean(np.array([9.0, 0.0]))(np.array([[1.0, 0.0]]))
    array([3.])
    """
    whole = mean(squares)
    return lambda weights: np.sqrt(whole(weights))


def explained(outcomes: FloatArray, predictions: FloatArray) -> Weighted:
    """Return R²: the share of the outcomes' variance that predictions explain; at most 1.

    >>> explained(np.array([0.0, 2.0]), np.array([0.0, 1.0]))(np.ones((1, 2)))
    array([0.5])
    """
    left = (outcomes - predictions) ** 2
    about = outcomes - outcomes.mean()

    def of(weights: FloatArray) -> FloatArray:
        variance = mean(about**2)(weights) - mean(about)(weights) ** 2
        return 1 - _share(mean(left)(weights), variance)

    return of


def binned_gap(gaps: FloatArray, bin_of: npt.NDArray[np.intp], bins: int) -> Weighted:
    """Return the mean over leads of how far the mean gap of their bin is from 0.

    Args:
        gaps: Outcome less what was promised, of each lead.
        bin_of: Bin of each lead, from 0; the bins stay as they are in every draw.
        bins: Number of bins.

    >>> binned_gap(np.array([-0.25, 0.25]), np.array([0, 1]), 2)(np.ones((1, 2)))
    array([0.25])
    """
    member = np.zeros((len(gaps), bins))
    member[np.arange(len(gaps)), bin_of] = gaps

    def of(weights: FloatArray) -> FloatArray:
        return _share(np.abs(weights @ member).sum(axis=1), weights.sum(axis=1))

    return of


def _top(weights: FloatArray, share: float) -> FloatArray:
    leads = np.round(weights.sum(axis=1) * share, 9)
    return np.asarray(np.maximum(1.0, np.ceil(leads)), dtype=np.float64)


def _share(parts: FloatArray, wholes: FloatArray) -> FloatArray:
    shares = np.full(len(parts), np.nan)
    np.divide(parts, wholes, out=shares, where=wholes > 0)
    return shares


def _first_of_equal(ordered: FloatArray) -> npt.NDArray[np.intp]:
    changes = np.flatnonzero(np.diff(ordered) != 0) + 1
    return np.concatenate([np.zeros(1, dtype=np.intp), changes])
