"""Which outcome of a lead stands: the source's, or the one a file brought back."""

from datetime import timedelta

import pyarrow as pa
import pytest
from made import day
from made import make_load

from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.returned import ReturnedFile
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.returned import Taken
from lead_scoring.core.returned import with_returned

AS_OF, LOADED = day(30), day(20)


def laid_over(source, file, window=None):
    """Return outcome and day that stand of a lead of the first, and the counts."""
    outcome, known = source
    rows = pa.record_batch(
        {
            "lead_id": ["other", "lead"],
            "created_at": pa.array([day(1), day(1)], INSTANT),
            "outcome": pa.array([None, outcome], pa.float64()),
            "known_at": pa.array([None, None if known is None else day(known)], INSTANT),
        }
    )
    returned = pa.record_batch(
        {
            "place": pa.array([1], pa.int64()),
            "outcome": [file[0]],
            "known_at": pa.array([day(file[1])], INSTANT),
        }
    )
    settled, taken = with_returned(rows, returned, LOADED, AS_OF, window)
    assert settled.schema == rows.schema
    assert settled.slice(0, 1) == rows.slice(0, 1)
    row = settled.to_pylist()[1]
    stands = None if row["known_at"] is None else (row["known_at"] - day(1)).days + 1
    return (row["outcome"], stands), taken


@pytest.mark.parametrize(
    ("source", "file", "stands", "taken"),
    [
        pytest.param((None, None), (1.0, 9), (1.0, 9), Taken(filled=1), id="the only one"),
        pytest.param((0.0, 40), (1.0, 9), (1.0, 9), Taken(filled=1), id="not known yet, another"),
        pytest.param((0.0, 40), (0.0, 9), (0.0, 9), Taken(filled=1), id="not known yet, the same"),
        pytest.param((1.0, 9), (1.0, 12), (1.0, 9), Taken(), id="the same, later"),
        pytest.param((1.0, 12), (1.0, 9), (1.0, 9), Taken(), id="the same, earlier"),
        pytest.param((0.0, 9), (1.0, 12), (1.0, 12), Taken(overruled=1), id="another, later"),
        pytest.param(
            (0.0, 12), (1.0, 9), (0.0, 12), Taken(contradicting=1), id="another, earlier"
        ),
        pytest.param((0.0, 9), (1.0, 9), (0.0, 9), Taken(contradicting=1), id="another, at once"),
        pytest.param((0.0, None), (0.0, 9), (0.0, None), Taken(), id="no instant, the same"),
        pytest.param((0.0, None), (2.0, 25), (2.0, 25), Taken(overruled=1), id="after the load"),
        pytest.param((0.0, None), (2.0, 9), (0.0, None), Taken(contradicting=1), id="before it"),
        pytest.param((3.25, 9), (4.5, 12), (4.5, 12), Taken(overruled=1), id="numbers"),
    ],
)
def test_what_stands_depends_on_when_it_became_known(source, file, stands, taken):
    """The same: the earlier instant; another: the later one; without one, since the load."""
    assert laid_over(source, file) == (stands, taken)


def test_a_conversion_after_the_window_is_none():
    """As in a source: it is a 0, known when the window was over."""
    window = timedelta(days=5)

    assert laid_over((None, None), (1.0, 9), window)[0] == (0.0, 6)
    assert laid_over((None, None), (1.0, 5), window)[0] == (1.0, 5)
    assert laid_over((0.0, 6), (1.0, 9), window) == ((0.0, 6), Taken())


def test_counts_add_up():
    """Sums of several batches are those of one."""
    assert sum([Taken(1, 2, 3), Taken(4, 0, 1)], Taken()) == Taken(5, 2, 4)


def test_refused_rows_are_part_of_what_a_training_depends_on():
    """A file of which other rows stand is another file to a training."""
    load = make_load(load_id="load_7")
    files = [ReturnedFile(load), ReturnedFile(load, (2,)), ReturnedFile(load, (2, 3))]
    ids = ReturnedOutcomes(AS_OF, tuple(files)).ids

    assert ids[0] == "load_7"
    assert len(set(ids)) == 3
