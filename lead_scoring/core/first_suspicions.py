"""What looks like leakage in a source nobody described: skill of one column, names, gaps."""

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.leakage import LeakageConfig
from lead_scoring.core.column_skill import FloatArray
from lead_scoring.core.column_skill import either_way
from lead_scoring.core.column_skill import level_skill
from lead_scoring.core.column_skill import number_skill
from lead_scoring.core.first_outcome import Outcome
from lead_scoring.core.first_profile import ColumnProfile
from lead_scoring.core.first_roles import words_of
from lead_scoring.core.parsing import as_text

LIMITS: Final = LeakageConfig()
_AFTER: Final = frozenset(
    (
        *("after", "approved", "cancelled", "closed", "closing", "completed", "delivered"),
        *("disposition", "end", "ended", "final", "finish", "finished", "loss", "lost"),
        *("outcome", "paid", "payout", "raised", "refund", "result", "resolved", "review"),
        *("score", "shipped", "status", "updated", "won"),
    )
)


def targets(outcome: Outcome) -> tuple[FloatArray, ...]:
    """Return what a column must not know, as outcomes of 1.0 and 0.0 with NaN for unknown.

    One for two values, one for each of several classes, and for a number whether it is above the
    median; each of shape (n_sampled,).
    """
    values = outcome.column.sampled
    missing = _flags(values.is_null())
    if outcome.task == "regression":
        numbers = values.cast(pa.float64()).to_numpy(zero_copy_only=False)
        high = (numbers > np.nanmedian(numbers)).astype(np.float64)
        return (np.where(missing, np.nan, high),)
    texts = as_text(values)
    named = (outcome.positive,) if outcome.task == "binary" else outcome.classes
    return tuple(np.where(missing, np.nan, _flags(pc.equal(texts, name))) for name in named)


def suspicion(column: ColumnProfile, known: tuple[FloatArray, ...]) -> str:
    """Return why a column cannot be known before the outcome; empty if nothing says so.

    Args:
        column: The column.
        known: What `targets` gives.
    """
    present = ~_flags(column.sampled.is_null())
    alone = float(np.mean([_skill(column, target) for target in known]))
    if alone >= LIMITS.column_auc:
        return f"alone it gives the outcome away (ROC AUC {alone:.3f})"
    seen = [(target, ~np.isnan(target)) for target in known]
    presence = float(
        np.mean([either_way(present[rows].astype(float), target[rows]) for target, rows in seen])
    )
    if presence >= LIMITS.presence_auc:
        return f"whether it is empty gives the outcome away (ROC AUC {presence:.3f})"
    return ""


def late_name(name: str) -> str:
    """Return the word of a name that tells of the time after the outcome; empty if none does."""
    return next((word for word in words_of(name) if word in _AFTER), "")


def _skill(column: ColumnProfile, target: FloatArray) -> float:
    seen = ~np.isnan(target)
    if column.type == "string":
        texts = pd.Series(column.sampled.to_pylist(), dtype="str")
        return level_skill(texts[seen].reset_index(drop=True), target[seen])
    return number_skill(_numbers(column.sampled)[seen], target[seen])


def _flags(values: pa.Array) -> npt.NDArray[np.bool_]:
    """Return yes and no as NumPy has them; missing is no."""
    return np.asarray(values.fill_null(False), dtype=np.bool_)  # noqa: FBT003 the value to fill in


def _numbers(values: pa.Array) -> FloatArray:
    if pa.types.is_timestamp(values.type):
        values = values.cast(pa.int64())
    return np.asarray(values.cast(pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
