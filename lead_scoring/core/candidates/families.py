"""Which families compete, and how one of them is fitted."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import CandidatesConfig
from lead_scoring.config.training import HistGradientBoostingConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.training import LogisticRegressionConfig
from lead_scoring.config.training import RandomForestConfig
from lead_scoring.config.training import RidgeConfig
from lead_scoring.core.candidates.boosted import BOOSTED
from lead_scoring.core.candidates.boosted import fit_boosted
from lead_scoring.core.candidates.forest import FOREST
from lead_scoring.core.candidates.forest import fit_forest
from lead_scoring.core.candidates.histogram import HISTOGRAM
from lead_scoring.core.candidates.histogram import fit_histogram
from lead_scoring.core.candidates.linear import LINEAR
from lead_scoring.core.candidates.linear import fit_linear
from lead_scoring.core.candidates.ridge import RIDGE
from lead_scoring.core.candidates.ridge import RidgeEstimator
from lead_scoring.core.candidates.ridge import fit_ridge
from lead_scoring.core.candidates.weights import Weighted
from lead_scoring.core.candidates.weights import balanced_weights
from lead_scoring.core.candidates.weights import take_back
from lead_scoring.core.model import Estimator

FloatArray = npt.NDArray[np.float64]
Settings = (
    LogisticRegressionConfig
    | RidgeConfig
    | RandomForestConfig
    | HistGradientBoostingConfig
    | LightGBMConfig
)


def configured(candidates: CandidatesConfig, task: Task) -> Iterator[tuple[str, Settings]]:
    """Iterate over the families that compete and fit the task, the simplest first."""
    families: tuple[tuple[str, Settings | None], ...] = (
        (RIDGE, candidates.ridge)
        if task == "regression"
        else (LINEAR, candidates.logistic_regression),
        (FOREST, candidates.random_forest),
        (HISTOGRAM, candidates.hist_gradient_boosting),
        (BOOSTED, candidates.lightgbm),
    )
    for family, settings in families:
        if settings is not None:
            yield family, settings


def fit_candidate(
    settings: Settings,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> Estimator:
    """Fit one family; the same rows in the same order and the same seed give the same model.

    Args:
        settings: Hyperparameters; their type names the family.
        features: Prepared features, shape (n_leads, n_features).
        outcomes: Shape (n_leads,): 1.0 or 0.0, a number, or the position of a class from 0; every
            class must occur.
        kinds: Which features are numbers and which are levels.
        seed: Seed of everything that is drawn.
        task: What the outcomes are.
        weights: How much each lead counts in the fit, shape (n_leads,); all the same if absent.
    """
    estimator = _fit(settings, features, outcomes, kinds, seed, task=task, weights=weights)
    if isinstance(estimator, RidgeEstimator) or isinstance(settings, RidgeConfig):
        return estimator
    if task == "multiclass" and settings.class_weight is not None:
        take_back(estimator, balanced_weights(outcomes))
    return estimator


def _fit(
    settings: Settings,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task,
    weights: FloatArray | None,
) -> RidgeEstimator | Weighted:
    match settings:
        case LogisticRegressionConfig():
            return fit_linear(
                settings, features, outcomes, kinds, seed, task=task, weights=weights
            )
        case RidgeConfig():
            return fit_ridge(settings, features, outcomes, kinds, seed, weights=weights)
        case RandomForestConfig():
            return fit_forest(
                settings, features, outcomes, kinds, seed, task=task, weights=weights
            )
        case HistGradientBoostingConfig():
            return fit_histogram(
                settings, features, outcomes, kinds, seed, task=task, weights=weights
            )
        case LightGBMConfig():
            return fit_boosted(
                settings, features, outcomes, kinds, seed, task=task, weights=weights
            )
