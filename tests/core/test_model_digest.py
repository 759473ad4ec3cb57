"""The digest is that of what scores depend on."""

from dataclasses import replace

import numpy as np
import pytest
from families import EVERY
from families import FOREST
from families import HISTOGRAM
from families import small_settings
from leads import small_leads
from leads import small_use_case

from lead_scoring.core.calibration import Calibration
from lead_scoring.core.candidates.histogram import tree_nodes
from lead_scoring.core.fitting import fit
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.model_digest import model_digest
from lead_scoring.core.profile import fit_profile

LEADS = small_leads(300)
TREES = pytest.mark.parametrize("family", [FOREST, HISTOGRAM])


def make_model(family, seed=20, **further):
    """Fit a small model of a family."""
    use_case = small_use_case(seed=seed)
    preparation, estimator = fit(use_case, small_settings(family, **further), LEADS)
    profile = fit_profile(LEADS, ["visits"], ["source"])
    return ScoringModel(preparation, estimator, Calibration((0.0, 1.0), (0.2, 0.8)), profile)


@EVERY
def test_the_same_rows_and_seed_give_the_same_digest(family):
    """Fitted twice, it is the same model."""
    assert model_digest(make_model(family)) == model_digest(make_model(family))


@TREES
def test_another_seed_is_another_model(family):
    """Other draws grow other trees."""
    assert model_digest(make_model(family)) != model_digest(make_model(family, seed=21))


@TREES
def test_one_more_tree_is_another_model(family):
    """The others are the same."""
    name = "n_estimators" if family == FOREST else "max_iter"

    assert model_digest(make_model(family)) != model_digest(make_model(family, **{name: 21}))


def test_the_criterion_is_another_model():
    """Trees split by entropy are not those split by the Gini index."""
    assert model_digest(make_model(FOREST)) != model_digest(
        make_model(FOREST, criterion="entropy")
    )


def test_one_threshold_of_a_forest_is_another_model():
    """The least change of one node shows."""
    model = make_model(FOREST)
    before = model_digest(model)
    tree = model.estimator.forest.estimators_[-1].tree_
    state = tree.__getstate__()
    state["nodes"]["threshold"][0] = np.nextafter(state["nodes"]["threshold"][0], np.inf)
    tree.__setstate__(state)

    assert model_digest(model) != before


def test_one_leaf_of_histogram_boosting_is_another_model():
    """The least change of one value shows."""
    model = make_model(HISTOGRAM)
    before = model_digest(model)
    values = tree_nodes(model.estimator.booster)[-1]["value"]
    values[-1] = np.nextafter(values[-1], np.inf)

    assert model_digest(model) != before


def test_bytes_between_the_fields_of_a_node_mean_nothing():
    """A tree whose padding is dirty is the same tree."""
    model = make_model(FOREST)
    before = model_digest(model)
    tree = model.estimator.forest.estimators_[0].tree_
    state = tree.__getstate__()
    dirty = np.frombuffer(bytearray(b"\xff" * state["nodes"].nbytes), state["nodes"].dtype)
    for name in dirty.dtype.names:
        dirty[name] = state["nodes"][name]
    tree.__setstate__(state | {"nodes": dirty})

    assert model_digest(model) == before


def test_another_calibration_is_another_model():
    """Probabilities depend on it."""
    model = make_model(FOREST)
    other = replace(model, calibration=Calibration((0.0, 1.0), (0.2, 0.9)))

    assert model_digest(other) != model_digest(model)
