"""Rows are cut into groups by what a column says."""

import numpy as np
import pandas as pd
import pytest

from lead_scoring.core.slices import MOST_LEVELS
from lead_scoring.core.slices import cut


def names(frame: pd.DataFrame, *columns: str) -> dict[str, int]:
    """Return the slices by name, with their rows."""
    return {part.name: part.rows for part in cut(frame, columns)}


def test_each_level_is_a_slice_and_missing_is_one_too():
    """The most frequent comes first."""
    frame = pd.DataFrame({"city": pd.Series(["bonn", "kiel", "bonn", None], dtype="str")})

    assert names(frame, "city") == {"city = bonn": 2, "city = kiel": 1, "city is missing": 1}


@pytest.mark.parametrize("dtype", ["float64", "Int64"])
def test_a_number_of_many_values_is_cut_into_quarters(dtype):
    """Its quarters hold equally many rows; missing ones are apart."""
    values = pd.Series([*range(100), None], dtype=dtype)
    found = names(pd.DataFrame({"visits": values}), "visits")

    assert list(found.values()) == [25, 25, 25, 25, 1]
    assert "visits up to 24.75" in found


def test_a_number_of_few_values_is_cut_by_value():
    """A flag is no quantity."""
    frame = pd.DataFrame({"referred": [0, 1, 1]})

    assert names(frame, "referred") == {"referred = 1": 2, "referred = 0": 1}


def test_rare_levels_are_one_slice():
    """So that a column of names does not make thousands."""
    levels = [f"level {number:02d}" for number in range(MOST_LEVELS + 5)]
    frame = pd.DataFrame({"source": levels + levels[:MOST_LEVELS]})
    found = names(frame, "source")

    assert len(found) == MOST_LEVELS + 1
    assert found["source = any rarer level"] == 5


def test_every_row_is_in_one_slice_of_each_column():
    """Quarters that fall together are one: no row is lost or counted twice."""
    random = np.random.default_rng(2)
    skewed = np.where(random.random(500) < 0.6, 0.0, random.normal(size=500))
    frame = pd.DataFrame({"amount": skewed, "city": random.choice(["a", "b"], 500)})
    parts = list(cut(frame, ["amount", "city"]))

    assert (np.sum([part.chosen for part in parts], axis=0) == 2).all()


def test_a_column_without_any_value_is_one_slice():
    """Nothing breaks on it."""
    frame = pd.DataFrame({"empty": pd.Series([np.nan] * 3, dtype="float64")})

    assert names(frame, "empty") == {"empty is missing": 3}
