"""What all transformers share: a frame stays a frame, an array stays an array, columns have names.

Columns are chosen by name or by position, so that every transformer also works on plain arrays,
whose columns are named ``x0``, ``x1``, … as everywhere in scikit-learn.
"""

from collections.abc import Sequence
from typing import ClassVar
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api.types import is_float_dtype
from sklearn.base import BaseEstimator
from sklearn.base import TransformerMixin
from sklearn.utils import Tags
from sklearn.utils.validation import _check_feature_names_in
from sklearn.utils.validation import check_is_fitted
from sklearn.utils.validation import validate_data

Column = str | int
"""A column by name, or by position from 0."""

FrameOrArray = pd.DataFrame | npt.NDArray[np.generic]


def in_order(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Return columns by name, in this order; the frame itself where it has just these."""
    # Looking up names takes longer than most steps do, if there are few rows.
    return frame if list(frame.columns) == list(names) else frame[list(names)]


def as_text(column: pd.Series) -> pd.Series:
    """Return levels as text; missing stays missing.

    Whole numbers read the same whether the column holds integers or, because some are missing,
    floats.

    >>> as_text(pd.Series([1.0, 2.5, None])).tolist()
    ['1', '2.5', nan]
    """
    if is_float_dtype(column.dtype):
        numbers = column.astype("float64")
        whole = numbers.notna() & np.isfinite(numbers) & (numbers == numbers.round())
        texts = numbers.astype("str")
        texts[whole] = texts[whole].str.removesuffix(".0")
        return texts
    return column.astype("str")


def as_numbers(column: pd.Series) -> pd.Series:
    """Return values as float64; missing is NaN, true is 1 and false is 0."""
    return column if column.dtype == np.float64 else column.astype("float64")


class FrameTransformer(TransformerMixin, BaseEstimator):  # type: ignore[misc] # untyped bases
    """Base of the transformers; a subclass says what it learns, changes and names.

    Attributes:
        feature_names_in_: Names of the columns seen in ``fit``, if they had names.
        n_features_in_: Number of columns seen in ``fit``.
    """

    _needs_numbers: ClassVar[bool] = True

    def fit(self, X: FrameOrArray, y: object = None) -> Self:  # noqa: N803
        """Learn from the columns; ``y`` is ignored.

        Raises:
            ValueError: A chosen column is not there, or a made column would replace another.
        """
        del y
        frame = self._frame(X, reset=True)
        names = self._names_out(list(frame.columns))
        if len(set(names)) < len(names):
            twice = sorted({name for name in names if names.count(name) > 1})
            msg = f"{type(self).__name__} would make columns that are there already: {twice}"
            raise ValueError(msg)
        self._learn(frame)
        return self

    def transform(self, X: FrameOrArray) -> FrameOrArray:  # noqa: N803
        """Return changed columns; ``X`` is left as it was.

        Returns:
            A frame with the same index for a frame, also for one without rows; else an array.
        """
        check_is_fitted(self)
        frame = self._frame(X, reset=False)
        changed = in_order(self._change(frame), self._names_out(list(frame.columns)))
        return changed if isinstance(X, pd.DataFrame) else changed.to_numpy()

    def get_feature_names_out(
        self, input_features: Sequence[str] | None = None
    ) -> npt.NDArray[np.object_]:
        """Return the names of the columns that come out."""
        check_is_fitted(self)
        names = _check_feature_names_in(self, input_features)
        return np.asarray(self._names_out(list(names)), dtype=object)

    def _learn(self, frame: pd.DataFrame) -> None:
        """Learn from the columns; most transformers have nothing to learn."""

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return a new frame that has at least the columns of `_names_out`."""
        raise NotImplementedError

    def _names_out(self, names: list[str]) -> list[str]:
        """Return the names that come out where ``names`` go in."""
        return names

    def _frame(self, X: FrameOrArray, *, reset: bool) -> pd.DataFrame:  # noqa: N803
        if isinstance(X, pd.DataFrame):
            validate_data(self, X, reset=reset, skip_check_array=True)
            if all(isinstance(name, str) for name in X.columns):
                return X
            return X.set_axis(self._generated_names(), axis=1)
        array = validate_data(
            self,
            X,
            reset=reset,
            dtype="numeric" if self._needs_numbers else None,
            ensure_all_finite="allow-nan",
        )
        return pd.DataFrame(
            array, columns=getattr(self, "feature_names_in_", self._generated_names())
        )

    def _generated_names(self) -> list[str]:
        return [f"x{position}" for position in range(self.n_features_in_)]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "n_features_in_")

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.string = not self._needs_numbers
        tags.transformer_tags.preserves_dtype = []
        return tags


def chosen(names: Sequence[str], columns: Sequence[Column] | None) -> list[str]:
    """Resolve columns given by name or position.

    Args:
        names: Names of all columns.
        columns: Names or positions; all columns if ``None``.

    Raises:
        ValueError: A column is not there.
    """
    if columns is None:
        return list(names)
    unknown = [
        column
        for column in columns
        if (column not in names if isinstance(column, str) else not column < len(names))
    ]
    if unknown:
        msg = f"columns {unknown} are not there; there are: {list(names)[:10]}"
        raise ValueError(msg)
    return [column if isinstance(column, str) else names[column] for column in columns]
