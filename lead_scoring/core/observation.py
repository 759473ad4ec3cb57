"""What is seen in new rows while they go by in batches: counts of all, and a sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.core.frames import to_frame
from lead_scoring.core.reference import FloatArray
from lead_scoring.core.reference import LevelReference
from lead_scoring.core.reference import Reference
from lead_scoring.core.sampling import RowSampler

_UNIT: Final = 2.0**20
"""Logarithms are summed as whole multiples of 1 / this, so that their order plays no part."""


@dataclass(frozen=True, slots=True)
class ObservedNumbers:
    """A column of numbers or booleans in the new rows.

    Attributes:
        missing: Rows without a finite value.
        size: Mean of the natural logarithm of the values' magnitudes, zeros left out.
        sized: Values that are not zero.
        constant: There are values and all are the same.
    """

    missing: int
    size: float
    sized: int
    constant: bool


@dataclass(frozen=True, slots=True)
class ObservedLevels:
    """A column of text in the new rows.

    Attributes:
        missing: Rows without a value.
        unseen: Rows with a level the reference did not keep; 0 for a mapped column.
        constant: There are values and all are the same.
    """

    missing: int
    unseen: int
    constant: bool


@dataclass(frozen=True, slots=True)
class Observation:
    """What was seen in new rows.

    Attributes:
        rows: How many they are.
        numeric: Counts over all of them, per column of numbers.
        levels: Counts over all of them, per column of text.
        sample: Some of them, whole, by row number; see `frames.to_frame`.
        seed: What the sample and all later draws depend on.
    """

    rows: int
    numeric: Mapping[str, ObservedNumbers]
    levels: Mapping[str, ObservedLevels]
    sample: pd.DataFrame
    seed: int


@dataclass(slots=True)
class _Numbers:
    missing: int = 0
    size: int = 0
    sized: int = 0
    least: float = np.inf
    most: float = -np.inf

    def add(self, column: pa.Array) -> None:
        values = _floats(column)
        finite = values[np.isfinite(values)]
        self.missing += values.size - finite.size
        if not finite.size:
            return
        self.least = min(self.least, float(finite.min()))
        self.most = max(self.most, float(finite.max()))
        sizes = np.abs(finite[finite != 0])
        np.log(sizes, out=sizes)
        sizes *= _UNIT
        self.size += int(np.rint(sizes, out=sizes).astype(np.int64).sum())
        self.sized += sizes.size

    def seen(self) -> ObservedNumbers:
        size = self.size / _UNIT / self.sized if self.sized else 0.0
        return ObservedNumbers(self.missing, size, self.sized, constant=self.least == self.most)


@dataclass(slots=True)
class _Levels:
    known: pa.Array
    mapped: bool
    missing: int = 0
    unseen: int = 0
    examples: set[str] = field(default_factory=set)

    def add(self, column: pa.Array) -> None:
        self.missing += column.null_count
        counted = pc.value_counts(column.drop_null())
        levels, rows = counted.field("values"), counted.field("counts")
        if len(self.examples) < _SEVERAL:
            self.examples.update(levels[:_SEVERAL].to_pylist())
        if not self.mapped:
            new = pc.invert(pc.is_in(levels, value_set=self.known))
            self.unseen += pc.sum(rows.filter(new), min_count=0).as_py()

    def seen(self) -> ObservedLevels:
        return ObservedLevels(self.missing, self.unseen, constant=len(self.examples) == 1)


_SEVERAL: Final = 2


class Observer:
    """Looks at rows as they go by; memory does not grow with their number.

    Args:
        reference: What they will be compared with; it says which columns to look at.
        sample_rows: Most rows to keep a sample of.
        seed: Another seed keeps another sample.
    """

    def __init__(self, reference: Reference, sample_rows: int, seed: int) -> None:
        self._rows = 0
        self._seed = seed
        self._numeric = {name: _Numbers() for name in reference.numeric}
        self._levels = {name: _watch(one) for name, one in reference.levels.items()}
        self._sampler = RowSampler(sample_rows, seed)

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in a batch.

        Args:
            rows: New rows with ``row_number`` and the columns of the reference; a column that is
                not there counts as missing throughout.
        """
        there = frozenset(rows.schema.names)
        self._rows += rows.num_rows
        for name, numbers in self._numeric.items():
            if name in there:
                numbers.add(rows.column(name))
            else:
                numbers.missing += rows.num_rows
        for name, levels in self._levels.items():
            if name in there:
                levels.add(_texts(rows.column(name)))
            else:
                levels.missing += rows.num_rows
        self._sampler.add(rows)

    def observation(self) -> Observation:
        """Return what was seen so far.

        Raises:
            ValueError: No batch came, so the columns are not known.
        """
        return Observation(
            rows=self._rows,
            numeric={name: one.seen() for name, one in self._numeric.items()},
            levels={name: one.seen() for name, one in self._levels.items()},
            sample=to_frame(self._sampler.rows()),
            seed=self._seed,
        )


def _watch(one: LevelReference) -> _Levels:
    return _Levels(pa.array(one.counts, type=pa.string()), one.mapped)


def _floats(column: pa.Array) -> FloatArray:
    """Return numbers or booleans as floats; missing ones are NaN."""
    floats = column if column.type == pa.float64() else pc.cast(column, pa.float64(), safe=False)
    values: FloatArray = floats.to_numpy(zero_copy_only=False)
    return values


def _texts(column: pa.Array) -> pa.Array:
    return column if column.type == pa.string() else pc.cast(column, pa.string())
