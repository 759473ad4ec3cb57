"""What was known of a lead when it was scored last, as its source said it."""

from typing import TYPE_CHECKING

from lead_scoring.core.records import BatchStatus
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    import pyarrow as pa

    from lead_scoring.core.records import Load
    from lead_scoring.tasks.wiring import Workspace


def lead_values(use_case: str, lead_id: str) -> dict[str, object]:
    """Return the columns of a lead in the snapshot it was scored from last.

    Returns:
        Values by column; nothing where the lead was never scored, or its snapshot has it no more.

    Raises:
        IntegrityError: The snapshot's bytes are not those that were recorded.
        TransientError: The database is locked or down.
    """
    with opened(use_case) as work:
        history = work.database.lead_history(use_case, lead_id)
        published = [one for one in history if one["status"] == BatchStatus.PUBLISHED]
        for score in reversed(published or history):
            load = work.database.find_load(score["load_id"])
            if load is not None:
                return _row(work, load, lead_id)
    return {}


def _row(work: "Workspace", load: "Load", lead_id: str) -> dict[str, object]:
    import pyarrow.compute as pc

    for batch in work.snapshots.batches(load):
        own: pa.RecordBatch = batch.filter(pc.equal(batch.column(LEAD_ID), lead_id))
        if own.num_rows:
            values: dict[str, object] = own.to_pylist()[0]
            return values
    return {}
