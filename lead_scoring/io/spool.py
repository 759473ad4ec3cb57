"""Record batches that wait on disk."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

_OPTIONS: Final = pa.ipc.IpcWriteOptions(compression="lz4")


class Spool:
    """Record batches in one file, written once and read any number of times."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pa.RecordBatchFileWriter | None = None
        self._closed = False

    def append(self, batch: pa.RecordBatch) -> None:
        """Write a batch; all have one schema."""
        if self._writer is None:
            self._writer = pa.ipc.new_file(str(self._path), batch.schema, options=_OPTIONS)
        self._writer.write_batch(batch)

    def close(self) -> None:
        """End the file; it can be read from then on."""
        if self._writer is not None and not self._closed:
            self._writer.close()
        self._closed = True

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Iterate over the batches, one in memory at a time."""
        if self._writer is None:
            return
        with pa.OSFile(str(self._path)) as file, pa.ipc.open_file(file) as reader:
            for number in range(reader.num_record_batches):
                yield reader.get_batch(number)
