"""One column of the training data: what it holds, alone and by outcome."""

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.eda.groups import Groups
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.profile import numbers_of

FloatArray = npt.NDArray[np.float64]

MAX_LEVELS: Final = 200
LEVEL_SHARE: Final = 0.05
"""Text with more levels than `MAX_LEVELS`, or this share of its rows, may name people."""
FEW_LEVELS: Final = 20
"""So many levels may be shown however few the rows are."""
FEW_NUMBERS: Final = 12
"""Numbers with no more distinct values are shown as levels."""
SHOWN_LEVELS: Final = 12
MIN_LEVEL_ROWS: Final = 5
"""A level of fewer sampled rows is not named."""
ID_SHARE: Final = 0.9
"""Text or whole numbers with more distinct values per row than this are like an id."""
LEAST_FILLED: Final = 0.01
"""A column with values in a smaller share of the rows is not drawn."""
MISSING: Final = "(missing)"
OTHERS: Final = "(others)"
QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
_GRID: Final = 48


@dataclass(frozen=True, slots=True)
class Numbers:
    """Values of a column by outcome.

    Attributes:
        quantiles: At `QUANTILES`, by group; a group without values has none.
        grid: Where the densities are given, ascending.
        densities: Smoothed share of rows at each point of the grid, by group; largest is 1.
    """

    quantiles: Mapping[str, tuple[float, ...]]
    grid: tuple[float, ...]
    densities: Mapping[str, tuple[float, ...]]


@dataclass(frozen=True, slots=True)
class Levels:
    """Levels of a column, the most frequent first.

    Attributes:
        rows: Sampled rows by level; those that are not named are counted in the last.
        shares: Share of each group among them, by level.
    """

    rows: Mapping[str, int]
    shares: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        kind: Type in the contract.
        read: Whether the model reads it.
        missing: Share of all rows without a value.
        missing_by: The same by group of the outcome, on sampled rows.
        distinct: Distinct values in all rows.
        association: With the outcome, Cramér's V.
        hidden: Why its values are not shown; empty if they are.
    """

    name: str
    kind: str
    read: bool
    missing: float
    missing_by: Mapping[str, float]
    distinct: int
    association: float
    hidden: str
    numbers: Numbers | None = None
    levels: Levels | None = None

    @property
    def filled(self) -> bool:
        """Whether it has two values at least, and enough of them to be drawn."""
        return self.distinct > 1 and self.missing <= 1 - LEAST_FILLED


def profile_column(
    use_case: UseCase, whole: pd.Series, sample: pd.Series, groups: Groups, association: float
) -> Column:
    """Take the profile of one column.

    Args:
        use_case: Says what the column is.
        whole: All its values, under its name in the contract.
        sample: Some of them.
        groups: Outcome of the sampled rows.
        association: Cramér's V of the column and these groups.
    """
    name = str(whole.name)
    kind = use_case.contract.columns[name].type
    distinct = int(whole.nunique())
    hidden = _hidden(use_case, name, distinct, int(whole.notna().sum()))
    shown = distinct > 0 and not hidden
    absent = sample.isna().to_numpy()
    numeric = kind in {"integer", "number"} and distinct > FEW_NUMBERS
    text = kind != "timestamp" and not numeric
    return Column(
        name=name,
        kind=kind,
        read=name in source_columns(use_case),
        missing=float(whole.isna().mean()),
        missing_by={group: float(absent[rows].mean()) for group, rows in groups.members()},
        distinct=distinct,
        association=association,
        hidden=hidden,
        numbers=_numbers(numbers_of(sample), groups) if numeric and shown else None,
        levels=_levels(sample, groups) if text and shown else None,
    )


def _hidden(use_case: UseCase, name: str, distinct: int, filled: int) -> str:
    """Return why the values of a column may not be shown."""
    kind = use_case.contract.columns[name].type
    if name == use_case.lead.id_column:
        return "names the lead"
    if kind in {"string", "integer"} and distinct > max(FEW_LEVELS, ID_SHARE * filled):
        return "nearly every row has its own value, like an id"
    most = min(MAX_LEVELS, max(FEW_LEVELS, int(LEVEL_SHARE * filled)))
    if kind == "string" and distinct > most:
        return f"more than {most} levels, which may name people"
    return ""


def _numbers(values: FloatArray, groups: Groups) -> Numbers:
    finite = np.isfinite(values)
    low, high = np.quantile(values[finite], (0.01, 0.99)) if finite.any() else (0.0, 0.0)
    edges = np.linspace(low, high if high > low else low + 1.0, _GRID + 1)
    quantiles, densities = {}, {}
    for group, rows in groups.members():
        own = values[rows & finite]
        if own.size:
            quantiles[group] = tuple(np.quantile(own, QUANTILES).tolist())
            densities[group] = _density(own, edges)
    grid = (edges[:-1] + edges[1:]) / 2
    return Numbers(quantiles, tuple(grid.tolist()), densities)


def _density(values: FloatArray, edges: FloatArray) -> tuple[float, ...]:
    """Return the share of values around each bin, smoothed over a few and scaled to 1."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    bell = np.exp(-0.5 * (np.arange(-4, 5) / 1.5) ** 2)
    smooth = np.convolve(counts, bell / bell.sum(), mode="same")
    return tuple((smooth / max(smooth.max(), 1e-12)).tolist())


def _levels(sample: pd.Series, groups: Groups) -> Levels:
    texts = as_text(sample).where(sample.notna(), MISSING)
    counts = texts.value_counts()
    named = sorted(
        (name for name in counts.index if counts[name] >= MIN_LEVEL_ROWS),
        key=lambda name: (-counts[name], name),
    )[:SHOWN_LEVELS]
    places = texts.where(texts.isin(named), OTHERS)
    rest = [OTHERS] if (places == OTHERS).any() else []
    shown: Sequence[str] = [*named, *rest]
    chosen = {name: (places == name).to_numpy() for name in shown}
    return Levels(
        rows={name: int(rows.sum()) for name, rows in chosen.items()},
        shares={
            name: {group: float(inside[rows].mean()) for group, inside in groups.members()}
            for name, rows in chosen.items()
        },
    )


def as_text(values: pd.Series) -> pd.Series:
    """Return levels as text, whole numbers without a point."""
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype("str")
    return values.astype("object").map(lambda value: "" if pd.isna(value) else f"{value:g}")
