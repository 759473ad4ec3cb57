"""Coded levels whose frequency depends on the outcome, and drifts: the signal in a sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Levels:
    """A text column's levels and how likely each is.

    Attributes:
        names: The levels' texts, shape (n_levels,); None is missing.
        early: Cumulative shares per outcome at the start of the period, shape (2, n_levels).
        late: The same at its end; in between the two are mixed in proportion to time.
    """

    names: tuple[str | None, ...]
    early: FloatArray
    late: FloatArray

    def draw(
        self, rng: np.random.Generator, outcome: IntArray, elapsed: FloatArray
    ) -> pa.DictionaryArray:
        """Draw one level per row.

        Args:
            rng: Source of randomness.
            outcome: 0 or 1 per row, shape (n_rows,).
            elapsed: Share of the period gone by, in [0, 1], shape (n_rows,).
        """
        late = (rng.random(len(outcome)) < elapsed).astype(np.int64)
        where = rng.random(len(outcome))
        drawn = np.zeros(len(outcome), dtype=np.int32)
        for regime, shares in enumerate((self.early, self.late)):
            for value in (0, 1):
                chosen = (late == regime) & (outcome == value)
                drawn[chosen] = np.searchsorted(shares[value], where[chosen], side="right")
        codes = pa.array(np.minimum(drawn, len(self.names) - 1))
        return pa.DictionaryArray.from_arrays(codes, pa.array(self.names))


def make_levels(
    rng: np.random.Generator,
    names: Sequence[str | None],
    shares: FloatArray,
    *,
    signal: float,
    drift: float,
) -> Levels:
    """Give levels an effect on the outcome.

    Args:
        rng: Source of the effects.
        names: The levels' texts, most frequent first.
        shares: Share of each level over both outcomes, positive, shape (n_levels,).
        signal: Standard deviation of the effects in log odds.
        drift: How far effects have turned into other ones at the end, in [0, 1].
    """
    first = rng.normal(0.0, signal, len(names))
    turned = np.sqrt(1 - drift**2) * first + drift * rng.normal(0.0, signal, len(names))
    return Levels(
        tuple(names), _shares_by_outcome(shares, first), _shares_by_outcome(shares, turned)
    )


def zipf(size: int, power: float) -> FloatArray:
    """Return shares that fall with rank as ``rank ** -power``, shape (size,), summing to 1."""
    weights = np.arange(1, size + 1, dtype=np.float64) ** -power
    return np.asarray(weights / weights.sum(), dtype=np.float64)


def _shares_by_outcome(shares: FloatArray, effects: FloatArray) -> FloatArray:
    signs = np.array([[-0.5], [0.5]])
    weights = shares * np.exp(signs * effects)
    return np.asarray(np.cumsum(weights / weights.sum(axis=1, keepdims=True), axis=1))
