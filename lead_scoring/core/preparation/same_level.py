"""Two columns of levels become whether they agree."""

from collections.abc import Mapping
from collections.abc import Sequence

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_text
from lead_scoring.core.preparation.columns import chosen


class SameLevel(FrameTransformer):
    """Add 1 where two columns hold the same level and 0 where not; missing where either is.

    Args:
        pairs: For each new column the two columns. No new column if ``None``.
    """

    _needs_numbers = False

    def __init__(self, pairs: Mapping[str, Sequence[Column]] | None = None) -> None:
        self.pairs = pairs

    def _names_out(self, names: list[str]) -> list[str]:
        for pair in (self.pairs or {}).values():
            chosen(names, pair)
        return [*names, *(self.pairs or {})]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(
            **{
                output: _agree(frame, *chosen(list(frame.columns), pair))
                for output, pair in (self.pairs or {}).items()
            }
        )


def _agree(frame: pd.DataFrame, one: str, other: str) -> pd.Series:
    same = as_text(frame[one]) == as_text(frame[other])
    return same.astype("float64").where(frame[one].notna() & frame[other].notna())
