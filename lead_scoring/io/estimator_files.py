"""The files of each family's estimator, and what they may hold.

skops opens a file only if it trusts every type in it. Beyond what skops trusts itself, fitted
models hold one type for each of the two families of scikit-learn's trees, and nothing more
(a test compares these lists with what skops finds in fitted models):

* ``sklearn.tree._tree.Tree``, in a forest: the arrays of one tree. It runs nothing when it is
  opened. skops does not trust it because its nodes point to each other and are followed without
  any check; so we check them.
* ``TreePredictor``, in histogram boosting: the same as a plain object around one array, with the
  same check.
"""

from pathlib import Path
from typing import Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.linear_model import Ridge

from lead_scoring.config.outcome import Task
from lead_scoring.core.candidates.boosted import BOOSTED
from lead_scoring.core.candidates.boosted import BoostedEstimator
from lead_scoring.core.candidates.forest import FOREST
from lead_scoring.core.candidates.forest import ForestEstimator
from lead_scoring.core.candidates.histogram import HISTOGRAM
from lead_scoring.core.candidates.histogram import HistogramEstimator
from lead_scoring.core.candidates.histogram import tree_nodes
from lead_scoring.core.candidates.linear import LINEAR
from lead_scoring.core.candidates.linear import LinearEstimator
from lead_scoring.core.candidates.ridge import RIDGE
from lead_scoring.core.candidates.ridge import RidgeEstimator
from lead_scoring.core.model import Estimator
from lead_scoring.io.skops_files import read_skops
from lead_scoring.io.skops_files import write_skops

ENCODER: Final = "encoder.skops"
LINEAR_MODEL: Final = "linear.skops"
FOREST_MODEL: Final = "forest.skops"
HISTOGRAM_MODEL: Final = "histogram.skops"
BOOSTER: Final = "booster.txt"

FOREST_TRUSTED: Final = ("sklearn.tree._tree.Tree",)
HISTOGRAM_TRUSTED: Final = ("sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",)


def write_estimator(estimator: Estimator, folder: Path) -> None:
    """Write an estimator's files into a folder.

    Raises:
        TypeError: It is of a family that has no files.
    """
    match estimator:
        case BoostedEstimator():
            text = estimator.booster.model_to_string()
            (folder / BOOSTER).write_text(text, encoding="utf-8")
        case LinearEstimator() | RidgeEstimator():
            write_skops(estimator.regression, folder / LINEAR_MODEL)
        case ForestEstimator():
            write_skops(estimator.forest, folder / FOREST_MODEL)
        case HistogramEstimator():
            write_skops(estimator.booster, folder / HISTOGRAM_MODEL)
        case _:
            msg = f"no files for an estimator of type {type(estimator).__name__}"
            raise TypeError(msg)
    write_skops(estimator.encoder, folder / ENCODER)


def read_estimator(family: str, folder: Path, task: Task = "binary") -> Estimator:
    """Open an estimator's files.

    Args:
        family: Name of its family.
        folder: Where they lie.
        task: What it predicts.

    Raises:
        IntegrityError: A file holds a foreign type. Nothing was loaded.
        ValueError: A file holds something else than it should, trees that lead nowhere, or the
            family is unknown.
    """
    encoder = read_skops(folder / ENCODER, ColumnTransformer)
    if family == LINEAR:
        return LinearEstimator(encoder, read_skops(folder / LINEAR_MODEL, LogisticRegression))
    if family == RIDGE:
        return RidgeEstimator(encoder, read_skops(folder / LINEAR_MODEL, Ridge))
    if family == BOOSTED:
        text = (folder / BOOSTER).read_text(encoding="utf-8")
        return BoostedEstimator(encoder, lgb.Booster(model_str=text))
    if family == FOREST:
        return ForestEstimator(encoder, _read_forest(folder / FOREST_MODEL, task))
    if family == HISTOGRAM:
        return HistogramEstimator(encoder, _read_histogram(folder / HISTOGRAM_MODEL, task))
    msg = f"family {family!r} is none of {LINEAR}, {RIDGE}, {FOREST}, {HISTOGRAM}, {BOOSTED}"
    raise ValueError(msg)


def _read_forest(file: Path, task: Task) -> RandomForestClassifier | RandomForestRegressor:
    kind = RandomForestRegressor if task == "regression" else RandomForestClassifier
    forest = read_skops(file, kind, FOREST_TRUSTED)
    for tree in forest.estimators_:
        nodes = tree.tree_.__getstate__()["nodes"]
        _check_nodes(
            nodes["left_child"] != -1,
            (nodes["left_child"], nodes["right_child"]),
            nodes["feature"],
            forest.n_features_in_,
        )
    return forest


def _read_histogram(
    file: Path, task: Task
) -> HistGradientBoostingClassifier | HistGradientBoostingRegressor:
    kinds = HistGradientBoostingClassifier, HistGradientBoostingRegressor
    booster = read_skops(file, kinds[task == "regression"], HISTOGRAM_TRUSTED)
    for nodes in tree_nodes(booster):
        if nodes["is_categorical"].any():
            msg = "a tree splits by categories, which no model of ours does"
            raise ValueError(msg)
        _check_nodes(
            nodes["is_leaf"] == 0,
            (nodes["left"], nodes["right"]),
            nodes["feature_idx"],
            booster.n_features_in_,
        )
    return booster


def _check_nodes(
    splits: npt.NDArray[np.bool_],
    children: tuple[npt.NDArray[np.integer], npt.NDArray[np.integer]],
    columns: npt.NDArray[np.integer],
    width: int,
) -> None:
    """Check that every split reads a column there is and leads to later nodes, so it ends.

    Args:
        splits: Whether a node splits, shape (n_nodes,).
        children: Positions of the left and right children, same shape.
        columns: Column each node reads, same shape.
        width: Number of columns.

    Raises:
        ValueError: A node does not.
    """
    places = np.arange(len(splits))
    ahead = [(places < child) & (child < len(splits)) for child in children]
    inside = (columns >= 0) & (columns < width)
    sound = ahead[0] & ahead[1] & inside
    if len(splits) == 0 or not sound[splits].all():
        msg = f"a tree of {len(splits)} nodes leads nowhere; it was not grown by scikit-learn"
        raise ValueError(msg)
