"""The canonical hash of what a model's scores depend on.

Stored files are not canonical (archives carry times), so the learned content is hashed instead.
"""

import hashlib
import json
from collections.abc import Mapping
from collections.abc import Sequence
from functools import singledispatch

import numpy as np
import numpy.typing as npt
from lightgbm import Booster
from sklearn.base import BaseEstimator
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.ensemble import RandomForestRegressor

from lead_scoring.core.candidates.boosted import BoostedEstimator
from lead_scoring.core.candidates.forest import ForestEstimator
from lead_scoring.core.candidates.histogram import HistogramEstimator
from lead_scoring.core.candidates.histogram import tree_nodes
from lead_scoring.core.candidates.linear import LinearEstimator
from lead_scoring.core.candidates.ridge import RidgeEstimator
from lead_scoring.core.model import Estimator
from lead_scoring.core.model import ScoringModel


def model_digest(model: ScoringModel) -> str:
    """Return 64 hex characters; the same for the same fitted content, wherever it was loaded from.

    Raises:
        TypeError: Something in the model has no canonical form.
    """
    content = [
        _canonical(model.preparation),
        _estimator(model.estimator),
        _canonical(model.calibration.to_dict()),
    ]
    if model.losses:
        content.append([[name, _estimator(one)] for name, one in sorted(model.losses.items())])
    text = json.dumps(content, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _estimator(estimator: Estimator) -> object:
    if isinstance(estimator, LinearEstimator | RidgeEstimator):
        return [estimator.family, _canonical(estimator.encoder), _canonical(estimator.regression)]
    if isinstance(estimator, BoostedEstimator):
        return [estimator.family, _canonical(estimator.encoder), trees(estimator.booster)]
    if isinstance(estimator, ForestEstimator):
        return [estimator.family, _canonical(estimator.encoder), _forest(estimator.forest)]
    if isinstance(estimator, HistogramEstimator):
        return [estimator.family, _canonical(estimator.encoder), _histogram(estimator.booster)]
    msg = f"no canonical form for an estimator of type {type(estimator).__name__}"
    raise TypeError(msg)


def trees(booster: Booster) -> str:
    """Return the trees of a booster as text, without the parameters they were grown with.

    Among those are the number of threads and other things no score depends on.
    """
    text: str = booster.model_to_string()
    return text.partition("\nparameters:")[0]


def _forest(forest: RandomForestClassifier | RandomForestRegressor) -> object:
    """Return the classes, if there are any, and each tree: its nodes and what its leaves say.

    What it was grown with plays no part: no score depends on the number of jobs.
    """
    grown = [tree.tree_.__getstate__() for tree in forest.estimators_]
    return [
        _canonical(getattr(forest, "classes_", None)),
        [[_fields(state["nodes"]), _canonical(state["values"])] for state in grown],
    ]


def _histogram(
    booster: HistGradientBoostingClassifier | HistGradientBoostingRegressor,
) -> object:
    """Return the classes, if any, the margin before the first tree, and the nodes of each tree."""
    return [
        _canonical(getattr(booster, "classes_", None)),
        _canonical(vars(booster)["_baseline_prediction"]),
        [_fields(nodes) for nodes in tree_nodes(booster)],
    ]


def _fields(nodes: npt.NDArray[np.void]) -> object:
    """Return records field by field: the bytes between the fields mean nothing."""
    return [[name, _canonical(nodes[name])] for name in nodes.dtype.names or ()]


@singledispatch
def _canonical(value: object) -> object:
    """Return nested lists and text that are equal if and only if the values are."""
    msg = f"no canonical form for a value of type {type(value).__name__}"
    raise TypeError(msg)


@_canonical.register(type(None))
@_canonical.register(bool)
@_canonical.register(int)
@_canonical.register(str)
def _plain(value: object) -> object:
    return value


@_canonical.register
def _number(value: float) -> object:
    return ["float", value.hex()]


@_canonical.register
def _scalar(value: np.generic) -> object:
    return _canonical(value.item())


@_canonical.register(np.dtype)
@_canonical.register(type)
def _type(value: object) -> object:
    return ["type", str(value)]


@_canonical.register
def _slice(value: slice) -> object:
    return ["slice", value.start, value.stop, value.step]


@_canonical.register(list)
@_canonical.register(tuple)
def _sequence(value: Sequence[object]) -> object:
    return [_canonical(one) for one in value]


@_canonical.register(Mapping)
def _mapping(value: Mapping[object, object]) -> object:
    pairs = [[_canonical(key), _canonical(one)] for key, one in value.items()]
    return ["mapping", sorted(pairs, key=json.dumps)]


@_canonical.register(np.ndarray)
def _array(value: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> object:
    if value.dtype == object:
        cells: object = [_canonical(cell) for cell in value.ravel().tolist()]
    else:
        cells = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
    return ["array", str(value.dtype), list(value.shape), cells]


@_canonical.register
def _learned(value: BaseEstimator) -> object:
    return [type(value).__qualname__, _canonical(vars(value))]
