"""How strongly columns of any type go together, on one scale."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.profile import numbers_of

Codes = npt.NDArray[np.intp]

BINS: Final = 10
LEVELS: Final = 20


def codes_of(column: pd.Series) -> Codes:
    """Return for each row the bin of its number or the number of its level; missing is a bin.

    Numbers fall in `BINS` bins of about equal count; of levels the `LEVELS` most frequent are
    kept and the others are one.

    Args:
        column: Numbers, booleans, text or instants, shape (n_rows,); left as it was.

    >>> codes_of(pd.Series(["a", "b", None, "a"])).tolist()
    [1, 2, 0, 1]
    """
    if isinstance(column.dtype, pd.DatetimeTZDtype) or pd.api.types.is_numeric_dtype(column.dtype):
        return _bins(_as_numbers(column))
    codes, levels = pd.factorize(column)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    places = np.empty(len(levels) + 1, dtype=np.intp)
    places[np.argsort(-counts, kind="stable")] = np.arange(1, len(levels) + 1)
    places[-1] = 0
    return np.minimum(places[codes], LEVELS + 1)


def cramers_v(some: Codes, others: Codes) -> float:
    r"""Return Cramér's V of two columns, corrected for its bias in small samples.

    .. math:: \tilde\varphi^2 = \max(0, \chi^2 / n - (k - 1)(r - 1) / (n - 1))

    Args:
        some: Code of each row, at least 0, shape (n_rows,).
        others: Codes of the other column, same shape.

    Returns:
        In [0, 1]; 0 for columns that have nothing to do with each other, or one value.

    Source:
        W. Bergsma (2013), A bias-correction for Cramér's V and Tschuprow's T,
        https://doi.org/10.1016/j.jkss.2012.10.002

    >>> round(cramers_v(np.array([0, 0, 1, 1] * 50), np.array([1, 1, 0, 0] * 50)), 9)
    1.0
    """
    rows = len(some)
    width = int(others.max(initial=0)) + 1
    cells = np.bincount(some * width + others, minlength=width * (int(some.max(initial=0)) + 1))
    table = cells.reshape(-1, width).astype(np.float64)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    height, width = table.shape
    if min(height, width) < 2 or rows < 2:  # noqa: PLR2004 one value, or one row
        return 0.0
    expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0, keepdims=True) / rows
    share = float(((table - expected) ** 2 / expected).sum()) / rows
    kept = max(0.0, share - (height - 1) * (width - 1) / (rows - 1))
    sides = [side - (side - 1) ** 2 / (rows - 1) for side in (height, width)]
    return float(min(1.0, np.sqrt(kept / max(min(sides) - 1, 1e-12))))


def associations(codes: Mapping[str, Codes], names: Sequence[str]) -> npt.NDArray[np.float64]:
    """Return Cramér's V of every pair of columns, shape (n_names, n_names); 1 on the diagonal."""
    values = np.eye(len(names))
    for row, one in enumerate(names):
        for column, other in enumerate(names[:row]):
            values[row, column] = values[column, row] = cramers_v(codes[one], codes[other])
    return values


def _as_numbers(column: pd.Series) -> npt.NDArray[np.float64]:
    """Return instants as seconds since 1970, numbers as they are; missing is NaN."""
    if not isinstance(column.dtype, pd.DatetimeTZDtype):
        return numbers_of(column)
    moments = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy("datetime64[us]")
    return np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / 1e6)


def _bins(values: npt.NDArray[np.float64]) -> Codes:
    finite = np.isfinite(values)
    cuts = np.unique(
        np.quantile(values[finite], np.linspace(0, 1, BINS + 1)[1:-1], method="inverted_cdf")
        if finite.any()
        else []
    )
    return np.where(finite, np.searchsorted(cuts, values, side="left") + 1, 0)
