"""Settings of the families are closed and bounded."""

import pytest
from pydantic import ValidationError

from lead_scoring.config.loading import load_use_case
from lead_scoring.config.training import CandidatesConfig
from lead_scoring.config.training import RandomForestConfig
from lead_scoring.config.training import TrainingConfig


@pytest.mark.parametrize(
    ("family", "settings", "words"),
    [
        ("random_forest", {"criterion": "log_loss"}, "'gini' or 'entropy'"),
        ("random_forest", {"n_estimators": 5000}, "less than or equal to 2000"),
        ("random_forest", {"n_estimators": 2000, "max_leaf_nodes": 501}, "1002000 leaves"),
        ("random_forest", {"max_leaf_nodes": None}, "max_leaf_nodes"),
        ("random_forest", {"max_features": 1.5}, "max_features"),
        ("hist_gradient_boosting", {"max_bins": 256}, "max_bins"),
        ("hist_gradient_boosting", {"early_stopping": True}, "early_stopping"),
        ("lightgbm", {"class_weight": "even"}, "balanced"),
        ("logistic_regression", {"class_weight": {0: 1}}, "balanced"),
    ],
)
def test_what_a_family_does_not_allow_is_refused(family, settings, words):
    """The message names the key or the limit."""
    with pytest.raises(ValidationError, match=words):
        CandidatesConfig.model_validate({family: settings})


def test_a_forest_may_be_as_large_as_its_bound():
    """A million leaves are allowed, one more tree is not."""
    assert RandomForestConfig(n_estimators=1000, max_leaf_nodes=1000).n_estimators == 1000


def test_at_least_one_family_competes():
    """The message names all there are."""
    with pytest.raises(ValidationError, match="random_forest, hist_gradient_boosting"):
        CandidatesConfig()


@pytest.mark.parametrize("threshold", [0.0, 1.0, float("nan")])
def test_a_threshold_that_predicts_all_or_nobody_is_refused(threshold):
    """It lies strictly between 0 and 1."""
    with pytest.raises(ValidationError, match="threshold"):
        TrainingConfig(threshold=threshold)


def test_without_candidates_the_linear_family_and_lightgbm_compete():
    """A family that is new here does not join by itself."""
    candidates = TrainingConfig().candidates

    assert candidates.model_fields_set == {"logistic_regression", "ridge", "lightgbm"}


def test_class_weights_are_off_unless_the_config_asks():
    """What is shipped is fitted on plain rows."""
    candidates = load_use_case("codepro_leads").training.candidates

    assert candidates.lightgbm.class_weight is None
    assert candidates.logistic_regression.class_weight is None


def test_steady_trees_need_a_half_life():
    """Without one all trees are steady: the message says what to name instead."""
    steady = CandidatesConfig.model_validate({"lightgbm": {"steady_trees": 50}})
    aged = TrainingConfig(candidates=steady, half_life="7d")

    found = list(TrainingConfig(candidates=steady).misfits("binary"))

    assert [text.partition(":")[0] for text in found] == [
        "training.candidates.lightgbm.steady_trees"
    ]
    assert "name a half_life" in found[0]
    assert not list(aged.misfits("binary"))
