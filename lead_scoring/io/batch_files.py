"""Computed scores as Parquet in the platform's storage."""

from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.records import Batch
from lead_scoring.core.records import ScoreFile
from lead_scoring.core.schema import CLASS_PROBABILITIES
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import INTERVAL_HIGH
from lead_scoring.core.schema import INTERVAL_LOW
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import PREDICTED_CLASS
from lead_scoring.core.schema import PREDICTION
from lead_scoring.core.schema import PROBABILITY
from lead_scoring.core.schema import REASONS
from lead_scoring.core.schema import SCORE
from lead_scoring.errors import IntegrityError
from lead_scoring.io.ranked_scores import ENGINE_MEMORY
from lead_scoring.io.ranked_scores import ranked
from lead_scoring.io.row_groups import read_batches
from lead_scoring.io.storage import Folder
from lead_scoring.io.storage import HashingFile

SCORES_FILE: Final = "scores.parquet"
READ_ROWS: Final = 50_000
SCHEMA: Final = pa.schema(
    [
        pa.field(LEAD_ID, pa.string(), nullable=False),
        pa.field(CREATED_AT, pa.timestamp("us", tz="UTC")),
        pa.field(PROBABILITY, pa.float64(), nullable=False),
        pa.field(PREDICTION, pa.float64(), nullable=False),
        pa.field(INTERVAL_LOW, pa.float64(), nullable=False),
        pa.field(INTERVAL_HIGH, pa.float64(), nullable=False),
        pa.field(PREDICTED_CLASS, pa.string(), nullable=False),
        pa.field(CLASS_PROBABILITIES, pa.string(), nullable=False),
        pa.field(SCORE, pa.float64(), nullable=False),
        pa.field(MARGIN, pa.float64(), nullable=False),
        pa.field(GRADE, pa.string(), nullable=False),
        pa.field(REASONS, pa.string(), nullable=False),
    ]
)
"""Every column there may be; scores of one kind have those of their kind alone."""


class BatchFiles:
    """Implements the port ``ScoreFiles`` on a disk or in a bucket.

    Args:
        storage: Folder or fsspec URL of the platform's storage.
        engine_memory: Limit of the engine that ranks, MiB.
    """

    def __init__(self, storage: str, engine_memory: int = ENGINE_MEMORY) -> None:
        self._storage = Folder(storage)
        self._engine_memory = min(engine_memory, ENGINE_MEMORY)

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
            scores: Record batches, at least one, with columns of ``SCHEMA``.
            grades: How grades are made; where they go by rank, the batches come without ``grade``
                and are written with it.
        """
        if grades is None or not grades.ranked:
            return self._write(use_case, batch_id, scores)
        with ranked(_fitted(scores), grades, self._engine_memory) as (cuts, graded):
            return replace(self._write(use_case, batch_id, graded), cuts=cuts)

    def _write(self, use_case: str, batch_id: str, scores: Iterable[pa.RecordBatch]) -> ScoreFile:
        folder = self._storage.child(use_case, "batches", batch_id)
        rows, batches = 0, _fitted(scores)
        first = next(batches)
        with folder.writing(SCORES_FILE) as file:
            hashing = HashingFile(file)
            with pq.ParquetWriter(hashing, first.schema, write_page_checksum=True) as writer:
                for some in chain([first], batches):
                    writer.write_batch(some)
                    rows += some.num_rows
            digest = hashing.hexdigest()
        return ScoreFile(f"{folder.url}/{SCORES_FILE}", digest, rows)

    def is_complete(self, batch: Batch) -> bool:
        """Return whether the scores of a batch are there, as they were recorded."""
        folder, name = _located(batch)
        try:
            return folder.sha256(name) == batch.scores_digest
        except FileNotFoundError:
            return False

    def read(self, batch: Batch) -> Iterator[pa.RecordBatch]:
        """Iterate over the scores of a batch; the file's digest is checked before it is opened.

        Raises:
            IntegrityError: They are not there, or not as they were recorded.
        """
        if not self.is_complete(batch):
            msg = (
                f"{batch.scores}: missing, or not the file with SHA-256 {batch.scores_digest}; "
                f"score load {batch.load_id} again"
            )
            raise IntegrityError(msg)
        folder, name = _located(batch)
        with (
            folder.reading(name) as file,
            pq.ParquetFile(file, page_checksum_verification=True) as parquet,
        ):
            yield from read_batches(parquet, READ_ROWS)


def _fitted(scores: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Iterate over scores in the columns and types they are stored in."""
    for some in scores:
        schema = pa.schema([field for field in SCHEMA if field.name in some.schema.names])
        yield some.select(schema.names).cast(schema)


def _located(batch: Batch) -> tuple[Folder, str]:
    folder, _, name = batch.scores.rpartition("/")
    return Folder(folder), name
