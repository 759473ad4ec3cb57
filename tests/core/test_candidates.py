"""Each family gives margins for any leads, fast and exactly."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from leads import small_leads
from leads import small_use_case

from lead_scoring.config.training import CandidatesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.core import candidates
from lead_scoring.core.candidates import configured
from lead_scoring.core.candidates import distinct_rows
from lead_scoring.core.fitting import fit

CELLS = st.sampled_from([0.0, -0.0, 1.0, np.nan, 1e-300])
MATRICES = arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=CELLS)


@given(matrix=MATRICES)
def test_distinct_rows_put_the_matrix_together_again(matrix):
    """Every row is found among the distinct ones."""
    first, kinds = distinct_rows(matrix)

    assert np.array_equal(matrix[first][kinds], matrix, equal_nan=True)


def test_trees_are_walked_once_per_distinct_row_with_the_same_margins():
    """Margins equal those of the booster on every row, bit for bit."""
    leads = small_leads(400)
    settings = LightGBMConfig(n_estimators=15, min_child_samples=10)
    preparation, estimator = fit(small_use_case(), settings, leads)
    features = preparation.transform(leads[list(preparation.feature_names_in_)])
    repeated = pd.concat([features] * 3, ignore_index=True)
    matrix = np.asarray(estimator.encoder.transform(repeated))

    assert np.array_equal(
        estimator.margins(repeated), estimator.booster.predict(matrix, raw_score=True)
    )


def test_chunks_change_nothing(monkeypatch):
    """Margins in small chunks are the margins of the whole."""
    leads = small_leads(400)
    settings = LightGBMConfig(n_estimators=15, min_child_samples=10)
    preparation, estimator = fit(small_use_case(), settings, leads)
    features = preparation.transform(leads[list(preparation.feature_names_in_)])
    whole = estimator.margins(features)
    monkeypatch.setattr(candidates, "CHUNK_ROWS", 7)

    assert np.array_equal(estimator.margins(features), whole)
    assert estimator.margins(features.iloc[:0]).size == 0


@pytest.mark.parametrize(
    ("given_families", "families"),
    [
        ({"lightgbm": LightGBMConfig()}, ["lightgbm"]),
        ({"logistic_regression": LogisticRegressionConfig()}, ["logistic_regression"]),
    ],
    ids=["boosted", "linear"],
)
def test_a_family_left_out_does_not_compete(given_families, families):
    """Only what the config names is fitted."""
    assert [family for family, _ in configured(CandidatesConfig(**given_families))] == families
