"""The quarantine of a load as a source: its rows, as they stood in the file, read again."""

import hashlib
import json
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from itertools import islice
from typing import Final

import numpy as np
import pyarrow as pa

from lead_scoring.config.contract import Rule
from lead_scoring.core.identity import canonical
from lead_scoring.core.records import Load
from lead_scoring.core.records import QuarantinedRow
from lead_scoring.core.rows import Misfit
from lead_scoring.core.rows import RawRows
from lead_scoring.pipelines.ports import LoadStore

BATCH_ROWS: Final = 10_000
_PREFIX: Final = "quarantine:"


def is_replay(load: Load) -> bool:
    """Return whether a load holds rows of a quarantine, which are few and old."""
    return load.source.startswith(_PREFIX)


class QuarantineSource:
    """Rows of a load's quarantine that were not replayed yet; implements ``LeadSource``.

    Args:
        load_id: The load they were refused in.
        loads: Where quarantine is kept.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, load_id: str, loads: LoadStore) -> None:
        self.name = f"{_PREFIX}{load_id}"
        self._load_id = load_id
        self._loads = loads
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of the rows read so far."""
        return self._digest.hexdigest()

    def columns(self) -> tuple[str, ...]:
        """Return the columns of the rows that had some; none if no row had."""
        for row in self._loads.quarantined(self._load_id):
            fields = json.loads(row.raw_row)
            if isinstance(fields, dict):
                return tuple(fields)
        return ()

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; rows that never had columns come as misfits again."""
        columns = self.columns()
        rows = self._loads.quarantined(self._load_id)
        yield _laid_out([], columns)
        while batch := list(islice(rows, BATCH_ROWS)):
            for row in batch:
                self._digest.update(canonical([row.row_number, row.raw_row]).encode())
            yield _laid_out(batch, columns)


def _laid_out(rows: Iterable[QuarantinedRow], columns: tuple[str, ...]) -> RawRows:
    fitting: list[tuple[QuarantinedRow, Mapping[str, str | None]]] = []
    misfits = []
    for row in rows:
        fields = json.loads(row.raw_row)
        if isinstance(fields, dict):
            fitting.append((row, fields))
        else:
            problem = (Rule(row.rule), row.column, row.value)
            misfits.append(Misfit(row.row_number, row.line, *problem, str(fields)))
    arrays = [pa.array([f.get(name) for _, f in fitting], pa.string()) for name in columns]
    lines = [row.line for row, _ in fitting]
    known = None if None in lines else np.array(lines, dtype=np.int64)
    numbers = np.array([row.row_number for row, _ in fitting], dtype=np.int64)
    table = pa.Table.from_arrays(arrays, names=list(columns))
    return RawRows(table, numbers, known, tuple(misfits))
