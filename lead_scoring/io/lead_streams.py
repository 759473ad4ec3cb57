"""Leads piece by piece, for files of any size: memory does not grow with the number of leads."""

import json
from collections.abc import Iterator
from typing import Any
from typing import Final

import pandas as pd
import sqlalchemy as sa

from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.io.lead_queries import LeadFilter
from lead_scoring.io.lead_queries import best_first
from lead_scoring.io.lead_queries import conditions
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import UtcDateTime
from lead_scoring.io.transactions import Connected

PIECE: Final = 20_000
"""Leads in memory at a time."""

_FIRST: Final = ("lead_id", "created_at")
_LAST: Final = ("model_version", "batch_id", "as_of")
_BY_TASK: Final = (
    "probability",
    "prediction",
    "interval_low",
    "interval_high",
    "predicted_class",
    CLASS_PROBABILITIES,
)
COLUMNS: Final = (
    *_FIRST,
    *(
        column.name
        for column in CURRENT_SCORES.columns
        if column.name not in {"use_case", *_FIRST, *_LAST}
    ),
    *_LAST,
)
"""What a file of leads says of each, in order."""


class LeadStreams(Connected):
    """Reads leads as a stream."""

    def lead_frames(
        self, use_case: str, top: int | None = None, only: LeadFilter | None = None
    ) -> Iterator[pd.DataFrame]:
        """Iterate over the best leads of ``current_scores``, best first, at one consistent state.

        Args:
            use_case: Name of the use case.
            top: At most so many; ``None`` for all.
            only: Which leads are asked for.

        Yields:
            Frames of the same columns and types, at least one; without what is not predicted.
        """
        wanted = (CURRENT_SCORES.c.use_case == use_case, *conditions(only or LeadFilter()))
        best = (
            sa.select(*(CURRENT_SCORES.c[name] for name in COLUMNS))
            .where(*wanted)
            .order_by(*best_first(CURRENT_SCORES))
            .limit(top)
        )
        with self.reading(f"leads of {use_case}") as connection:
            absent = absent_columns(connection, CURRENT_SCORES, *wanted)
            yield from frames_of(connection, best, absent)


def absent_columns(
    connection: sa.Connection, scores: sa.FromClause, *where: sa.ColumnElement[bool]
) -> tuple[str, ...]:
    """Return the columns of predictions that are empty in all of these scores."""
    counts = sa.select(*(sa.func.count(scores.c[name]).label(name) for name in _BY_TASK))
    found = connection.execute(counts.where(*where)).one()
    absent = tuple(name for name, count in zip(_BY_TASK, found, strict=True) if not count)
    return tuple(name for name in absent if name != "probability" or len(absent) < len(_BY_TASK))


def frames_of(
    connection: sa.Connection, leads: Any, absent: tuple[str, ...]
) -> Iterator[pd.DataFrame]:
    """Iterate over the leads a query finds, in pieces.

    Args:
        connection: In a transaction that stays open meanwhile.
        leads: Select of columns of ``current_scores`` or ``scores``.
        absent: Columns to leave out.

    Yields:
        Frames of the same columns and types, at least one.
    """
    types = {column.name: column.type for column in leads.selected_columns}
    found = connection.execution_options(stream_results=True, max_row_buffer=PIECE).execute(leads)
    some = False
    for rows in found.partitions(PIECE):
        some = True
        yield _frame([tuple(row) for row in rows], types, absent)
    if not some:
        yield _frame([], types, absent)


def _frame(
    rows: list[tuple[Any, ...]], types: dict[str, Any], absent: tuple[str, ...]
) -> pd.DataFrame:
    leads = pd.DataFrame.from_records(rows, columns=list(types))
    typed = {name: _typed(leads[name], kind) for name, kind in types.items() if name not in absent}
    return pd.DataFrame(typed)


def _typed(column: pd.Series, kind: Any) -> pd.Series:
    if isinstance(kind, UtcDateTime):
        return pd.to_datetime(column, utc=True).astype("datetime64[us, UTC]")
    if isinstance(kind, sa.Float):
        return column.astype("float64")
    if isinstance(kind, sa.Integer):
        return column.astype("Int64")
    if isinstance(kind, sa.JSON) and column.name == CLASS_PROBABILITIES:
        return column.map(_spell, na_action="ignore").astype("str")
    return column if isinstance(kind, sa.JSON) else column.astype("str")


def _spell(shares: dict[str, float]) -> str:
    return json.dumps(shares, ensure_ascii=False)
