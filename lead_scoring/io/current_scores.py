"""Moves ``current_scores`` forward: the newest published score of every lead that is not closed.

The *frontier* of a use case is the greatest ``as_of`` of its published batches. A lead is closed
when its outcome is known at the frontier. Of two scores of a lead the one with the greater
``as_of`` stands; of equal ones, the one published later. So a batch that is published or released
late moves nothing back. All functions run inside the transaction of the caller.
"""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.io.statements import insert_into
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import OUTCOMES
from lead_scoring.io.tables import SCORES
from lead_scoring.io.tables import UtcDateTime

_OWN: Final = ("use_case", "batch_id", "as_of", "model_version")
_COPIED: Final = tuple(column.name for column in CURRENT_SCORES.columns if column.name not in _OWN)


def move_forward(connection: sa.Connection, batch: Batch) -> None:
    """Take the scores of a batch whose row says that it is published, then close leads."""
    frontier = find_frontier(connection, batch.use_case)
    if frontier is None:
        return
    connection.execute(_take_scores(connection, batch, frontier))
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
    ).where(SCORES.c.batch_id == batch.batch_id, ~closed)
    # In the order of the key: pages are filled one after the other.
    scores = scores.order_by(SCORES.c.lead_id)
    insert = insert_into(connection, CURRENT_SCORES).from_select([*_OWN, *_COPIED], scores)
    changed = (*(name for name in _OWN if name != "use_case"), *_COPIED)
    return insert.on_conflict_do_update(
        index_elements=["use_case", "lead_id"],
        set_={name: insert.excluded[name] for name in changed if name != "lead_id"},
        where=insert.excluded.as_of >= CURRENT_SCORES.c.as_of,
    )


def _is_closed(lead_id: sa.Column[str], use_case: str, frontier: datetime) -> sa.Exists:
    """Look each lead up: a list of all closed leads would grow with the history."""
    return sa.exists().where(
        OUTCOMES.c.use_case == use_case,
        OUTCOMES.c.lead_id == lead_id,
        OUTCOMES.c.known_at <= frontier,
    )
