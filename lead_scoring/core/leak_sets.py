"""Which few features carry the skill of a candidate that is too good to be true."""

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.config.training import LightGBMConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.column_skill import CHANCE
from lead_scoring.core.kinds.kind import kind_of
from lead_scoring.core.schema import OUTCOME

_SETTINGS: Final = LightGBMConfig(
    n_estimators=60,
    learning_rate=0.15,
    num_leaves=31,
    min_child_samples=20,
    colsample_bytree=1.0,
    subsample=1.0,
)
_CARRIED: Final = 0.98
"""Share of the skill above chance that a set must reach to be said to carry it."""


@dataclass(frozen=True, slots=True)
class CarryingSet:
    """Features none of which can be spared.

    Attributes:
        features: The most important first.
        roc_auc: Of the features together.
        alone: ROC AUC of each alone.
        rest_roc_auc: Of all other features together; 0.5 if there are none.
    """

    features: tuple[str, ...]
    roc_auc: float
    alone: Mapping[str, float]
    rest_roc_auc: float


@dataclass(frozen=True, slots=True)
class FeatureJudge:
    """Fits boosted trees on some features and judges them on rows they were not fitted on.

    Attributes:
        fit: Features and outcome of the rows to fit on, shape (n_fit, n_features + 1).
        test: The same of the rows to judge on.
        use_case: Says which features are numbers and which are levels, and what is predicted.
    """

    fit: pd.DataFrame
    test: pd.DataFrame
    use_case: UseCase

    @property
    def kinds(self) -> FeaturesConfig:
        """All features."""
        return self.use_case.features

    def judge(self, features: Sequence[str]) -> tuple[float, Mapping[str, float]]:
        """Return ROC AUC on the test rows, and how much each feature mattered."""
        if not features:
            return CHANCE, {}
        chosen = self.kinds.only(features)
        names, seed = list(chosen.names), self.use_case.training.seed
        outcomes, test = (
            rows[OUTCOME].to_numpy(dtype=np.float64) for rows in (self.fit, self.test)
        )
        estimator = fit_candidate(
            _SETTINGS, self.fit[names], outcomes, chosen, seed, task=self.use_case.task
        )
        margins = estimator.margins(self.test[names])
        return kind_of(self.use_case).skill(test, margins), estimator.importance()

    def skill(self, features: Sequence[str]) -> float:
        """Return ROC AUC on the test rows."""
        return self.judge(features)[0]


def carrying_sets(judge: FeatureJudge) -> Iterator[CarryingSet]:
    """Iterate over disjoint sets that each carry the skill of all features, until none is left.

    There is always a first one. Each is small, not proven to be the smallest: a prefix of the
    features by importance, out of which every feature is taken that can be spared.
    """
    left = judge.kinds.names
    whole, importance = judge.judge(left)
    needed = CHANCE + _CARRIED * (whole - CHANCE)
    reached = whole
    while left and reached >= needed:
        ordered = sorted(left, key=lambda name: (-importance[name], name))
        chosen, carried = _spared(judge, _prefix(judge, ordered, needed), needed)
        left = tuple(name for name in left if name not in chosen)
        reached, importance = judge.judge(left)
        yield CarryingSet(chosen, carried, {name: judge.skill([name]) for name in chosen}, reached)
        if reached <= CHANCE:
            return


def _prefix(judge: FeatureJudge, ordered: Sequence[str], needed: float) -> Sequence[str]:
    """Return so many of the first features that they carry the skill; sizes double."""
    size = 1
    while size < len(ordered) and judge.skill(ordered[:size]) < needed:
        size *= 2
    return ordered[:size]


def _spared(
    judge: FeatureJudge, features: Sequence[str], needed: float
) -> tuple[tuple[str, ...], float]:
    """Take out every feature that can be spared, the least important first."""
    kept = list(features)
    carried = judge.skill(kept)
    for name in reversed(features):
        fewer = [other for other in kept if other != name]
        without = judge.skill(fewer)
        if fewer and without >= needed:
            kept, carried = fewer, without
    return tuple(kept), carried
