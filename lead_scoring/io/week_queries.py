"""What happened to a use case within a week, as the weekly summary tells it."""

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.week import GradeOutcome
from lead_scoring.core.week import GradeShare
from lead_scoring.core.week import LoadRows
from lead_scoring.core.week import Refusal
from lead_scoring.core.week import Training
from lead_scoring.io.lead_queries import best_first
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import MODELS
from lead_scoring.io.tables import QUARANTINE
from lead_scoring.io.tables import SCORES
from lead_scoring.io.tables import UtcDateTime
from lead_scoring.io.transactions import Connected

MOST_REFUSALS: Final = 5
_REALISED: Final = sa.table(
    "realised",
    *(sa.column(name) for name in ("use_case", "lead_id", "batch_id", "grade")),
    *(sa.column(name) for name in ("predicted_class", "outcome_class", "outcome")),
    *(sa.column(name, sa.Float) for name in ("probability", "prediction")),
    *(sa.column(name, UtcDateTime) for name in ("as_of", "known_at")),
)
_GRADES: Final = sa.table(
    "metric_grades",
    *(
        sa.column(name)
        for name in ("batch_id", "grade", "leads", "expected_conversions", "mean_prediction")
    ),
)


class WeekQueries(Connected):
    """Questions about ``[start, end)`` in UTC."""

    def grade_shares(self, batch_id: str) -> tuple[GradeShare, ...]:
        """Return what a batch promised, by grade."""
        columns = _GRADES.c
        shares = (
            sa.select(
                columns.grade, columns.leads, columns.expected_conversions, columns.mean_prediction
            )
            .where(columns.batch_id == batch_id)
            .order_by(columns.grade)
        )
        with self.reading(f"grades of {batch_id}") as connection:
            return tuple(GradeShare(*row) for row in connection.execute(shares))

    def best_of(self, batch_id: str, most: int) -> Sequence[Mapping[str, Any]]:
        """Return the best leads of a batch: ``lead_id``, ``grade``, ``score``, ``reasons``."""
        columns = SCORES.c
        best = (
            sa.select(columns.lead_id, columns.grade, columns.score, columns.reasons)
            .where(columns.batch_id == batch_id)
            .order_by(*best_first(SCORES))
            .limit(most)
        )
        with self.reading(f"leads of {batch_id}") as connection:
            return [dict(row) for row in connection.execute(best).mappings()]

    def week_outcomes(
        self, use_case: str, start: datetime, end: datetime
    ) -> tuple[GradeOutcome, ...]:
        """Return what became of leads whose outcome became known, beside what was promised.

        A lead counts once, with the newest promise before its outcome was known.
        """
        found = _REALISED.c
        place = sa.func.row_number().over(
            partition_by=found.lead_id, order_by=(found.as_of.desc(), found.batch_id)
        )
        last = (
            sa.select(_REALISED, place.label("place"))
            .where(found.use_case == use_case, found.known_at >= start, found.known_at < end)
            .subquery()
        )
        right = sa.case((last.c.predicted_class == last.c.outcome_class, 1.0), else_=0.0)
        happened = sa.case((last.c.predicted_class.is_(None), last.c.outcome), else_=right)
        promised = sa.func.coalesce(last.c.prediction, last.c.probability)
        outcomes = (
            sa.select(last.c.grade, sa.func.count(), sa.func.sum(promised), sa.func.sum(happened))
            .where(last.c.place == 1)
            .group_by(last.c.grade)
            .order_by(last.c.grade)
        )
        with self.reading(f"outcomes of {use_case}") as connection:
            rows = connection.execute(outcomes).all()
        return tuple(
            GradeOutcome(grade, int(leads), float(expected), float(came))
            for grade, leads, expected, came in rows
        )

    def week_loads(self, use_case: str, start: datetime, end: datetime) -> tuple[LoadRows, ...]:
        """Return the loads that were known first in that time, oldest first."""
        columns = LOADS.c
        loads = sa.select(
            columns.as_of, columns.rows_read, columns.rows_quarantined, columns.rows_duplicate
        )
        own = (columns.use_case == use_case, *_within(columns.as_of, start, end))
        with self.reading(f"loads of {use_case}") as connection:
            found = connection.execute(loads.where(*own).order_by(columns.as_of))
            return tuple(LoadRows(*row) for row in found)

    def week_refusals(self, use_case: str, start: datetime, end: datetime) -> tuple[Refusal, ...]:
        """Return why rows of these loads were refused, the most frequent reasons first."""
        columns, rows = QUARANTINE.c, sa.func.count()
        refused = (
            sa.select(columns.column_name, columns.rule, rows)
            .join(LOADS, LOADS.c.load_id == columns.load_id)
            .where(columns.use_case == use_case, *_within(LOADS.c.as_of, start, end))
            .group_by(columns.column_name, columns.rule)
            .order_by(rows.desc(), columns.column_name, columns.rule)
            .limit(MOST_REFUSALS)
        )
        with self.reading(f"quarantine of {use_case}") as connection:
            return tuple(Refusal(*row) for row in connection.execute(refused))

    def week_trainings(
        self, use_case: str, start: datetime, end: datetime
    ) -> tuple[Training, ...]:
        """Return the versions that were trained for an instant in that time."""
        columns = MODELS.c
        own = (columns.use_case == use_case, *_within(columns.as_of, start, end))
        trained = sa.select(columns.version, columns.family, columns.as_of).where(*own)
        with self.reading(f"models of {use_case}") as connection:
            found = connection.execute(trained.order_by(columns.version))
            return tuple(Training(*row) for row in found)


def _within(
    column: sa.Column[Any], start: datetime, end: datetime
) -> tuple[sa.ColumnElement[bool], ...]:
    return (column >= start, column < end)
