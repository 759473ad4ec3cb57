"""Histogram gradient boosting on numbers and levels in the order of their conversion rate."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cache
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble._hist_gradient_boosting.predictor import TreePredictor
from threadpoolctl import ThreadpoolController

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import HistGradientBoostingConfig
from lead_scoring.core.candidates.paths import LEAF
from lead_scoring.core.candidates.paths import Paths
from lead_scoring.core.candidates.paths import Tree
from lead_scoring.core.candidates.paths import expected_values
from lead_scoring.core.candidates.rows import explained_in_chunks
from lead_scoring.core.candidates.rows import fit_encode
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder
from lead_scoring.core.encoding import owners
from lead_scoring.core.encoding import sums_by_feature

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

HISTOGRAM: Final = "hist_gradient_boosting"
THREADS: Final = 1
"""Threads of scikit-learn's trees, which spin while they wait, as LightGBM's do."""


@dataclass(frozen=True)
class HistogramEstimator:
    """Boosted trees of scikit-learn."""

    encoder: ColumnTransformer
    booster: HistGradientBoostingClassifier | HistGradientBoostingRegressor
    family: str = HISTOGRAM

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds or predictions, one row per lead; memory is bounded by a chunk."""
        return margins_in_chunks(self._of_rows, self.encoder, features)

    def _of_rows(self, matrix: FloatArray) -> FloatArray:
        with _threads().limit(limits=THREADS, user_api="openmp"):
            if isinstance(self.booster, HistGradientBoostingRegressor):
                return np.asarray(self.booster.predict(matrix), dtype=np.float64)
            return np.asarray(self.booster.decision_function(matrix), dtype=np.float64)

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return margins, and what the splits on the way down each tree add to them."""
        return explained_in_chunks(self._of_rows, self._explain, self.encoder, features)

    def _explain(self, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
        start = vars(self.booster)["_baseline_prediction"].ravel()
        base = np.broadcast_to(start + self._paths.base, (len(matrix), len(start)))
        return base, self._paths.contributions(self._leaves(matrix))

    def _leaves(self, matrix: FloatArray) -> IntArray:
        """Return the node of each tree that rows end in, shape (n_rows, n_trees).

        scikit-learn's trees of this family only say the value of a leaf: so the value of each
        leaf is its position.
        """
        columns = matrix.shape[1]
        nothing = np.empty((0, 8), dtype=np.uint32), np.zeros(columns, dtype=np.uint32)
        found = [tree.predict(matrix, *nothing, THREADS) for tree in self._numbered]
        return np.column_stack(found).astype(np.intp)

    @cached_property
    def _numbered(self) -> list[TreePredictor]:
        return [_numbered(tree) for trees in vars(self.booster)["_predictors"] for tree in trees]

    @cached_property
    def _paths(self) -> Paths:
        owner, count = owners(self.encoder), len(self.encoder.feature_names_in_)
        outputs = vars(self.booster)["_baseline_prediction"].size
        trees = [
            _tree(nodes, owner, place % outputs, outputs)
            for place, nodes in enumerate(tree_nodes(self.booster))
        ]
        return Paths(trees, count)

    def importance(self) -> Mapping[str, float]:
        """Return the total gain of the splits on each feature; 0 for one without any value."""
        gains = np.zeros(self.booster.n_features_in_)
        for nodes in tree_nodes(self.booster):
            splits = nodes[nodes["is_leaf"] == 0]
            np.add.at(gains, splits["feature_idx"], splits["gain"])
        return sums_by_feature(self.encoder, gains)


def _numbered(tree: TreePredictor) -> TreePredictor:
    """Return a tree that says which leaf a row ends in."""
    nodes = tree.nodes.copy()
    nodes["value"] = np.arange(len(nodes))
    return TreePredictor(nodes, tree.binned_left_cat_bitsets, tree.raw_left_cat_bitsets)


def _tree(nodes: npt.NDArray[np.void], owner: IntArray, output: int, outputs: int) -> Tree:
    """Return a tree that speaks for one output, with the expected value of every node."""
    splits = nodes["is_leaf"] == 0
    values = np.zeros((len(nodes), outputs))
    values[:, output] = nodes["value"]
    tree = Tree(
        left=np.where(splits, nodes["left"].astype(np.intp), LEAF),
        right=np.where(splits, nodes["right"].astype(np.intp), LEAF),
        feature=owner[np.where(splits, nodes["feature_idx"].astype(np.intp), 0)],
        values=values,
    )
    return replace(tree, values=expected_values(tree, nodes["count"].astype(np.float64)))


def tree_nodes(
    booster: HistGradientBoostingClassifier | HistGradientBoostingRegressor,
) -> list[npt.NDArray[np.void]]:
    """Return the nodes of each tree, in the order the trees were grown."""
    # scikit-learn gives no public way to the trees of this family.
    return [tree.nodes for trees in vars(booster)["_predictors"] for tree in trees]


def fit_histogram(
    settings: HistGradientBoostingConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> HistogramEstimator:
    """Fit histogram gradient boosting; arguments as those of `fit_candidate`.

    Levels come as numbers: of its own categories scikit-learn allows 255 a feature, and it would
    keep functions in the model that our files do not trust. Nothing stops the boosting early, as
    that would judge it on rows drawn without regard to time.
    """
    means = level_means(outcomes, task, seed)
    encoder = ordered_encoder(features, outcomes, kinds, means, classes=task == "multiclass")
    fixed = {"categorical_features": None, "early_stopping": False, "random_state": seed}
    if task == "regression":
        numbers = settings.model_dump(exclude={"class_weight"})
        booster = HistGradientBoostingRegressor(**numbers, **fixed)
    else:
        booster = HistGradientBoostingClassifier(**settings.model_dump(), **fixed)
    with _threads().limit(limits=THREADS, user_api="openmp"):
        booster.fit(fit_encode(encoder, features, outcomes), outcomes, sample_weight=weights)
    return HistogramEstimator(encoder, booster)


@cache
def _threads() -> ThreadpoolController:
    """Return the native libraries that are loaded; finding them takes milliseconds."""
    return ThreadpoolController()
