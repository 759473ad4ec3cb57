"""Looks at a file nobody described: its format, encoding and delimiter, then every row."""

import codecs
import csv
from collections import Counter
from typing import Final

import fsspec

from lead_scoring.config.source import FileSource
from lead_scoring.core.first_profile import Profile
from lead_scoring.core.first_profile import Profiler
from lead_scoring.errors import SourceError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.parquet_source import ParquetSource
from lead_scoring.io.source_files import SourceFile

HEAD: Final = 1 << 16
"""Bytes the delimiter is found in."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_CHUNK: Final = 1 << 20


def look(url: str, location: str, batch_rows: int) -> tuple[FileSource, Profile]:
    """Return how a file is read, and what it holds.

    Args:
        url: Path or fsspec URL of a CSV or Parquet file, or of a folder of Parquet files.
        location: How a config names it.
        batch_rows: Rows in memory at a time.

    Raises:
        SourceError: There is no such file, it is neither, or has no rows or no header.
    """
    source = _source(url, location)
    profiler = Profiler()
    rows = (
        ParquetSource(url, batch_rows)
        if source.kind == "parquet"
        else CsvSource(url, source, batch_rows)
    )
    for batch in rows.batches():
        names = batch.table.column_names
        twice = sorted(name for name, count in Counter(names).items() if count > 1)
        if twice:
            msg = f"{url}: the header names {twice} twice; give each column a name of its own"
            raise SourceError(msg)
        profiler.add(batch)
    profile = profiler.profile()
    if profile.rows <= profile.misfits[0]:
        found = (
            f"; {profile.misfits[0]:,} others: {profile.misfits[1]}" if profile.misfits[0] else ""
        )
        msg = (
            f"{url}: {profile.rows:,} rows fit the header{found}. Is the first line a header that"
            " names every column?"
        )
        raise SourceError(msg)
    return source, profile


def _source(url: str, location: str) -> FileSource:
    filesystem, path = fsspec.core.url_to_fs(url)
    if filesystem.isdir(path):
        return FileSource(kind="parquet", location=location)
    file = SourceFile(url)
    with file.opened() as opened:
        head = opened.read(HEAD)
    if head.startswith(b"PAR1"):
        return FileSource(kind="parquet", location=location)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head.decode("utf-16", errors="ignore")
        return FileSource(
            kind="csv", location=location, encoding="utf-16", delimiter=find_delimiter(text)
        )
    text = head.decode("latin-1")
    for encoding in ("utf-8", "cp1252"):
        if _readable(file, encoding):
            return FileSource.model_validate(
                {
                    "kind": "csv",
                    "location": location,
                    "encoding": encoding,
                    "delimiter": find_delimiter(text),
                }
            )
    return FileSource(
        kind="csv", location=location, encoding="latin-1", delimiter=find_delimiter(text)
    )


def _readable(file: SourceFile, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for chunk in file.chunks(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def find_delimiter(text: str) -> str:
    r"""Return the character that parts the first lines of a file into the same number of fields.

    >>> find_delimiter('a;b;c\n1,5;2;"x;y"\n2,5;3;z\n')
    ';'
    """
    lines = text.splitlines()[:-1][:200] or text.splitlines()
    best, most = ",", (0.0, 1)
    for delimiter in _DELIMITERS:
        counts = Counter(len(fields) for fields in csv.reader(lines, delimiter=delimiter))
        fields, rows = counts.most_common(1)[0] if counts else (1, 0)
        found = (round(rows / max(1, counts.total()), 1), fields)
        if fields > 1 and found > most:
            best, most = delimiter, found
    return best
