"""Groups of counts become sums."""

from collections.abc import Mapping
from collections.abc import Sequence

import numpy as np
import pandas as pd

from lead_scoring.core.preparation.columns import Column
from lead_scoring.core.preparation.columns import FrameTransformer
from lead_scoring.core.preparation.columns import as_numbers
from lead_scoring.core.preparation.columns import chosen


class SumColumns(FrameTransformer):
    """Sum groups of count columns; missing counts are 0, the counted columns are dropped.

    Args:
        outputs: For each new column the columns it sums; all columns into ``sum`` if ``None``.
    """

    def __init__(self, outputs: Mapping[str, Sequence[Column]] | None = None) -> None:
        self.outputs = outputs

    def _groups(self, names: list[str]) -> dict[str, list[str]]:
        if self.outputs is None:
            return {"sum": names}
        return {output: chosen(names, group) for output, group in self.outputs.items()}

    def _names_out(self, names: list[str]) -> list[str]:
        groups = self._groups(names)
        summed = {column for group in groups.values() for column in group}
        return [*(name for name in names if name not in summed), *groups]

    def _change(self, frame: pd.DataFrame) -> pd.DataFrame:
        sums = {
            output: _row_sums(frame, group)
            for output, group in self._groups(list(frame.columns)).items()
        }
        return frame.assign(**sums)


def _row_sums(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    total = np.zeros(len(frame))
    for column in columns:
        counts = as_numbers(frame[column]).to_numpy()
        total += np.where(np.isnan(counts), 0.0, counts)
    return pd.Series(total, index=frame.index)
