"""Two instants become the days between them."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import chosen
from lead_scoring.core.preparation.date_parts import as_instants

_DAY_SECONDS: Final = 86_400.0


class DaysBetween(FrameTransformer):
    """Add the days from one instant to another; missing where either is missing.

    Args:
        spans: For each new column the earlier and the later instant, as `DateParts` reads them;
            days are negative where the later one came first. No new column if ``None``.
    """

    def __init__(self, spans: Mapping[str, Sequence[Column]] | None = None) -> None:
        self.spans = spans

    def _names_out(self, names: list[str]) -> list[str]:
        for pair in (self.spans or {}).values():
            chosen(names, pair)
        return [*names, *(self.spans or {})]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(
            **{
                output: self._days(frame, *chosen(list(frame.columns), pair))
                for output, pair in (self.spans or {}).items()
            }
        )

    def _days(self, frame: pd.DataFrame, start: str, end: str) -> pd.Series:
        between = as_instants(frame[end]) - as_instants(frame[start])
        return between.dt.total_seconds() / _DAY_SECONDS
