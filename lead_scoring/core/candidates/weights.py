"""Weights that make all classes count the same in a fit, taken back from what was learned.

Weighing changes where a model looks, and with it what it takes for the rate of each class. The
first is what weights are for; the second is undone class by class, so that the margins are those
of real rates and one temperature is all they need.

Source:
    C. Elkan (2001), The foundations of cost-sensitive learning, theorem 2,
    https://www.ijcai.org/Proceedings/01/IJCAI-2001-k.pdf
"""

from typing import assert_never

import numpy as np
import numpy.typing as npt
from lightgbm import Booster
from sklearn.ensemble import RandomForestClassifier

from lead_scoring.core.candidates.boosted import BoostedEstimator
from lead_scoring.core.candidates.forest import ForestEstimator
from lead_scoring.core.candidates.histogram import HistogramEstimator
from lead_scoring.core.candidates.linear import LinearEstimator

FloatArray = npt.NDArray[np.float64]
Weighted = LinearEstimator | ForestEstimator | HistogramEstimator | BoostedEstimator


def balanced_weights(outcomes: FloatArray) -> FloatArray:
    """Return the weight of a row of each class that makes all classes weigh the same.

    Args:
        outcomes: Position of the class, shape (n_leads,); each class occurs.

    >>> balanced_weights(np.array([0.0, 1.0, 1.0, 1.0])).round(2)
    array([2.  , 0.67])
    """
    counts = np.bincount(outcomes.astype(np.intp))
    return np.asarray(len(outcomes) / (len(counts) * counts), dtype=np.float64)


def take_back(estimator: Weighted, weights: FloatArray) -> None:
    """Change an estimator that was just fitted so that its margins are those of real rates.

    Args:
        estimator: Fitted on several classes with these weights.
        weights: Weight of a row of each class, shape (n_classes,).
    """
    logs = np.log(weights)
    match estimator:
        case LinearEstimator():
            estimator.regression.intercept_ = estimator.regression.intercept_ - logs
        case HistogramEstimator():
            vars(estimator.booster)["_baseline_prediction"] -= logs
        case BoostedEstimator():
            _shift_first_trees(estimator.booster, -logs)
        case ForestEstimator():
            _weigh_votes(estimator.forest, 1 / weights)
        case _:
            assert_never(estimator)


def _shift_first_trees(booster: Booster, shifts: FloatArray) -> None:
    """Add to what every leaf of the first tree of each class says."""
    grown = booster.dump_model(num_iteration=1)["tree_info"]
    for tree, shift in zip(grown, shifts.tolist(), strict=True):
        for leaf in range(tree["num_leaves"]):
            place = tree["tree_index"], leaf
            booster.set_leaf_output(*place, booster.get_leaf_output(*place) + shift)


def _weigh_votes(forest: RandomForestClassifier, weights: FloatArray) -> None:
    for tree in forest.estimators_:
        votes = tree.tree_.value
        votes *= weights
        votes /= votes.sum(axis=2, keepdims=True)
