"""Whether new rows differ from those the champion was judged on; the numbers come from a monitor.

For now the rule is the share of drifted columns.
"""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from lead_scoring.config.use_case import DriftConfig
from lead_scoring.core.records import ColumnDrift
from lead_scoring.core.records import Verdict

MAX_NAMED: Final = 5
EMPTY: Final = "empty"
NUMERIC_TYPES: Final = frozenset({"integer", "number", "boolean"})
COMPARED_TYPES: Final = NUMERIC_TYPES | {"string"}


@dataclass(frozen=True, slots=True)
class Split:
    """Columns that can be compared, and those that cannot because a side is empty.

    Attributes:
        compared: Columns with a value on either side.
        empty: One record per column without any value on at least one side. It counts as drifted
            where only one side is empty.
    """

    compared: tuple[str, ...]
    empty: tuple[ColumnDrift, ...]


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict, the sentence that explains it, and the share of drifted columns."""

    verdict: Verdict
    summary: str
    share: float | None


def comparable_columns(columns: Sequence[str], types: Mapping[str, str]) -> tuple[str, ...]:
    """Return the columns of numbers, booleans or text; instants always move and are left out."""
    return tuple(column for column in columns if types.get(column) in COMPARED_TYPES)


def split_columns(reference: pd.DataFrame, current: pd.DataFrame, columns: Sequence[str]) -> Split:
    """Part the columns that have values on both sides from those that do not.

    Args:
        reference: Rows the champion was judged on.
        current: New rows.
        columns: Columns both have.
    """
    compared, empty = [], []
    for column in columns:
        before, now = (float(side[column].isna().mean()) for side in (reference, current))
        if before < 1 and now < 1:
            compared.append(column)
        else:
            empty.append(ColumnDrift(column, EMPTY, now, before, drifted=before != now))
    return Split(tuple(compared), tuple(empty))


def judge_drift(columns: Sequence[ColumnDrift], limits: DriftConfig) -> Judgement:
    """Compare the share of drifted columns with its limit.

    Args:
        columns: What was found per column. Columns that are empty on both sides do not count.
        limits: Limits of the config.
    """
    counted = [one for one in columns if one.statistic != EMPTY or one.drifted]
    if not counted:
        return Judgement(Verdict.NOT_ENOUGH_DATA, "no column has a value to compare", None)
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
    worst = sorted(drifted, key=lambda one: (-_excess(one), one.column))
    texts = [_described(one) for one in worst[:MAX_NAMED]]
    more = len(worst) - MAX_NAMED
    return ": " + ", ".join([*texts, f"and {more} more"] if more > 0 else texts)


def _excess(one: ColumnDrift) -> float:
    return float("inf") if one.statistic == EMPTY else one.value


def _described(one: ColumnDrift) -> str:
    if one.statistic == EMPTY:
        return f"{one.column} (empty {'now' if one.value == 1 else 'before'})"
    return f"{one.column} ({one.statistic} {one.value:.3f}, limit {one.limit:g})"
