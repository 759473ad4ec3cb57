"""A made-up world of leads whose columns can be shifted or broken, for the proofs of drift."""

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.core.frames import to_frame
from lead_scoring.core.observation import Observation
from lead_scoring.core.observation import Observer
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import ROW_NUMBER

FloatArray = npt.NDArray[np.float64]

NUMERIC_KINDS: Final = ("normal", "log_normal", "counts", "boolean", "constant", "empty")
BATCH_ROWS: Final = 50_000


@dataclass(frozen=True, slots=True)
class Column:
    """One made-up column.

    Attributes:
        kind: ``normal``, ``log_normal``, ``counts``, ``boolean``, ``levels``, ``constant`` or
            ``empty``.
        size: Number of levels; for ``counts`` and ``boolean`` the share that is not zero.
        missing: Share of missing values.
    """

    name: str
    kind: str
    size: float = 0.0
    missing: float = 0.0

    @property
    def numeric(self) -> bool:
        """Whether it is numbers or booleans."""
        return self.kind in NUMERIC_KINDS


@dataclass(frozen=True, slots=True)
class Shift:
    """A change of one column.

    Attributes:
        column: Name of a normal column or of one of levels.
        deviations: Shift of the mean of a normal column, in standard deviations.
        points: Share that the first level gains from the others, in [0, 1].
    """

    column: str
    deviations: float = 0.0
    points: float = 0.0


_KINDS: Final = (
    ("normal", 0.0, 0.0),
    ("levels", 3, 0.0),
    ("log_normal", 0.0, 0.0),
    ("levels", 8, 0.0),
    ("counts", 0.30, 0.0),
    ("boolean", 0.40, 0.0),
    ("levels", 20, 0.05),
    ("normal", 0.0, 0.10),
    ("counts", 0.02, 0.0),
    ("levels", 60, 0.0),
    ("log_normal", 0.0, 0.60),
    ("boolean", 0.03, 0.20),
)


def columns_of(count: int) -> tuple[Column, ...]:
    """Return so many columns of all kinds; the last two are constant and empty.

    Args:
        count: At least 3.
    """
    made = []
    for place in range(count - 2):
        kind, size, missing = _KINDS[place % len(_KINDS)]
        made.append(Column(f"{kind}_{place}", kind, size, missing))
    return (*made, Column("constant", "constant"), Column("empty", "empty"))


@dataclass(frozen=True, slots=True)
class World:
    """Leads of columns that do not depend on each other.

    Attributes:
        columns: The columns.
        shifts: How they changed.
    """

    columns: tuple[Column, ...]
    shifts: Mapping[str, Shift] = field(default_factory=dict)

    def shifted(self, *shifts: Shift) -> "World":
        """Return the same world with some columns changed."""
        return World(self.columns, {one.column: one for one in shifts})

    def draw(self, rows: int, random: np.random.Generator) -> pa.RecordBatch:
        """Return new leads with ``row_number`` from 1 on."""
        arrays = {ROW_NUMBER: pa.array(np.arange(1, rows + 1))}
        for column in self.columns:
            arrays[column.name] = _draw(column, rows, random, self.shifts.get(column.name))
        return pa.RecordBatch.from_pydict(arrays)

    def reference(self, leads: pa.RecordBatch) -> Reference:
        """Return the reference of leads."""
        frame = to_frame(leads)
        return fit_reference(
            frame,
            [column.name for column in self.columns if column.numeric],
            [column.name for column in self.columns if not column.numeric],
            (),
            probabilities=promise(frame)[PROBABILITY].to_numpy(dtype=np.float64),
            chunks=(),
        )


def observe(reference: Reference, leads: pa.RecordBatch, sample: int, seed: int) -> Observation:
    """Return what is seen in leads, batch by batch."""
    observer = Observer(reference, sample, seed)
    for start in range(0, max(leads.num_rows, 1), BATCH_ROWS):
        observer.add(leads.slice(start, BATCH_ROWS))
    return observer.observation()


def promise(leads: pd.DataFrame) -> pd.DataFrame:
    """Return scores of a model, as far as they are compared: it reads the first two columns."""
    score = leads.iloc[:, 1].to_numpy(dtype=np.float64)
    level = leads.iloc[:, 2].str.len().to_numpy(dtype=np.float64)
    margins = score - 0.3 * (level - level.mean())
    return pd.DataFrame({PROBABILITY: 1 / (1 + np.exp(-margins))}, index=leads.index)


def _draw(column: Column, rows: int, random: np.random.Generator, shift: Shift | None) -> pa.Array:
    gone = random.random(rows) < column.missing if column.missing else None
    if column.kind == "levels":
        return _levels(column, rows, random, shift.points if shift else 0.0, gone)
    drawn = _NUMBERS[column.kind](column, rows, random)
    if column.kind == "empty":
        return pa.nulls(rows, pa.float64())
    if shift is not None:
        drawn = drawn + shift.deviations
    array = pa.array(drawn, mask=gone)
    return pc.cast(array, pa.bool_()) if column.kind == "boolean" else array


def _levels(
    column: Column,
    rows: int,
    random: np.random.Generator,
    points: float,
    gone: npt.NDArray[np.bool_] | None,
) -> pa.Array:
    """Draw levels whose shares follow Zipf's law, one over their rank."""
    ranks = np.arange(1, int(column.size) + 1)
    given = 1 / ranks / (1 / ranks).sum()
    moved = given * (1 - points / (1 - given[0]))
    moved[0] = given[0] + points
    codes = np.searchsorted(moved.cumsum()[:-1], random.random(rows), side="right")
    names = pa.array([f"{column.name}: {'x' * (rank % 3)}{rank}" for rank in ranks])
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=gone), names).cast(pa.string())


def _normal(_: Column, rows: int, random: np.random.Generator) -> FloatArray:
    return random.standard_normal(rows)


def _log_normal(_: Column, rows: int, random: np.random.Generator) -> FloatArray:
    return np.exp(random.standard_normal(rows))


def _counts(column: Column, rows: int, random: np.random.Generator) -> FloatArray:
    """Draw counts that are zero but for a share, and from 1 on there."""
    there = random.random(rows) < column.size
    return np.where(there, 1 + random.poisson(2.0, rows), 0).astype(np.float64)


def _boolean(column: Column, rows: int, random: np.random.Generator) -> FloatArray:
    return (random.random(rows) < column.size).astype(np.float64)


def _constant(_: Column, rows: int, random: np.random.Generator) -> FloatArray:  # noqa: ARG001
    return np.full(rows, 7.0)


_NUMBERS: Final[Mapping[str, Callable[[Column, int, np.random.Generator], FloatArray]]] = {
    "normal": _normal,
    "log_normal": _log_normal,
    "counts": _counts,
    "boolean": _boolean,
    "constant": _constant,
    "empty": _constant,
}
