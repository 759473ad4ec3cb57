"""Each family gives margins for any leads, fast and exactly."""

import warnings

import numpy as np
import pandas as pd
import pytest
from families import EVERY
from families import FAMILIES
from families import FOREST
from families import HISTOGRAM
from families import TREES
from families import small_settings
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from leads import small_leads
from leads import small_use_case

from lead_scoring.config.training import CandidatesConfig
from lead_scoring.core.calibration import fit_calibration
from lead_scoring.core.candidates import rows
from lead_scoring.core.candidates.families import configured
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.candidates.forest import log_odds
from lead_scoring.core.candidates.rows import distinct_rows
from lead_scoring.core.fitting import fit
from lead_scoring.core.fitting import fit_calibrated
from lead_scoring.core.metrics.binary import calibration_error
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import split_leads

CELLS = st.sampled_from([0.0, -0.0, 1.0, np.nan, 1e-300])
MATRICES = arrays(np.float64, st.tuples(st.integers(1, 12), st.integers(1, 3)), elements=CELLS)
USE_CASE = small_use_case()
LEADS = small_leads(400)
OUTCOMES = LEADS[OUTCOME].to_numpy()


def fitted(family, leads=LEADS, **further):
    """Fit one family and give it with the features it was fitted on."""
    preparation, estimator = fit(USE_CASE, small_settings(family, **further), leads)
    return estimator, preparation.transform(leads[list(preparation.feature_names_in_)])


def raw_margins(estimator, matrix):
    """Return the margins of the library itself, row by row."""
    if estimator.family == FOREST:
        return log_odds(estimator.forest.predict_proba(matrix)[:, 1])
    if estimator.family == HISTOGRAM:
        return estimator.booster.decision_function(matrix)
    return estimator.booster.predict(matrix, raw_score=True)


@pytest.mark.slow
@given(matrix=MATRICES)
def test_distinct_rows_put_the_matrix_together_again(matrix):
    """Every row is found among the distinct ones."""
    first, kinds = distinct_rows(matrix)

    assert np.array_equal(matrix[first][kinds], matrix, equal_nan=True)


@pytest.mark.parametrize("family", TREES)
def test_trees_are_walked_once_per_distinct_row_with_the_same_margins(family):
    """Margins equal those of the library on every row, bit for bit."""
    estimator, features = fitted(family)
    repeated = pd.concat([features] * 3, ignore_index=True)
    matrix = np.asarray(estimator.encoder.transform(repeated))

    assert np.array_equal(estimator.margins(repeated), raw_margins(estimator, matrix))


@pytest.mark.slow
@pytest.mark.parametrize("family", TREES)
def test_chunks_change_nothing(family, monkeypatch):
    """Margins in small chunks are the margins of the whole."""
    estimator, features = fitted(family)
    whole = estimator.margins(features)
    monkeypatch.setattr(rows, "CHUNK_ROWS", 7)

    assert np.array_equal(estimator.margins(features), whole)
    assert estimator.margins(features.iloc[:0]).size == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_left_out_does_not_compete(family):
    """Only what the config names is fitted."""
    candidates = CandidatesConfig(**{family: small_settings(family)})

    assert [name for name, _ in configured(candidates, "binary")] == [family]


def test_the_simplest_family_comes_first():
    """The order in the file plays no part: of equals the first is picked."""
    candidates = CandidatesConfig(**{name: small_settings(name) for name in reversed(FAMILIES)})

    assert [name for name, _ in configured(candidates, "binary")] == list(FAMILIES)


@EVERY
def test_the_estimator_knows_its_family(family):
    """The name is the one in the config."""
    assert fitted(family)[0].family == family


@EVERY
def test_a_column_that_is_empty_in_the_fit_breaks_nothing(family):
    """Beside columns that tell something, nor does a value that comes later."""
    emptied = {"visits": np.nan, "created_hour": 5.0, "source": None}
    _, features = fitted(family)
    less = features.assign(**emptied).astype({"source": "str"})
    less["source"] = pd.Series([None] * len(less), index=less.index, dtype="str")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        estimator = fit_candidate(
            small_settings(family), less, OUTCOMES, USE_CASE.features, seed=1
        )
        margins = estimator.margins(features)

    assert np.isfinite(margins).all()
    assert set(estimator.importance()) == set(USE_CASE.features.names)
    assert estimator.importance()["visits"] == 0.0


