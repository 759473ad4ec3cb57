"""What is searched around configured hyperparameters."""

import pytest
from pydantic import BaseModel

from lead_scoring.config.search_space import SPACES
from lead_scoring.config.search_space import Choice
from lead_scoring.config.search_space import Range
from lead_scoring.config.search_space import searched
from lead_scoring.config.training import CandidatesConfig
from lead_scoring.config.training import HistGradientBoostingConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import RandomForestConfig

FOREST = RandomForestConfig().model_dump()


def model_of(family: str) -> type[BaseModel]:
    """Return the config of a family."""
    annotation = CandidatesConfig.model_fields[family].annotation
    return next(part for part in annotation.__args__ if part is not type(None))


def ends_of(dimension):
    """Return the values a family's config must allow at the least."""
    if isinstance(dimension, Choice):
        return dimension.values
    number = int if dimension.whole else float
    return number(dimension.low), number(dimension.high)


@pytest.mark.parametrize("family", SPACES)
def test_every_end_and_choice_is_allowed_by_the_family(family):
    """No trial can be refused by the config it becomes."""
    model = model_of(family)
    for name, dimension in SPACES[family].items():
        for value in ends_of(dimension):
            assert getattr(model.model_validate({name: value}), name) == value


def test_every_family_that_can_compete_can_be_searched():
    """Whoever adds a family says what is searched of it."""
    assert set(SPACES) == set(CandidatesConfig.model_fields)


def test_the_forest_is_searched_with_gini_and_entropy():
    """Both are tried, whichever is configured."""
    assert searched("random_forest", FOREST, {}, "binary")["criterion"] == Choice(
        ("gini", "entropy")
    )


def test_a_forest_as_large_as_allowed_stays_allowed():
    """Most trees and most leaves of the search together keep the limit of the config."""
    space = searched(
        "random_forest", FOREST | {"n_estimators": 2000, "max_leaf_nodes": 100}, {}, "binary"
    )

    leaves = int(space["max_leaf_nodes"].high)
    assert RandomForestConfig(n_estimators=2000, max_leaf_nodes=leaves).max_leaf_nodes == leaves


def test_a_range_is_stretched_to_what_is_configured():
    """The first trial lies within the range of all others."""
    settings = LightGBMConfig(num_leaves=400).model_dump()

    assert searched("lightgbm", settings, {}, "binary")["num_leaves"] == Range(
        7, 400, log=True, whole=True
    )


def test_a_choice_gains_what_is_configured():
    """A share of the features that is not among the usual ones is one of them then."""
    settings = RandomForestConfig(max_features=0.11).model_dump()

    assert 0.11 in searched("random_forest", settings, {}, "binary")["max_features"].values


def test_a_penalty_of_nothing_stays_as_it_is():
    """0 has no place on a scale of doublings."""
    settings = HistGradientBoostingConfig(l2_regularization=0).model_dump()

    assert "l2_regularization" not in searched("hist_gradient_boosting", settings, {}, "binary")


def test_a_narrower_range_is_searched_alone():
    """Nothing outside of the two ends is tried."""
    space = searched("lightgbm", LightGBMConfig().model_dump(), {"num_leaves": (16, 64)}, "binary")

    assert space["num_leaves"] == Range(16, 64, log=True, whole=True)


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        pytest.param((16,), "two whole numbers", id="one end"),
        pytest.param((64, 16), "the lower first", id="ends the wrong way round"),
        pytest.param((16, 1000), "from 7 to 127", id="an end outside"),
        pytest.param((16.5, 64), "whole numbers", id="half a leaf"),
        pytest.param(("few", "many"), "two whole numbers", id="words"),
        pytest.param((), "two whole numbers", id="nothing"),
        pytest.param((16, 24), "leaves out 31", id="without what is configured"),
    ],
)
def test_a_wrong_range_is_refused_in_words(ends, said):
    """The message says which hyperparameter and what is allowed."""
    with pytest.raises(ValueError, match=f"lightgbm.num_leaves.*{said}"):
        searched("lightgbm", LightGBMConfig().model_dump(), {"num_leaves": ends}, "binary")


def test_a_choice_that_is_not_there_is_refused():
    """The message names the choices there are."""
    with pytest.raises(ValueError, match=r"random_forest\.criterion: say some of gini, entropy"):
        searched("random_forest", FOREST, {"criterion": ("log_loss",)}, "binary")


def test_a_narrower_range_may_reach_to_what_is_configured():
    """Fewer trees than are usually tried are allowed where they are configured."""
    settings = LightGBMConfig(n_estimators=20).model_dump()

    space = searched("lightgbm", settings, {"n_estimators": (20, 60)}, "binary")

    assert space["n_estimators"] == Range(20, 60, log=True, whole=True)


def test_a_range_for_a_penalty_of_nothing_is_refused():
    """The message says which configured value stands in its way."""
    settings = LightGBMConfig(reg_lambda=0).model_dump()

    with pytest.raises(ValueError, match=r"reg_lambda: cannot hold 0\.0"):
        searched("lightgbm", settings, {"reg_lambda": (0.1, 1)}, "binary")


def test_numbers_have_no_gini():
    """A forest of numbers is searched without the criterion of classes."""
    assert "criterion" not in searched("random_forest", FOREST, {}, "regression")
