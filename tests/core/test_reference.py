"""The counts that are kept of the rows a champion was judged on."""

import json

import numpy as np
import pandas as pd
import pytest
from chunked import chunk_performance
from drifting import reference_of

from lead_scoring.core.reference import BUCKETS
from lead_scoring.core.reference import MAX_LEVELS
from lead_scoring.core.reference import OTHER
from lead_scoring.core.reference import Reference
from lead_scoring.core.reference import fit_reference
from lead_scoring.core.schema import PROBABILITY

RANDOM = np.random.default_rng(8)


def numbers(values):
    """Return the reference of one column of numbers."""
    return reference_of(pd.DataFrame({"x": values})).numeric["x"]


def levels(values):
    """Return the reference of one column of text."""
    return reference_of(pd.DataFrame({"x": pd.Series(values, dtype="str")})).levels["x"]


def wide(rows):
    """Return a frame of 30 columns of numbers and 10 of text."""
    frame = {f"number_{place}": RANDOM.standard_normal(rows) for place in range(30)}
    for place in range(10):
        frame[f"text_{place}"] = pd.Series(RANDOM.integers(0, 1_000, rows)).map("level {}".format)
    return pd.DataFrame(frame)


def test_few_values_are_counted_exactly():
    """Each value has a bin of its own, and what lies between has another."""
    one = numbers([0.0, 0.0, 2.0, np.nan])

    assert one.count(np.array([0.0, 0.0, 1.0, 2.0, -1.0, 9.0, np.nan])).tolist() == [1, 2, 1, 1, 1]
    assert (one.counts, one.missing) == ((0, 2, 0, 1, 0), 1)


def test_many_values_are_counted_in_quantiles():
    """There are at most a hundred bins or so, and none of them is heavy."""
    one = numbers(RANDOM.standard_normal(5_000))

    assert len(one.counts) <= 100
    assert max(one.counts) <= 2 * 5_000 / 80


def test_a_heavy_value_among_many_has_a_bin_of_its_own():
    """Zeros are not mixed with what lies right below them."""
    values = np.concatenate([np.zeros(2_000), RANDOM.standard_normal(3_000)])

    one = numbers(values)

    assert one.count(np.zeros(7)).tolist() == [7 * (rows == 2_000) for rows in one.counts]


def test_nothing_of_the_reference_is_in_the_open_bins():
    """Smaller or larger than everything seen is told apart from what was seen."""
    one = numbers(RANDOM.standard_normal(1_000))

    assert (one.counts[0], one.counts[-1], sum(one.counts)) == (0, 0, 1_000)


def test_size_is_the_mean_logarithm_without_zeros():
    """The mean of ln 1 and ln e² is one."""
    one = numbers([0.0, 1.0, -np.exp(2.0)])

    assert (one.size, one.size_deviation, one.sized) == pytest.approx((1.0, 1.0, 2))


@pytest.mark.parametrize(
    "values",
    [
        pytest.param(pd.Series([True, None, False], dtype="boolean"), id="booleans"),
        pytest.param(pd.Series([1, None, 0], dtype="Int64"), id="integers"),
    ],
)
def test_booleans_and_integers_are_numbers(values):
    """A column of either counts as ones and zeros."""
    one = numbers(values)

    assert (one.counts, one.missing, one.mean) == ((0, 1, 0, 1, 0), 1, 0.5)


def test_levels_are_counted_with_those_missing():
    """The most frequent level comes first."""
    one = levels(["a", "b", "b", None])

    assert (list(one.counts.items()), one.rest, one.missing) == ([("b", 2), ("a", 1)], 0, 1)
    assert one.buckets == ()


def test_many_levels_are_counted_in_buckets_too():
    """Which of them are the most frequent is chance, so all are counted by their names."""
    one = levels([f"level {place}" for place in range(MAX_LEVELS + 50)])

    assert (len(one.counts), one.rest) == (MAX_LEVELS, 50)
    assert (len(one.buckets), sum(one.buckets)) == (BUCKETS, MAX_LEVELS + 50)


