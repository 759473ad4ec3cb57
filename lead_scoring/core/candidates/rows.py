"""Rows as trees read them: encoded in chunks, each distinct row walked once."""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.compose import ColumnTransformer

from lead_scoring.core.contributions import Contributions
from lead_scoring.core.contributions import ahead_of_next
from lead_scoring.core.contributions import no_contributions
from lead_scoring.core.encoding import fit_encoded

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.intp]

Explain = Callable[[FloatArray], tuple[FloatArray, FloatArray]]
"""Takes encoded rows; gives base, shape (n_rows, n_outputs), and contributions, shape
(n_rows, n_features, n_outputs)."""

CHUNK_ROWS: Final = 50_000


def margins_in_chunks(
    margins_of: Callable[[FloatArray], FloatArray],
    encoder: ColumnTransformer,
    features: pd.DataFrame,
) -> FloatArray:
    """Return margins, one row per lead; memory is bounded by a chunk.

    Prepared leads repeat a lot, so trees are walked once per distinct row of a chunk.

    Args:
        margins_of: Gives the margins of encoded rows, one row each.
        encoder: Fitted encoder.
        features: Prepared features, shape (n_leads, n_features).
    """
    starts = range(0, len(features), CHUNK_ROWS)
    chunks = [
        _of_chunk(margins_of, encode(encoder, features.iloc[start : start + CHUNK_ROWS]))
        for start in starts
    ]
    return np.concatenate(chunks) if chunks else np.empty(0)


def _of_chunk(margins_of: Callable[[FloatArray], FloatArray], matrix: FloatArray) -> FloatArray:
    first, row_of = distinct_rows(matrix)
    return margins_of(matrix[first])[row_of]


def explained_in_chunks(
    margins_of: Callable[[FloatArray], FloatArray],
    explain: Explain,
    encoder: ColumnTransformer,
    features: pd.DataFrame,
) -> tuple[FloatArray, Contributions]:
    """Return margins, and what each feature adds to them; rows are encoded once for both.

    The margins are those of `margins_in_chunks`, to the last bit.

    Args:
        margins_of: Gives the margins of encoded rows, one row each.
        explain: Takes the margins of encoded rows apart.
        encoder: Fitted encoder.
        features: Prepared features, shape (n_leads, n_features).
    """
    if features.empty:
        return np.empty(0), no_contributions(features)
    names = tuple(str(name) for name in features.columns)
    starts = range(0, len(features), CHUNK_ROWS)
    chunks = [
        _explained(margins_of, explain, encode(encoder, features.iloc[start : start + CHUNK_ROWS]))
        for start in starts
    ]
    margins, bases, values = (np.concatenate(parts) for parts in zip(*chunks, strict=True))
    return margins, Contributions(names, bases, values)


def _explained(
    margins_of: Callable[[FloatArray], FloatArray], explain: Explain, matrix: FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    first, row_of = distinct_rows(matrix)
    distinct = matrix[first]
    base, values = ahead_of_next(*explain(distinct))
    return margins_of(distinct)[row_of], base[row_of], values[row_of]


def encode(encoder: ColumnTransformer, features: pd.DataFrame) -> FloatArray:
    """Return encoded features; one constant column where the encoder reads none at all."""
    return _some_column(np.asarray(encoder.transform(features), dtype=np.float64))


def fit_encode(
    encoder: ColumnTransformer, features: pd.DataFrame, outcomes: FloatArray
) -> FloatArray:
    """Fit an encoder, as `fit_encoded`, and return the rows for an estimator to be fitted on."""
    return _some_column(fit_encoded(encoder, features, outcomes))


def _some_column(matrix: FloatArray) -> FloatArray:
    return matrix if matrix.shape[1] else np.zeros((len(matrix), 1))


def distinct_rows(matrix: FloatArray) -> tuple[IntArray, IntArray]:
    """Find rows that are equal, NaN being equal to NaN.

    Args:
        matrix: Shape (n_rows, n_columns).

    Returns:
        Positions of the first row of each kind, and for each row its kind, so that
        ``matrix[first][kind]`` is ``matrix``.

    >>> distinct_rows(np.array([[1.0, 2.0], [3.0, 4.0], [1.0, 2.0]]))
    (array([0, 1]), array([0, 1, 0]))
    """
    every = np.arange(len(matrix))
    if len(matrix) < 2:  # noqa: PLR2004 a row alone is like no other
        return every, every
    hashes = pd.util.hash_pandas_object(pd.DataFrame(matrix), index=False)
    kinds, _ = pd.factorize(hashes.to_numpy())
    _, first = np.unique(kinds, return_index=True)
    if np.array_equal(matrix[first][kinds], matrix, equal_nan=True):
        return first, kinds
    return every, every  # two rows share a hash: take no risk
