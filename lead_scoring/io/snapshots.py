"""Reads snapshots, and the newest rows of several; every file's digest is checked on the way."""

from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from datetime import datetime

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
from lead_scoring.core.schema import CREATED_AT
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.errors import IntegrityError
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.row_groups import read_batches
from lead_scoring.io.snapshot_files import MANIFEST
from lead_scoring.io.snapshot_files import Manifest
from lead_scoring.io.snapshot_files import PartFile
from lead_scoring.io.snapshot_files import read_manifest
from lead_scoring.io.storage import Folder

Wanted = Callable[[pa.RecordBatch], npt.NDArray[np.bool_]]

_KEYS = (ROW_NUMBER, LEAD_ID, CREATED_AT, OUTCOME, KNOWN_AT)


class SnapshotReader:
    """Reads the snapshots of loads, wherever they lie.

    Args:
        engine_memory: Limit for finding the newest row per lead, MiB.
    """

    def __init__(self, engine_memory: int = 512) -> None:
        self._engine_memory = engine_memory
        self._verified: set[tuple[str, str]] = set()

    def is_complete(self, load: Load) -> bool:
        """Return whether a load's snapshot is there, undamaged and the one that was recorded."""
        try:
            self._verify(load)
        except IntegrityError:
            return False
        return True

    def batches(
        self, load: Load, columns: Sequence[str] | None = None, rows: int = 50_000
    ) -> Iterator[pa.RecordBatch]:
        """Iterate over a snapshot in row order, at most ``rows`` rows at a time.

        Args:
            load: The load whose snapshot is read.
            columns: The columns to read, in this order; all if absent.
            rows: Most rows of a batch.

        Raises:
            IntegrityError: The snapshot is not complete, or its bytes are not those recorded.
        """
        folder, manifest = self._verify(load)
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
        parts = [
            self._rows(load, rows) for load, rows in zip(loads, chosen, strict=True) if len(rows)
        ]
        if not parts:
            _, manifest = self._verify(loads[-1])
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

    def _rows(self, load: Load, row_numbers: npt.NDArray[np.int64]) -> pa.Table:
        kept = []
        for batch in self.batches(load):
            mask = np.isin(batch.column(ROW_NUMBER).to_numpy(), row_numbers, assume_unique=True)
            if mask.any():
                kept.append(batch.filter(pa.array(mask)))
        return pa.Table.from_batches(kept)

    def _verify(self, load: Load) -> tuple[Folder, Manifest]:
        folder = Folder(load.snapshot)
        manifest = read_manifest(folder)
        if manifest is None:
            msg = f"load {load.load_id}: no {MANIFEST} in {folder.url}; load the source again"
            raise IntegrityError(msg)
        if manifest.content_digest != load.content_digest:
            msg = (
                f"load {load.load_id}: {folder.url} holds content {manifest.content_digest[:12]},"
                f" recorded is {load.content_digest[:12]}; load the source again"
            )
            raise IntegrityError(msg)
        for part in manifest.files:
            self._verify_part(folder, part)
        return folder, manifest

    def _verify_part(self, folder: Folder, part: PartFile) -> None:
        key = (f"{folder.url}/{part.name}", part.sha256)
        if key in self._verified:
            return
        try:
            found = folder.sha256(part.name)
        except FileNotFoundError as error:
            msg = f"{key[0]} is missing; load the source again"
            raise IntegrityError(msg) from error
        if found != part.sha256:
            msg = f"{key[0]} has SHA-256 {found[:12]}, recorded is {part.sha256[:12]}; load again"
            raise IntegrityError(msg)
        self._verified.add(key)


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
