"""Which rows exist, are open or mature at an instant; the one home of these words.

A row *exists* if it was created by then. Its outcome is *known* if it has one and the time it
became known has come. A row that exists is *mature* if its outcome is known and *open* if not.
Rows without an event time exist always, and their outcome is known as soon as it is there.

Where outcomes have a window, a row is learned from only once its window is *closed*: those that
converted are known sooner than those that did not, and would be all there is of the newest.
"""

from datetime import datetime
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import Written
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.parsing import parse
from lead_scoring.core.records import Window
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import OUTCOME

Leads: TypeAlias = "pd.DataFrame | pa.RecordBatch | pa.Table"
"""Rows with ``created_at``, ``outcome`` and ``known_at``."""

Mask = npt.NDArray[np.bool_]


def exists(leads: Leads, as_of: datetime) -> Mask:
    """Return which rows were created at or before ``as_of``, shape (n_rows,)."""
    return _not_after(leads, CREATED_AT, as_of)


def known(leads: Leads, as_of: datetime) -> Mask:
    """Return which rows have an outcome that is known at ``as_of``, shape (n_rows,)."""
    return _present(leads, OUTCOME) & _not_after(leads, KNOWN_AT, as_of)


def open_leads(leads: Leads, as_of: datetime) -> Mask:
    """Return which rows exist and have no known outcome: those to score, shape (n_rows,)."""
    return exists(leads, as_of) & ~known(leads, as_of)


def mature(leads: Leads, as_of: datetime) -> Mask:
    """Return which rows exist and have a known outcome: those to learn from, shape (n_rows,)."""
    return exists(leads, as_of) & known(leads, as_of)


def learned_from(use_case: UseCase, as_of: datetime) -> Window:
    """Return the event times of the leads that may be learned from at ``as_of``."""
    outcome = use_case.outcome
    end = as_of - outcome.maturity if outcome.window else None
    return Window(use_case.training.since, end)


def as_learned(leads: pd.DataFrame, use_case: UseCase) -> pd.DataFrame:
    """Return mature leads as they are learned from; they are left as they were.

    Leads are left out whose outcome was known before they were created: nobody would have had to
    score them. Where outcomes have a window, they are known when it is closed.
    """
    too_soon = leads[KNOWN_AT] < leads[CREATED_AT]
    if too_soon.any():
        leads = leads.loc[~too_soon].reset_index(drop=True)
    if not use_case.outcome.window:
        return leads
    closed = leads[CREATED_AT] + use_case.outcome.maturity
    return leads.assign(**{KNOWN_AT: leads[KNOWN_AT].clip(lower=closed)})


def created_after(leads: pa.RecordBatch, moment: datetime) -> Mask:
    """Return which rows were created later than ``moment``, shape (n_rows,).

    Rows without an event time were not.
    """
    later = pc.greater(leads.column(CREATED_AT), pa.scalar(moment, INSTANT))
    return _as_mask(pc.fill_null(later, fill_value=False))


def in_window(created: pa.ChunkedArray, window: Window, written: Written | None = None) -> Mask:
    """Return which rows of a source belong to a window by their event time, shape (n_rows,).

    Rows whose event time is missing or cannot be read belong to every window: they are judged
    there, not lost.

    Args:
        created: Event times as the source gives them.
        window: ``[start, end)``.
        written: How the source writes them, where that is not ISO 8601.
    """
    instants = parse(created, "timestamp", written).read
    inside = np.ones(len(instants), dtype=np.bool_)
    if window.start is not None:
        late = pc.greater_equal(instants, pa.scalar(window.start, INSTANT))
        inside &= _as_mask(pc.fill_null(late, fill_value=True))
    if window.end is not None:
        early = pc.less(instants, pa.scalar(window.end, INSTANT))
        inside &= _as_mask(pc.fill_null(early, fill_value=True))
    return inside


def _not_after(leads: Leads, column: str, as_of: datetime) -> Mask:
    if as_of.tzinfo is None:
        msg = f"as_of needs a time zone, got {as_of}"
        raise ValueError(msg)
    if isinstance(leads, pd.DataFrame):
        moments = leads[column]
        return np.asarray(moments.isna() | (moments <= as_of), dtype=np.bool_)
    compared = pc.less_equal(leads.column(column), pa.scalar(as_of, INSTANT))
    return _as_mask(pc.fill_null(compared, fill_value=True))


def _present(leads: Leads, column: str) -> Mask:
    if isinstance(leads, pd.DataFrame):
        return np.asarray(leads[column].notna(), dtype=np.bool_)
    return _as_mask(pc.is_valid(leads.column(column)))


def _as_mask(values: pa.Array | pa.ChunkedArray) -> Mask:
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    return np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.bool_)
