"""A timestamp becomes its parts."""

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

import pandas as pd
from pandas.api.types import is_numeric_dtype

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import chosen

_PARTS: Final[Mapping[str, Callable[[pd.Series], pd.Series]]] = {
    "hour": lambda instants: instants.dt.hour,
    "weekday": lambda instants: instants.dt.dayofweek,
    "day": lambda instants: instants.dt.day,
    "month": lambda instants: instants.dt.month,
}


class DateParts(FrameTransformer):
    """Replace a UTC timestamp by ``<prefix>_<part>`` columns; missing stays missing.

    Args:
        column: Timestamps; without a time zone they are UTC, and numbers are seconds since 1970.
        prefix: Begins the new names; the column's own name if ``None``.
        parts: ``hour`` from 0, ``weekday`` from 0 for Monday, ``day`` and ``month`` from 1.
    """

    def __init__(
        self,
        column: Column = 0,
        prefix: str | None = None,
        parts: Sequence[str] = ("hour", "weekday"),
    ) -> None:
        self.column = column
        self.prefix = prefix
        self.parts = parts

    def _names_out(self, names: list[str]) -> list[str]:
        unknown = [part for part in self.parts if part not in _PARTS]
        if unknown:
            msg = f"date parts {unknown} are not known; there are: {list(_PARTS)}"
            raise ValueError(msg)
        (column,) = chosen(names, [self.column])
        made = [f"{self.prefix or column}_{part}" for part in self.parts]
        return [*(name for name in names if name != column), *made]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        (column,) = chosen(list(frame.columns), [self.column])
        instants = as_instants(frame[column])
        parts = {
            f"{self.prefix or column}_{part}": _PARTS[part](instants).astype("float64")
            for part in self.parts
        }
        return frame.assign(**parts)


def as_instants(column: pd.Series) -> pd.Series:
    """Return UTC instants; numbers are seconds since 1970."""
    if is_numeric_dtype(column.dtype):
        return pd.to_datetime(column, unit="s", utc=True)
    return pd.to_datetime(column, utc=True)
