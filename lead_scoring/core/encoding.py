"""Features to the numbers an estimator reads; fitted and kept with the model."""

from collections.abc import Sequence

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.preprocessing import OrdinalEncoder
from sklearn.preprocessing import StandardScaler


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


def _by_kind(
    numbers: object, levels: object, numeric: Sequence[str], categorical: Sequence[str]
) -> ColumnTransformer:
    parts = [("numeric", numbers, list(numeric)), ("categorical", levels, list(categorical))]
    return ColumnTransformer([part for part in parts if part[2]], verbose_feature_names_out=False)
