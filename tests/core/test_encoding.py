"""Features become the numbers an estimator reads."""

import numpy as np
import pandas as pd

from lead_scoring.config.preparation import FeaturesConfig
from lead_scoring.core.encoding import fit_encoded
from lead_scoring.core.encoding import level_means
from lead_scoring.core.encoding import ordered_encoder
from lead_scoring.core.encoding import read_columns

OUTCOMES = np.array([0.0, 1.0] * 30 + [1.0] * 40 + [0.0] * 40)
LEVELS = pd.Series(["odd"] * 60 + ["best"] * 40 + ["worst"] * 40, dtype="str")


def ordered(features, numeric=(), categorical=()):
    """Fit the encoder of trees without categories on the outcomes."""
    kinds = FeaturesConfig(numeric=numeric, categorical=categorical)
    encoder = ordered_encoder(features, OUTCOMES, kinds, level_means(OUTCOMES, "binary", 1))
    fit_encoded(encoder, features, OUTCOMES)
    return encoder


def test_levels_stand_in_the_order_of_their_rate():
    """The worst is 0 and the best 2, whatever their names."""
    features = pd.DataFrame({"level": LEVELS})
    codes = ordered(features, categorical=["level"]).transform(features)

    assert codes[[0, 60, 100], 0].tolist() == [1.0, 2.0, 0.0]


def test_a_level_of_one_row_stands_near_the_base_rate():
    """One conversion does not make a level better than forty do."""
    features = pd.DataFrame({"level": LEVELS.where(LEVELS.index != 61, "single")})
    encoder = ordered(features, categorical=["level"])
    (order,) = encoder.named_transformers_["categorical"].categories_

    assert order.tolist() == ["worst", "odd", "single", "best"]


def test_missing_and_unseen_levels_are_nan():
    """Trees send them one way at each split."""
    features = pd.DataFrame({"level": LEVELS.where(LEVELS.index > 5)})
    encoder = ordered(features, categorical=["level"])
    asked = pd.DataFrame({"level": pd.Series([None, "never seen", "best"], dtype="str")})

    assert np.isnan(encoder.transform(asked)[:, 0]).tolist() == [True, True, False]


def test_levels_that_are_numbers_keep_their_order():
    """Weekdays as levels are encoded as well."""
    features = pd.DataFrame({"weekday": np.arange(len(OUTCOMES)) % 7.0})
    codes = ordered(features, categorical=["weekday"]).transform(features)

    assert np.array_equal(codes[:, 0], features["weekday"])


def test_columns_without_a_value_are_not_read():
    """The others keep their places."""
    features = pd.DataFrame(
        {"empty": np.nan, "number": 1.0, "level": LEVELS, "nothing": LEVELS.where(LEVELS == "-")}
    )
    encoder = ordered(features, ["empty", "number"], ["nothing", "level"])

    assert read_columns(encoder) == ["number", "level"]
    assert encoder.transform(features).shape == (len(features), 2)
