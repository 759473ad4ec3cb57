"""Whether new rows differ from those the champion was judged on; the numbers come from a monitor.

For now the rule is the share of drifted columns.
"""

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from lead_scoring.config.use_case import DriftConfig
from lead_scoring.core.records import ColumnDrift
from lead_scoring.core.records import Verdict

MAX_NAMED: Final = 5
MISSING: Final = "missing"
MISSING_LIMIT: Final = 0.1
NUMERIC_TYPES: Final = frozenset({"integer", "number", "boolean"})
COMPARED_TYPES: Final = NUMERIC_TYPES | {"string"}


@dataclass(frozen=True, slots=True)
class Split:
    """Columns that can be compared by their values, and those that are too sparse for it.

    Attributes:
        compared: Columns with enough values on either side.
        sparse: One record per other column: how far its share of missing values moved.
    """

    compared: tuple[str, ...]
    sparse: tuple[ColumnDrift, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence that explains it, and the share of drifted columns."""

    verdict: Verdict
    summary: str
    share: float | None


def comparable_columns(
    columns: Sequence[str], types: Mapping[str, str], mapped: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the columns of numbers, booleans or text; instants always move and are left out.

    Args:
        columns: Columns the champion reads.
        types: Type of each column of the contract.
        mapped: Columns read by a mapping with a default: a new level is nothing new to it.
    """
    return tuple(
        column
        for column in columns
        if types.get(column) in COMPARED_TYPES and column not in mapped
    )


def split_columns(
    reference: pd.DataFrame, current: pd.DataFrame, columns: Sequence[str], least: int
) -> Split:
    """Part the columns with enough values to compare from those without.

    A handful of values says nothing about a distribution, and none at all cannot be compared; such
    a column is judged by its share of missing values alone.

    Args:
        reference: Rows the champion was judged on.
        current: New rows.
        columns: Columns both have.
        least: Fewer values than this, on either side, are too few.
    """
    compared, sparse = [], []
    for column in columns:
        if min(int(side[column].notna().sum()) for side in (reference, current)) >= least:
            compared.append(column)
        else:
            shares = [float(side[column].isna().mean()) for side in (reference, current)]
            moved = abs(shares[1] - shares[0])
            drifted = moved >= MISSING_LIMIT
            sparse.append(ColumnDrift(column, MISSING, moved, MISSING_LIMIT, drifted))
    return Split(tuple(compared), tuple(sparse))


def judge_drift(columns: Sequence[ColumnDrift], limits: DriftConfig) -> Judgement:
    """Compare the share of drifted columns with its limit.

    Args:
        columns: What was found per column. Sparse columns count only if they drifted, so that
            many of them do not hide the others.
        limits: Limits of the config.
    """
    counted = [one for one in columns if one.statistic != MISSING or one.drifted]
    if not counted:
        summary = "no column has enough values to compare"
        return Judgement(Verdict.NOT_ENOUGH_DATA, summary, None)
    drifted = [one for one in counted if one.drifted]
    share = len(drifted) / len(counted)
    harmful = share > limits.max_drifted_share
    sign, then = (">", "a training is due") if harmful else ("<=", "the champion stays")
    summary = (
        f"{len(drifted)} of {len(counted)} columns drifted ({share:.0%} {sign} "
        f"{limits.max_drifted_share:.0%}){_named(drifted)}; {then}"
    )
    return Judgement(Verdict.HARMFUL_DRIFT if harmful else Verdict.STABLE, summary, share)


def _named(drifted: Sequence[ColumnDrift]) -> str:
    if not drifted:
        return ""
    worst = sorted(drifted, key=lambda one: (-one.value, one.column))
    texts = [
        f"{one.column} ({one.statistic} {one.value:.3f}, limit {one.limit:g})"
        for one in worst[:MAX_NAMED]
    ]
    more = len(worst) - MAX_NAMED
    return ": " + ", ".join([*texts, f"and {more} more"] if more > 0 else texts)
