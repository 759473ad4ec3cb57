"""Text becomes values strictly: what is accepted means what the text says."""

import math
from datetime import UTC
from datetime import datetime
from fractions import Fraction

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.core.parsing import as_text
from lead_scoring.core.parsing import parse

EARLY, LATE = datetime.fromisoformat("1000-01-01"), datetime.fromisoformat("9999-01-01")
TEXTS = st.lists(
    st.one_of(
        st.text(max_size=6),
        st.text("0123456789+-.eE_, ", max_size=12),
        st.integers(-(2**65), 2**65).map(str),
        st.floats().map(str),
        st.datetimes().map(str),
    ),
    max_size=20,
)


@pytest.mark.slow
@given(texts=TEXTS)
def test_a_whole_number_is_the_one_written(texts):
    """An accepted text equals the number to the last digit; nothing accepted is lost."""
    parsed = parse(pa.array(texts, pa.string()), "integer")

    for text, value, faulty in zip(
        texts, parsed.read.to_pylist(), parsed.faulty.to_pylist(), strict=True
    ):
        assert faulty == (value is None and text != "")
        assert value is None or Fraction(text) == value


@given(texts=TEXTS)
def test_a_number_is_the_nearest_to_the_one_written(texts):
    """An accepted text is finite and reads as Python reads it."""
    parsed = parse(pa.array(texts, pa.string()), "number")

    for text, value in zip(texts, parsed.read.to_pylist(), strict=True):
        if value is not None:
            assert math.isfinite(value)
            assert value == float(text)
            assert "_" not in text


@given(moments=st.lists(st.datetimes(EARLY, LATE), max_size=9))
def test_an_instant_reads_back(moments):
    """ISO text gives the instant it was made from."""
    parsed = parse(pa.array([moment.isoformat() for moment in moments], pa.string()), "timestamp")

    assert parsed.read.to_pylist() == [moment.replace(tzinfo=UTC) for moment in moments]


@given(texts=st.lists(st.text(max_size=5), max_size=9))
def test_text_stays_as_it_is(texts):
    """Only the empty text is missing."""
    parsed = parse(pa.array(texts, pa.string()), "string")

    assert parsed.read.to_pylist() == [text or None for text in texts]


@pytest.mark.parametrize(
    ("text", "kind", "written", "expected"),
    [
        ("31.12.2024 14:30", "timestamp", "day_first", datetime(2024, 12, 31, 14, 30, tzinfo=UTC)),
        (
            "1/2/2024, 08:05:09",
            "timestamp",
            "day_first",
            datetime(2024, 2, 1, 8, 5, 9, tzinfo=UTC),
        ),
        ("12/31/2024", "timestamp", "month_first", datetime(2024, 12, 31, tzinfo=UTC)),
        ("1.234.567,25", "number", "decimal_comma", 1234567.25),
        ("-0,5", "number", "decimal_comma", -0.5),
        ("1.234", "integer", "decimal_comma", 1234),
        ("31.02.2024", "timestamp", "day_first", None),
        ("2024-12-31", "timestamp", "day_first", None),
        ("31.12.24", "timestamp", "day_first", None),
        ("1.5", "number", "decimal_comma", None),
        ("1,234.5", "number", "decimal_comma", None),
        ("12,34,5", "number", "decimal_comma", None),
    ],
)
def test_values_are_read_as_they_are_written(text, kind, written, expected):
    """Each means one thing in its way of writing; what does not is refused, and never guessed."""
    parsed = parse(pa.array([text, ""]), kind, written)

    assert parsed.read.to_pylist() == [expected, None]
    assert parsed.faulty.to_pylist() == [expected is None, False]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([1, 2**53 + 1]), "number"),
        (pa.array([1.0, 1.5]), "integer"),
        (pa.array([1.0, math.nan]), "number"),
        (pa.array([0, 2]), "boolean"),
        (pa.array([0, 1], pa.timestamp("ns")), "timestamp"),
    ],
)
def test_a_value_that_would_change_is_refused(values, kind):
    """Of typed values the first fits without loss and the second does not."""
    assert parse(values, kind).faulty.to_pylist() == [False, True]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([1.5]), "string"),
        (pa.array([True]), "number"),
        (pa.array([[1]]), "integer"),
        (pa.array([b"x"]), "string"),
        (pa.array([1]), "timestamp"),
    ],
)
def test_a_type_that_does_not_fit_is_refused(values, kind):
    """Nothing is converted that has to be guessed."""
    assert parse(values, kind).faulty.to_pylist() == [True]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (pa.array([1, None]), "integer"),
        (pa.array([1.5, -0.1]), "number"),
        (pa.array([True, False]), "boolean"),
        (pa.array([10**15 + 1], pa.timestamp("us", tz="Asia/Kolkata")), "timestamp"),
        (pa.array([1], pa.date32()), "timestamp"),
        (pa.array(["a", "a", None]).dictionary_encode(), "string"),
    ],
)
def test_text_of_values_reads_back_as_the_same_values(values, kind):
    """What stands in quarantine as text is read again as it was."""
    assert parse(as_text(values), kind).read == parse(values, kind).read
