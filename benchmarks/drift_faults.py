"""Faults to plant in leads of the made-up world, and changes that are none."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from benchmarks.drift_world import Column

Change = Callable[[pa.RecordBatch], pa.RecordBatch]

EXTRA: Final = (
    Column("sparse", "counts", 0.5, missing=0.98),
    Column("rare", "counts", 0.02),
    Column("rarer", "counts", 0.002),
)
"""Columns that hold hardly anything, as clicks do."""
NORMAL: Final = "normal_0"
LEVELS: Final = "levels_3"
SPIKE: Final = 40
"""Values that a null spike takes, percent."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A fault to plant, and the words by which it must be called."""

    change: Change
    column: str
    words: str

    def called(self, sentences: Sequence[str]) -> bool:
        """Return whether a sentence names the column and the fault."""
        return any(self.column in text and self.words in text for text in sentences)


def _put(leads: pa.RecordBatch, name: str, values: pa.Array) -> pa.RecordBatch:
    return leads.set_column(leads.schema.get_field_index(name), name, values)


def _null_spike(leads: pa.RecordBatch) -> pa.RecordBatch:
    gone = pa.array(np.arange(leads.num_rows) % 100 < SPIKE)
    return _put(leads, NORMAL, pc.if_else(gone, None, leads.column(NORMAL)))


def _unit_change(leads: pa.RecordBatch) -> pa.RecordBatch:
    return _put(leads, "log_normal_2", pc.multiply(leads.column("log_normal_2"), 100.0))


def _constant(leads: pa.RecordBatch) -> pa.RecordBatch:
    return _put(leads, NORMAL, pa.array(np.zeros(leads.num_rows)))


def _constant_level(leads: pa.RecordBatch) -> pa.RecordBatch:
    return _put(leads, LEVELS, pa.array([f"{LEVELS}: x1"] * leads.num_rows))


def _empty(leads: pa.RecordBatch) -> pa.RecordBatch:
    return _put(leads, LEVELS, pa.nulls(leads.num_rows, pa.string()))


def _new_levels(leads: pa.RecordBatch) -> pa.RecordBatch:
    """Spell a column in another way."""
    return _put(leads, LEVELS, pc.utf8_upper(leads.column(LEVELS)))


def _truncated(leads: pa.RecordBatch) -> pa.RecordBatch:
    return leads.slice(0, leads.num_rows * 2 // 5)


def _swapped(leads: pa.RecordBatch) -> pa.RecordBatch:
    """Swap two neighbouring columns of numbers."""
    first, second = leads.column("log_normal_2"), leads.column("counts_4")
    return _put(_put(leads, "log_normal_2", second), "counts_4", first)


def _rotated(leads: pa.RecordBatch) -> pa.RecordBatch:
    """Move every column of real numbers by one, as a field too many in a file does."""
    names = [name for name in leads.schema.names if leads.schema.field(name).type == pa.float64()]
    moved = leads
    for place, name in enumerate(names):
        moved = _put(moved, name, leads.column(names[place - 1]))
    return moved


def _shifted(leads: pa.RecordBatch) -> pa.RecordBatch:
    return _put(leads, NORMAL, pc.add(leads.column(NORMAL), 0.5))


def _covariate_shift(leads: pa.RecordBatch) -> pa.RecordBatch:
    """Take leads as another campaign would bring them: more of some, fewer of others."""
    chance = np.random.default_rng(leads.num_rows)
    number = leads.column(NORMAL).to_numpy()
    level = leads.column(LEVELS).fill_null("").to_numpy(zero_copy_only=False) == f"{LEVELS}: x1"
    weight = np.exp(0.8 * number + 0.9 * level)
    chosen = chance.choice(leads.num_rows, leads.num_rows, p=weight / weight.sum())
    return leads.take(pa.array(chosen))


PLANTED: Final[Mapping[str, Plant]] = {
    "null spike of 40 %": Plant(_null_spike, NORMAL, "missing in"),
    "unit change by 100": Plant(_unit_change, "log_normal_2", "unit probably changed"),
    "constant number": Plant(_constant, NORMAL, "same value"),
    "constant level": Plant(_constant_level, LEVELS, "same value"),
    "empty column": Plant(_empty, LEVELS, "empty in all"),
    "flood of new levels": Plant(_new_levels, LEVELS, "unknown to the reference"),
    "truncated to 40 %": Plant(_truncated, "the load", "truncated"),
    "two columns swapped": Plant(_swapped, "counts_4 those of log_normal_2", "each other's"),
    "columns of numbers moved by one": Plant(_rotated, "counts_4 those of", "each other's"),
}
INNOCENT: Final[Mapping[str, Change]] = {
    "nothing": lambda leads: leads,
    "shift of 0.5 SD": _shifted,
    "covariate shift": _covariate_shift,
}
