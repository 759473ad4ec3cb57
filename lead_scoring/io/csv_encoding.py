"""What a CSV file's bytes are before they are text: marks, compression, pages, encodings."""

import codecs
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Final

from lead_scoring.errors import SourceError

_UTF8_MARK: Final = codecs.BOM_UTF8
_UTF16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OTHER_FORMATS: Final = {
    b"\x1f\x8b": "is compressed with gzip; unpack it first",
    b"PK\x03\x04": "is a zip archive or an Excel file; unpack it or export it as CSV",
    b"BZh": "is compressed with bzip2; unpack it first",
    b"\xfd7zXZ": "is compressed with xz; unpack it first",
    b"\x28\xb5\x2f\xfd": "is compressed with zstd; unpack it first",
    b"PAR1": "is a Parquet file; set source.kind: parquet",
    b"\xd0\xcf\x11\xe0": "is an old Excel file; export it as CSV",
    b"%PDF": "is a PDF",
    b"SQLite format 3\0": "is a SQLite database; use source.kind: sql",
}
_PAGES: Final = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")


def as_utf8(name: str, chunks: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield bytes that can be cut at line ends: UTF-16 becomes UTF-8, the rest stays.

    A mark at the beginning is left out.

    Args:
        name: Where the bytes come from, for messages.
        chunks: The file's bytes.
        encoding: The encoding the config names.

    Raises:
        SourceError: The file is empty, no text, or plainly in another encoding.
    """
    stream = iter(chunks)
    first = next(stream, b"")
    if not first.strip():
        first += b"".join(stream)
    _refuse_other_formats(name, first, encoding)
    if encoding == "utf-16":
        yield from _from_utf16(name, first, stream)
        return
    yield first.removeprefix(_UTF8_MARK)
    yield from stream


def _refuse_other_formats(name: str, first: bytes, encoding: str) -> None:
    if not first.removeprefix(_UTF8_MARK).strip():
        msg = f"{name}, line 1, column 1: the file is empty, it has not even a header"
        raise SourceError(msg)
    for mark, what in _OTHER_FORMATS.items():
        if first.startswith(mark):
            msg = f"{name}, line 1, column 1: the file {what}"
            raise SourceError(msg)
    begin = first[:1000].removeprefix(_UTF8_MARK).lstrip().lower()
    if begin.startswith(_PAGES):
        msg = f"{name}, line 1, column 1: this is a web page, not a CSV file: {begin[:60]!r}"
        raise SourceError(msg)
    if encoding != "utf-16" and first.startswith(_UTF16_MARKS):
        msg = f"{name}, line 1, column 1: the file is in UTF-16; set source.encoding: utf-16"
        raise SourceError(msg)
    if encoding != "utf-8" and first.startswith(_UTF8_MARK):
        msg = f"{name}, line 1, column 1: the file is in UTF-8; set source.encoding: utf-8"
        raise SourceError(msg)


def _from_utf16(name: str, first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder("utf-16")()
    line = 1
    try:
        for chunk in _and_end(first, rest):
            text = decoder.decode(chunk, final=not chunk)
            line += text.count("\n")
            yield text.encode()
    except UnicodeDecodeError as error:
        msg = f"{name}, on line {line} or after: the bytes are not UTF-16 ({error.reason})"
        raise SourceError(msg) from error


def _and_end(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from (chunk for chunk in rest if chunk)
    yield b""
