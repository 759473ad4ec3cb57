"""What was exported: files by batch, and the score each lead was exported with last."""

from collections.abc import Iterator
from typing import Final

import pandas as pd
import sqlalchemy as sa

from lead_scoring.core.records import Batch
from lead_scoring.core.records import Export
from lead_scoring.io.lead_queries import best_first
from lead_scoring.io.lead_streams import COLUMNS
from lead_scoring.io.lead_streams import LeadStreams
from lead_scoring.io.lead_streams import absent_columns
from lead_scoring.io.lead_streams import frames_of
from lead_scoring.io.statements import insert_into
from lead_scoring.io.statements import upsert
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import EXPORTED_LEADS
from lead_scoring.io.tables import EXPORTS
from lead_scoring.io.tables import SCORES

_COMPARED: Final = (
    "score",
    "grade",
    "probability",
    "prediction",
    "interval_low",
    "interval_high",
    "predicted_class",
)
"""Another value of one of these makes a lead a changed one."""


class ExportTables(LeadStreams):
    """Implements the port ``ExportStore``.

    An export is planned first, in one transaction: each of its leads is put down with the score
    it goes out with. The file is written of that plan, so that it can be written again.
    """

    def find_export(self, batch_id: str) -> Export | None:
        """Return the export after a batch; ``None`` if it was not written yet."""
        done = sa.select(EXPORTS).where(EXPORTS.c.batch_id == batch_id)
        with self.reading(f"export of {batch_id}") as connection:
            row = connection.execute(done).mappings().first()
        if row is None:
            return None
        return Export(**{name: row[name] for name in Export.__dataclass_fields__})

    def plan_export(self, batch: Batch, *, only_changed: bool) -> None:
        """Put down which leads go out after a batch, and with which scores.

        What was planned and not written goes out anew.

        Args:
            batch: The batch; leads of other batches that were not exported yet go out, too.
            only_changed: Leave out leads that would go out with what they went out with last.
        """
        with self.writing(f"export of {batch.batch_id}", lock=batch.use_case) as connection:
            connection.execute(_plan(connection, batch, only_changed=only_changed))

    def planned_frames(self, batch: Batch) -> Iterator[pd.DataFrame]:
        """Iterate over the leads that were put down for a batch, in the order to call them."""
        planned = (
            SCORES.join(
                EXPORTED_LEADS,
                (EXPORTED_LEADS.c.batch_id == SCORES.c.batch_id)
                & (EXPORTED_LEADS.c.lead_id == SCORES.c.lead_id),
            )
            .join(BATCHES, BATCHES.c.batch_id == SCORES.c.batch_id)
            .outerjoin(
                CURRENT_SCORES,
                (CURRENT_SCORES.c.use_case == EXPORTED_LEADS.c.use_case)
                & (CURRENT_SCORES.c.lead_id == SCORES.c.lead_id)
                & (CURRENT_SCORES.c.batch_id == SCORES.c.batch_id),
            )
        )
        own = (
            EXPORTED_LEADS.c.use_case == batch.use_case,
            EXPORTED_LEADS.c.export_id == batch.batch_id,
        )
        leads = (
            sa.select(*(_column(name) for name in COLUMNS))
            .select_from(planned)
            .where(*own)
            .order_by(*best_first(SCORES))
        )
        with self.reading(f"export of {batch.batch_id}") as connection:
            absent = absent_columns(connection, SCORES, SCORES.c.batch_id == batch.batch_id)
            yield from frames_of(connection, leads, absent)

    def save_export(self, export: Export) -> None:
        """Put down that a file is written; an export that is there takes the new values."""
        row = {name: getattr(export, name) for name in export.__dataclass_fields__}
        with self.writing(f"export of {export.batch_id}", lock=export.use_case) as connection:
            upsert(connection, EXPORTS, [row | {"recorded_at": self._now()}])


def _column(name: str) -> sa.Column[object]:
    for table in (SCORES, BATCHES, CURRENT_SCORES):
        if name in table.c:
            return table.c[name]
    msg = f"no table has {name!r}"
    raise KeyError(msg)


def _plan(connection: sa.Connection, batch: Batch, *, only_changed: bool) -> sa.Insert:
    current, sent = CURRENT_SCORES.c, SCORES.c
    chosen = [current.use_case == batch.use_case]
    if only_changed:
        differs = [current[name].is_distinct_from(sent[name]) for name in _COMPARED]
        moved = EXPORTED_LEADS.c.batch_id != current.batch_id
        chosen.append(sa.or_(EXPORTS.c.batch_id.is_(None), moved & sa.or_(*differs)))
    leads = (
        sa.select(current.use_case, current.lead_id, current.batch_id, sa.literal(batch.batch_id))
        .select_from(
            CURRENT_SCORES.outerjoin(
                EXPORTED_LEADS,
                (EXPORTED_LEADS.c.use_case == current.use_case)
                & (EXPORTED_LEADS.c.lead_id == current.lead_id),
            )
            .outerjoin(EXPORTS, EXPORTS.c.batch_id == EXPORTED_LEADS.c.export_id)
            .outerjoin(
                SCORES,
                (sent.batch_id == EXPORTED_LEADS.c.batch_id)
                & (sent.lead_id == EXPORTED_LEADS.c.lead_id),
            )
        )
        .where(*chosen)
    )
    names = ["use_case", "lead_id", "batch_id", "export_id"]
    insert = insert_into(connection, EXPORTED_LEADS).from_select(names, leads)
    return insert.on_conflict_do_update(
        index_elements=["use_case", "lead_id"],
        set_={name: insert.excluded[name] for name in ("batch_id", "export_id")},
    )
