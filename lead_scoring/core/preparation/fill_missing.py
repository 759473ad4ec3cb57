"""Missing numbers become one value."""

from collections.abc import Sequence

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import chosen


class FillMissing(FrameTransformer):
    """Replace missing values of numeric columns by one value.

    Args:
        columns: Columns to fill; all if ``None``.
        value: What stands in for a missing value.
    """

    def __init__(self, columns: Sequence[Column] | None = None, value: float = 0.0) -> None:
        self.columns = columns
        self.value = value

    def _names_out(self, names: list[str]) -> list[str]:
        chosen(names, self.columns)
        return names

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        columns = chosen(list(frame.columns), self.columns)
        return frame.assign(
            **{column: as_numbers(frame[column]).fillna(self.value) for column in columns}
        )
