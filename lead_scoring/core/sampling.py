"""A sample of rows that go by in batches: the same rows however they are ordered or cut."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from lead_scoring.core.schema import ROW_NUMBER

_GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_WORD: Final = 2**64


class RowSampler:
    """Keeps the rows whose hash of seed and row number is smallest.

    Memory is bounded by about twice the limit, plus one batch.

    Args:
        limit: Most rows to keep.
        seed: Another seed keeps other rows; any int.
    """

    def __init__(self, limit: int, seed: int) -> None:
        self._limit = limit
        self._seed = np.uint64(seed % _WORD)
        self._kept: list[pa.RecordBatch | pa.Table] = []
        self._hashes: list[npt.NDArray[np.uint64]] = []
        self._below: np.uint64 | None = None

    def add(self, rows: pa.RecordBatch) -> None:
        """Take in a batch.

        Args:
            rows: Rows with the column ``row_number``, each number once in all batches together.
        """
        hashes = _hashes(rows.column(ROW_NUMBER), self._seed)
        inside = np.ones(hashes.size, np.bool_) if self._below is None else hashes < self._below
        chosen = np.flatnonzero(inside)
        if chosen.size > self._limit:
            chosen = chosen[np.argpartition(hashes[chosen], self._limit - 1)[: self._limit]]
        if not chosen.size and self._kept:
            return
        self._kept.append(rows.take(pa.array(chosen)))
        self._hashes.append(hashes[chosen])
        if sum(one.size for one in self._hashes) >= 2 * self._limit:
            self._shrink()

    def rows(self) -> pa.Table:
        """Return the kept rows by row number.

        Raises:
            ValueError: No batch came, so the columns are not known.
        """
        if not self._kept:
            msg = "no batch of rows was added to the sample, not even an empty one"
            raise ValueError(msg)
        self._shrink()
        (table,) = self._kept
        return table.sort_by(ROW_NUMBER)

    def _shrink(self) -> None:
        hashes = np.concatenate(self._hashes)
        table = pa.concat_tables(
            [
                pa.Table.from_batches([one]) if isinstance(one, pa.RecordBatch) else one
                for one in self._kept
            ]
        )
        if hashes.size >= self._limit:
            chosen = np.argpartition(hashes, self._limit - 1)[: self._limit]
            table, hashes = table.take(pa.array(chosen)), hashes[chosen]
            self._below = hashes.max()
        self._kept, self._hashes = [table.combine_chunks()], [hashes]


def _hashes(row_numbers: pa.Array, seed: np.uint64) -> npt.NDArray[np.uint64]:
    """Return a hash per row number, shape (n_rows,); no two numbers have the same.

    Source: SplitMix64, https://doi.org/10.1145/2714064.2660195
    """
    words = np.asarray(row_numbers, dtype=np.int64).astype(np.uint64)
    for key in (seed, np.uint64(0)):
        words = (words ^ key) + _GOLDEN
        words = (words ^ (words >> np.uint64(30))) * _FIRST
        words = (words ^ (words >> np.uint64(27))) * _SECOND
        words ^= words >> np.uint64(31)
    return words
