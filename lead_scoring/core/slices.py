"""Groups of leads that a model must serve well one by one."""

import itertools
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

MOST_LEVELS: Final = 20
"""Levels of one column that are slices of their own; the rarer ones are one slice together."""
QUARTERS: Final = (0.25, 0.5, 0.75)


@dataclass(frozen=True, slots=True)
class Slice:
    """Leads that have something in common.

    Attributes:
        name: Column and level in words, such as ``city = bonn``.
        chosen: Which rows belong to it, shape (n_rows,).
    """

    name: str
    chosen: npt.NDArray[np.bool_]

    @property
    def rows(self) -> int:
        """How many they are."""
        return int(self.chosen.sum())


def cut(rows: pd.DataFrame, columns: Sequence[str]) -> Iterator[Slice]:
    """Iterate over the slices of rows: every row is in one slice of each column.

    Args:
        rows: Leads with these columns as the source has them.
        columns: A slice is made of each level, the most frequent first; of a number with more
            than `MOST_LEVELS` values each quarter of the rows is one; missing values are one too.
    """
    for column in columns:
        values = rows[column]
        kept = values.dropna()
        if pd.api.types.is_numeric_dtype(values) and kept.nunique() > MOST_LEVELS:
            labels = _quarters(values)
        else:
            labels = _levels(values)
        for label in labels.value_counts(sort=True).index:
            yield Slice(f"{column} {label}", (labels == label).to_numpy(dtype=np.bool_))


def _levels(values: pd.Series) -> pd.Series:
    labels = values.map("= {}".format, na_action="ignore").astype(object)
    frequent = labels.value_counts().index[:MOST_LEVELS]
    rare = labels.notna() & ~labels.isin(frequent)
    return labels.mask(rare, "= any rarer level").fillna("is missing")


def _quarters(values: pd.Series) -> pd.Series:
    numbers = values.astype("float64")
    edges = np.unique(np.nanquantile(numbers, QUARTERS))
    names = [
        f"up to {edges[0]:g}",
        *(f"above {low:g}, up to {high:g}" for low, high in itertools.pairwise(edges)),
        f"above {edges[-1]:g}",
    ]
    place = np.searchsorted(edges, numbers.fillna(edges[0]), side="left")
    labels = pd.Series(np.array(names, dtype=object)[place], index=values.index)
    return labels.mask(numbers.isna(), "is missing")
