"""Rows on their way in: as the source gives them, and with what is wrong with them."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.config.contract import Rule

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Misfit:
    """A row that cannot be laid out in columns.

    Attributes:
        row_number: 1 for the first data row of the source.
        line: Line it begins on; ``None`` where the source has no lines.
        rule: ``fields`` or ``encoding``.
        column: Column at fault; empty where the whole row is.
        problem: What is wrong, in a few words.
        text: The row as it stands in the source.
    """

    row_number: int
    line: int | None
    rule: Rule
    column: str
    problem: str
    text: str


@dataclass(frozen=True, slots=True)
class RawRows:
    """A batch of a source, before anything was read into it.

    Attributes:
        table: Columns as the source names and types them, shape (n_rows, n_columns).
        row_numbers: int64, shape (n_rows,); 1 for the first data row of the source.
        lines: Line each row begins on, shape (n_rows,); ``None`` where there are no lines.
        misfits: Rows of this batch that could not be laid out; they are not in ``table``.
    """

    table: pa.Table
    row_numbers: Indices
    lines: Indices | None = None
    misfits: tuple[Misfit, ...] = ()

    def __len__(self) -> int:
        return int(self.table.num_rows) + len(self.misfits)

    def take(self, rows: Indices) -> "RawRows":
        """Return some of the laid-out rows, without the misfits."""
        lines = None if self.lines is None else self.lines[rows]
        return RawRows(self.table.take(pa.array(rows)), self.row_numbers[rows], lines)


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule in one column of a batch.

    Attributes:
        rows: Positions in the batch of the rows at fault, ascending, shape (n_faulty,).
    """

    rule: Rule
    column: str
    rows: Indices
