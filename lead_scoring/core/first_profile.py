"""What a source holds, column by column: the strictest type, gaps, ranges and levels."""

from collections import Counter
from dataclasses import dataclass
from dataclasses import field
from datetime import datetime
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import ColumnType
from lead_scoring.config.contract import Written
from lead_scoring.core.parsing import as_text
from lead_scoring.core.parsing import parse
from lead_scoring.core.rows import RawRows

Reading = tuple[ColumnType, Written | None]

SAMPLE_ROWS: Final = 50_000
"""Rows kept to count levels and to look for leakage in; types and ranges come from all rows."""
MAX_FAULTY: Final = 0.02
"""A type fits a column although so large a share of its values cannot be read as it."""
MAX_LEVELS: Final = 1000
DAY_FIRST: Final[Reading] = ("timestamp", "day_first")
MONTH_FIRST: Final[Reading] = ("timestamp", "month_first")
READINGS: Final[tuple[Reading, ...]] = (
    ("integer", None),
    ("number", None),
    ("boolean", None),
    ("timestamp", None),
    ("number", "decimal_comma"),
    DAY_FIRST,
    MONTH_FIRST,
    ("string", None),
)
"""Types and how they are written, from the strictest on."""

Extreme = float | datetime


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Attributes:
        type: The strictest type its values fit; ``None`` if it is none of a contract.
        written: How they are written, where that is not the plain way.
        missing: Rows without a value.
        faulty: Values that cannot be read as its type, and one of them.
        least: Smallest value of a number or an instant.
        most: Largest.
        distinct: Different values among those of the sample.
        levels: The most frequent values of the sample as text, with their counts.
        sampled: Values of the sample in its type, shape (n_sampled,).
    """

    name: str
    type: ColumnType | None
    rows: int
    missing: int
    faulty: tuple[int, str]
    least: Extreme | None
    most: Extreme | None
    distinct: int
    levels: tuple[tuple[str, int], ...]
    sampled: pa.Array
    written: Written | None = None

    @property
    def present(self) -> int:
        """Rows of the sample that have a value."""
        return len(self.sampled) - int(self.sampled.null_count)

    @property
    def unique(self) -> bool:
        """Whether no two rows share a value, and each has one."""
        return self.missing == 0 and self.distinct == self.present > 1


@dataclass(frozen=True, slots=True)
class Profile:
    """A source: its columns in their order, its rows, and rows that are no rows.

    Attributes:
        misfits: Rows that could not be laid out in columns, and what was wrong with the first.
    """

    columns: tuple[ColumnProfile, ...]
    rows: int
    misfits: tuple[int, str]


@dataclass
class _Typed:
    """How a column reads as one type."""

    faulty: int = 0
    example: str = ""
    least: Extreme | None = None
    most: Extreme | None = None


@dataclass
class _Column:
    missing: int = 0
    readings: dict[Reading, _Typed] = field(
        default_factory=lambda: {reading: _Typed() for reading in READINGS}
    )


class Profiler:
    """Looks at a source batch by batch; memory does not grow with it."""

    def __init__(self) -> None:
        self._rows = 0
        self._misfits = (0, "")
        self._columns: dict[str, _Column] = {}
        self._sample: list[pa.Table] = []
        self._stride = 1

    def add(self, batch: RawRows) -> None:
        """Take the rows of a batch in."""
        table = batch.table
        if batch.misfits:
            first = batch.misfits[0]
            words = self._misfits[1] or f"row {first.row_number}: {first.problem}"
            self._misfits = (self._misfits[0] + len(batch.misfits), words)
        self._rows += table.num_rows
        for name in table.column_names:
            self._look(self._columns.setdefault(name, _Column()), table.column(name))
        self._keep(table.filter(pa.array(batch.row_numbers % self._stride == 0)))

    def profile(self) -> Profile:
        """Return what was seen."""
        sample = pa.concat_tables(self._sample) if self._sample else None
        columns = tuple(
            self._finish(name, column, sample) for name, column in self._columns.items()
        )
        return Profile(columns, self._rows, self._misfits)

    def _look(self, column: _Column, values: pa.ChunkedArray) -> None:
        seen = self._rows
        missing: int | None = None
        for reading, typed in list(column.readings.items()):
            kind, written = reading
            parsed = parse(values, kind, written)
            faulty = int(pc.sum(parsed.faulty).as_py() or 0)
            missing = int(parsed.read.null_count) - faulty if missing is None else missing
            if faulty and not typed.example:
                typed.example = str(as_text(values.filter(parsed.faulty))[0].as_py())
            typed.faulty += faulty
            if typed.faulty > MAX_FAULTY * max(1, seen - column.missing - missing):
                del column.readings[reading]
            elif kind in {"integer", "number", "timestamp"}:
                _widen(typed, parsed.read)
        if missing is None:
            missing = int(values.null_count)
        column.missing += missing

    def _keep(self, table: pa.Table) -> None:
        self._sample.append(table)
        while sum(len(piece) for piece in self._sample) > SAMPLE_ROWS:
            self._sample = [
                piece.take(pa.array(np.arange(0, len(piece), 2))) for piece in self._sample
            ]
            self._stride *= 2

    def _finish(self, name: str, column: _Column, sample: pa.Table) -> ColumnProfile:
        reading = next(iter(_chosen(column)), None)
        raw = sample.column(name)
        if reading is None:
            nothing = pa.nulls(len(raw), pa.string())
            return ColumnProfile(
                name, None, self._rows, column.missing, (0, ""), None, None, 0, (), nothing
            )
        typed = column.readings[reading]
        kind, written = reading
        values = parse(raw, kind, written).read
        counts = Counter(as_text(values).drop_null().to_pylist())
        return ColumnProfile(
            name,
            kind,
            self._rows,
            column.missing,
            (typed.faulty, typed.example),
            typed.least,
            typed.most,
            len(counts),
            tuple(counts.most_common(MAX_LEVELS)),
            values,
            written,
        )


def _chosen(column: _Column) -> list[Reading]:
    """Return the readings that fit, best first: those that fit every value before the others."""
    unsure = {DAY_FIRST, MONTH_FIRST} & set(column.readings)
    return sorted(
        (each for each in column.readings if len(unsure) == 1 or each not in unsure),
        key=lambda reading: (
            reading[0] == "string",
            column.readings[reading].faulty > 0,
            READINGS.index(reading),
        ),
    )


def _widen(typed: _Typed, values: pa.Array) -> None:
    found = pc.min_max(values).as_py()
    if found["min"] is None:
        return
    typed.least = found["min"] if typed.least is None else min(typed.least, found["min"])
    typed.most = found["max"] if typed.most is None else max(typed.most, found["max"])
