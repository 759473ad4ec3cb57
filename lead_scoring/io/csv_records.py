"""Cuts the bytes of a CSV file into whole records and knows the line of each.

Quoting follows RFC 4180, strictly: a field that begins with a quote ends with one, and nothing
stands between that and the next delimiter. A quote inside an unquoted field is an ordinary
character. Lines end with LF, CR LF or CR, also mixed; blank lines are no records.

Source:
    Y. Shafranovich (2005), RFC 4180, https://www.rfc-editor.org/rfc/rfc4180
"""

import csv
import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from lead_scoring.core.rows import Indices
from lead_scoring.errors import SourceError

LONGEST_RECORD: Final = 16 << 20
"""Bytes of one record, at most: where a quote is never closed, the rest of the file is one."""
_LF: Final = 10
_CR: Final = 13
_QUOTE: Final = 34


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records of a file.

    Attributes:
        content: Bytes of the records, line ends and blank lines included.
        starts: Where in ``content`` each record begins, shape (n_records,).
        stops: Where each record ends, without its line end, shape (n_records,).
        lines: Line of the file each record begins on, shape (n_records,).
        ended: Whether the last record has a line end.
    """

    content: bytes
    starts: Indices
    stops: Indices
    lines: Indices
    ended: bool = True

    def record(self, number: int) -> bytes:
        """Return one record, counted from 0, without its line end."""
        return self.content[self.starts[number] : self.stops[number]]

    def first(self) -> "Block":
        """Return the block of the first record alone."""
        content = self.content[: self.stops[0]]
        return Block(content, self.starts[:1], self.stops[:1], self.lines[:1])

    def without(self, first: int) -> "Block":
        """Return the block without its first records."""
        return Block(
            self.content, self.starts[first:], self.stops[first:], self.lines[first:], self.ended
        )


class RecordCutter:
    """Cuts a stream of bytes into blocks of whole records.

    Args:
        name: Where the bytes come from, for messages.
        delimiter: The delimiter, as it is encoded.
    """

    def __init__(self, name: str, delimiter: bytes) -> None:
        self._name = name
        self._delimiter = delimiter
        ends = rb"[\r\n" + re.escape(delimiter) + rb"]"
        self._quoted = re.compile(
            rb"(?:\A|(?<=" + ends + rb'))"[^"]*+(?:""[^"]*+)*+("(?=' + ends + rb"|\Z)|\Z)?"
        )
        self._line = 1

    def blocks(self, chunks: Iterable[bytes]) -> Iterator[Block]:
        """Yield the records, in order, in blocks about as large as the chunks.

        Raises:
            SourceError: Quoting is broken; the message names the line.
        """
        rest = b""
        for chunk in chunks:
            content = rest + chunk
            cut, block = self._cut(content, final=False)
            rest = content[cut:]
            if len(rest) > LONGEST_RECORD:
                msg = (
                    f"{self._name}, line {self._line}: the record that begins here is longer than"
                    f" {LONGEST_RECORD} bytes; a quote is probably never closed"
                )
                raise SourceError(msg)
            if len(block.starts):
                yield block
        _, block = self._cut(rest, final=True)
        if len(block.starts):
            yield block

    def _cut(self, content: bytes, *, final: bool) -> tuple[int, Block]:
        """Return the whole records of ``content`` and where the unfinished rest begins."""
        every = _line_ends(content, final=final)
        record_ends = every[~self._inside_quotes(content, every, final=final)]
        cut = len(content) if final else int(record_ends[-1]) if record_ends.size else 0
        behind = record_ends if record_ends.size and record_ends[-1] == cut else None
        ended = behind is not None
        stops_with_end = record_ends if ended or not cut else np.append(record_ends, cut)
        starts = np.concatenate([[0], stops_with_end[:-1]]).astype(np.int64)[: len(stops_with_end)]
        stops = _without_line_end(content, starts, stops_with_end)
        lines = self._line + np.searchsorted(every, starts, side="right")
        self._line += int(np.searchsorted(every, cut, side="right"))
        filled = stops > starts
        return cut, Block(content[:cut], starts[filled], stops[filled], lines[filled], ended)

    def _inside_quotes(self, content: bytes, ends: Indices, *, final: bool) -> np.ndarray:
        """Return which line ends belong to a quoted value, shape (n_ends,)."""
        inside = np.zeros(len(ends), dtype=np.bool_)
        if b'"' not in content:
            return inside
        quotes = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == _QUOTE)
        if self._is_plain(content, quotes) and not (final and len(quotes) % 2):
            return np.asarray(np.searchsorted(quotes, ends - 1) % 2 == 1, dtype=np.bool_)
        spans = []
        for match in self._quoted.finditer(content):
            unfinished = match.end() == len(content)
            if match[1] is None or (match[1] == b"" and (final or not unfinished)):
                raise self._broken_quote(content, match.start(), match.end(), ends)
            spans.append(match.span())
        if spans:
            opened, closed = np.array(spans).T
            last = np.searchsorted(opened, ends - 1, side="right") - 1
            inside = (last >= 0) & (ends - 1 < closed[last])
        return inside

    def _is_plain(self, content: bytes, quotes: Indices) -> bool:
        """Return whether quotes open and close fields, or stand twice, and nothing else."""
        data = np.frombuffer(content, dtype=np.uint8)
        around = np.array([_LF, _CR, self._delimiter[0]], dtype=np.uint8)
        twice = np.diff(quotes) == 1
        opening, closing = quotes[::2], quotes[1::2]
        opens = np.isin(data[np.maximum(opening - 1, 0)], around) | (opening == 0)
        opens[1:] |= twice[1::2][: len(opens) - 1]
        closes = np.isin(data[np.minimum(closing + 1, len(data) - 1)], around)
        closes |= closing == len(data) - 1
        paired = twice[1::2]
        closes[: len(paired)] |= paired
        return bool(opens.all() and closes.all())

    def _broken_quote(self, content: bytes, start: int, end: int, ends: Indices) -> SourceError:
        opened = self._line + int(np.searchsorted(ends, start, side="right"))
        closed = self._line + int(np.searchsorted(ends, end, side="right"))
        begin = content[start : start + 40].decode("utf-8", "replace")
        if end >= len(content):
            what = "a quote is opened and never closed"
        else:
            what = f"a quote is closed on line {closed} and text follows it"
        place = field_number(content[_line_start(ends, start) : start], self._delimiter)
        return SourceError(f"{self._name}, line {opened}, column {place}: {what}: {begin!r}")


def field_number(text: bytes, delimiter: bytes) -> int:
    """Return which field, counted from 1, a record's bytes lead up to."""
    reader = csv.reader(
        [text.decode("utf-8", "replace")], delimiter=delimiter.decode("utf-8", "replace")
    )
    return max(1, len(next(reader, [])))


def _line_start(ends: Indices, position: int) -> int:
    before = int(np.searchsorted(ends, position, side="right"))
    return int(ends[before - 1]) if before else 0


def _line_ends(content: bytes, *, final: bool) -> Indices:
    """Return the positions just behind each line end; a CR at the very end may go on."""
    data = np.frombuffer(content, dtype=np.uint8)
    ends = np.flatnonzero(data == _LF)
    if b"\r" in content:
        returns = np.flatnonzero(data == _CR)
        if not final and returns.size and returns[-1] == len(data) - 1:
            returns = returns[:-1]
        follows = np.append(data, 0)[returns + 1]
        alone = returns[follows != _LF]
        if alone.size:
            ends = np.sort(np.concatenate([ends, alone]))
    return np.asarray(ends + 1, dtype=np.int64)


def _without_line_end(content: bytes, starts: Indices, stops: Indices) -> Indices:
    data = np.frombuffer(content, dtype=np.uint8)
    for end in (_LF, _CR):
        last = np.maximum(stops - 1, 0)
        if len(data):
            stops = stops - ((stops > starts) & (data[last] == end))
    return stops
