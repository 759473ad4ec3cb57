"""LightGBM on numbers and native categories."""

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from functools import cached_property
from typing import Any
from typing import Final

import lightgbm as lgb
import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.utils.class_weight import compute_sample_weight

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.core.candidates.paths import LEAF
from lead_scoring.core.candidates.paths import Paths
from lead_scoring.core.candidates.paths import Tree
from lead_scoring.core.candidates.paths import expected_values
from lead_scoring.core.candidates.rows import explained_in_chunks
from lead_scoring.core.candidates.rows import margins_in_chunks
from lead_scoring.core.contributions import Contributions
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import owners
from lead_scoring.core.encoding import sums_by_feature
from lead_scoring.core.encoding import tree_encoder

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

BOOSTED: Final = "lightgbm"
THREADS: Final = 1
"""Threads of LightGBM. They wait for each other by spinning: on a machine that has other work,
two take many times as long as one, and on an idle one they save little."""


@dataclass(frozen=True)
class BoostedEstimator:
    """Boosted trees on numbers and native categories."""

    encoder: ColumnTransformer
    booster: lgb.Booster
    family: str = BOOSTED

    def margins(self, features: pd.DataFrame) -> FloatArray:
        """Return log-odds or predictions, one row per lead; memory is bounded by a chunk."""
        return margins_in_chunks(self._of_rows, self.encoder, features)

    def _of_rows(self, matrix: FloatArray) -> FloatArray:
        return np.asarray(self.booster.predict(matrix, raw_score=True, num_threads=THREADS))

    def explained(self, features: pd.DataFrame) -> tuple[FloatArray, Contributions]:
        """Return margins, and what the splits on the way down each tree add to them."""
        return explained_in_chunks(self._of_rows, self._explain, self.encoder, features)

    def _explain(self, matrix: FloatArray) -> tuple[FloatArray, FloatArray]:
        found = self.booster.predict(matrix, pred_leaf=True, num_threads=THREADS)
        leaves = np.asarray(found, dtype=np.intp).reshape(len(matrix), -1)
        nodes = self._leaf_nodes[np.arange(leaves.shape[1]), leaves]
        base = np.broadcast_to(self._paths.base, (len(matrix), len(self._paths.base)))
        return base, self._paths.contributions(nodes)

    @cached_property
    def _leaf_nodes(self) -> IntArray:
        """The node each leaf of a tree is, shape (n_trees, n_leaves)."""
        most = max(len(leaves) for _, leaves in self._grown)
        nodes = np.zeros((len(self._grown), most), dtype=np.intp)
        for row, (_, leaves) in zip(nodes, self._grown, strict=True):
            row[: len(leaves)] = leaves
        return nodes

    @cached_property
    def _paths(self) -> Paths:
        return Paths([tree for tree, _ in self._grown], len(self.encoder.feature_names_in_))

    @cached_property
    def _grown(self) -> list[tuple[Tree, IntArray]]:
        owner, dumped = owners(self.encoder), self.booster.dump_model()
        outputs = dumped["num_tree_per_iteration"]
        return [
            _tree(one["tree_structure"], owner, place % outputs, outputs)
            for place, one in enumerate(dumped["tree_info"])
        ]

    def importance(self) -> Mapping[str, float]:
        """Return the total gain of the splits on each feature."""
        return sums_by_feature(self.encoder, self.booster.feature_importance("gain"))


def _tree(
    structure: Mapping[str, Any], owner: IntArray, output: int, outputs: int
) -> tuple[Tree, IntArray]:
    """Return a dumped tree that speaks for one output, and the node that each leaf is."""
    nodes = [structure]
    left, right = [], []
    for node in nodes:  # grows while it is walked, so that children come after their parents
        splits = "left_child" in node
        left.append(len(nodes) if splits else LEAF)
        right.append(len(nodes) + 1 if splits else LEAF)
        nodes += [node["left_child"], node["right_child"]] if splits else []
    values = np.zeros((len(nodes), outputs))
    values[:, output] = [node.get("leaf_value", 0.0) for node in nodes]
    rows = [node.get("leaf_count", node.get("internal_count", 0)) for node in nodes]
    tree = Tree(
        left=np.array(left, dtype=np.intp),
        right=np.array(right, dtype=np.intp),
        feature=owner[[node.get("split_feature", 0) for node in nodes]],
        values=values,
    )
    tree = replace(tree, values=expected_values(tree, np.array(rows, dtype=np.float64)))
    numbers = {
        node.get("leaf_index", 0): place
        for place, node in enumerate(nodes)
        if "leaf_value" in node
    }
    return tree, np.array([numbers[leaf] for leaf in sorted(numbers)], dtype=np.intp)


def fit_boosted(
    settings: LightGBMConfig,
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    seed: int,
    *,
    task: Task = "binary",
    weights: FloatArray | None = None,
) -> BoostedEstimator:
    """Fit LightGBM; arguments as those of `fit_candidate`.

    Trees that were fitted on all leads alike come first where the settings ask for some: those
    fitted on weighed leads then only say what is other than it used to be.
    """
    encoder = tree_encoder(kinds, level_means(outcomes, task, seed))
    matrix = fit_encoded(encoder, features, outcomes)
    first = len(kinds.numeric)
    parameters = _parameters(settings, seed) | _objective(outcomes, task)

    def rows(some: FloatArray | None) -> lgb.Dataset:
        return lgb.Dataset(
            matrix,
            label=outcomes,
            weight=_weights(settings, outcomes, some),
            categorical_feature=list(range(first, first + len(kinds.categorical))),
            params=parameters,
        )

    steady = None
    if settings.steady_trees:
        steady = lgb.train(parameters, rows(None), num_boost_round=settings.steady_trees)
    booster = lgb.train(
        parameters, rows(weights), num_boost_round=settings.n_estimators, init_model=steady
    )
    return BoostedEstimator(encoder, booster)


def _weights(
    settings: LightGBMConfig, outcomes: FloatArray, weights: FloatArray | None
) -> FloatArray | None:
    if settings.class_weight is None:
        return weights
    balanced = np.asarray(compute_sample_weight(settings.class_weight, outcomes))
    return balanced if weights is None else balanced * weights


def _objective(outcomes: FloatArray, task: Task) -> dict[str, object]:
    if task == "multiclass":
        return {"objective": "multiclass", "num_class": len(np.unique(outcomes))}
    return {"objective": task}


def _parameters(settings: LightGBMConfig, seed: int) -> dict[str, object]:
    return {
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.num_leaves,
        "min_data_in_leaf": settings.min_child_samples,
        "feature_fraction": settings.colsample_bytree,
        "bagging_fraction": settings.subsample,
        "bagging_freq": 1,
        "lambda_l2": settings.reg_lambda,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": THREADS,
        "verbosity": -1,
    }
