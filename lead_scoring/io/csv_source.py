"""Reads a CSV file strictly: every field as the text it is, every row with its line."""

import csv
from collections.abc import Iterator
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.csv

from lead_scoring.config.contract import Rule
from lead_scoring.config.data_file import DataFile
from lead_scoring.core.rows import Misfit
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import ConfigError
from lead_scoring.errors import SourceError
from lead_scoring.io.csv_encoding import as_utf8
from lead_scoring.io.csv_records import Block
from lead_scoring.io.csv_records import RecordCutter
from lead_scoring.io.csv_records import field_number
from lead_scoring.io.source_files import SourceFile

CHUNK: Final = 2 << 20
"""Bytes read at a time."""


class CsvSource:
    """Rows of one CSV file.

    Args:
        url: Path or fsspec URL of the file.
        config: Its delimiter and encoding.
        batch_rows: Most rows of a batch.
        keep_unreadable: Rows that are not in the encoding become misfits instead of an error.

    Raises:
        ConfigError: The delimiter is not an ASCII character.
        SourceError: There is no such file.
    """

    def __init__(
        self, url: str, config: DataFile, batch_rows: int, *, keep_unreadable: bool = False
    ) -> None:
        if not config.delimiter.isascii():
            msg = f"source.delimiter: {config.delimiter!r} is not an ASCII character"
            raise ConfigError(msg)
        self._file = SourceFile(url)
        self._config = config
        self._batch_rows = batch_rows
        self._keep_unreadable = keep_unreadable
        self._names: list[str] = []
        self._rows = 0
        self._cut_short = False

    @property
    def name(self) -> str:
        """Where the rows come from."""
        return self._file.url

    @property
    def digest(self) -> str:
        """SHA-256 of the file, once all rows were read."""
        return self._file.digest

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looked odd and is no fault, once all rows were read."""
        odd = f"row {self._rows}: the last line has no line end, the file may be cut short"
        return (odd,) if self._cut_short and self._rows else ()

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: The file is not a CSV file in its encoding; names line and column.
            SourceChangedError: The file changed while it was read.
        """
        delimiter = self._config.delimiter.encode()
        text = as_utf8(self.name, self._file.chunks(CHUNK), self._config.encoding)
        for block in RecordCutter(self.name, delimiter).blocks(text):
            records = block
            if not self._names:
                self._names = self._header(block)
                yield RawRows(self._parse(block.without(len(block.starts)))[0], np.arange(0))
                records = block.without(1)
            self._cut_short = not block.ended
            if len(records.starts):
                yield from self._sliced(self._laid_out(records))

    def _header(self, block: Block) -> list[str]:
        """Read the names of the columns; they may stand there twice, the contract says so."""
        header = block.first()
        text = self._checked(header, 1)[0].record(0).decode()
        return next(csv.reader([text], delimiter=self._config.delimiter, strict=True))

    def _laid_out(self, block: Block) -> RawRows:
        """Lay records out in columns; those with too few or too many fields are misfits."""
        count = len(block.starts)
        first = self._rows + 1
        self._rows += count
        numbers = np.arange(first, first + count)
        block, unreadable = self._checked(block, first)
        fits = np.ones(count, dtype=np.bool_)
        fits[[misfit.row_number - first for misfit in unreadable]] = False
        table, wrong = self._parse(block)
        readable = np.flatnonzero(fits)
        misfits = [self._misfit(block, at, first + int(readable[at]), n) for at, n in wrong]
        fits[[misfit.row_number - first for misfit in misfits]] = False
        if int(fits.sum()) != table.num_rows:
            msg = (
                f"{self.name}: {count} records from line {block.lines[0]} on were laid out as"
                f" {table.num_rows} rows and {len(misfits)} misfits; the file is not consistent"
            )
            raise SourceError(msg)
        lines = np.zeros(count, dtype=np.int64)
        lines[readable] = block.lines
        return RawRows(table, numbers[fits], lines[fits], (*unreadable, *misfits))

    def _parse(self, block: Block) -> tuple[pa.Table, list[tuple[int, int]]]:
        """Return the rows that fit, and of the others their place and number of fields."""
        wrong: list[tuple[int, int]] = []

        def refuse(row: pyarrow.csv.InvalidRow) -> str:
            wrong.append((row.number - 1, row.actual_columns))
            return "skip"

        positions = [str(place) for place in range(len(self._names))]
        content = block.content[int(block.starts[0]) :] if len(block.starts) else b""
        if not content:
            empty = [pa.array([], pa.string())] * len(self._names)
            return pa.Table.from_arrays(empty, names=self._names), wrong
        table = pyarrow.csv.read_csv(
            pa.BufferReader(content),
            read_options=pyarrow.csv.ReadOptions(
                column_names=positions, use_threads=False, block_size=len(content) + 1
            ),
            parse_options=pyarrow.csv.ParseOptions(
                delimiter=self._config.delimiter,
                newlines_in_values=b'"' in content,
                invalid_row_handler=refuse,
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=dict.fromkeys(positions, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        return table.rename_columns(self._names), wrong

    def _misfit(self, block: Block, at: int, row_number: int, fields: int) -> Misfit:
        problem = f"{fields} fields where the header has {len(self._names)}"
        text = block.record(at).decode()
        return Misfit(row_number, int(block.lines[at]), Rule.FIELDS, "", problem, text)

    def _checked(self, block: Block, first_row: int) -> tuple[Block, list[Misfit]]:
        """Return the records as UTF-8, and those that are not in the encoding as misfits."""
        encoding = "utf-8" if self._config.encoding == "utf-16" else self._config.encoding
        nul = block.content.find(b"\0")
        if nul >= 0:
            msg = f"{self._place(block, nul)}: a NUL byte; the file is damaged or not text"
            raise SourceError(msg)
        try:
            text = block.content.decode(encoding)
        except UnicodeDecodeError as error:
            if not self._keep_unreadable or not self._names:
                wrong = block.content[error.start : error.start + 1]
                msg = (
                    f"{self._place(block, error.start)}: byte {wrong!r} is not {encoding};"
                    " set source.encoding or mend the file"
                )
                raise SourceError(msg) from error
            return self._without_unreadable(block, encoding, first_row)
        return (block, []) if encoding == "utf-8" else (_recoded(block, text, encoding), [])

    def _without_unreadable(
        self, block: Block, encoding: str, first_row: int
    ) -> tuple[Block, list[Misfit]]:
        good: list[bytes] = []
        lines: list[int] = []
        misfits = []
        for at, line in enumerate(block.lines.tolist()):
            record = block.record(at)
            try:
                good.append(record.decode(encoding).encode())
                lines.append(line)
            except UnicodeDecodeError as error:
                column = self._column(record[: error.start])
                problem = f"byte {record[error.start : error.start + 1]!r} is not {encoding}"
                text = record.decode(encoding, "backslashreplace")
                misfits.append(Misfit(first_row + at, line, Rule.ENCODING, column, problem, text))
        sizes = np.array([len(record) for record in good], dtype=np.int64)
        stops = np.cumsum(sizes + 1) - 1
        content = b"".join(record + b"\n" for record in good)
        return Block(content, stops - sizes, stops, np.array(lines, dtype=np.int64)), misfits

    def _place(self, block: Block, position: int) -> str:
        """Return file, line and column of a byte, in words."""
        at = max(0, int(np.searchsorted(block.starts, position, side="right")) - 1)
        before = block.content[int(block.starts[at]) : position]
        line = int(block.lines[at]) + before.count(b"\n")
        return f"{self.name}, line {line}, column {self._column(before)!r}"

    def _column(self, before: bytes) -> str:
        place = field_number(before + b"x", self._config.delimiter.encode())
        return self._names[place - 1] if place <= len(self._names) else str(place)

    def _sliced(self, rows: RawRows) -> Iterator[RawRows]:
        """Cut a block into batches; the misfits go with the first."""
        for start in range(0, max(1, rows.table.num_rows), self._batch_rows):
            stop = start + self._batch_rows
            yield RawRows(
                rows.table.slice(start, self._batch_rows),
                rows.row_numbers[start:stop],
                None if rows.lines is None else rows.lines[start:stop],
                rows.misfits if not start else (),
            )


def _recoded(block: Block, text: str, encoding: str) -> Block:
    """Return a block of one-byte characters as UTF-8, with its positions moved along."""
    content = text.encode()
    if len(content) == len(block.content):
        return block
    widths = np.frombuffer(block.content, dtype=np.uint8)
    table = np.array(
        [len(bytes([byte]).decode(encoding, "replace").encode()) for byte in range(256)]
    )
    moved = np.concatenate([[0], np.cumsum(table[widths])])
    return Block(content, moved[block.starts], moved[block.stops], block.lines, block.ended)
