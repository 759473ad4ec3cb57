"""Batches and scores in the platform database."""

from collections.abc import Iterable
from dataclasses import asdict
from dataclasses import replace
from typing import Any
from typing import Final

import psycopg
import pyarrow as pa
import sqlalchemy as sa

from lead_scoring.core.grading_records import Grading
from lead_scoring.core.records import Batch
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import Decision
from lead_scoring.errors import ConservationError
from lead_scoring.errors import GateError
from lead_scoring.errors import ScoringError
from lead_scoring.errors import UnknownIdError
from lead_scoring.io.bulk import insert_batches
from lead_scoring.io.current_scores import move_forward
from lead_scoring.io.model_tables import ModelTables
from lead_scoring.io.statements import Row
from lead_scoring.io.statements import insert_new
from lead_scoring.io.statements import upsert
from lead_scoring.io.tables import BATCHES
from lead_scoring.io.tables import CURRENT_SCORES
from lead_scoring.io.tables import DECISIONS
from lead_scoring.io.tables import SCORES

_DONE: Final = frozenset({BatchStatus.HELD, BatchStatus.PUBLISHED})
_SETTLED: Final = frozenset({BatchStatus.PUBLISHED, BatchStatus.SUPERSEDED})
_WAITING: Final = (BatchStatus.COMPUTED.value, BatchStatus.HELD.value)


class ScoreTables(ModelTables):
    """Implements the port ``ScoreStore``."""

    def find_batch(self, batch_id: str) -> Batch | None:
        """Return a batch that is in the database."""
        with self.reading(f"batch {batch_id}") as connection:
            return _find(connection, batch_id)

    def batches(self, use_case: str) -> tuple[Batch, ...]:
        """Return all batches of a use case, oldest first (by ``as_of``, then id)."""
        own = (
            sa.select(BATCHES)
            .where(BATCHES.c.use_case == use_case)
            .order_by(BATCHES.c.as_of, BATCHES.c.batch_id)
        )
        with self.reading(f"batches of {use_case}") as connection:
            return tuple(read_batch(row) for row in connection.execute(own))

    def note_batch(self, batch: Batch) -> None:
        """Write the row of a batch that is computed or empty, without scores.

        A batch that is held or published is left as it is; one that is superseded begins anew.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"batch {batch.batch_id}", lock=batch.use_case) as connection:
            found = _find(connection, batch.batch_id)
            if found is None or found.status not in _DONE:
                upsert(connection, BATCHES, [self._batch_row(batch)])

    def save_batch(self, batch: Batch, scores: Iterable[pa.RecordBatch]) -> None:
        """Replace a batch and its scores in one transaction.

        A published batch also moves ``current_scores`` forward in that transaction: readers see
        all of it or nothing. A batch that is published already, or that was withdrawn meanwhile,
        is left as it is.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"batch {batch.batch_id}", lock=batch.use_case) as connection:
            found = _find(connection, batch.batch_id)
            if found is not None and found.status in _SETTLED:
                return
            upsert(connection, BATCHES, [self._batch_row(batch)])
            _replace_scores(connection, batch, scores)
            if batch.status is BatchStatus.PUBLISHED:
                move_forward(connection, batch)

    def release_batch(self, batch_id: str, decision: Decision) -> Batch:
        """Publish a held batch and append the decision in one transaction.

        Releasing twice by the same decision changes nothing.

        Raises:
            UnknownIdError: There is no such batch.
            GateError: The batch is not held. Nothing was written.
            TransientError: The database is locked or down. Nothing was written.
        """
        with self.writing(f"release of {batch_id}", lock=decision.use_case) as connection:
            batch = _find(connection, batch_id)
            if batch is None:
                msg = f"no batch {batch_id!r}; `lead-scoring status` lists the held ones"
                raise UnknownIdError(msg)
            if batch.status is BatchStatus.PUBLISHED and _is_there(connection, decision):
                return batch
            if batch.status is not BatchStatus.HELD:
                msg = f"batch {batch_id} is {batch.status.value}, not held: nothing to release"
                raise GateError(msg)
            released = replace(batch, status=BatchStatus.PUBLISHED)
            insert_new(connection, DECISIONS, [self._decision_row(decision)])
            connection.execute(
                sa.update(BATCHES)
                .where(BATCHES.c.batch_id == batch_id)
                .values(status=released.status.value)
            )
            move_forward(connection, released)
        return released

    def current_grading(self, use_case: str) -> Grading | None:
        """Return what the newest published batch was graded by; ``None`` where there is none."""
        newest = (
            sa.select(BATCHES.c.grading)
            .where(
                BATCHES.c.use_case == use_case,
                BATCHES.c.status == BatchStatus.PUBLISHED.value,
                BATCHES.c.grading.is_not(None),
            )
            .order_by(BATCHES.c.as_of.desc(), BATCHES.c.finished_at.desc())
            .limit(1)
        )
        with self.reading(f"grading of {use_case}") as connection:
            kept = connection.scalar(newest)
        return None if kept is None else Grading.from_dict(kept)

    def current_batches(self, use_case: str, model_version: int) -> tuple[Batch, ...]:
        """Return the batches of a version that current scores are from, oldest first."""
        current = sa.select(CURRENT_SCORES.c.batch_id).where(
            CURRENT_SCORES.c.use_case == use_case,
            CURRENT_SCORES.c.model_version == model_version,
        )
        own = (
            sa.select(BATCHES)
            .where(BATCHES.c.batch_id.in_(current))
            .order_by(BATCHES.c.as_of, BATCHES.c.batch_id)
        )
        with self.reading(f"current batches of {use_case}") as connection:
            return tuple(read_batch(row) for row in connection.execute(own))

    def withdraw_batches(self, model_version: int, decision: Decision) -> None:
        """Supersede what a version has computed and not published; done twice, nothing changes.

        Raises:
            TransientError: The database is locked or down. Nothing was written.
        """
        waiting = sa.update(BATCHES).where(
            BATCHES.c.use_case == decision.use_case,
            BATCHES.c.model_version == model_version,
            BATCHES.c.status.in_(_WAITING),
        )
        done = {"status": BatchStatus.SUPERSEDED.value, "superseded_by": decision.decision_id}
        with self.writing("what waits", lock=decision.use_case) as connection:
            connection.execute(waiting.values(done))

    def replace_batch(
        self, batch: Batch, scores: Iterable[pa.RecordBatch] | None, decision: Decision
    ) -> None:
        """Publish a batch in place of those of its load and instant, in one transaction.

        Those become superseded by the decision; done twice, it changes nothing.

        Args:
            batch: The batch, published.
            scores: Its scores; ``None`` where they are kept already.
            decision: Why it takes their place.

        Raises:
            ConservationError: There are not ``batch.rows_scored`` scores. Nothing was written.
            ScoringError: A lead has two scores. Nothing was written.
            TransientError: The database is locked or down. Nothing was written.
        """
        replaced = (
            sa.update(BATCHES)
            .where(
                BATCHES.c.use_case == batch.use_case,
                BATCHES.c.load_id == batch.load_id,
                BATCHES.c.as_of == batch.as_of,
                BATCHES.c.status == BatchStatus.PUBLISHED.value,
                BATCHES.c.batch_id != batch.batch_id,
            )
            .values(status=BatchStatus.SUPERSEDED.value, superseded_by=decision.decision_id)
        )
        with self.writing(f"batch {batch.batch_id}", lock=batch.use_case) as connection:
            upsert(connection, BATCHES, [self._batch_row(batch)])
            if scores is not None:
                _replace_scores(connection, batch, scores)
            connection.execute(replaced)
            move_forward(connection, batch)

    def _batch_row(self, batch: Batch) -> Row:
        return asdict(batch) | {
            "status": batch.status.value,
            "hold_reasons": list(batch.hold_reasons),
            "run_id": self._run_id,
            "started_at": self._opened_at,
            "finished_at": self._now(),
        }


