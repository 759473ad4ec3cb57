"""Writes made-up sources as CSV or Parquet, block by block."""

import contextlib
import csv
import hashlib
import io
from collections.abc import Callable
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from typing import Final

import fsspec
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv as arrow_csv

from lead_scoring.core.samples.files import SampleFile
from lead_scoring.errors import SourceError

PARQUET: Final = ".parquet"


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file that is there now.

    Attributes:
        path: Where it is.
        rows: Its data rows.
        changed: Whether this call put it there; False if it was there already, byte for byte.
    """

    path: str
    rows: int
    changed: bool


def write_sample(
    files: Iterable[SampleFile],
    folder: str,
    *,
    replace: bool = False,
    advance: Callable[[int], None] | None = None,
) -> tuple[WrittenFile, ...]:
    """Write each file below ``folder``; readers see all of a file or nothing.

    Args:
        files: What to write.
        folder: Folder or fsspec URL.
        replace: Overwrite files that hold something else.
        advance: Called with the rows of each block written.

    Raises:
        SourceError: A file is there and holds something else. It was left as it was.
    """
    filesystem, root = fsspec.url_to_fs(folder)
    return tuple(_write(filesystem, root, file, advance, replace=replace) for file in files)


def _write(
    filesystem: fsspec.AbstractFileSystem,
    root: str,
    file: SampleFile,
    advance: Callable[[int], None] | None,
    *,
    replace: bool,
) -> WrittenFile:
    path = f"{root.rstrip('/')}/{file.location}"
    part = f"{path}.part"
    filesystem.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    try:
        with filesystem.open(part, "wb") as stream:
            write = _write_parquet if path.endswith(PARQUET) else _write_csv
            write(stream, file, advance)
        changed = _settle(filesystem, part, path, replace=replace)
    finally:
        if filesystem.exists(part):
            filesystem.rm_file(part)
    return WrittenFile(path, file.rows, changed)


def _settle(filesystem: fsspec.AbstractFileSystem, part: str, path: str, *, replace: bool) -> bool:
    """Move ``part`` to ``path`` unless the same bytes are there; return whether it moved."""
    if filesystem.exists(path):
        if _digest(filesystem, path) == _digest(filesystem, part):
            return False
        if not replace:
            msg = (
                f"{path} is there and holds something else; it was left as it was. "
                "Choose another folder, or say that it may be replaced"
            )
            raise SourceError(msg)
    filesystem.mv(part, path)
    return True


def _write_csv(stream: Any, file: SampleFile, advance: Callable[[int], None] | None) -> None:
    options = arrow_csv.WriteOptions(include_header=False, quoting_style="needed")
    for number, block in enumerate(file.blocks):
        if number == 0:
            stream.write(_header(block.schema))
        # A chunk without rows makes pyarrow 25 write NUL bytes for the whole table.
        arrow_csv.write_csv(block.combine_chunks(), stream, options)
        if advance is not None:
            advance(block.num_rows)


def _write_parquet(stream: Any, file: SampleFile, advance: Callable[[int], None] | None) -> None:
    """Write a row group per block."""
    with contextlib.ExitStack() as stack:
        writer: pq.ParquetWriter | None = None
        for block in file.blocks:
            if writer is None:
                opened = pq.ParquetWriter(stream, block.schema, write_page_checksum=True)
                writer = stack.enter_context(opened)
            writer.write_table(block)
            if advance is not None:
                advance(block.num_rows)


def _header(schema: pa.Schema) -> bytes:
    line = io.StringIO()
    csv.writer(line, lineterminator="\n").writerow(schema.names)
    return line.getvalue().encode()


def _digest(filesystem: fsspec.AbstractFileSystem, path: str) -> bytes:
    with filesystem.open(path, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()
