"""Reads a Parquet file, or a folder of them, batch by batch."""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.core.identity import digest
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import SourceError
from lead_scoring.io.downloads import is_web
from lead_scoring.io.downloads import without_secrets
from lead_scoring.io.row_groups import read_batches
from lead_scoring.io.source_files import SourceFile
from lead_scoring.io.source_files import list_files

_CHUNK = 1 << 20


class ParquetSource:
    """Rows of one Parquet file, or of all files of a folder in the order of their paths.

    Args:
        url: Path or fsspec URL.
        batch_rows: Most rows of a batch.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, url: str, batch_rows: int) -> None:
        self.name = without_secrets(url) if is_web(url) else url
        self._batch_rows = batch_rows
        self._files = [SourceFile(file) for file in list_files(url, ".parquet")]

    @property
    def digest(self) -> str:
        """Digest of all files' bytes in order, once all rows were read."""
        return digest([file.digest for file in self._files])

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: A file is not Parquet, damaged, or has other columns than the first.
            SourceChangedError: A file changed while it was read.
        """
        names: list[str] | None = None
        rows = 0
        for file in self._files:
            for _ in file.chunks(_CHUNK):
                pass
            with file.opened() as opened:
                for table in self._tables(file, opened):
                    if names is not None and table.column_names != names:
                        msg = (
                            f"{file.url}: columns {table.column_names} differ from those of"
                            f" {self._files[0].url}: {names}"
                        )
                        raise SourceError(msg)
                    names = table.column_names
                    numbers = np.arange(rows + 1, rows + 1 + table.num_rows)
                    rows += table.num_rows
                    yield RawRows(table, numbers)
            file.check_unchanged()

    def _tables(self, file: SourceFile, opened: object) -> Iterator[pa.Table]:
        try:
            with pq.ParquetFile(opened, page_checksum_verification=True) as parquet:
                yield parquet.schema_arrow.empty_table()
                for batch in read_batches(parquet, self._batch_rows):
                    yield pa.Table.from_batches([batch])
        except (pa.ArrowInvalid, OSError) as error:
            msg = f"{file.url}: cannot be read as Parquet: {str(error)[:200]}"
            raise SourceError(msg) from error
