"""Features to the numbers an estimator reads; fitted and kept with the model."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.preprocessing import OrdinalEncoder
from sklearn.preprocessing import StandardScaler

FloatArray = npt.NDArray[np.float64]

PRIOR_ROWS: Final = 20.0
"""Rows at the base rate that each level's conversion rate starts from: a level of few rows is
not carried to either end by them."""


def linear_encoder(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """Return an encoder for linear models: scaled numbers, one column per level.

    A missing number becomes the median and a missing level a level of its own; an unseen level
    is none of the known ones. All-missing columns become constant.
    """
    numbers = Pipeline(
        [
            ("impute", SimpleImputer(strategy="median", keep_empty_features=True)),
            ("scale", StandardScaler()),
        ]
    )
    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return _by_kind(numbers, levels, numeric, categorical)


def tree_encoder(numeric: Sequence[str], categorical: Sequence[str]) -> ColumnTransformer:
    """Return an encoder for trees: numbers as they are, levels as codes from 0.

    Missing and unseen levels are NaN, which trees send one way at each split.
    """
    levels = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan
    )
    return _by_kind("passthrough", levels, numeric, categorical)


def ordered_encoder(
    features: pd.DataFrame,
    outcomes: FloatArray,
    numeric: Sequence[str],
    categorical: Sequence[str],
    *,
    classes: bool = False,
) -> ColumnTransformer:
    """Return a fitted encoder for trees without categories: levels by rising mean outcome.

    For two outcomes that is their conversion rate. In that order the best of all splits of the
    levels in two is a split at one number. Missing and unseen levels are NaN. A column without
    any value is not read.

    Args:
        features: Prepared features, shape (n_leads, n_features).
        outcomes: Numbers, 1.0 or 0.0, or positions of classes, shape (n_leads,).
        numeric: Features that are numbers.
        categorical: Features that are levels.
        classes: Outcomes are positions of classes, which have no order: levels are ordered by the
            direction in which their shares of the classes differ most.

    Source:
        L. Breiman et al. (1984), Classification and Regression Trees, section 4.2.2; for why it
        holds, W. D. Fisher (1958), https://doi.org/10.1080/01621459.1958.10501479; for
        classes D. Coppersmith et al. (1999), https://doi.org/10.1023/A:1009869804967
    """
    valued = features.notna().any()
    numbers = [name for name in numeric if valued[name]]
    levels = [name for name in categorical if valued[name]]
    ordered = _by_class if classes else _by_rate
    codes = OrdinalEncoder(
        categories=[ordered(features[name], outcomes) for name in levels],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
    )
    return _by_kind("passthrough", codes, numbers, levels).fit(features)


def read_columns(encoder: ColumnTransformer) -> list[str]:
    """Return the columns a fitted encoder reads, in the order of what it gives."""
    parts = {name: columns for name, _, columns in encoder.transformers_}
    return [str(name) for kind in ("numeric", "categorical") for name in parts.get(kind, [])]


def _by_rate(levels: pd.Series, outcomes: FloatArray) -> list[object]:
    """Return the levels by rising conversion rate, of equals by name; missing is none of them.

    Levels that are numbers keep the order of numbers: an encoder takes them in no other.
    """
    if pd.api.types.is_numeric_dtype(levels):
        return sorted(levels.dropna().unique().tolist())
    base = PRIOR_ROWS * float(outcomes.mean())
    known = pd.Series(outcomes, index=levels.index).groupby(levels)
    rates = (known.sum() + base) / (known.count() + PRIOR_ROWS)
    return [level for _, level in sorted(zip(rates, rates.index, strict=True))]


def _by_class(levels: pd.Series, outcomes: FloatArray) -> list[object]:
    """Return the levels along the first principal component of their shares of the classes.

    Rare levels start from the shares of all rows, and levels that are numbers keep their order.
    """
    if pd.api.types.is_numeric_dtype(levels):
        return sorted(levels.dropna().unique().tolist())
    counts = pd.crosstab(levels, outcomes)
    found = counts.to_numpy(dtype=np.float64)
    rows, base = found.sum(axis=1, keepdims=True), found.sum(axis=0) / found.sum()
    apart = (found + PRIOR_ROWS * base) / (rows + PRIOR_ROWS) - base
    component = np.linalg.svd(apart * np.sqrt(rows), full_matrices=False).Vh[0]
    component *= np.sign(component[np.abs(component).argmax()])
    places = (apart @ component).round(12)  # what is equal but for rounding goes by name
    return [level for _, level in sorted(zip(places, counts.index, strict=True))]


def _by_kind(
    numbers: object, levels: object, numeric: Sequence[str], categorical: Sequence[str]
) -> ColumnTransformer:
    parts = [("numeric", numbers, list(numeric)), ("categorical", levels, list(categorical))]
    return ColumnTransformer([part for part in parts if part[2]], verbose_feature_names_out=False)
