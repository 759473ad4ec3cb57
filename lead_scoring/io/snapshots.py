"""Reads snapshots, and the newest rows of several; every file's digest is checked on the way."""

import logging
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import AbstractContextManager
from contextlib import contextmanager
from datetime import datetime
from functools import partial

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lead_scoring.core import population
from lead_scoring.core.frames import to_frame
from lead_scoring.core.records import ALWAYS
from lead_scoring.core.records import Load
from lead_scoring.core.records import Window
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.returned import Taken
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.errors import IntegrityError
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.lead_lookup import FoundLeads
from lead_scoring.io.lead_lookup import opened_leads
from lead_scoring.io.returned_outcomes import LaidOver
from lead_scoring.io.returned_outcomes import opened_returned
from lead_scoring.io.row_groups import read_batches
from lead_scoring.io.snapshot_files import Manifest
from lead_scoring.io.verified_snapshots import VerifiedSnapshots

log = logging.getLogger(__name__)

Wanted = Callable[[pa.RecordBatch], npt.NDArray[np.bool_]]

_KEYS = (ROW_NUMBER, LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)


class SnapshotReader:
    """Reads the snapshots of loads, wherever they lie.

    Args:
        engine_memory: Limit for finding the newest row per lead, MiB.
        returned: Outcomes of files that are laid over those of the snapshots.
        verified: Snapshots whose digests were checked before.
    """

    def __init__(
        self,
        engine_memory: int = 512,
        returned: LaidOver | None = None,
        verified: VerifiedSnapshots | None = None,
    ) -> None:
        self._engine_memory = engine_memory
        self._returned = returned
        self._verified = verified or VerifiedSnapshots()

    def is_complete(self, load: Load) -> bool:
        """Return whether a load's snapshot is there, undamaged and the one that was recorded."""
        try:
            self._verified.folder_of(load)
        except IntegrityError:
            return False
        return True

    @contextmanager
    def beside(self, outcomes: ReturnedOutcomes) -> Iterator["SnapshotReader"]:
        """Give a reader of the same snapshots whose rows have the outcomes that stand.

        Args:
            outcomes: What files brought back; without a file rows are as they are.

        Raises:
            IntegrityError: The snapshot of a file is not what was recorded.
        """
        if not outcomes.files:
            yield self
            return
        with opened_returned(self, outcomes) as returned:
            yield SnapshotReader(self._engine_memory, returned, self._verified)

    def leads_of(self, loads: Sequence[Load], file: Load) -> AbstractContextManager[FoundLeads]:
        """Look up which leads of a file of outcomes are in a snapshot of other loads.

        Raises:
            IntegrityError: A snapshot is not what was recorded.
        """
        return opened_leads(self, loads, file)

    def batches(
        self, load: Load, columns: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Iterate over a snapshot in row order, at most ``rows`` rows at a time.

        Args:
            load: The load whose snapshot is read.
            columns: The columns to read, in this order; all if absent. Where outcomes of files
                are laid over, those of ``outcome`` are read with all standard columns.
            rows: Most rows of a batch.

        Raises:
            IntegrityError: The snapshot is not complete, or its bytes are not those recorded.
        """
        stored = self._stored(load, columns, rows)
        if self._returned is None:
            return stored
        # A loop would keep a batch while the next one is decoded.
        return map(partial(self._settled, load), stored)

    def _stored(
        self, load: Load, columns: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        folder, manifest = self._verified.folder_of(load)
        for part in manifest.files:
            with (
                folder.reading(part.name) as file,
                pq.ParquetFile(file, page_checksum_verification=True) as parquet,
            ):
                try:
                    yield from read_batches(parquet, rows, columns)
                except OSError as error:
                    msg = f"{folder.url}/{part.name}: {error}; load the source again"
                    raise IntegrityError(msg) from error

    def mature_rows(
        self, loads: Sequence[Load], as_of: datetime, limit: int, created: Window = ALWAYS
    ) -> pd.DataFrame:
        """Return the rows whose outcome is known at ``as_of``, newest load per lead.

        Args:
            loads: Loads to read, oldest first.
            as_of: Instant, UTC.
            limit: Most rows; more are sampled down by a hash of ``lead_id``.
            created: Event times of the rows; those without one are among them.

        Returns:
            All columns, ordered by ``created_at`` and ``lead_id``.
        """

        def wanted(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
            inside = population.in_window(batch.column(CREATED_AT), created)
            return population.mature(batch, as_of) & inside

        return self._newest(loads, wanted, limit)

    def rows_between(
        self,
        loads: Sequence[Load],
        after: datetime | None,
        until: datetime | None,
        limit: int,
    ) -> pd.DataFrame:
        """Return rows with event time in ``(after, until]``, newest load per lead.

        Rows without an event time are among them where ``after`` is ``None``.

        Args:
            loads: Loads to read, oldest first.
            after: Instant, UTC; ``None`` for the beginning of time.
            until: Instant, UTC; ``None`` for the end of time.
            limit: Most rows; more are sampled down by a hash of ``lead_id``.

        Returns:
            All columns, ordered by ``created_at`` and ``lead_id``.
        """

        def wanted(batch: pa.RecordBatch) -> npt.NDArray[np.bool_]:
            chosen = np.ones(batch.num_rows, dtype=np.bool_)
            if until is not None:
                chosen &= population.exists(batch, until)
            if after is not None:
                chosen &= ~population.exists(batch, after)
            return chosen

        return self._newest(loads, wanted, limit)

    def _newest(self, loads: Sequence[Load], wanted: Wanted, limit: int) -> pd.DataFrame:
        if not loads:
            msg = "no loads to read rows from"
            raise ValueError(msg)
        with opened_engine(self._engine_memory) as engine:
            engine.execute(
                "CREATE TABLE keys (load INTEGER, row BIGINT, lead_id VARCHAR, wanted BOOLEAN)"
            )
            for index, load in enumerate(loads):
                self._insert_keys(engine, index, load, wanted)
            chosen = _choose(engine, len(loads), limit)
        parts, taken = [], Taken()
        for load, rows in zip(loads, chosen, strict=True):
            if len(rows):
                part, counts = self._rows(load, rows)
                parts.append(part)
                taken += counts
        if self._returned is not None:
            log.info(
                "outcomes of files: %d where the source has none that is known, %d instead of the"
                " source's, %d do not stand against it",
                *taken,
            )
        if not parts:
            _, manifest = self._verified.folder_of(loads[-1])
            empty = next(self.batches(loads[-1], rows=1), None)
            return to_frame(_empty(manifest) if empty is None else empty.slice(0, 0))
        table = pa.concat_tables(parts, promote_options="default")
        return to_frame(table.sort_by([(CREATED_AT, "ascending"), (LEAD_ID, "ascending")]))

    def _insert_keys(
        self, engine: duckdb.DuckDBPyConnection, index: int, load: Load, wanted: Wanted
    ) -> None:
        for batch in self.batches(load, _KEYS):
            keys = pa.table(
                {
                    "row": batch.column(ROW_NUMBER),
                    "lead_id": batch.column(LEAD_ID),
                    "wanted": pa.array(wanted(batch)),
                }
            )
            engine.register("incoming", keys)
            engine.execute(
                "INSERT INTO keys SELECT ?, row, lead_id, wanted FROM incoming", [index]
            )
            engine.unregister("incoming")

    def _rows(self, load: Load, row_numbers: npt.NDArray[np.int64]) -> tuple[pa.Table, Taken]:
        kept, taken = [], Taken()
        for batch in self._stored(load):
            mask = np.isin(batch.column(ROW_NUMBER).to_numpy(), row_numbers, assume_unique=True)
            if mask.any():
                rows, counts = self._laid_over(batch.filter(pa.array(mask)), load)
                kept.append(rows)
                taken += counts
        return pa.Table.from_batches(kept), taken

    def _settled(self, load: Load, rows: pa.RecordBatch) -> pa.RecordBatch:
        return self._laid_over(rows, load)[0]

    def _laid_over(self, rows: pa.RecordBatch, load: Load) -> tuple[pa.RecordBatch, Taken]:
        if self._returned is None or OUTCOME not in rows.schema.names:
            return rows, Taken()
        return self._returned.lay_over(rows, load)


def _choose(
    engine: duckdb.DuckDBPyConnection, loads: int, limit: int
) -> list[npt.NDArray[np.int64]]:
    """Return the row numbers to keep per load: newest load per lead, then at most ``limit``."""
    newest = (
        "SELECT arg_max(load, load) AS load, arg_max(row, load) AS row, lead_id,"
        " arg_max(wanted, load) AS wanted FROM keys GROUP BY lead_id"
        if loads > 1
        else "SELECT * FROM keys"
    )
    engine.execute(
        f"CREATE TABLE chosen AS SELECT load, row FROM ({newest}) WHERE wanted"  # noqa: S608 ours
        " ORDER BY md5(lead_id), lead_id LIMIT ?",
        [limit],
    )
    query = "SELECT row FROM chosen WHERE load = ? ORDER BY row"
    return [
        np.asarray(engine.execute(query, [load]).fetchnumpy()["row"], dtype=np.int64)
        for load in range(loads)
    ]


def _empty(manifest: Manifest) -> pa.Table:
    kinds = {"timestamp[us, tz=UTC]": pa.timestamp("us", tz="UTC")}
    return pa.schema(
        [
            (name, kinds[kind] if kind in kinds else pa.type_for_alias(kind))
            for name, kind in manifest.columns
        ]
    ).empty_table()
