"""Lays outcomes that files brought back over the rows of snapshots, on disk if they are many."""

from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import Final
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa

from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.population import known
from lead_scoring.core.records import Load
from lead_scoring.core.returned import PLACE
from lead_scoring.core.returned import ReturnedFile
from lead_scoring.core.returned import ReturnedOutcomes
from lead_scoring.core.returned import Taken
from lead_scoring.core.returned import with_returned
from lead_scoring.core.schema import KNOWN_AT
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import OUTCOME
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.io.engine import opened_engine

MEMORY: Final = 128
"""Limit of the engine that holds them, MiB."""
# Of a lead that several files name, what was known last; of the same instant, what came first.
# It is known since the files agree on it.
_NEWEST: Final = """
CREATE TABLE returned AS
WITH newest AS (
    SELECT lead_id, arg_max(outcome, (known_at, -file)) AS outcome FROM said GROUP BY lead_id
), others AS (
    SELECT said.lead_id, max(said.known_at) AS until FROM said
    JOIN newest ON newest.lead_id = said.lead_id AND newest.outcome <> said.outcome
    GROUP BY said.lead_id
)
SELECT said.lead_id, any_value(said.outcome) AS outcome, min(said.known_at) AS known_at FROM said
JOIN newest ON newest.lead_id = said.lead_id AND newest.outcome = said.outcome
LEFT JOIN others ON others.lead_id = said.lead_id
WHERE others.until IS NULL OR said.known_at >= others.until
GROUP BY said.lead_id
"""


class Batches(Protocol):
    """Reads snapshots."""

    def batches(self, load: Load, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """Iterate over a snapshot in row order."""


class LaidOver:
    """Outcomes of files by lead, to be laid over rows of snapshots.

    Args:
        engine: Has them in the table ``returned``.
        outcomes: What they are.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection, outcomes: ReturnedOutcomes) -> None:
        self._engine = engine
        self._outcomes = outcomes

    def lay_over(self, rows: pa.RecordBatch, load: Load) -> tuple[pa.RecordBatch, Taken]:
        """Return rows of a load's snapshot with the outcomes that stand, and how many do."""
        places = pa.array(np.arange(rows.num_rows))
        asked = pa.table({PLACE: places, LEAD_ID: rows.column(LEAD_ID)})
        self._engine.register("asked", asked)
        found = self._engine.execute(
            "SELECT place, outcome, known_at FROM asked JOIN returned USING (lead_id)"
        ).fetchnumpy()
        self._engine.unregister("asked")
        if not len(found[PLACE]):
            return rows, Taken()
        returned = pa.RecordBatch.from_pydict(
            {
                PLACE: pa.array(found[PLACE]),
                OUTCOME: pa.array(found[OUTCOME]),
                KNOWN_AT: pa.array(found[KNOWN_AT]).cast(INSTANT),
            }
        )
        at, window = self._outcomes.as_of, self._outcomes.window
        return with_returned(rows, returned, load.as_of, at, window)


@contextmanager
def opened_returned(reader: Batches, outcomes: ReturnedOutcomes) -> Iterator[LaidOver]:
    """Read files of outcomes, to be laid over rows of snapshots; gone when closed.

    Raises:
        IntegrityError: The snapshot of a file is not what was recorded.
    """
    with opened_engine(MEMORY) as engine:
        engine.execute(
            "CREATE TABLE said (file INTEGER, lead_id VARCHAR, outcome DOUBLE, known_at BIGINT)"
        )
        for number, file in enumerate(outcomes.files):
            _insert(engine, number, reader, file, outcomes)
        engine.execute(_NEWEST)
        engine.execute("DROP TABLE said")
        yield LaidOver(engine, outcomes)


def _insert(
    engine: duckdb.DuckDBPyConnection,
    number: int,
    reader: Batches,
    file: ReturnedFile,
    outcomes: ReturnedOutcomes,
) -> None:
    refused = np.asarray(file.refused, dtype=np.int64)
    for rows in reader.batches(file.load, (ROW_NUMBER, LEAD_ID, OUTCOME, KNOWN_AT)):
        stands = ~np.isin(rows.column(ROW_NUMBER).to_numpy(), refused)
        own = rows.filter(pa.array(stands & known(rows, outcomes.as_of)))
        said = pa.table(
            {
                LEAD_ID: own.column(LEAD_ID),
                OUTCOME: own.column(OUTCOME),
                KNOWN_AT: own.column(KNOWN_AT).cast(pa.int64()),
            }
        )
        engine.register("incoming", said)
        engine.execute(
            "INSERT INTO said SELECT ?, lead_id, outcome, known_at FROM incoming", [number]
        )
        engine.unregister("incoming")
