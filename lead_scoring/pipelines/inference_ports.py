"""What scoring and publishing need from outside, as small Protocols; ``io`` implements them."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

import pyarrow as pa

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.records import Batch
from lead_scoring.core.records import Decision
from lead_scoring.core.records import ScoreFile
from lead_scoring.pipelines.ports import LoadStore
from lead_scoring.pipelines.ports import ModelRegistry
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader


class ScoreFiles(Protocol):
    """Where computed scores wait for their publication."""

    def write(
        self,
        use_case: str,
        batch_id: str,
        scores: Iterable[pa.RecordBatch],
        grades: GradesConfig | None = None,
    ) -> ScoreFile:
        """Write the scores of a batch, all or nothing, in place of those that are there.

        Args:
            use_case: Name of the use case.
            batch_id: Id of the batch.
            scores: Its scores, at least one.
            grades: How grades are made; where they go by rank, scores come without ``grade`` and
                are written with it.
        """

    def is_complete(self, batch: Batch) -> bool:
        """Return whether the scores of a batch are there, as they were recorded."""

    def read(self, batch: Batch) -> Iterator[pa.RecordBatch]:
        """Iterate over the scores of a batch.

        Raises:
            IntegrityError: They are not there, or not as they were recorded.
        """


class ScoreStore(Protocol):
    """Batches and scores in the platform database."""

    def find_batch(self, batch_id: str) -> Batch | None:
        """Return a batch, whatever its status."""

    def batches(self, use_case: str) -> tuple[Batch, ...]:
        """Return all batches of a use case, oldest first (by ``as_of``, then id)."""

    def note_batch(self, batch: Batch) -> None:
        """Write the row of a batch that is computed or empty, without scores.

        A batch that is held or published is left as it is; one that is superseded begins anew.
        """

    def save_batch(self, batch: Batch, scores: Iterable[pa.RecordBatch]) -> None:
        """Replace a batch and its scores in one transaction.

        A published batch also moves ``current_scores`` forward in that transaction: readers see
        all of it or nothing. Nothing older ever replaces anything newer, and a batch that is
        published already, or was withdrawn meanwhile, is left as it is.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
        """

    def release_batch(self, batch_id: str, decision: Decision) -> Batch:
        """Publish a held batch and append the decision in one transaction.

        Raises:
            UnknownIdError: There is no such batch.
            GateError: The batch is not held. Nothing was written.
        """

    def current_batches(self, use_case: str, model_version: int) -> tuple[Batch, ...]:
        """Return the batches of a version that current scores are from, oldest first."""

    def withdraw_batches(self, model_version: int, decision: Decision) -> None:
        """Supersede what a version has computed and not published; done twice, nothing changes."""

    def replace_batch(
        self, batch: Batch, scores: Iterable[pa.RecordBatch] | None, decision: Decision
    ) -> None:
        """Publish a batch in place of those of its load and instant, in one transaction.

        Those become superseded by the decision. Of equal instants the one published later stands,
        so that its scores are current where they were.

        Args:
            batch: The batch, published.
            scores: Its scores; ``None`` where they are kept already.
            decision: Why it takes their place.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
        """


@dataclass(frozen=True, slots=True)
class InferencePorts:
    """Everything a load is scored with.

    Attributes:
        loads: Where loads are kept.
        snapshots: Reads their rows.
        registry: Gives the models.
        files: Where computed scores wait.
        scores: Where batches are noted and published.
        progress: Who watches.
    """

    loads: LoadStore
    snapshots: SnapshotReader
    registry: ModelRegistry
    files: ScoreFiles
    scores: ScoreStore
    progress: Progress
