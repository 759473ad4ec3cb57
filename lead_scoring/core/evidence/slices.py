"""How a model does on parts of the leads."""

import math
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.eda.columns import MISSING
from lead_scoring.core.eda.columns import as_text
from lead_scoring.core.evidence.parts import Bin
from lead_scoring.core.evidence.parts import make_bin
from lead_scoring.core.evidence.reading import Reading
from lead_scoring.core.metrics.metric import Metric

MAX_COLUMNS: Final = 4
MAX_LEVELS: Final = 10
MIN_ROWS: Final = 30
"""A level of fewer test rows is not judged."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Leads with one level of one column.

    Attributes:
        metric: Metric of the gate on them; NaN where it is not defined.
        bin: What was promised and what happened.
    """

    column: str
    level: str
    metric: float
    bin: Bin

    @property
    def keeps_promise(self) -> bool:
        """Whether the promise is inside the interval of what happened."""
        return self.bin.low <= self.bin.promised <= self.bin.high


def slices(
    columns: Sequence[str],
    leads: pd.DataFrame,
    scores: pd.DataFrame,
    outcomes: npt.NDArray[np.float64],
    *,
    reading: Reading,
    metric: Metric,
) -> tuple[Slice, ...]:
    """Judge every frequent level of some columns.

    Args:
        columns: Columns of text or few values; the first `MAX_COLUMNS` are taken.
        leads: Test rows.
        scores: Their scores.
        outcomes: Their outcomes.
        reading: What the scores promised and what happened.
        metric: Metric of the gate.
    """
    found = []
    for column in columns[:MAX_COLUMNS]:
        for level, rows in _levels(leads[column]).items():
            own = make_bin(
                reading.promised[rows], reading.happened[rows], is_share=reading.is_share
            )
            value = metric.of(outcomes[rows], scores.loc[rows])
            found.append(Slice(column, level, value if math.isfinite(value) else math.nan, own))
    return tuple(found)


def _levels(column: pd.Series) -> Mapping[str, npt.NDArray[np.bool_]]:
    """Return the rows of each frequent level, the most frequent first."""
    texts = as_text(column).where(column.notna(), MISSING)
    counts = texts.value_counts()
    names = sorted(counts.index, key=lambda name: (-counts[name], name))[:MAX_LEVELS]
    return {str(name): (texts == name).to_numpy() for name in names if counts[name] >= MIN_ROWS}
