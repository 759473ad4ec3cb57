"""What is seen in rows that go by in batches."""

import math
from itertools import pairwise

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from drifting import observation_of
from drifting import reference_of
from hypothesis import given
from hypothesis import strategies as st

from lead_scoring.core.observation import ObservedLevels
from lead_scoring.core.observation import ObservedNumbers
from lead_scoring.core.observation import Observer

RANDOM = np.random.default_rng(8)
LEADS = pd.DataFrame(
    {
        "x": np.where(RANDOM.random(60) < 0.2, np.nan, RANDOM.standard_normal(60) * 1e6),
        "flag": pd.Series(RANDOM.choice([True, False, None], 60), dtype="boolean"),
        "count": pd.Series(RANDOM.choice([0, 3, None], 60), dtype="Int64"),
        "text": pd.Series(RANDOM.choice(["a", "b", "c", None], 60), dtype="str"),
        "row_number": np.arange(1, 61),
    }
)
REFERENCE = reference_of(LEADS.drop(columns="row_number").replace({"text": {"c": "a"}}))


@pytest.mark.slow
@given(st.permutations(range(60)), st.lists(st.integers(0, 60), max_size=5))
def test_order_and_cuts_play_no_part(order, cuts):
    """However rows are ordered and cut into batches, the same is seen, to the last digit."""
    shuffled = LEADS.iloc[list(order)]
    edges = [0, *sorted(cuts), 60]

    seen = observation_of(
        REFERENCE, *(shuffled.iloc[start:end] for start, end in pairwise(edges)), sample=20
    )
    whole = observation_of(REFERENCE, LEADS, sample=20)

    assert (seen.rows, seen.numeric, seen.levels) == (whole.rows, whole.numeric, whole.levels)
    pd.testing.assert_frame_equal(seen.sample, whole.sample)


def test_all_rows_are_counted_and_some_are_kept():
    """The sample is bounded, the counts are of everything."""
    seen = observation_of(REFERENCE, LEADS, sample=20)

    assert (seen.rows, len(seen.sample)) == (60, 20)
    assert seen.numeric["x"].missing == LEADS["x"].isna().sum()


def test_levels_never_seen_are_counted():
    """The reference knows a and b only."""
    seen = observation_of(REFERENCE, LEADS).levels["text"]

    assert seen.unseen == (LEADS["text"] == "c").sum()


def test_nothing_is_new_to_a_mapped_column():
    """A mapping has a default for every level."""
    mapped = reference_of(LEADS[["text"]].replace("c", "a"), mapped=("text",))

    assert observation_of(mapped, LEADS).levels["text"].unseen == 0


def test_size_leaves_zeros_out():
    """The mean of ln 1 and ln e² is one, to a millionth."""
    leads = pd.DataFrame({"x": [0.0, 1.0, -math.exp(2.0), np.nan]})

    assert observation_of(reference_of(leads), leads).numeric["x"] == ObservedNumbers(
        missing=1, size=pytest.approx(1.0, abs=1e-6), sized=2, constant=False
    )


@pytest.mark.parametrize("cut", [0, 1, 2])
def test_a_constant_column_is_one_in_all_batches(cut):
    """Two values in two batches are not constant; the same in both are."""
    leads = pd.DataFrame(
        {
            "same": [7.0, 7.0],
            "two": [7.0, 8.0],
            "word": pd.Series(["a", "a"], dtype="str"),
            "words": pd.Series(["a", "b"], dtype="str"),
            "row_number": [1, 2],
        }
    )
    reference = reference_of(leads.drop(columns="row_number"))

    seen = observation_of(reference, leads.iloc[:cut], leads.iloc[cut:])

    assert {name: one.constant for name, one in {**seen.numeric, **seen.levels}.items()} == {
        "same": True,
        "two": False,
        "word": True,
        "words": False,
    }


def test_a_column_that_is_not_there_is_missing():
    """Its rows count, without a value."""
    seen = observation_of(REFERENCE, LEADS[["row_number", "x"]])

    assert seen.levels["text"] == ObservedLevels(missing=60, unseen=0, constant=False)
    assert seen.numeric["count"].missing == 60


def test_no_rows_are_seen_as_none():
    """A load without new rows breaks nothing."""
    seen = observation_of(REFERENCE, LEADS.iloc[:0])

    assert (seen.rows, len(seen.sample)) == (0, 0)
    assert seen.numeric["x"] == ObservedNumbers(missing=0, size=0.0, sized=0, constant=False)


def test_infinite_values_count_as_missing():
    """They have neither size nor rank."""
    leads = pd.DataFrame({"x": [np.inf, -np.inf, 1.0]})

    assert observation_of(reference_of(leads), leads).numeric["x"].missing == 2


def test_columns_read_as_dictionaries_are_text():
    """A snapshot may be read with repeated texts stored once."""
    rows = pa.RecordBatch.from_pydict(
        {
            "row_number": pa.array([1, 2]),
            "text": pa.array(["a", "new"]).dictionary_encode(),
        }
    )
    observer = Observer(reference_of(LEADS[["text"]]), 5, 1)

    observer.add(rows)

    assert observer.observation().levels["text"].unseen == 1
