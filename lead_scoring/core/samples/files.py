"""What a sample generator hands out: files as blocks of rows, not yet written."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

BLOCK_ROWS: Final = 50_000
"""Rows made at a time, so that memory does not grow with the size of a sample."""


@dataclass(frozen=True, slots=True)
class SampleFile:
    """One file to be written: Parquet where its location ends so, else CSV.

    Attributes:
        location: Path below the data folder, as the use case's config spells it.
        rows: Number of data rows.
        blocks: The rows in file order, at most `BLOCK_ROWS` at a time; can be read once.
    """

    location: str
    rows: int
    blocks: Iterator[pa.Table]


def block_sizes(rows: int) -> Iterator[int]:
    """Cut ``rows`` into sizes of at most `BLOCK_ROWS`.

    >>> list(block_sizes(120_000))
    [50000, 50000, 20000]
    """
    for start in range(0, rows, BLOCK_ROWS):
        yield min(BLOCK_ROWS, rows - start)
