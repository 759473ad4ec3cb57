"""Reads a Parquet file in memory that does not grow with it."""

from collections.abc import Iterator
from collections.abc import Sequence

import pyarrow as pa
import pyarrow.parquet as pq


def read_batches(
    parquet: pq.ParquetFile, rows: int, columns: Sequence[str] | None = None
) -> Iterator[pa.RecordBatch]:
    """Iterate over a file in row order, one row group at a time.

    Read with one call, every row group that was decoded stays in memory until the last.

    Args:
        parquet: The open file; it stays the caller's.
        rows: Most rows of a batch; a batch never spans row groups.
        columns: The columns to read, in this order; all if absent.
    """
    chosen = None if columns is None else list(columns)
    for group in range(parquet.num_row_groups):
        for batch in parquet.iter_batches(
            rows, row_groups=[group], columns=chosen, use_threads=False
        ):
            yield batch if chosen is None else batch.select(chosen)
            del batch  # or it lives on while the next one is decoded
        pa.default_memory_pool().release_unused()
