"""Small settings of every model family."""

from typing import Any
from typing import Final

import pytest

from lead_scoring.config.training import HistGradientBoostingConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.config.training import RandomForestConfig
from lead_scoring.core.candidates.families import Settings

LINEAR: Final = "logistic_regression"
FOREST: Final = "random_forest"
HISTOGRAM: Final = "hist_gradient_boosting"
BOOSTED: Final = "lightgbm"
FAMILIES: Final = (LINEAR, FOREST, HISTOGRAM, BOOSTED)
TREES: Final = (FOREST, HISTOGRAM, BOOSTED)

EVERY: Final = pytest.mark.parametrize("family", FAMILIES)


def small_settings(family: str, **further: Any) -> Settings:
    """Make settings of a family that are fitted in a moment."""
    if family == LINEAR:
        return LogisticRegressionConfig(**further)
    if family == FOREST:
        given = {"n_estimators": 20, "max_leaf_nodes": 30, "min_samples_leaf": 5}
        return RandomForestConfig(**given | further)
    if family == HISTOGRAM:
        return HistGradientBoostingConfig(**{"max_iter": 20, "min_samples_leaf": 10} | further)
    return LightGBMConfig(**{"n_estimators": 20, "min_child_samples": 10} | further)
