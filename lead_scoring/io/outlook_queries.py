"""What is to be expected of the current leads, summed up by the database."""

from typing import Any

import sqlalchemy as sa

from lead_scoring.core.expectation import Chances
from lead_scoring.io.lead_queries import best_first
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.transactions import Connected

Lead = dict[str, Any]
Number = sa.ColumnElement[float]


class OutlookQueries(Connected):
    """Sums over current leads, in the order of the list; no lead is read into memory."""

    def chances_by_grade(
        self, use_case: str, first_class: str | None = None
    ) -> tuple[tuple[str, Chances], ...]:
        """Return the chances of the leads of each grade that has any, A first.

        Args:
            use_case: Name of the use case.
            first_class: The class that counts as a conversion, where there are several.
        """
        grade = CURRENT_SCORES.c.grade
        sums = (
            sa.select(grade, *_sums(_probability(first_class)))
            .where(CURRENT_SCORES.c.use_case == use_case)
            .group_by(grade)
            .order_by(grade)
        )
        with self.reading(f"grades of {use_case}") as connection:
            return tuple((row[0], _chances(row[1:])) for row in connection.execute(sums))

    def chances_of_best(
        self, use_case: str, calls: int, first_class: str | None = None
    ) -> Chances:
        """Return the chances of the best so many leads; of fewer where there are not so many."""
        best = (
            sa.select(_probability(first_class).label("p"))
            .where(CURRENT_SCORES.c.use_case == use_case)
            .order_by(*best_first(CURRENT_SCORES))
            .limit(calls)
            .subquery()
        )
        with self.reading(f"best leads of {use_case}") as connection:
            return _chances(connection.execute(sa.select(*_sums(best.c.p))).one())

    def mean_prediction(self, use_case: str, calls: int) -> float | None:
        """Return the mean prediction of the best so many leads; ``None`` without any."""
        best = (
            sa.select(CURRENT_SCORES.c.prediction)
            .where(CURRENT_SCORES.c.use_case == use_case)
            .order_by(*best_first(CURRENT_SCORES))
            .limit(calls)
            .subquery()
        )
        with self.reading(f"best leads of {use_case}") as connection:
            mean: float | None = connection.scalar(sa.select(sa.func.avg(best.c.prediction)))
        return mean

    def lead_at(self, use_case: str, rank: int, first_class: str | None = None) -> Lead | None:
        """Return the lead at a place of the list, 1 for the best; ``None`` where there is none.

        Its ``chance`` is its probability to convert.
        """
        names = ("lead_id", "grade", "score", "prediction", "predicted_class")
        chance = _probability(first_class).label("chance")
        there = (
            sa.select(*(CURRENT_SCORES.c[name] for name in names), chance)
            .where(CURRENT_SCORES.c.use_case == use_case)
            .order_by(*best_first(CURRENT_SCORES))
            .offset(rank - 1)
            .limit(1)
        )
        with self.reading(f"lead {rank} of {use_case}") as connection:
            found = connection.execute(there).mappings().first()
        return None if found is None else dict(found)

    def worth_a_call(
        self, use_case: str, break_even: float, first_class: str | None = None
    ) -> int:
        """Return how many leads have at least a probability."""
        own = CURRENT_SCORES.c.use_case == use_case
        enough = _probability(first_class) >= break_even
        count = sa.select(sa.func.count()).select_from(CURRENT_SCORES).where(own, enough)
        with self.reading(f"leads of {use_case} worth a call") as connection:
            return int(connection.scalar(count) or 0)


def _probability(first_class: str | None) -> Number:
    if first_class is None:
        return sa.type_coerce(CURRENT_SCORES.c.probability, sa.Float())
    share: Number = CURRENT_SCORES.c.class_probabilities[first_class].as_float()
    return share


def _sums(p: Number) -> tuple[sa.ColumnElement[Any], ...]:
    spread = p * (1.0 - p)
    sums = (sa.func.sum(p), sa.func.sum(spread), sa.func.sum(spread * (1.0 - 2.0 * p)))
    return (sa.func.count(), *(sa.func.coalesce(one, 0.0) for one in sums))


def _chances(row: Any) -> Chances:
    leads, *sums = row
    return Chances(int(leads), *(float(one) for one in sums))
