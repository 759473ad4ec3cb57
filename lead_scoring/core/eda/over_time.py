"""Rows and outcome per week or month."""

from dataclasses import dataclass
from typing import Final
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

MOST_WEEKS: Final = 60
_DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Period:
    """A week, named by its Monday, or a month.

    Attributes:
        begins: First day, as ISO date.
        rows: Rows created in it, UTC.
        value: Mean of the signal of these rows.
    """

    begins: str
    rows: int
    value: float


def over_time(
    created: pd.Series, signal: npt.NDArray[np.float64]
) -> tuple[Literal["week", "month"], tuple[Period, ...]]:
    """Count rows per week, or per month where that were more than `MOST_WEEKS` weeks.

    Args:
        created: Event times, UTC, shape (n_rows,); rows without one are left out.
        signal: What is averaged, same shape.

    Returns:
        The unit, and the periods that have rows, oldest first.
    """
    known = created.notna().to_numpy()
    moments = created[known].dt.tz_convert("UTC").dt.tz_localize(None).dt.normalize()
    if moments.empty:
        return "week", ()
    weeks = (moments.max() - moments.min()).days / _DAYS
    unit: Literal["week", "month"] = "week" if weeks <= MOST_WEEKS else "month"
    back = moments.dt.weekday if unit == "week" else moments.dt.day - 1
    begins = moments - pd.to_timedelta(back, unit="D")
    found = pd.DataFrame({"begins": begins.to_numpy(), "signal": signal[known]})
    means = found.groupby("begins")["signal"].agg(["size", "mean"])
    return unit, tuple(
        Period(str(pd.Timestamp(begin).date()), int(size), float(mean))
        for begin, size, mean in zip(means.index, means["size"], means["mean"], strict=True)
    )
