"""Columns that hold each other's values, as when a source gained or lost a field."""

import math
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from typing import TypeVar

import numpy as np
import pandas as pd

from lead_scoring.core.profile import numbers_of
from lead_scoring.core.reference import FloatArray
from lead_scoring.core.reference import LevelReference
from lead_scoring.core.reference import NumericReference
from lead_scoring.core.reference import Reference

Values = TypeVar("Values")

FAR: Final = 0.3
"""Values farther than this from their own column's, beyond chance, may be another column's."""
NEAR: Final = 0.05
"""Values nearer than this to another column's, beyond chance, may be that column's."""
_KOLMOGOROV: Final = 0.87
"""Mean of Kolmogorov's distribution: the gap chance alone gives, times the square root of n."""
_FOLDED: Final = 0.4
"""Half the mean of the absolute value of a standard normal variable."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far values are from those of a column, in [0, 1], and how far by chance alone."""

    value: float
    noise: float

    @property
    def far(self) -> bool:
        """Whether the values are hardly this column's."""
        return self.value > FAR + self.noise

    @property
    def near(self) -> bool:
        """Whether the values could be this column's."""
        return self.value < NEAR + 2 * self.noise


def find_shifted(reference: Reference, sample: pd.DataFrame, least: int) -> tuple[str, ...]:
    """Return a sentence if two columns or more hold the values of others of them.

    Args:
        reference: The champion's reference.
        sample: New rows.
        least: Columns with fewer values than this, on either side, are left out.
    """
    numbers = {
        name: values
        for name, one in reference.numeric.items()
        if name in sample
        and sum(one.counts) >= least
        and (values := _finite(sample[name])).size >= least
    }
    texts = {
        name: levels
        for name, one in reference.levels.items()
        if name in sample
        and reference.rows - one.missing >= least
        and (levels := _counted(sample[name])).sum() >= least
    }
    held = {
        **_held(numbers, lambda name, values: _gap(reference.numeric[name], values)),
        **_held(texts, lambda name, levels: _overlap(reference.levels[name], levels)),
    }
    if not held:
        return ()
    pairs = ", ".join(f"{column} those of {other}" for column, other in held.items())
    return (f"columns hold each other's values ({pairs}): the source probably shifted its fields",)


def _held(
    columns: Mapping[str, Values], distance: Callable[[str, Values], Distance]
) -> Mapping[str, str]:
    """Return which column holds whose values; nothing if fewer than two do.

    Only columns that are far from themselves are asked, so that alike columns are not mixed up.
    """
    own = {name: distance(name, values) for name, values in columns.items()}
    moved = [name for name, one in own.items() if one.far]
    held = {}
    for name in moved:
        others = {other: distance(other, columns[name]) for other in moved if other != name}
        best = min(others, key=lambda other: others[other].value, default=None)
        if best and others[best].near and others[best].value < own[name].value / 2:
            held[name] = best
    return held if len(held) > 1 else {}


def _gap(one: NumericReference, values: FloatArray) -> Distance:
    """Return the largest gap between cumulated shares."""
    before, now = np.asarray(one.counts), one.count(values)
    gap = np.abs(before.cumsum() / before.sum() - now.cumsum() / now.sum()).max()
    return Distance(float(gap), _KOLMOGOROV * math.sqrt(1 / before.sum() + 1 / now.sum()))


def _overlap(one: LevelReference, values: pd.Series) -> Distance:
    """Return the share of rows that would have to change their level."""
    known = values.reindex(list(one.counts), fill_value=0).to_numpy()
    now = np.append(known, values.sum() - known.sum())
    before = np.array([*one.counts.values(), one.rest])
    rows, others = before.sum(), now.sum()
    distance = np.abs(before / rows - now / others).sum() / 2
    pooled = (before + now) / (rows + others)
    noise = np.sqrt(pooled * (1 - pooled) * (1 / rows + 1 / others)).sum()
    return Distance(float(distance), _FOLDED * float(noise))


def _finite(column: pd.Series) -> FloatArray:
    values = numbers_of(column)
    return values[np.isfinite(values)]


def _counted(column: pd.Series) -> pd.Series:
    return column.dropna().astype(str).value_counts()
