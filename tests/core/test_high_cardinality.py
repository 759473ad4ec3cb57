"""Levels of many become the mean outcome of their rows, inside every family."""

import warnings

import numpy as np
import pandas as pd
import pytest
from families import EVERY
from families import FOREST
from families import HISTOGRAM
from families import LINEAR
from families import small_settings
from sklearn.pipeline import Pipeline

from lead_scoring.config.loading import load_use_case
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import RidgeConfig
from lead_scoring.core.calibration import Calibration
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import tree_encoder
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.preparation.select_features import SelectFeatures
from lead_scoring.core.profile import fit_profile
from lead_scoring.io.model_files import read_model
from lead_scoring.io.model_files import write_model

KINDS = FeaturesConfig(numeric=("visits",), high_cardinality=("city",))
RULES = load_use_case("codepro_leads").scoring
ROWS = 600
RANDOM = np.random.default_rng(4)
CITIES = RANDOM.integers(0, 60, ROWS)
FEATURES = pd.DataFrame(
    {
        "visits": RANDOM.normal(size=ROWS),
        "city": pd.Series([f"city {one}" for one in CITIES], dtype="str"),
    }
)
OUTCOMES = (RANDOM.random(ROWS) < np.where(CITIES < 30, 0.15, 0.85)).astype(np.float64)
CLASSES = np.where(CITIES < 20, 0.0, np.where(CITIES < 40, 1.0, 2.0))
ASKED = pd.DataFrame(
    {
        "visits": [0.0] * 4,
        "city": pd.Series(["city 3", "city 55", "never seen", None], dtype="str"),
    }
)


def encoded(features, outcomes=OUTCOMES, task="binary", seed=1):
    """Fit the encoder of trees; give it and the rows it was fitted on."""
    encoder = tree_encoder(KINDS, level_means(outcomes, task, seed))
    return encoder, fit_encoded(encoder, features, outcomes)


@EVERY
def test_every_family_learns_from_hundreds_of_levels(family):
    """A city of few conversions is below one never seen, which is below one of many."""
    model = fit_candidate(small_settings(family), FEATURES, OUTCOMES, KINDS, 1)
    low, high, unseen, _ = model.margins(ASKED)

    assert low < unseen < high
    assert set(model.importance()) == {"visits", "city"}


def test_ridge_learns_from_hundreds_of_levels():
    """A number is predicted from the mean of its level."""
    values = 10.0 * (CITIES < 30)
    model = fit_candidate(RidgeConfig(), FEATURES, values, KINDS, 1, task="regression")

    low, high = model.margins(ASKED)[[1, 0]]
    assert low == pytest.approx(0, abs=1.5)
    assert high == pytest.approx(10, abs=1.5)


@EVERY
def test_of_classes_there_is_one_column_each_and_one_importance(family):
    """The class of a city is the likeliest for a lead from there."""
    settings = small_settings(family)
    model = fit_candidate(settings, FEATURES, CLASSES, KINDS, 1, task="multiclass")

    assert model.encoder.transform(ASKED).shape[1] == 1 + 3
    assert model.margins(ASKED)[:2].argmax(axis=1).tolist() == [0, 2]
    assert set(model.importance()) == {"visits", "city"}


def test_rows_do_not_see_their_own_outcome():
    """Cities of one row each tell nothing: no row gets a number that goes with its outcome."""
    alone = FEATURES.assign(city=pd.Series([f"city {one}" for one in range(ROWS)], dtype="str"))
    encoder, matrix = encoded(alone)
    own = encoder.transform(alone)[:, 1]

    assert np.corrcoef(own, OUTCOMES)[0, 1] > 0.99
    assert abs(np.corrcoef(matrix[:, 1], OUTCOMES)[0, 1]) < 0.2


def test_unseen_levels_have_the_mean_and_missing_ones_that_of_missing():
    """What was never missing before has the mean of all rows, too."""
    encoder, _ = encoded(FEATURES)
    assert encoder.transform(ASKED)[2:, 1] == pytest.approx([OUTCOMES.mean()] * 2)

    gaps = FEATURES.assign(city=FEATURES["city"].where(OUTCOMES == 0))
    encoder, _ = encoded(gaps)
    assert encoder.transform(ASKED)[3, 1] == pytest.approx(1.0)


def test_a_column_without_any_value_is_constant():
    """It gives no warning, and a fit goes on."""
    empty = FEATURES.assign(city=pd.Series([None] * ROWS, dtype="str"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        encoder, _ = encoded(empty)

    assert encoder.transform(ASKED)[3, 1] == pytest.approx(OUTCOMES.mean())


def make_model(family, seed=1, features=FEATURES):
    """Fit a model of a family on the cities."""
    estimator = fit_candidate(small_settings(family), features, OUTCOMES, KINDS, seed)
    preparation = Pipeline([("select", SelectFeatures(["visits"], ["city"]))]).fit(features)
    profile = fit_profile(features, ["visits"], ["city"])
    return ScoringModel(preparation, estimator, Calibration((0.0, 1.0), (0.2, 0.8)), profile)


@pytest.mark.slow
@EVERY
def test_what_is_read_back_scores_the_same(family, tmp_path):
    """The file needs no trust beyond what models need, and the digest stays."""
    model = make_model(family)
    write_model(model, RULES, tmp_path / "model")
    found = read_model(tmp_path / "model")

    assert model_digest(found) == model_digest(model)
    assert np.array_equal(found.estimator.margins(ASKED), model.estimator.margins(ASKED))


@pytest.mark.slow
@pytest.mark.parametrize("family", [LINEAR, FOREST, HISTOGRAM])
def test_the_digest_is_that_of_the_means(family):
    """The same rows and seed are the same model; one more city's name is another."""
    other = FEATURES.assign(city=FEATURES["city"].replace("city 3", "city 300"))

    assert model_digest(make_model(family)) == model_digest(make_model(family))
    assert model_digest(make_model(family)) != model_digest(make_model(family, features=other))


def test_only_takes_the_features_asked_for():
    """Each keeps its kind."""
    kinds = FeaturesConfig(numeric=("a",), categorical=("b",), high_cardinality=("c", "d"))

    assert kinds.only(["c", "a"]) == FeaturesConfig(numeric=("a",), high_cardinality=("c",))
    assert kinds.names == ("a", "b", "c", "d")
