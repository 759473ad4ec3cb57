"""The last step: only the features, in one order, each in one dtype."""

from collections.abc import Sequence

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import as_text
from lead_scoring.core.preparation.columns import chosen


class SelectFeatures(FrameTransformer):
    """Keep the features: numbers as float64, then levels as text; missing stays missing.

    Args:
        numeric: Numeric features; every column that is not a level if ``None``.
        categorical: Features whose values are levels.
    """

    _needs_numbers = False

    def __init__(
        self, numeric: Sequence[Column] | None = None, categorical: Sequence[Column] = ()
    ) -> None:
        self.numeric = numeric
        self.categorical = categorical

    def _names_out(self, names: list[str]) -> list[str]:
        levels = chosen(names, self.categorical)
        if self.numeric is None:
            return [*(name for name in names if name not in levels), *levels]
        return [*chosen(names, self.numeric), *levels]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        names = list(frame.columns)
        levels = chosen(names, self.categorical)
        return pd.DataFrame(
            {
                name: as_text(frame[name]) if name in levels else as_numbers(frame[name])
                for name in self._names_out(names)
            },
            index=frame.index,
        )