def _find(connection: sa.Connection, batch_id: str) -> Batch | None:
    found = connection.execute(sa.select(BATCHES).where(BATCHES.c.batch_id == batch_id)).first()
    return None if found is None else read_batch(found)


def _replace_scores(
    connection: sa.Connection, batch: Batch, scores: Iterable[pa.RecordBatch]
) -> None:
    connection.execute(sa.delete(SCORES).where(SCORES.c.batch_id == batch.batch_id))
    rows = (_of_batch(some, batch.batch_id) for some in scores)
    try:
        written = insert_batches(connection, SCORES, rows)
    except (sa.exc.IntegrityError, psycopg.errors.UniqueViolation) as error:
        msg = f"batch {batch.batch_id}: a lead has two scores; nothing was written ({error})"
        raise ScoringError(msg) from error
    if written != batch.rows_scored:
        msg = (
            f"batch {batch.batch_id}: {written} scores came in place of {batch.rows_scored}; "
            "nothing was written"
        )
        raise ConservationError(msg)


def _is_there(connection: sa.Connection, decision: Decision) -> bool:
    same = DECISIONS.c.decision_id == decision.decision_id
    return connection.scalar(sa.select(DECISIONS.c.decision_id).where(same)) is not None


def _of_batch(rows: pa.RecordBatch, batch_id: str) -> pa.RecordBatch:
    own = pa.repeat(batch_id, rows.num_rows)
    return pa.RecordBatch.from_arrays([own, *rows.columns], ["batch_id", *rows.schema.names])


def read_batch(row: sa.Row[Any]) -> Batch:
    """Return the batch a row of ``batches`` is."""
    values = dict(row._mapping)  # noqa: SLF001 public in SQLAlchemy, despite the underscore
    for name in ("run_id", "started_at", "finished_at"):
        del values[name]
    reasons = tuple(values.pop("hold_reasons"))
    return Batch(**values | {"status": BatchStatus(row.status)}, hold_reasons=reasons)
