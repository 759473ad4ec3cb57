"""What happened to leads after they were scored, summed up by the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.realised import Sums
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Purpose
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import LOADS
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import SCORES
from lead_scoring.io.tables import UtcDateTime
from lead_scoring.io.transactions import Connected

BANDS: Final = 10
_REALISED: Final = sa.table(
    "realised",
    sa.column("use_case", sa.String),
    sa.column("lead_id", sa.String),
    sa.column("batch_id", sa.String),
    sa.column("as_of", UtcDateTime),
    sa.column("probability", sa.Float),
    sa.column("grade", sa.String),
    sa.column("prediction", sa.Float),
    sa.column("interval_low", sa.Float),
    sa.column("interval_high", sa.Float),
    sa.column("predicted_class", sa.Text),
    sa.column("outcome", sa.Float),
    sa.column("outcome_class", sa.Text),
)
Columns = Any


class RealisedQueries(Connected):
    """Sums over leads whose outcome came back; no lead is read into memory.

    A lead counts once: the last promise before its outcome was known.
    """

    def realised_sums(
        self, use_case: str, by: str, until: datetime | None = None
    ) -> Mapping[str, Sums]:
        """Return the sums of each group that has leads, in order.

        Args:
            use_case: Name of the use case.
            by: ``grade``, ``month`` of the promise, ``class`` that was predicted, or ``band`` of
                the promised probability, 0 to 9.
            until: Promises of later batches are left out.
        """
        with self.reading(f"realised outcomes of {use_case}") as connection:
            last = _last_promises(use_case, until)
            name = _group(by, last.c, connection.dialect.name).label("name")
            promised, happened = _promised(last.c), _happened(last.c)
            sums = (
                sa.select(name, *_sums(last.c, promised, happened))
                .where(last.c.nth == 1)
                .group_by(name)
                .order_by(name)
            )
            found = connection.execute(sums).all()
        return {str(row[0]): Sums(int(row[1]), *map(float, row[2:])) for row in found}

    def leads_without_outcome(self, use_case: str, until: datetime | None = None) -> int:
        """Return how many leads were scored and have no outcome known after that.

        Args:
            use_case: Name of the use case.
            until: Leads of later batches are left out.
        """
        known = sa.exists().where(
            OUTCOMES.c.use_case == use_case, OUTCOMES.c.lead_id == SCORES.c.lead_id
        )
        return self._count_leads(
            use_case, *_published(use_case), *_before(BATCHES.c, until), ~known
        )

    def leads_scored_after(self, use_case: str, until: datetime) -> int:
        """Return how many leads were scored in batches after an instant."""
        return self._count_leads(use_case, *_published(use_case), BATCHES.c.as_of > until)

    def outcomes_until(self, use_case: str) -> datetime | None:
        """Return the instant up to which the source's outcomes are known; ``None`` before any.

        A source that did not change is one load of its first instant, so the newest outcome may
        say more than the newest load. What a file brought back says nothing of other leads.
        """
        loaded = sa.select(sa.func.max(LOADS.c.as_of)).where(
            LOADS.c.use_case == use_case, LOADS.c.purpose == Purpose.TRAIN_AND_SCORE.value
        )
        files = sa.select(LOADS.c.load_id).where(LOADS.c.purpose == Purpose.OUTCOMES.value)
        known = sa.select(sa.func.max(OUTCOMES.c.known_at)).where(
            OUTCOMES.c.use_case == use_case, OUTCOMES.c.load_id.not_in(files)
        )
        with self.reading(f"outcomes of {use_case}") as connection:
            instants = [connection.scalar(loaded), connection.scalar(known)]
        return max((one for one in instants if one is not None), default=None)

    def _count_leads(self, use_case: str, *conditions: sa.ColumnElement[bool]) -> int:
        leads = (
            sa.select(sa.func.count(SCORES.c.lead_id.distinct()))
            .join(BATCHES, BATCHES.c.batch_id == SCORES.c.batch_id)
            .where(*conditions)
        )
        with self.reading(f"scores of {use_case}") as connection:
            return int(connection.scalar(leads) or 0)


def _published(use_case: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        BATCHES.c.use_case == use_case,
        BATCHES.c.status == BatchStatus.PUBLISHED.value,
    )


def _before(columns: Columns, until: datetime | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if until is None else (columns.as_of <= until,)


def _last_promises(use_case: str, until: datetime | None) -> sa.Subquery:
    promise = _REALISED.c
    newest = sa.func.row_number().over(
        partition_by=promise.lead_id, order_by=(promise.as_of.desc(), promise.batch_id.desc())
    )
    return (
        sa.select(_REALISED, newest.label("nth"))
        .where(promise.use_case == use_case, *_before(promise, until))
        .subquery()
    )


def _group(by: str, promise: Columns, dialect: str) -> sa.ColumnElement[Any]:
    if by == "month":
        at = promise.as_of if dialect == "sqlite" else sa.func.timezone("UTC", promise.as_of)
        return sa.extract("year", at) * 100 + sa.extract("month", at)
    if by == "band":
        reached = (promise.probability >= step / BANDS for step in range(1, BANDS))
        band: sa.ColumnElement[Any] = sa.literal(0)
        for one in reached:
            band += sa.case((one, 1), else_=0)
        return band
    column: sa.ColumnElement[Any] = {"grade": promise.grade, "class": promise.predicted_class}[by]
    return column


def _promised(promise: Columns) -> sa.ColumnElement[float]:
    return sa.func.coalesce(promise.prediction, promise.probability)


def _happened(promise: Columns) -> sa.ColumnElement[float]:
    right = sa.case((promise.predicted_class == promise.outcome_class, 1.0), else_=0.0)
    return sa.case((promise.predicted_class.is_not(None), right), else_=promise.outcome)


def _sums(
    promise: Columns, promised: sa.ColumnElement[float], happened: sa.ColumnElement[float]
) -> tuple[sa.ColumnElement[Any], ...]:
    number, p = promise.prediction.is_not(None), promised
    spread = sa.case((number, 0.0), else_=p * (1.0 - p))
    off = p - happened
    inside = happened.between(promise.interval_low, promise.interval_high)
    each = (
        p,
        spread,
        spread * (1.0 - 2.0 * p),
        happened,
        happened * happened,
        sa.case((number, sa.func.abs(off)), else_=off * off),
        sa.case((inside, 1.0), else_=0.0),
    )
    return (sa.func.count(), *(sa.func.sum(one) for one in each))
