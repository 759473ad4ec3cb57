"""What was promised for the leads of a window, beside what happened to them in the end."""

from datetime import datetime
from typing import TYPE_CHECKING

from lead_scoring.tasks.progress import Silent
from lead_scoring.tasks.wiring import opened

if TYPE_CHECKING:
    import pandas as pd

    from lead_scoring.core.records import Load
    from lead_scoring.io.backtest_files import PolicyFolder
    from lead_scoring.tasks.wiring import Workspace


def measure(
    use_case: str, batch_id: str, as_of: datetime, since: datetime, folder: "PolicyFolder"
) -> int:
    """Keep the leads that a batch scored first, with their final outcome; return how many.

    Those are the leads created after ``since``; of a source that is read window by window, all
    leads of the batch's load. A held batch counts like a published one: this is about the model.

    Args:
        use_case: Name of the use case.
        batch_id: The batch of ``as_of``.
        as_of: End of the window.
        since: Its beginning.
        folder: Where the leads are kept.
    """
    from lead_scoring.core.schema import LEAD_ID
    from lead_scoring.core.schema import MARGIN
    from lead_scoring.core.schema import PROBABILITY

    with opened(use_case, Silent()) as work:
        batch = work.database.find_batch(batch_id)
        load = None if batch is None else work.database.find_load(batch.load_id)
        if load is None:
            return 0
        scored = work.database.batch_leads(batch_id)[[LEAD_ID, PROBABILITY, MARGIN]]
        whole = work.use_case.source.window == "whole"
        leads = scored.merge(_outcomes(work, load, since if whole else None), on=LEAD_ID)
    folder.save_leads(as_of, leads.sort_values(LEAD_ID, ignore_index=True))
    return len(leads)


def _outcomes(work: "Workspace", load: "Load", since: datetime | None) -> "pd.DataFrame":
    """Return ``lead_id`` and ``outcome`` of the leads created after ``since`` that have one."""
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from lead_scoring.core import population
    from lead_scoring.core.frames import to_frame
    from lead_scoring.core.schema import CREATED_AT
    from lead_scoring.core.schema import LEAD_ID
    from lead_scoring.core.schema import OUTCOME

    parts = []
    for rows in work.snapshots.batches(load, (LEAD_ID, CREATED_AT, OUTCOME)):
        wanted = np.asarray(rows.column(OUTCOME).is_valid(), dtype=np.bool_)
        if since is not None:
            wanted &= ~population.exists(rows, since)
        parts.append(to_frame(rows.filter(pa.array(wanted)).select([LEAD_ID, OUTCOME])))
    return pd.concat(parts, ignore_index=True)
