"""Every family explains its margins exactly: base and contributions add up to them."""

import functools

import numpy as np
import pandas as pd
import pytest
from families import BOOSTED
from families import FOREST
from families import HISTOGRAM
from families import LINEAR
from families import small_settings
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import RidgeConfig
from lead_scoring.core.candidates import paths
from lead_scoring.core.candidates import rows
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.contributions import ahead_of_next
from lead_scoring.core.contributions import explained_margins
from lead_scoring.core.contributions import gap

RIDGE = "ridge"
KINDS = FeaturesConfig(
    numeric=("visits", "calls", "nothing"), categorical=("source",), high_cardinality=("city",)
)
CASES = [
    *((family, "binary") for family in (LINEAR, FOREST, HISTOGRAM, BOOSTED)),
    *((family, "regression") for family in (RIDGE, FOREST, HISTOGRAM, BOOSTED)),
    *((family, "multiclass") for family in (LINEAR, FOREST, HISTOGRAM, BOOSTED)),
]
EVERY = pytest.mark.parametrize(("family", "task"), CASES)
LEADS = st.lists(
    st.tuples(
        st.floats(-1e3, 1e3) | st.just(np.nan),
        st.integers(-3, 30).map(float) | st.just(np.nan),
        st.sampled_from(["mail", "web", "fair", "never seen", None]),
        st.sampled_from(["c1", "c2", "c77", "elsewhere", None]),
    ),
    min_size=1,
    max_size=12,
)


def frame(leads):
    """Make features of leads: visits, calls, source and city."""
    visits, calls, sources, cities = zip(*leads, strict=True)
    return pd.DataFrame(
        {
            "visits": np.array(visits, dtype=np.float64),
            "calls": np.array(calls, dtype=np.float64),
            "nothing": np.full(len(leads), np.nan),
            "source": pd.Series(sources, dtype="str"),
            "city": pd.Series(cities, dtype="str"),
        }
    )


@functools.cache
def made(task):
    """Make features and outcomes of 400 leads; most columns say something."""
    draw = np.random.default_rng(1)
    features = frame(
        list(
            zip(
                np.where(draw.random(400) < 0.1, np.nan, draw.normal(size=400)),
                draw.poisson(2, 400).astype(float),
                draw.choice(["mail", "web", "fair"], 400),
                draw.choice([f"c{number}" for number in range(40)], 400),
                strict=True,
            )
        )
    )
    said = features["visits"].fillna(0) + features["calls"] / 2 + (features["source"] == "mail")
    said = (said + draw.normal(size=400)).to_numpy()
    outcomes = {
        "binary": (said > 1).astype(float),
        "regression": said,
        "multiclass": np.digitize(said, [0.5, 2.0]).astype(float),
    }
    return features, outcomes[task]


@functools.cache
def fitted(family, task, **further):
    """Fit one family."""
    features, outcomes = made(task)
    chosen = RidgeConfig() if family == RIDGE else small_settings(family, **further)
    return fit_candidate(chosen, features, outcomes, KINDS, 1, task=task)


@EVERY
@settings(max_examples=8, deadline=None)
@given(leads=LEADS)
def test_base_and_contributions_are_the_margin(family, task, leads):
    """Whatever the leads hold, also levels never seen and nothing at all."""
    estimator, features = fitted(family, task), frame(leads)

    margins, explained = estimator.explained(features)

    assert explained.features == tuple(features.columns)
    assert np.array_equal(margins, estimator.margins(features), equal_nan=True)
    assert gap(explained, margins) <= 1e-6


@pytest.mark.parametrize("family", [LINEAR, FOREST, HISTOGRAM, BOOSTED])
def test_class_weights_taken_back_are_explained_too(family):
    """Weights are taken back from leaves alone; what splits add is seen through them."""
    features, _ = made("multiclass")
    estimator = fitted(family, "multiclass", class_weight="balanced")

    margins, explained = estimator.explained(features)

    assert gap(explained, margins) <= 1e-6


@pytest.mark.parametrize("task", ["binary", "regression", "multiclass"])
def test_steady_trees_are_explained_too(task):
    """Trees on leads of all ages and those after them are one model."""
    features, _ = made(task)
    estimator = fitted(BOOSTED, task, steady_trees=7)

    margins, explained = estimator.explained(features)

    assert gap(explained, margins) <= 1e-6


@EVERY
def test_a_column_without_any_value_adds_nothing(family, task):
    """What an estimator cannot read explains nothing."""
    features, _ = made(task)
    _, explained = fitted(family, task).explained(features)

    assert np.abs(explained.amounts[:, 2]).max() == 0
    assert np.abs(explained.amounts[:, 0]).max() > 0


@EVERY
def test_contributions_do_not_depend_on_the_other_leads(family, task, monkeypatch):
    """Alone, in small chunks or all together: the same to the last digits."""
    features = made(task)[0].head(60)
    estimator = fitted(family, task)
    _, whole = estimator.explained(features)
    _, alone = estimator.explained(features.iloc[[7]])
    monkeypatch.setattr(rows, "CHUNK_ROWS", 7)
    monkeypatch.setattr(paths, "NODES_AT_ONCE", 9)
    _, parts = estimator.explained(features)

    assert np.allclose(alone.amounts[0], whole.amounts[7], rtol=0, atol=1e-12)
    assert np.allclose(parts.amounts, whole.amounts, rtol=0, atol=1e-12)


@EVERY
def test_no_leads_have_no_contributions(family, task):
    """An empty chunk is explained by nothing."""
    features, _ = made(task)

    _, explained = fitted(family, task).explained(features.iloc[:0])

    assert explained.amounts.shape == (0, 5)


def test_what_splits_add_agrees_with_shapley_values():
    """They put the most on the feature with the greatest Shapley value nearly always."""
    features, _ = made("binary")
    estimator = fitted(BOOSTED, "binary")
    matrix = rows.encode(estimator.encoder, features)

    shapley = estimator.booster.predict(matrix, pred_contrib=True, num_threads=1)[:, :-1]
    ours = estimator.explained(features)[1].amounts

    top = np.abs(shapley).argmax(axis=1)
    lead = np.arange(len(features))
    assert (np.abs(ours).argmax(axis=1) == top).mean() > 0.8
    assert (np.sign(ours[lead, top]) == np.sign(shapley[lead, top])).mean() > 0.97
    assert np.corrcoef(ours.ravel(), shapley.ravel())[0, 1] > 0.9


def test_several_classes_are_explained_by_the_lead_over_the_next():
    """What adds the same to every class explains nothing."""
    base = np.array([[0.0, 1.0, 0.5]])
    values = np.array([[[1.0, 1.0, 1.0], [0.0, 2.0, -1.0]]])

    own, ahead = ahead_of_next(base, values)

    assert own.tolist() == [1.0]
    assert ahead.tolist() == [[0.0, 2.0]]
    assert explained_margins(np.array([[1.0, 4.0, 0.5]])).tolist() == [3.0]
