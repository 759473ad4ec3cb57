"""Rows without event time, dealt out so that each judges once where one deal says too little."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from benchmarks.models_rivals import Entry
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.split import Split
from lead_scoring.core.split import classes_of
from lead_scoring.core.split import folds
from lead_scoring.core.split import in_order

FloatArray = npt.NDArray[np.float64]

FEW: Final = 100
"""Where a class has fewer rows than this, all rows judge, not those of one deal alone."""
MOST_DEALS: Final = 10


def deals(split: Split) -> list[Split]:
    """Return the splits to judge by: that of the use case alone where it has enough rows.

    Where there is no event time and a class has few rows, all rows are dealt out by class, into
    no more parts than its rows, and each part is judged by a model fitted on all others.

    Args:
        split: As the training of the use case makes it.
    """
    leads = in_order(pd.concat([split.fit, split.gap, split.test]))
    smallest = int(classes_of(leads).value_counts().min())
    if split.by_time or not 1 < smallest < FEW:
        return [split]
    nobody = leads.iloc[:0]
    whole = Split(leads, nobody, nobody, by_time=False)
    return [
        Split(_rows(leads, inside), nobody, _rows(leads, outside), by_time=False)
        for inside, outside in folds(whole, min(MOST_DEALS, smallest))
    ]


def outcomes_of(splits: Sequence[Split]) -> FloatArray:
    """Return the outcomes of all rows that judge, deal by deal."""
    found = [split.test[OUTCOME].to_numpy(dtype=np.float64) for split in splits]
    return np.concatenate(found)


def pooled(dealt: Sequence[Sequence[Entry]]) -> list[Entry]:
    """Put what each way to make a model gave for the rows of each deal into one entry.

    Args:
        dealt: The entries of each deal, in the same order in all of them.
    """
    return [
        Entry(
            some[0].name,
            pd.concat([entry.scores for entry in some], ignore_index=True),
            sum(entry.seconds for entry in some),
            _tell_picked([entry.detail for entry in some]),
        )
        for some in zip(*dealt, strict=True)
    ]


def tell_rows(splits: Sequence[Split]) -> str:
    """Return how many rows fitted and judged, and which."""
    if len(splits) > 1:
        judged = sum(len(split.test) for split in splits)
        return (
            f"All {judged:,} rows judge once, as there is no event time and a class of few rows: "
            f"dealt out by class into {len(splits)} parts, each judged by a model fitted on the "
            "others; seconds are those of all parts together."
        )
    (split,) = splits
    rows = f"Fitted on {len(split.fit):,} rows, judged on {len(split.test):,}"
    if not split.by_time:
        return f"{rows} that were dealt out by class, as there is no event time."
    days = split.test[CREATED_AT]
    return f"{rows}, created from {days.min():%Y-%m-%d} to {days.max():%Y-%m-%d}."


def _tell_picked(families: Sequence[str]) -> str:
    """Return the family that was picked, with how often where not always the same."""
    counts = Counter(families).most_common()
    if len(counts) == 1:
        return families[0]
    return ", ".join(f"{family} {times}x" for family, times in counts)


def _rows(leads: pd.DataFrame, chosen: npt.NDArray[np.intp]) -> pd.DataFrame:
    return leads.iloc[chosen].reset_index(drop=True)
