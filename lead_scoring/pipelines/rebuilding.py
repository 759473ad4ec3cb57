"""What a past score was computed from, found again by the ids that are kept with it."""

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Protocol

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.core.frames import to_frame
from lead_scoring.core.model import ScoringModel
from lead_scoring.core.records import Batch
from lead_scoring.core.records import Load
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.errors import IntegrityError
from lead_scoring.errors import UnknownIdError
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import SnapshotReader


class StoredScores(Protocol):
    """Scores that are kept in the platform database."""

    def find_batch(self, batch_id: str) -> Batch | None:
        """Return a batch, whatever its status."""

    def scores_of(self, batch_id: str, lead_ids: Sequence[str]) -> pd.DataFrame:
        """Return the scores of leads in a batch, by ``lead_id`` in the order asked for.

        A lead without a score is left out.
        """

    def count_scores(self, batch_id: str) -> int:
        """Return how many scores of a batch are kept."""

    def lead_history(self, use_case: str, lead_id: str) -> Sequence[Mapping[str, Any]]:
        """Return every score of a lead with what is known of its batch, oldest first."""

    def lead(self, use_case: str, lead_id: str) -> Mapping[str, Any] | None:
        """Return a lead's row of ``current_scores``; ``None`` if it has none."""


def load_of(batch: Batch, loads: LoadStore) -> Load:
    """Return the load a batch was scored from.

    Raises:
        IntegrityError: It is gone.
    """
    load = loads.find_load(batch.load_id)
    if load is None:
        msg = f"batch {batch.batch_id} cannot be rebuilt: its load {batch.load_id} is gone"
        raise IntegrityError(msg)
    return load


def model_of(batch: Batch, registry: ModelRegistry) -> ScoringModel:
    """Open the model a batch was scored by; every file is checked first.

    Raises:
        IntegrityError: It is gone, or is not the model that scored.
    """
    cannot = f"batch {batch.batch_id} cannot be rebuilt"
    try:
        version = registry.version(batch.use_case, batch.model_version)
    except UnknownIdError as error:
        msg = f"{cannot}: its model, version {batch.model_version}, is gone ({error})"
        raise IntegrityError(msg) from error
    if version.model_digest != batch.model_digest:
        msg = (
            f"{cannot}: version {version.version} is model {version.model_digest[:12]} now, and"
            f" {batch.model_digest[:12]} scored it"
        )
        raise IntegrityError(msg)
    try:
        return registry.load_model(version)
    except IntegrityError as error:
        msg = f"{cannot}, as its model's files are not what they were: {error}"
        raise IntegrityError(msg) from error


def row_of(lead_id: str, load: Load, snapshots: SnapshotReader) -> pd.DataFrame:
    """Return the row of a lead in a snapshot.

    Args:
        lead_id: The lead.
        load: Whose snapshot.
        snapshots: Reads it.

    Raises:
        IntegrityError: The snapshot is gone or not what was recorded.
        UnknownIdError: The lead is not in it.
    """
    for rows in snapshots.batches(load):
        own = only_lead(rows, lead_id)
        if own.num_rows:
            return to_frame(own)
    msg = f"lead {lead_id} is not in the snapshot of load {load.load_id}"
    raise UnknownIdError(msg)


def only_lead(rows: pa.RecordBatch, lead_id: str) -> pa.RecordBatch:
    """Return the rows of a lead."""
    return rows.filter(pc.equal(rows.column(LEAD_ID), lead_id))
