"""Moves ``current_scores`` forward: the newest published score of every lead that is not closed.

The *frontier* of a use case is the greatest ``as_of`` of its published batches. A lead is closed
when its outcome is known at the frontier. Of two scores of a lead the one with the greater
``as_of`` stands; of equal ones, the one published later. So a batch that is published or released
late moves nothing back.

The *previous* score of a lead is that of the newest published ``as_of`` before the one that
stands; it says whether the lead improves or declines. It is kept with the current score, because
looking for it in the whole history would grow slower every day: a score that is replaced by one of
a later ``as_of`` becomes the previous one, one of the same ``as_of`` leaves it as it is, and one
that comes late takes its place unless a newer one has it. So the order in which batches come plays
no part.
All functions run inside the transaction of the caller.
"""

from datetime import datetime
from typing import Any
from typing import Final

import sqlalchemy as sa
from sqlalchemy.sql.base import ReadOnlyColumnCollection

from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.schema import DECLINING
from lead_scoring.core.schema import IMPROVING
from lead_scoring.core.schema import NEW
from lead_scoring.core.schema import STEADY
from lead_scoring.io.statements import insert_into
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import SCORES
from lead_scoring.io.tables import UtcDateTime

_OWN: Final = ("use_case", "batch_id", "as_of", "model_version")
_MOVED: Final = ("previous_score", "previous_grade", "previous_as_of")
_COPIED: Final = tuple(
    column.name
    for column in CURRENT_SCORES.columns
    if column.name not in (*_OWN, *_MOVED, "trend")
)
_LEAST_CHANGE: Final = 5.0
"""Of batches of an earlier version, which do not say it."""
_HALF_A_STEP: Final = 0.005
"""Scores have two decimals; a difference of floats is not exact."""


def move_forward(connection: sa.Connection, batch: Batch) -> None:
    """Take the scores of a batch whose row says that it is published, then close leads."""
    frontier = find_frontier(connection, batch.use_case)
    if frontier is None:
        return
    connection.execute(_take_scores(connection, batch, frontier))
    if batch.as_of < frontier:
        connection.execute(_take_previous(batch))
    close_leads(connection, batch.use_case)


def close_leads(connection: sa.Connection, use_case: str) -> None:
    """Remove the leads whose outcome is known at the frontier."""
    frontier = find_frontier(connection, use_case)
    if frontier is None:
        return
    closed = _is_closed(CURRENT_SCORES.c.lead_id, use_case, frontier)
    connection.execute(
        sa.delete(CURRENT_SCORES).where(CURRENT_SCORES.c.use_case == use_case, closed)
    )


def find_frontier(connection: sa.Connection, use_case: str) -> datetime | None:
    """Return the greatest ``as_of`` of the published batches, ``None`` if there is none."""
    newest = sa.select(sa.func.max(BATCHES.c.as_of)).where(
        BATCHES.c.use_case == use_case, BATCHES.c.status == BatchStatus.PUBLISHED.value
    )
    frontier: datetime | None = connection.scalar(newest)
    return frontier


def _take_scores(connection: sa.Connection, batch: Batch, frontier: datetime) -> sa.Insert:
    closed = _is_closed(SCORES.c.lead_id, batch.use_case, frontier)
    scores = sa.select(
        sa.literal(batch.use_case),
        sa.literal(batch.batch_id),
        sa.literal(batch.as_of, UtcDateTime()),
        sa.literal(batch.model_version),
        *(SCORES.c[name] for name in _COPIED),
        sa.literal(NEW),
    ).where(SCORES.c.batch_id == batch.batch_id, ~closed)
    # In the order of the key: pages are filled one after the other.
    scores = scores.order_by(SCORES.c.lead_id)
    columns = [*_OWN, *_COPIED, "trend"]
    insert = insert_into(connection, CURRENT_SCORES).from_select(columns, scores)
    new, old = insert.excluded, CURRENT_SCORES.c
    changed = {name: new[name] for name in columns if name not in ("use_case", "lead_id", "trend")}
    later = old.as_of < new.as_of
    moved = {
        name: sa.case((later, old[name.removeprefix("previous_")]), else_=old[name])
        for name in _MOVED
    }
    trend = _trend(new, moved["previous_score"], moved["previous_grade"], _least(batch))
    return insert.on_conflict_do_update(
        index_elements=["use_case", "lead_id"],
        set_=changed | moved | {"trend": trend},
        where=new.as_of >= old.as_of,
    )


def _take_previous(batch: Batch) -> sa.Update:
    """Let the scores of a late batch be the previous ones, unless newer ones are."""
    current = CURRENT_SCORES.c
    return (
        sa.update(CURRENT_SCORES)
        .where(
            SCORES.c.batch_id == batch.batch_id,
            SCORES.c.lead_id == current.lead_id,
            current.use_case == batch.use_case,
            current.as_of > batch.as_of,
            sa.or_(current.previous_as_of.is_(None), current.previous_as_of <= batch.as_of),
        )
        .values(
            previous_score=SCORES.c.score,
            previous_grade=SCORES.c.grade,
            previous_as_of=sa.literal(batch.as_of, UtcDateTime()),
            trend=_trend(current, SCORES.c.score, SCORES.c.grade, _least_of_current()),
        )
    )


def _trend(
    now: ReadOnlyColumnCollection[str, sa.ColumnElement[Any]],
    score: sa.ColumnElement[Any],
    grade: sa.ColumnElement[Any],
    least: sa.ColumnElement[float],
) -> sa.Case[str]:
    """Return how a score moved since the one before; of several classes, how the grade did."""
    classes, enough = now.predicted_class.is_not(None), least - _HALF_A_STEP
    better = sa.or_(
        sa.and_(classes, now.grade < grade), sa.and_(~classes, now.score - score >= enough)
    )
    worse = sa.or_(
        sa.and_(classes, now.grade > grade), sa.and_(~classes, score - now.score >= enough)
    )
    return sa.case((score.is_(None), NEW), (better, IMPROVING), (worse, DECLINING), else_=STEADY)


def _least(batch: Batch) -> sa.ColumnElement[float]:
    return sa.literal(_LEAST_CHANGE if batch.least_change is None else batch.least_change)


def _least_of_current() -> sa.ColumnElement[float]:
    """Return the least change that counts for the batch a current score is from."""
    said = sa.select(BATCHES.c.least_change).where(BATCHES.c.batch_id == CURRENT_SCORES.c.batch_id)
    return sa.func.coalesce(said.scalar_subquery(), _LEAST_CHANGE)


def _is_closed(lead_id: sa.Column[str], use_case: str, frontier: datetime) -> sa.Exists:
    """Look each lead up: a list of all closed leads would grow with the history."""
    return sa.exists().where(
        OUTCOMES.c.use_case == use_case,
        OUTCOMES.c.lead_id == lead_id,
        OUTCOMES.c.known_at <= frontier,
    )