@EVERY
def test_extremes_get_a_finite_margin(family):
    """Numbers beyond single precision do not break a forest, which computes in it."""
    estimator, features = fitted(family)
    extreme = features.iloc[:3].assign(visits=[1e300, -1e300, np.nan])

    assert np.isfinite(estimator.margins(extreme)).all()


@pytest.mark.parametrize("family", [FOREST, HISTOGRAM])
def test_many_levels_break_nothing(family):
    """More levels than scikit-learn's own categories may be."""
    leads = small_leads(1200)
    levels = pd.Series([f"level_{row % 400}" for row in range(len(leads))], dtype="str")
    estimator, features = fitted(family, leads)
    many = features.assign(source=levels)
    estimator = fit_candidate(
        small_settings(family), many, leads[OUTCOME].to_numpy(), USE_CASE.features, seed=1
    )

    assert np.isfinite(estimator.margins(many)).all()


def test_a_unanimous_forest_has_finite_odds():
    """A vote of all or none is clipped, and stays the largest or the least."""
    odds = log_odds(np.array([0.0, 1e-5, 0.5, 1 - 1e-5, 1.0]))

    assert np.isfinite(odds).all()
    assert (np.diff(odds) > 0).all()


@pytest.mark.parametrize("criterion", ["gini", "entropy"])
def test_the_forest_splits_by_the_criterion_of_the_config(criterion):
    """Both are handed on to every tree."""
    estimator, _ = fitted(FOREST, criterion=criterion)

    assert {tree.criterion for tree in estimator.forest.estimators_} == {criterion}


def test_a_forest_keeps_nothing_of_its_training_rows():
    """Its size is that of its trees: nothing in it is as long as the data."""
    estimator, _ = fitted(FOREST)
    lengths = [len(one) for one in vars(estimator.forest).values() if hasattr(one, "__len__")]

    assert max(lengths) < len(LEADS)


def rare_leads():
    """Make leads of which few convert."""
    leads = small_leads(2400, seed=7)
    kept = (leads[OUTCOME] == 0) | (np.random.default_rng(99).random(len(leads)) < 0.2)
    return leads[kept].reset_index(drop=True)


@pytest.mark.slow
@EVERY
def test_balanced_classes_raise_the_margins(family):
    """Where conversions are rare, weighing them as much as the rest raises every lead."""
    leads = rare_leads()
    plain, features = fitted(family, leads)
    balanced, _ = fitted(family, leads, class_weight="balanced")

    assert balanced.margins(features).mean() > plain.margins(features).mean() + 0.5


@pytest.mark.slow
@EVERY
def test_balanced_classes_leave_probabilities_at_real_rates(family):
    """Calibration counts every row once: on new leads the promise is what happens."""
    leads = rare_leads()
    split = split_leads(leads, 0.25, 1)
    candidate = fit_calibrated(USE_CASE, small_settings(family, class_weight="balanced"), split)
    columns = list(candidate.preparation.feature_names_in_)
    margins = candidate.estimator.margins(candidate.preparation.transform(split.test[columns]))
    promised = candidate.calibration.apply(margins)
    outcomes = split.test[OUTCOME].to_numpy()

    assert promised.mean() == pytest.approx(outcomes.mean(), abs=0.04)
    assert calibration_error(outcomes, promised) < 0.12
    assert np.mean(1 / (1 + np.exp(-margins))) > outcomes.mean() + 0.1


def test_uncalibrated_margins_of_balanced_classes_promise_too_much():
    """What the map corrects: the same margins by the logistic function are far off."""
    leads = rare_leads()
    estimator, features = fitted("logistic_regression", leads, class_weight="balanced")
    margins, outcomes = estimator.margins(features), leads[OUTCOME].to_numpy()
    mapped = fit_calibration(margins, outcomes).apply(margins)

    assert calibration_error(outcomes, 1 / (1 + np.exp(-margins))) > 0.1
    assert calibration_error(outcomes, mapped) < 0.02
