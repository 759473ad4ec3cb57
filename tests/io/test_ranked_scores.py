"""Grades by rank, given in two passes over a file."""

import numpy as np
import pyarrow as pa
import pytest
from made import USE_CASE
from made import make_batch

from lead_scoring.config.inference import GradesConfig
from lead_scoring.core.ranking import rank_order
from lead_scoring.io.batch_files import BatchFiles

ROWS = 3_000
CAPACITY = GradesConfig.model_validate({"capacity": {"A": 300, "B": 41, "C": 1000}})


def scored(seed: int) -> pa.Table:
    """Make scores with many ties, in no order; ids go beyond ASCII and signed zeros are there."""
    draw = np.random.default_rng(seed)
    names = [f"{'äz😀Z'[number % 4]}{number}" for number in range(ROWS)]
    return pa.table(
        {
            "lead_id": draw.permutation(names).tolist(),
            "score": draw.choice([0.0, 12.34, 50.0, 99.99], ROWS),
            "margin": draw.choice([-1.5, -0.0, 0.0, 2.25], ROWS),
        }
    )


@pytest.mark.slow
@pytest.mark.parametrize("chunk", [ROWS, 700, 60])
def test_two_passes_rank_as_one_in_memory(tmp_path, chunk):
    """Whatever the chunks, grades are those of all leads sorted at once, ties by id."""
    scores = scored(7)
    files = BatchFiles(str(tmp_path))
    chunks = scores.to_batches(max_chunksize=chunk)
    stored = files.write(USE_CASE, "batch_1", chunks, CAPACITY)
    batch = make_batch(scores=stored.uri, scores_digest=stored.digest)
    found = pa.Table.from_batches(files.read(batch)).to_pandas()

    ordered = found.iloc[rank_order(found)]["grade"].tolist()
    expected = ["A"] * 300 + ["B"] * 41 + ["C"] * 1000 + ["D"] * ROWS
    assert ordered == expected[:ROWS]
    assert found["lead_id"].tolist() == scores.column("lead_id").to_pylist()


def test_fixed_cut_offs_are_written_as_they_come(tmp_path):
    """Grades that are there already are left alone."""
    scores = scored(7).append_column("grade", pa.array(["C"] * ROWS))
    stored = BatchFiles(str(tmp_path)).write(
        USE_CASE, "batch_1", scores.to_batches(), GradesConfig()
    )

    assert (stored.rows, stored.cuts) == (ROWS, ())
