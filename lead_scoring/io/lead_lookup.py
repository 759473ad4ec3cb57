"""Which of many leads are in any of some snapshots; on disk where they are many."""

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa

from lead_scoring.core.records import Load
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.returned_outcomes import MEMORY
from lead_scoring.io.returned_outcomes import Batches


class FoundLeads:
    """The leads of a file, and those of them that are in no snapshot.

    Args:
        engine: Has the latter in the table ``strangers``.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection) -> None:
        self._engine = engine

    def __call__(self, lead_ids: pa.Array) -> pa.Array:
        """Return of each lead whether it is in a snapshot."""
        asked = pa.table({"place": pa.array(np.arange(len(lead_ids))), LEAD_ID: lead_ids})
        self._engine.register("asked", asked)
        found = self._engine.execute(
            "SELECT place FROM asked SEMI JOIN strangers USING (lead_id)"
        ).fetchnumpy()
        self._engine.unregister("asked")
        there = np.ones(len(lead_ids), dtype=np.bool_)
        there[found["place"]] = False
        return pa.array(there)


@contextmanager
def opened_leads(reader: Batches, loads: Sequence[Load], file: Load) -> Iterator[FoundLeads]:
    """Look the leads of a file up in snapshots, in their order, until each is found.

    Args:
        reader: Reads the snapshots.
        loads: Where leads may be.
        file: Load of the file.

    Raises:
        IntegrityError: A snapshot is not what was recorded.
    """
    with opened_engine(MEMORY) as engine:
        engine.execute("CREATE TABLE strangers (lead_id VARCHAR)")
        for rows in reader.batches(file, (LEAD_ID,)):
            _run(engine, rows, "INSERT INTO strangers SELECT lead_id FROM incoming")
        for load in loads:
            if not engine.execute("SELECT count(*) FROM strangers").fetchall()[0][0]:
                break
            for rows in reader.batches(load, (LEAD_ID,)):
                _run(engine, rows, "DELETE FROM strangers WHERE lead_id IN (FROM incoming)")
        yield FoundLeads(engine)


def _run(engine: duckdb.DuckDBPyConnection, rows: pa.RecordBatch, statement: str) -> None:
    engine.register("incoming", pa.Table.from_batches([rows]))
    engine.execute(statement)
    engine.unregister("incoming")
