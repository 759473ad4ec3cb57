"""How well one column alone tells the outcomes apart, as ROC AUC.

Every figure is finite: where there are too few rows of one outcome to say, it is 0.5.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import rankdata

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

CHANCE: Final = 0.5
LEAST_ROWS: Final = 30
"""Rows of either outcome that a figure needs."""
_FOLDS: Final = 5
_BINS: Final = 50
_SMOOTHING: Final = 5.0
"""Rows at the base rate that every level is given, so that a level of few rows says little."""
_DIGITS: Final = r"(\d{1,15})\D*$"


def roc_auc(values: FloatArray, outcomes: FloatArray) -> float:
    """Return the share of pairs of a positive and a negative in which the positive is higher.

    Ties count half.

    Args:
        values: Without NaN, shape (n_rows,).
        outcomes: 1.0 or 0.0, same shape.

    >>> roc_auc(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0.0, 0.0, 1.0, 1.0]))
    0.875
    """
    positives = float(outcomes.sum())
    negatives = len(outcomes) - positives
    if positives == 0 or negatives == 0:
        return CHANCE
    ranks = rankdata(values)[outcomes == 1.0].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def number_skill(values: FloatArray, outcomes: FloatArray) -> float:
    """Return the skill of a number among the rows that have one.

    It is the better of two: the order of the values, in either direction, and the outcomes of
    rows with a like value, which finds what is neither rising nor falling.

    Args:
        values: NaN for missing, shape (n_rows,).
        outcomes: 1.0 or 0.0, same shape.
    """
    present = ~np.isnan(values)
    values, outcomes = values[present], outcomes[present]
    if not _enough(outcomes):
        return CHANCE
    bins = (rankdata(values) * _BINS / (len(values) + 1)).astype(np.intp)
    return max(either_way(values, outcomes), _out_of_fold_skill(bins, outcomes))


def level_skill(texts: pd.Series, outcomes: FloatArray) -> float:
    """Return the skill of a level among the rows that have one, by the outcomes of its others.

    A row is judged by rows of other folds, so that an id, which no two rows share, has none.

    Args:
        texts: Levels, missing where there is none, shape (n_rows,).
        outcomes: 1.0 or 0.0, same shape.
    """
    present = texts.notna().to_numpy(dtype=np.bool_)
    outcomes = outcomes[present]
    if not _enough(outcomes):
        return CHANCE
    codes, _ = pd.factorize(texts[present])
    return _out_of_fold_skill(codes, outcomes)


def order_skill(texts: pd.Series, outcomes: FloatArray) -> float:
    """Return the skill of the order of texts: alphabetical, or by the last number in them.

    Args:
        texts: Ids, shape (n_rows,).
        outcomes: 1.0 or 0.0, same shape.
    """
    present = texts.notna().to_numpy(dtype=np.bool_)
    texts, outcomes = texts[present], outcomes[present]
    if not _enough(outcomes):
        return CHANCE
    places, _ = pd.factorize(texts, sort=True)
    found = texts.str.extract(_DIGITS, expand=False)
    numbers: FloatArray = found.to_numpy(dtype=np.float64, na_value=np.nan)
    counted = ~np.isnan(numbers)
    by_number = CHANCE
    if _enough(outcomes[counted]):
        by_number = either_way(numbers[counted], outcomes[counted])
    return max(either_way(places.astype(np.float64), outcomes), by_number)


def either_way(values: FloatArray, outcomes: FloatArray) -> float:
    """Return the ROC AUC of values, rising or falling, whichever is better."""
    rising = roc_auc(values, outcomes)
    return max(rising, 1 - rising)


def _enough(outcomes: FloatArray) -> bool:
    positives = int(outcomes.sum())
    return min(positives, len(outcomes) - positives) >= LEAST_ROWS


def _out_of_fold_skill(codes: IntArray, outcomes: FloatArray) -> float:
    """Return the skill of the smoothed mean outcome of each code in the other folds."""
    fold_of = pd.Series(outcomes).groupby(outcomes).cumcount().to_numpy() % _FOLDS
    kinds = int(codes.max()) + 1
    rate = float(outcomes.mean())
    means = np.empty(len(outcomes))
    for fold in range(_FOLDS):
        inside = fold_of == fold
        rows = np.bincount(codes[~inside], minlength=kinds)
        positives = np.bincount(codes[~inside], weights=outcomes[~inside], minlength=kinds)
        mean = (positives + _SMOOTHING * rate) / (rows + _SMOOTHING)
        means[inside] = mean[codes[inside]]
    return roc_auc(means, outcomes)
