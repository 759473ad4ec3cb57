"""Records are cut as RFC 4180 says, wherever the chunks end."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.errors import SourceError
from lead_scoring.io.csv_records import RecordCutter

FIELDS = st.text('ab",;\n\r ', max_size=5)


def cut(content: bytes, size: int) -> list[tuple[bytes, int]]:
    """Return records and their lines, read ``size`` bytes at a time."""
    chunks = (content[at : at + size] for at in range(0, len(content), size))
    blocks = RecordCutter("leads.csv", b",").blocks(chunks)
    return [
        (block.record(at), int(line)) for block in blocks for at, line in enumerate(block.lines)
    ]


@given(
    rows=st.lists(st.lists(FIELDS, min_size=2, max_size=4), max_size=8),
    size=st.integers(1, 40),
    end=st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_records_are_those_that_were_written(rows, size, end):
    """What the standard library writes is cut into the rows it was made of, on their lines."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator=end, quoting=csv.QUOTE_ALL)
    expected, line = [], 1
    for row in rows:
        start = buffer.tell()
        writer.writerow(row)
        text = buffer.getvalue()[start:]
        expected.append((text[: -len(end)].encode(), line))
        line += len(io.StringIO(text, newline=None).read().splitlines())

    assert cut(buffer.getvalue().encode(), size) == expected


@given(content=st.text('a",\n\r', max_size=40).map(str.encode), size=st.integers(1, 9))
def test_where_chunks_end_changes_nothing(content, size):
    """Any bytes give the same records, or are refused, however they are cut."""

    def outcome(at_a_time: int) -> object:
        try:
            return cut(content, at_a_time)
        except SourceError:
            return "refused"

    assert outcome(size) == outcome(1000)


def test_positions_fit_the_content():
    """Starts and stops point at the records, also after blank lines and without a last end."""
    block = next(RecordCutter("leads.csv", b",").blocks([b"\n\na,b\n\r\nc"]))
    rest = list(RecordCutter("leads.csv", b",").blocks([b"a\nb"]))[-1]

    assert np.array_equal(block.lines, [3])
    assert not rest.ended


@pytest.mark.parametrize(
    ("content", "place"),
    [(b'a,"b', "line 1, column 2"), (b'x\n\n"b"c,d\n', "line 3, column 1")],
)
def test_broken_quotes_are_named(content, place):
    """The line and the field where the quote was opened are in the message."""
    with pytest.raises(SourceError, match=place):
        cut(content, 100)
