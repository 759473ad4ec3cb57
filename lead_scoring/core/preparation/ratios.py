"""Two numbers become their ratio."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import chosen


class Ratios(FrameTransformer):
    """Add one number divided by another; missing where either is, or the divisor is 0.

    Args:
        ratios: For each new column what is divided, and by what. No new column if ``None``.
    """

    def __init__(self, ratios: Mapping[str, Sequence[Column]] | None = None) -> None:
        self.ratios = ratios

    def _names_out(self, names: list[str]) -> list[str]:
        for pair in (self.ratios or {}).values():
            chosen(names, pair)
        return [*names, *(self.ratios or {})]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(
            **{
                output: _divided(frame, *chosen(list(frame.columns), pair))
                for output, pair in (self.ratios or {}).items()
            }
        )


def _divided(frame: pd.DataFrame, divided: str, by: str) -> pd.Series:
    divisor = as_numbers(frame[by])
    return as_numbers(frame[divided]) / divisor.where(divisor != 0, np.nan)
