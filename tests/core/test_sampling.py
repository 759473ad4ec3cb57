"""A sample that does not depend on how rows go by."""

from itertools import pairwise

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.core.sampling import RowSampler


def batch(numbers):
    """Return rows of these numbers, each with ten times its number as value."""
    return pa.RecordBatch.from_pydict(
        {
            "row_number": pa.array(numbers, type=pa.int64()),
            "value": pa.array([10 * number for number in numbers], type=pa.int64()),
        }
    )


def sampled(batches, limit=5, seed=1):
    """Return the sample of batches of row numbers."""
    sampler = RowSampler(limit, seed)
    for numbers in batches:
        sampler.add(batch(numbers))
    return sampler.rows()


@given(st.permutations(range(1, 41)), st.lists(st.integers(0, 40), max_size=6))
def test_order_and_cuts_play_no_part(numbers, cuts):
    """However rows are ordered and cut into batches, the same are kept in the same order."""
    edges = [0, *sorted(cuts), 40]
    pieces = [numbers[start:end] for start, end in pairwise(edges)]

    assert sampled(pieces) == sampled([range(1, 41)])


def test_rows_stay_whole():
    """A value stays with its row number."""
    rows = sampled([range(1, 101)])

    assert rows["value"].to_pylist() == [10 * number for number in rows["row_number"].to_pylist()]


def test_fewer_rows_than_the_limit_are_all_kept():
    """Nothing is left out without need."""
    assert sampled([[3, 1], [], [2]])["row_number"].to_pylist() == [1, 2, 3]


def test_another_seed_keeps_other_rows():
    """The sample is drawn anew for another load."""
    rows = [sampled([range(1, 1_001)], seed=seed)["row_number"].to_pylist() for seed in (1, 2)]

    assert rows[0] != rows[1]


@pytest.mark.parametrize("seed", [0, -1, 2**64 + 3])
def test_any_whole_number_is_a_seed(seed):
    """Nothing overflows."""
    assert sampled([range(1, 11)], seed=seed).num_rows == 5


@pytest.mark.slow
def test_every_row_is_as_likely():
    """Each of ten rows is in half of the samples of five."""
    times = np.zeros(11)
    for seed in range(1_000):
        times[sampled([range(1, 11)], seed=seed)["row_number"].to_numpy()] += 1

    assert times[1:] == pytest.approx(np.full(10, 500), abs=80)


def test_no_rows_have_columns():
    """A batch without rows gives a sample without rows."""
    assert sampled([[]]).column_names == ["row_number", "value"]


def test_nothing_added_is_misuse():
    """Without a batch the columns are not known."""
    with pytest.raises(ValueError, match="not even an empty one"):
        RowSampler(5, 1).rows()
