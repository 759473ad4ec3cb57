"""Prepared columns of a load, for people who want to see what a model sees."""

from collections.abc import Iterator

import pandas as pd

from lead_scoring.config.use_case import UseCase
from lead_scoring.core.frames import to_frame
from lead_scoring.core.preparation.building import build_preparation
from lead_scoring.core.preparation.building import source_columns
from lead_scoring.core.records import Load
from lead_scoring.core.schema import LEAD_ID
from lead_scoring.core.schema import ROW_NUMBER
from lead_scoring.pipelines.ports import Progress
from lead_scoring.pipelines.ports import SnapshotReader

KEYS = (ROW_NUMBER, LEAD_ID)


def prepared_leads(
    use_case: UseCase, load: Load, *, snapshots: SnapshotReader, progress: Progress
) -> Iterator[pd.DataFrame]:
    """Yield the features of a load's rows in row order, chunk by chunk.

    What a step learns, it learns from this load alone: the levels of a column that are not fixed
    in the config may differ from a champion's.

    Args:
        use_case: The use case.
        load: The load whose snapshot is prepared.
        snapshots: Reads the snapshot.
        progress: Who watches.

    Yields:
        ``row_number``, ``lead_id`` and the features by the config's names; the first frame has
        no rows, so that even an empty load has its columns.
    """
    columns = list(source_columns(use_case))
    limit = use_case.training.max_training_rows
    sample = snapshots.rows_between([load], None, None, limit)
    preparation = build_preparation(use_case).fit(sample[columns])

    def prepare(rows: pd.DataFrame) -> pd.DataFrame:
        features: pd.DataFrame = preparation.transform(rows[columns])
        return pd.concat([rows[list(KEYS)], features], axis="columns")

    progress.step("prepare", load.rows_accepted)
    yield prepare(sample.iloc[:0])
    for batch in snapshots.batches(load, [*KEYS, *columns], use_case.inference.chunk_rows):
        yield prepare(to_frame(batch))
        progress.advance(batch.num_rows)
