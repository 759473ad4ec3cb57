"""Features to the numbers an estimator reads; fitted and kept with the model."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.model_selection import KFold
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.preprocessing import OrdinalEncoder
from sklearn.preprocessing import StandardScaler
from sklearn.preprocessing import TargetEncoder

from lead_scoring.config.outcome import Task
from lead_scoring.config.preparation import FeaturesConfig

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

PRIOR_ROWS: Final = 20.0
"""Rows at the base rate that each level's conversion rate starts from: a level of few rows is
not carried to either end by them."""
MEAN_FOLDS: Final = 5
"""Folds of the rows whose levels get the mean outcome of the rows outside of their own fold."""
_MEANS: Final = "high_cardinality"
_TWO: Final = 2


def level_means(outcomes: FloatArray, task: Task, seed: int) -> TargetEncoder:
    """Return an encoder of levels as the mean outcome of their rows, for `fit_encoded`.

    Means of few rows are drawn to the mean of all by how much outcomes vary. A missing level is a
    level of its own, and an unseen one has the mean of all rows. Rows count the same, whatever
    their weight in the fit. Of classes there is one column per class: the share of it.

    Args:
        outcomes: Those of the rows to fit on, shape (n_leads,); two at least to fit on.
        task: What the outcomes are.
        seed: Draws the folds.

    Source:
        D. Micci-Barreca (2001), A preprocessing scheme for high-cardinality categorical
        attributes, https://doi.org/10.1145/507533.507538
    """
    classes = task == "multiclass" and len(np.unique(outcomes)) > _TWO
    folds = KFold(max(_TWO, min(MEAN_FOLDS, len(outcomes))), shuffle=True, random_state=seed)
    # The mean of ones and zeros is the rate: two outcomes need no kind of their own.
    return TargetEncoder(target_type="multiclass" if classes else "continuous", cv=folds)


def fit_encoded(
    encoder: ColumnTransformer, features: pd.DataFrame, outcomes: FloatArray
) -> FloatArray:
    """Fit an encoder and return the rows it was fitted on, for an estimator to be fitted on.

    The mean outcome of a level is that of rows of other folds: with its own outcome in it, a row
    would tell the estimator what to predict. Later rows get the mean of all rows of their level.

    Args:
        encoder: Not fitted; it is afterwards, without the folds, which are no part of a model.
        features: Prepared features, shape (n_leads, n_features).
        outcomes: Shape (n_leads,).

    Returns:
        Shape (n_leads, n_encoded).
    """
    matrix = np.asarray(encoder.fit_transform(features, outcomes), dtype=np.float64)
    for name, part, _ in (*encoder.transformers, *encoder.transformers_):
        if name == _MEANS:
            folds = [key for key in part.get_params() if key.rpartition("__")[2] == "cv"]
            part.set_params(**dict.fromkeys(folds, MEAN_FOLDS))
    return matrix


def linear_encoder(kinds: FeaturesConfig, means: TargetEncoder) -> ColumnTransformer:
    """Return an encoder for linear models: scaled numbers and means, one column per level.

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
    scaled = Pipeline([("means", means), ("scale", StandardScaler())])
    return _by_kind(kinds, numbers, levels, scaled)


def tree_encoder(kinds: FeaturesConfig, means: TargetEncoder) -> ColumnTransformer:
    """Return an encoder for trees: numbers and means as they are, levels as codes from 0.

    Missing and unseen levels are NaN, which trees send one way at each split.
    """
    levels = OrdinalEncoder(
        handle_unknown="use_encoded_value", unknown_value=np.nan, encoded_missing_value=np.nan
    )
    return _by_kind(kinds, "passthrough", levels, means)


def ordered_encoder(
    features: pd.DataFrame,
    outcomes: FloatArray,
    kinds: FeaturesConfig,
    means: TargetEncoder,
    *,
    classes: bool = False,
) -> ColumnTransformer:
    """Return an encoder for trees without categories: levels by rising mean outcome.

    For two outcomes that is their conversion rate. In that order the best of all splits of the
    levels in two is a split at one number. Missing and unseen levels are NaN. A column without
    any value is not read.

    Args:
        features: Prepared features, shape (n_leads, n_features).
        outcomes: Numbers, 1.0 or 0.0, or positions of classes, shape (n_leads,).
        kinds: How each feature is encoded.
        means: Encoder of ``high_cardinality``, see `level_means`.
        classes: Outcomes are positions of classes, which have no order: levels are ordered by the
            direction in which their shares of the classes differ most.

    Source:
        L. Breiman et al. (1984), Classification and Regression Trees, section 4.2.2; for why it
        holds, W. D. Fisher (1958), https://doi.org/10.1080/01621459.1958.10501479; for
        classes D. Coppersmith et al. (1999), https://doi.org/10.1023/A:1009869804967
    """
    valued = features.notna().any()
    read = kinds.only([str(name) for name in features.columns[valued]])
    ordered = _by_class if classes else _by_rate
    codes = OrdinalEncoder(
        categories=[ordered(features[name], outcomes) for name in read.categorical],
        handle_unknown="use_encoded_value",
        unknown_value=np.nan,
        encoded_missing_value=np.nan,
    )
    return _by_kind(read, "passthrough", codes, means)


def read_columns(encoder: ColumnTransformer) -> list[str]:
    """Return the feature that each column a fitted encoder gives is made of."""
    owners: list[str] = []
    for kind, part, names in encoder.transformers_:
        given = encoder.output_indices_[kind]
        if isinstance(part, OneHotEncoder):
            widths = [len(levels) for levels in part.categories_]
        else:
            widths = [(given.stop - given.start) // max(len(names), 1)] * len(names)
        owners += [
            str(name) for name, width in zip(names, widths, strict=True) for _ in range(width)
        ]
    return owners


def owners(encoder: ColumnTransformer) -> IntArray:
    """Return the position of the feature that each column a fitted encoder gives is made of.

    A column that stands in for none belongs to the first feature; see `encode`.
    """
    places = {str(name): place for place, name in enumerate(encoder.feature_names_in_)}
    return np.array([places[name] for name in read_columns(encoder)] or [0], dtype=np.intp)


def sums_by_feature(encoder: ColumnTransformer, amounts: FloatArray) -> Mapping[str, float]:
    """Return the sum of what the columns of each feature have; 0 for one that is not read.

    Args:
        encoder: Fitted encoder.
        amounts: One for each column it gives.
    """
    found = dict.fromkeys(map(str, encoder.feature_names_in_), 0.0)
    for name, amount in zip(read_columns(encoder), amounts.tolist(), strict=False):
        found[name] += amount
    return found


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
    kinds: FeaturesConfig, numbers: object, levels: object, means: object
) -> ColumnTransformer:
    parts = [
        ("numeric", numbers, list(kinds.numeric)),
        ("categorical", levels, list(kinds.categorical)),
        (_MEANS, means, list(kinds.high_cardinality)),
    ]
    return ColumnTransformer([part for part in parts if part[2]], verbose_feature_names_out=False)
