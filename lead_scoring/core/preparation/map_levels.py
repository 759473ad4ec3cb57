"""Levels become numbers by a given table."""

from collections.abc import Mapping
from collections.abc import Sequence

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_text
from lead_scoring.core.preparation.columns import chosen


class MapLevels(FrameTransformer):
    """Map the levels of one column to numbers; the new column takes its place.

    Args:
        column: Column to map.
        output: Name of the column with the numbers; the old name if ``None``.
        levels: For each number the levels that map to it.
        default: Number of unlisted and missing levels.
    """

    _needs_numbers = False

    def __init__(
        self,
        column: Column = 0,
        output: str | None = None,
        levels: Mapping[float, Sequence[str]] | None = None,
        default: float = 0.0,
    ) -> None:
        self.column = column
        self.output = output
        self.levels = levels
        self.default = default

    def _names_out(self, names: list[str]) -> list[str]:
        (column,) = chosen(names, [self.column])
        return [self.output or column if name == column else name for name in names]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        (column,) = chosen(list(frame.columns), [self.column])
        table = {
            str(level): float(number)
            for number, levels in (self.levels or {}).items()
            for level in levels
        }
        numbers = as_text(frame[column]).map(table).astype("float64").fillna(self.default)
        return frame.assign(**{self.output or column: numbers})
