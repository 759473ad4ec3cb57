"""Class weights change where a model looks, and not the rates its margins stand for."""

import numpy as np
import pandas as pd
import pytest
from families import EVERY
from families import small_settings
from scipy.special import softmax

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.core.candidates.families import fit_candidate
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder

ROWS = 3_000
KINDS = FeaturesConfig(numeric=("x", "y"), categorical=("level",))


def world(seed: int = 4) -> tuple[pd.DataFrame, np.ndarray]:
    """Return features and outcomes of three classes, of which the last is rare."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(2, ROWS))
    margins = np.stack([x - 1, y + 1, -x - y - 3], axis=1)
    shares = softmax(margins, axis=1).cumsum(axis=1)
    outcomes = (rng.random((ROWS, 1)) > shares).sum(axis=1).astype(float)
    level = pd.Series(rng.choice(["a", "b", "c"], ROWS), dtype="str")
    return pd.DataFrame({"x": x, "y": y, "level": level}), outcomes


FEATURES, OUTCOMES = world()


def rates(family: str, **further: object) -> np.ndarray:
    """Return the mean probability of each class by the margins of one family."""
    estimator = fit_candidate(
        small_settings(family, **further), FEATURES, OUTCOMES, KINDS, 1, task="multiclass"
    )
    margins = estimator.margins(FEATURES)
    assert margins.shape == (ROWS, 3)
    return softmax(margins, axis=1).mean(axis=0)


@pytest.mark.slow
@EVERY
def test_margins_of_a_weighted_fit_are_those_of_real_rates(family):
    """Each class is as frequent as it is: without the weights taken back a third would be."""
    real = np.bincount(OUTCOMES.astype(int)) / ROWS

    assert real[2] < 0.1
    assert rates(family) == pytest.approx(real, abs=0.01)
    assert rates(family, class_weight="balanced") == pytest.approx(real, abs=0.05)


@pytest.mark.slow
@EVERY
def test_weights_change_the_model(family):
    """They are not simply undone: where a model looks stays changed."""
    plain, weighted = (
        fit_candidate(
            small_settings(family, class_weight=weight), FEATURES, OUTCOMES, KINDS, 1,
            task="multiclass",
        ).margins(FEATURES)
        for weight in (None, "balanced")
    )  # fmt: skip
    apart = softmax(plain, axis=1) - softmax(weighted, axis=1)

    assert np.abs(apart).max() > 0.01


def test_levels_are_ordered_by_where_their_classes_differ():
    """Two kinds of levels, those of class 0 and 2 and those of class 1, come side by side."""
    rng = np.random.default_rng(5)
    names = np.array(["a", "b", "c", "d", "e", "f"])
    levels = rng.choice(names, 6_000)
    outcomes = np.where(np.isin(levels, ["a", "c", "e"]), rng.choice([0.0, 2.0], 6_000), 1.0)
    features = pd.DataFrame({"level": pd.Series(levels, dtype="str")})
    means = level_means(outcomes, "multiclass", 1)
    kinds = FeaturesConfig(categorical=("level",))
    encoder = ordered_encoder(features, outcomes, kinds, means, classes=True).fit(features)
    order = encoder.named_transformers_["categorical"].categories_[0].tolist()

    assert set(order[:3]) in ({"a", "c", "e"}, {"b", "d", "f"})
    assert sorted(order) == names.tolist()
