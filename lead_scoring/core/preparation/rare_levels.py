"""Rare levels become one."""

from collections.abc import Mapping
from collections.abc import Sequence

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import as_text
from lead_scoring.core.preparation.columns import chosen


class RareLevels(FrameTransformer):
    """Merge rare, unseen and missing levels into ``other``.

    Args:
        columns: Columns to change; all if ``None``.
        cumulative_share: The most frequent levels are kept while the sum of their shares among
            the values that are there stays at or below this, in [0, 1].
        levels: Levels to keep, fixed instead of learned, per column.
        other: What stands in for every other level. A number if the levels are numbers.

    Attributes:
        levels_: Levels kept, per column, the most frequent first.
    """

    _needs_numbers = False

    def __init__(
        self,
        columns: Sequence[Column] | None = None,
        cumulative_share: float = 0.90,
        levels: Mapping[str, Sequence[str]] | None = None,
        other: str | float = "others",
    ) -> None:
        self.columns = columns
        self.cumulative_share = cumulative_share
        self.levels = levels
        self.other = other

    def _names_out(self, names: list[str]) -> list[str]:
        chosen(names, self.columns)
        return names

    def _learn(self, frame: pd.DataFrame) -> None:
        fixed = self.levels or {}
        self.levels_ = {
            column: [str(level) for level in fixed[column]]
            if column in fixed
            else frequent_levels(as_text(frame[column]), self.cumulative_share)
            for column in chosen(list(frame.columns), self.columns)
        }

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(
            **{column: self._merge(frame[column], kept) for column, kept in self.levels_.items()}
        )

    def _merge(self, column: pd.Series, kept: Sequence[str]) -> pd.Series:
        texts = as_text(column)
        values = texts if isinstance(self.other, str) else as_numbers(column)
        return values.where(texts.isin(kept), self.other)


def frequent_levels(levels: pd.Series, cumulative_share: float) -> list[str]:
    """Return the most frequent levels whose shares sum to ``cumulative_share`` at most.

    Equally frequent levels are taken in the order of their text, so that the order of the rows
    plays no part.

    >>> frequent_levels(pd.Series(["a", "a", "b", "c"]), 0.75)
    ['a', 'b']
    """
    counts = levels.value_counts().sort_index().sort_values(ascending=False, kind="stable")
    within = counts.cumsum() <= cumulative_share * counts.sum()
    return [str(level) for level in counts.index[within]]
