"""The export: after a published batch, a file of leads for other systems."""

import logging
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Protocol

import pandas as pd

from lead_scoring.config.export import ExportConfig
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Export
from lead_scoring.errors import GateError
from lead_scoring.errors import UnknownIdError

log = logging.getLogger(__name__)


class ExportStore(Protocol):
    """Which leads went out, and with which scores."""

    def find_batch(self, batch_id: str) -> Batch | None:
        """Return a batch."""

    def find_export(self, batch_id: str) -> Export | None:
        """Return the export after a batch; ``None`` if it was not written yet."""

    def plan_export(self, batch: Batch, *, only_changed: bool) -> None:
        """Put down which leads go out after a batch, and with which scores."""

    def planned_frames(self, batch: Batch) -> Iterator[pd.DataFrame]:
        """Iterate over the leads that were put down for a batch, in the order to call them."""

    def save_export(self, export: Export) -> None:
        """Put down that a file is written."""


Write = Callable[[Batch, Iterable[pd.DataFrame]], Export]
"""Writes a file of leads, all or nothing."""


def export_batch(
    use_case: str, batch_id: str, config: ExportConfig, *, exports: ExportStore, write: Write
) -> Export:
    """Write the file that goes out after a published batch; one that is written stays.

    Killed at any instruction and run again, it writes the same leads with the same scores. What
    could not be written goes out with the export after the next batch at the latest.

    Args:
        use_case: Name of the use case.
        batch_id: The batch.
        config: Where to, in which format and which leads.
        exports: Where it is kept what went out.
        write: Writes the file.

    Raises:
        UnknownIdError: There is no such batch in this use case.
        GateError: The batch is not published. Nothing was written.
    """
    batch = exports.find_batch(batch_id)
    if batch is None or batch.use_case != use_case:
        msg = f"no batch {batch_id!r} in {use_case}; see `lead-scoring status`"
        raise UnknownIdError(msg)
    if batch.status is not BatchStatus.PUBLISHED:
        msg = f"batch {batch_id} is {batch.status.value}, not published: nothing was exported"
        raise GateError(msg)
    written = exports.find_export(batch_id)
    if written is not None:
        return written

    exports.plan_export(batch, only_changed=config.only_changed)
    export = write(batch, exports.planned_frames(batch))

    exports.save_export(export)
    log.info("batch %s: %d leads exported to %s", batch_id, export.rows, export.file)
    return export
