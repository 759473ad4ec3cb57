"""Older rows count less in a fit."""

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from families import BOOSTED
from families import EVERY
from families import small_settings

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.recency import row_weights


def created(*days: int) -> pd.DataFrame:
    """Return leads created so many days after the first of January 2024."""
    first = pd.Timestamp("2024-01-01", tz="UTC")
    return pd.DataFrame({"created_at": [first + pd.Timedelta(days=day) for day in days]})


def test_a_half_life_halves_what_a_row_counts():
    """Ten days older is half, thirty days older an eighth; together they count as three rows."""
    weights = row_weights(created(0, 20, 30), timedelta(days=10))

    assert weights is not None
    assert weights.sum() == pytest.approx(3)
    assert (weights / weights[-1]).tolist() == pytest.approx([1 / 8, 1 / 2, 1])


def test_without_a_half_life_all_rows_count_the_same():
    """Nothing is weighed then."""
    assert row_weights(created(0, 20), None) is None


@EVERY
def test_rows_that_count_for_nothing_teach_nothing(family):
    """Old rows say the opposite of new ones: the model follows those that count."""
    values = np.tile(np.arange(200.0), 2)
    says = (np.arange(200) >= 100).astype(np.float64)
    outcomes = np.concatenate([1 - says, says])
    weights = np.concatenate([np.full(200, 1e-6), np.full(200, 2.0)])
    kinds = FeaturesConfig(numeric=("x",))
    features = pd.DataFrame({"x": values})

    model = fit_candidate(small_settings(family), features, outcomes, kinds, 1, weights=weights)

    low, high = model.margins(pd.DataFrame({"x": [10.0, 190.0]}))
    assert low < 0 < high


def test_steady_trees_learn_from_all_ages_and_later_ones_from_what_is_new():
    """What only old rows say is kept where new rows say nothing of it."""
    rng = np.random.default_rng(1)
    features = pd.DataFrame({"x": rng.normal(size=600), "z": rng.normal(size=600)})
    old = np.arange(600) < 500
    outcomes = np.where(old, features["x"] > 0, rng.random(600) > 0.5).astype(np.float64)
    weights = np.where(old, 1e-6, 6.0)
    kinds = FeaturesConfig(numeric=("x", "z"))
    apart = pd.DataFrame({"x": [-1.0, 1.0], "z": [0.0, 0.0]})

    forgetful, steady = (
        fit_candidate(
            small_settings(BOOSTED, n_estimators=2, steady_trees=trees),
            features,
            outcomes,
            kinds,
            1,
            weights=weights,
        )
        for trees in (0, 20)
    )

    assert np.diff(steady.margins(apart))[0] > 1 > np.diff(forgetful.margins(apart))[0]
    assert steady.booster.num_trees() == 22


def test_steady_trees_have_the_whole_margin():
    """The trees of both kinds are one model: no part of a margin is kept outside of it."""
    features = pd.DataFrame({"x": np.arange(400.0)})
    outcomes = (np.arange(400) >= 100).astype(np.float64)
    kinds = FeaturesConfig(numeric=("x",))
    weights = np.ones(400)

    split, whole = (
        fit_candidate(
            small_settings(BOOSTED, subsample=1.0, colsample_bytree=1.0, **trees),
            features,
            outcomes,
            kinds,
            1,
            weights=weights,
        )
        for trees in ({"n_estimators": 10, "steady_trees": 10}, {"n_estimators": 20})
    )

    assert split.margins(features) == pytest.approx(whole.margins(features))
