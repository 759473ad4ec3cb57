"""Grades a batch by rank in two passes, in memory that does not grow with its rows.

The scores wait on disk while an engine sorts what decides their order; then they are read again
and graded by where each grade ended.
"""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING
from typing import Final

import pyarrow as pa

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.grading_records import Cut
from lead_scoring.core.ranking import cuts
from lead_scoring.core.ranking import ends
from lead_scoring.core.ranking import grade_ranked
from lead_scoring.core.schema import GRADE
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import MARGIN
from lead_scoring.core.schema import SCORE
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.scratch import scratch_folder
from lead_scoring.io.spool import Spool

if TYPE_CHECKING:
    import duckdb

ENGINE_MEMORY: Final = 96
"""MiB the engine gets for a batch, at most: it spills rather than grow with the rows."""
_ORDERED: Final = [LEAD_ID, SCORE, MARGIN]
_BEST_FIRST: Final = (
    "SELECT lead_id, score, margin FROM scores ORDER BY score DESC, margin DESC, lead_id"
)
_FETCHED: Final = 20_000


@contextmanager
def ranked(
    scores: Iterable[pa.RecordBatch], grades: GradesConfig, engine_memory: int
) -> Iterator[tuple[tuple[Cut, ...], Iterator[pa.RecordBatch]]]:
    """Read all scores and give where each grade ends, and the scores again with ``grade``.

    Args:
        scores: Record batches of one schema, with ``lead_id``, ``score`` and ``margin``.
        grades: A rule that ranks.
        engine_memory: Limit of the engine, MiB.
    """
    with scratch_folder() as folder:
        waiting = Spool(folder / "scores.arrow")
        with opened_engine(engine_memory, str(folder)) as engine:
            engine.execute("CREATE TABLE scores (lead_id VARCHAR, score DOUBLE, margin DOUBLE)")
            rows = 0
            for some in scores:
                waiting.append(some)
                engine.register("arrived", pa.Table.from_batches([some.select(_ORDERED)]))
                engine.execute("INSERT INTO scores SELECT * FROM arrived")
                engine.unregister("arrived")
                rows += some.num_rows
            waiting.close()
            at = ends(grades, rows)
            found = cuts(_best_first(engine), at) if at else ()
        yield found, _graded(waiting, found)


def _best_first(engine: "duckdb.DuckDBPyConnection") -> Iterator[tuple[str, float, float]]:
    best = engine.execute(_BEST_FIRST)
    while leads := best.fetchmany(_FETCHED):
        yield from leads


def _graded(waiting: Spool, found: Sequence[Cut]) -> Iterator[pa.RecordBatch]:
    for some in waiting.batches():
        grades = grade_ranked(found, some.select(_ORDERED).to_pandas())
        yield some.append_column(GRADE, pa.array(grades.tolist(), pa.string()))
