"""Writes frames for people, chunk by chunk: CSV and Excel nobody can misread, JSON, Parquet."""

import json
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO
from typing import Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.core.said import in_words
from lead_scoring.core.schema import REASONS
from lead_scoring.errors import SourceError
from lead_scoring.io.excel import write_workbook

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A spreadsheet takes text that begins so for a formula and runs it."""


class Format(StrEnum):
    """How frames are written.

    ``csv`` puts an apostrophe before text that looks like a formula, ``xlsx`` keeps text as text;
    ``json`` is an array of objects, null where a value is missing. Instants are ISO 8601 in UTC
    in ``csv`` and ``json``. Reasons are objects in ``json`` and words in the others.
    """

    CSV = "csv"
    JSON = "json"
    PARQUET = "parquet"
    XLSX = "xlsx"


def format_of(path: Path) -> Format:
    """Return the format a file's name asks for.

    Raises:
        SourceError: The name ends in none that is known.
    """
    ending = path.suffix.lower().removeprefix(".")
    if ending not in set(Format):
        msg = f"{path}: name it .csv, .json, .parquet or .xlsx, so that the format is clear"
        raise SourceError(msg)
    return Format(ending)


@contextmanager
def opened_for_writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file that readers see whole or as it was before.

    Raises:
        SourceError: It cannot be written there. Nothing was kept.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as stream:
            yield stream
        part.replace(path)
    except OSError as error:
        msg = f"{path}: cannot be written ({error.strerror or error}); nothing was kept"
        raise SourceError(msg) from error
    finally:
        part.unlink(missing_ok=True)


def write_frames(frames: Iterable[pd.DataFrame], stream: BinaryIO, form: Format) -> int:
    """Write frames of the same columns one after another; return the rows.

    Args:
        frames: At least one frame, which may be empty; their index is not written.
        stream: Where to; it stays open.
        form: In which format.
    """
    write = {
        Format.CSV: _write_csv,
        Format.JSON: _write_json,
        Format.PARQUET: _write_parquet,
        Format.XLSX: _write_xlsx,
    }
    return write[form](frames, stream)


def records(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows as JSON can say them: instants ISO 8601 in UTC, missing is None."""
    text = _in_text(frame).to_json(orient="records", double_precision=15)
    rows: list[dict[str, object]] = json.loads(text or "[]")
    return rows


def _write_csv(frames: Iterable[pd.DataFrame], stream: BinaryIO) -> int:
    rows = 0
    for number, frame in enumerate(frames):
        written = _in_text(_worded(frame))
        safe = written.assign(**{name: _defuse(written[name]) for name in _texts(written)})
        text = safe.to_csv(index=False, header=number == 0, lineterminator="\n")
        stream.write(text.encode())
        rows += len(frame)
    return rows


def _write_json(frames: Iterable[pd.DataFrame], stream: BinaryIO) -> int:
    rows = 0
    stream.write(b"[")
    for frame in frames:
        for record in records(frame):
            stream.write(b",\n" if rows else b"\n")
            stream.write(json.dumps(record, ensure_ascii=False).encode())
            rows += 1
    stream.write(b"\n]\n")
    return rows


def _write_parquet(frames: Iterable[pd.DataFrame], stream: BinaryIO) -> int:
    rows = 0
    writer: pq.ParquetWriter | None = None
    for frame in frames:
        schema = None if writer is None else writer.schema
        table = pa.Table.from_pandas(_worded(frame), schema=schema, preserve_index=False)
        writer = writer or pq.ParquetWriter(stream, table.schema)
        writer.write_table(table)
        rows += len(frame)
    if writer is not None:
        writer.close()
    return rows


def _write_xlsx(frames: Iterable[pd.DataFrame], stream: BinaryIO) -> int:
    return write_workbook(map(_worded, frames), stream)


def _worded(frame: pd.DataFrame) -> pd.DataFrame:
    """Write reasons as people read them."""
    if REASONS not in frame:
        return frame
    return frame.assign(
        **{REASONS: frame[REASONS].map(in_words, na_action="ignore").astype("str")}
    )


def _in_text(frame: pd.DataFrame) -> pd.DataFrame:
    """Write instants as text."""
    instants = frame.select_dtypes(["datetime", "datetimetz"]).columns
    return frame.assign(
        **{str(name): frame[name].dt.strftime("%Y-%m-%dT%H:%M:%SZ") for name in instants}
    )


def _texts(frame: pd.DataFrame) -> list[str]:
    return [str(name) for name in frame.select_dtypes(["object", "string"]).columns]


def _defuse(texts: pd.Series) -> pd.Series:
    dangerous = texts.astype("string").str.startswith(FORMULA_STARTS).fillna(value=False)
    return texts.mask(dangerous.to_numpy(dtype=bool), "'" + texts.astype("string"))
