"""Which rows fit a model and which judge it."""

import hashlib
from collections.abc import Iterator
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME

IntArray = npt.NDArray[np.intp]

MOST_CLASSES: Final = 50
"""Outcomes of more values than this are numbers, and all rows are dealt out alike."""


@dataclass(frozen=True, slots=True)
class Split:
    """Rows that fit and rows that judge; no row is in both.

    Attributes:
        fit: Rows the judged model is fitted on.
        gap: Rows created before the test window whose outcome became known only after it had
            begun. The judged model must not see them; the served one may.
        test: Rows to judge on; no model is fitted on them.
        by_time: Every test row was created after every outcome of ``fit`` was known.
    """

    fit: pd.DataFrame
    gap: pd.DataFrame
    test: pd.DataFrame
    by_time: bool

    def closed(self) -> "Split":
        """Return the split without its gap: everything before the test window fits."""
        if self.gap.empty:
            return self
        rows = in_order(pd.concat([self.fit, self.gap]))
        return replace(self, fit=rows, gap=self.gap.iloc[:0])


def in_order(leads: pd.DataFrame) -> pd.DataFrame:
    """Return leads by event time, then ``lead_id``, so that the source's order plays no part."""
    return leads.sort_values([CREATED_AT, LEAD_ID], kind="stable", ignore_index=True)


def split_leads(
    leads: pd.DataFrame, test_share: float, seed: int, max_test_rows: int | None = None
) -> Split:
    """Split mature leads by time, or, where one has no event time, by class and a hash of its id.

    Args:
        leads: Mature leads in any order; left as they were.
        test_share: Share of the rows that judge, in (0, 1).
        seed: Changes the hash; plays no part in a split by time.
        max_test_rows: About so many rows judge at most in a split by time, because every day of
            test window makes the model a day older; no limit if absent.

    Returns:
        By time: ``test`` begins at an instant, ``fit`` holds what was known by then. Else a lead
        keeps its side as other leads come and go, but for a few at the border.
    """
    leads = in_order(leads)
    if leads.empty or leads[CREATED_AT].isna().any():
        chosen = _smallest_hashes(leads, test_share, seed)
        return Split(_rows(leads, ~chosen), leads.iloc[:0], _rows(leads, chosen), by_time=False)
    first = int(len(leads) * (1 - test_share))
    if max_test_rows is not None:
        first = max(first, len(leads) - max_test_rows)
    begins = leads[CREATED_AT].iloc[first]
    tested = (leads[CREATED_AT] >= begins).to_numpy()
    known = (leads[KNOWN_AT] <= begins).to_numpy() & ~tested
    gap = ~tested & ~known
    return Split(_rows(leads, known), _rows(leads, gap), _rows(leads, tested), by_time=True)


def folds(split: Split, count: int) -> Iterator[tuple[IntArray, IntArray]]:
    """Iterate over positions in ``split.fit`` to fit on and to predict.

    Contiguous blocks of time where the split is by time; else rows dealt out within each class,
    into no more folds than the smallest class has rows, so that every fold holds one of it.

    Args:
        split: A split; its ``fit`` has at least ``count`` rows.
        count: Number of folds, at most.
    """
    rows = len(split.fit)
    positions = np.arange(rows)
    if split.by_time:
        fold_of: IntArray = positions * count // max(rows, 1)
    else:
        classes = split.fit.groupby(classes_of(split.fit))
        smallest = int(classes.size().min())
        count = min(count, smallest) if smallest > 1 else count  # nothing helps a class of one row
        fold_of = classes.cumcount().to_numpy(dtype=np.intp) % np.intp(count)
    for fold in range(count):
        yield positions[fold_of != fold], positions[fold_of == fold]


def fitted_on_by_neither(
    split: Split, fitted_until: Sequence[datetime | None], test_share: float, seed: int
) -> pd.DataFrame:
    """Return the rows that none of several models was fitted on.

    By time: those created after the newest row any was fitted on, wherever the split would put
    them now. Else the half of the test rows that is farthest from the border between fit and
    test.

    Args:
        split: Split of all mature rows.
        fitted_until: Of each model, the event time of the newest row it was fitted on.
        test_share: As the split was made with.
        seed: As the split was made with.
    """
    if not split.by_time:
        inner = id_hashes(split.test[LEAD_ID], seed) <= test_share / 2
        return _rows(split.test, inner)
    known = [moment for moment in fitted_until if moment is not None]
    if len(known) < len(fitted_until):
        return split.test.iloc[:0]
    newest = pd.Timestamp(max(known))
    parts = [part[part[CREATED_AT] > newest] for part in (split.fit, split.gap, split.test)]
    return in_order(pd.concat(parts))


def rows_fitted(split: Split, fitted_until: datetime | None) -> int:
    """Return how many of the rows a model was fitted on: those created until its newest one.

    Args:
        split: Split of all mature rows.
        fitted_until: Event time of the newest row; plays no part in a split without event times.
    """
    if not split.by_time or fitted_until is None:
        return len(split.fit)
    newest = pd.Timestamp(fitted_until)
    parts = (split.fit, split.gap, split.test)
    return sum(int((part[CREATED_AT] <= newest).sum()) for part in parts)


def classes_of(leads: pd.DataFrame) -> pd.Series:
    """Return what leads are kept in proportion by: their outcome, or nothing if it is a number."""
    outcomes = leads[OUTCOME]
    return outcomes if outcomes.nunique() <= MOST_CLASSES else outcomes * 0.0


def id_hashes(lead_ids: pd.Series, seed: int) -> npt.NDArray[np.float64]:
    """Return a number in [0, 1) per id that depends on the id and the seed only."""
    return np.array(
        [
            int.from_bytes(hashlib.sha256(f"{seed}:{lead_id}".encode()).digest()[:6]) / 2**48
            for lead_id in lead_ids
        ]
    )


def _smallest_hashes(leads: pd.DataFrame, share: float, seed: int) -> npt.NDArray[np.bool_]:
    hashes = pd.Series(id_hashes(leads[LEAD_ID], seed), index=leads.index, dtype="float64")
    classes = hashes.groupby(classes_of(leads))
    ranks, sizes = classes.rank(method="first"), classes.transform("size")
    # A class of few rows is judged by one of them, unless it has no other to be fitted on.
    judged = (share * sizes).clip(lower=1.0).where(sizes > 1, 0.0)
    return np.asarray(ranks <= judged, dtype=np.bool_)


def _rows(leads: pd.DataFrame, chosen: npt.NDArray[np.bool_]) -> pd.DataFrame:
    return leads.loc[chosen].reset_index(drop=True)