@pytest.mark.parametrize(
    "values",
    [
        pytest.param([], id="no rows"),
        pytest.param([1.0], id="one row"),
        pytest.param([np.nan, np.nan], id="empty"),
        pytest.param([3.0, 3.0], id="constant"),
        pytest.param([np.inf, -np.inf, 1.0], id="infinite"),
        pytest.param([1e308, -1e308, 5e-324], id="extreme"),
    ],
)
def test_every_reference_is_kept_as_json(values):
    """What is written is read again, without NaN."""
    leads = pd.DataFrame({"x": np.array(values, dtype=np.float64)})
    reference = reference_of(leads.assign(y=pd.Series([None] * len(leads), dtype="str")))

    text = json.dumps(reference.to_dict(), allow_nan=False)

    assert Reference.from_dict(json.loads(text)) == reference


def test_chunks_are_kept_with_it():
    """How the model did on stretches of rows survives writing and reading."""
    leads = pd.DataFrame({"x": RANDOM.standard_normal(1_000)})
    probabilities = RANDOM.random(1_000)
    outcomes = (RANDOM.random(1_000) < probabilities).astype(np.float64)
    chunks = chunk_performance(probabilities, outcomes)

    reference = fit_reference(leads, ["x"], [], (), probabilities=probabilities, chunks=chunks)

    assert reference.chunks == chunks
    assert Reference.from_dict(json.loads(json.dumps(reference.to_dict()))) == reference


def test_a_reference_is_small():
    """Forty columns of six thousand rows take no more than 200 kB."""
    reference = reference_of(wide(6_000))

    assert len(json.dumps(reference.to_dict())) < 200_000


def test_the_order_of_rows_plays_no_part():
    """The same rows in another order have the same counts."""
    leads = wide(500)
    shuffled = leads.sample(frac=1.0, random_state=1, ignore_index=True)

    before, after = reference_of(leads), reference_of(shuffled)

    assert after.levels == before.levels
    assert after.numeric["number_0"].counts == before.numeric["number_0"].counts


def test_drawn_rows_look_like_the_reference():
    """Means, shares of levels and of missing values are those of the reference, nearly."""
    leads = pd.DataFrame(
        {
            "flag": RANDOM.integers(0, 2, 2_000).astype(np.float64),
            "x": np.where(RANDOM.random(2_000) < 0.3, np.nan, RANDOM.standard_normal(2_000)),
            "text": pd.Series(RANDOM.choice(["a", "b"], 2_000, p=[0.2, 0.8]), dtype="str"),
        }
    )

    drawn = reference_of(leads).draw(["x", "text", "flag", PROBABILITY], 20_000, seed=1)

    assert sorted(drawn["flag"].unique()) == [0.0, 1.0]
    assert drawn["x"].std() == pytest.approx(leads["x"].std(), abs=0.05)
    assert drawn["x"].isna().mean() == pytest.approx(leads["x"].isna().mean(), abs=0.02)
    assert (drawn["text"] == "a").mean() == pytest.approx((leads["text"] == "a").mean(), abs=0.02)
    assert set(drawn[PROBABILITY]) == {0.5}


def test_drawing_twice_gives_the_same_rows():
    """A column is drawn the same whatever other columns are asked for."""
    reference = reference_of(wide(300))

    together = reference.draw(["number_0", "text_0"], 50, seed=1)
    alone = reference.draw(["text_0"], 50, seed=1)

    pd.testing.assert_frame_equal(together[["text_0"]], alone)


def test_levels_that_were_not_kept_are_drawn_as_other():
    """Their names are not known any more."""
    leads = pd.DataFrame({"x": pd.Series([f"level {place}" for place in range(400)], dtype="str")})

    drawn = reference_of(leads).draw(["x"], 400, seed=1)

    assert (drawn["x"] == OTHER).mean() == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("rows", [0, 3])
def test_columns_without_values_are_drawn_empty(rows):
    """There is nothing to draw, and nothing breaks."""
    leads = pd.DataFrame({"x": [np.nan], "y": pd.Series([None], dtype="str")})

    drawn = reference_of(leads).draw(["x", "y"], rows, seed=1)

    assert (len(drawn), bool(drawn.isna().all(axis=None))) == (rows, True)
