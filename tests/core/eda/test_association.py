"""How columns go together, on one scale."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats.contingency import association

from lead_scoring.core.eda.association import BINS
from lead_scoring.core.eda.association import LEVELS
from lead_scoring.core.eda.association import associations
from lead_scoring.core.eda.association import codes_of
from lead_scoring.core.eda.association import cramers_v


def test_the_value_is_scipys_where_rows_are_many():
    """The correction for small samples vanishes with their size."""
    draw = np.random.default_rng(3)
    some = draw.integers(4, size=100_000)
    others = np.where(draw.random(100_000) < 0.4, some, draw.integers(5, size=100_000))
    expected = association(pd.crosstab(some, others).to_numpy(), method="cramer")

    assert cramers_v(some, others) == pytest.approx(expected, abs=1e-3)


def test_independent_columns_of_few_rows_have_none():
    """Without the correction 60 rows of ten levels would show 0.4."""
    draw = np.random.default_rng(1)
    values = [cramers_v(draw.integers(10, size=60), draw.integers(10, size=60)) for _ in range(50)]

    assert np.mean(values) < 0.12


@pytest.mark.parametrize("rows", [0, 1, 5])
def test_one_value_goes_with_nothing(rows):
    """Constant columns and columns without rows give 0, not an error."""
    assert cramers_v(np.zeros(rows, dtype=np.intp), np.arange(rows)) == 0.0


def test_numbers_fall_in_bins_and_missing_is_one_of_them():
    """A column with values and one without are coded the same way."""
    codes = codes_of(pd.Series([np.nan, *range(1000)], dtype="float64"))

    assert codes[0] == 0
    assert len(np.unique(codes)) == BINS + 1
    assert codes_of(pd.Series([np.nan, np.nan])).tolist() == [0, 0]


def test_rare_levels_are_one():
    """Columns of many levels stay bounded."""
    names = [f"level {number}" for number in range(60)]
    codes = codes_of(pd.Series([name for n, name in enumerate(names) for _ in range(60 - n)]))

    assert codes.max() == LEVELS + 1
    assert (codes == 1).sum() == 60


def test_instants_count_as_numbers():
    """An event time can go together with the outcome, too."""
    moments = pd.Series(pd.date_range("2024-01-01", periods=100, tz="UTC").as_unit("us"))
    codes = codes_of(moments.where(moments.index > 0))

    assert codes[0] == 0
    assert codes[99] == codes.max()


def test_the_matrix_is_symmetric_with_ones():
    """Each column goes with itself."""
    codes = {"a": np.array([0, 0, 1, 1] * 20), "b": np.array([0, 1, 0, 1] * 20)}
    matrix = associations(codes, ["a", "b"])

    assert matrix.tolist() == [[1.0, 0.0], [0.0, 1.0]]
