"""Computed scores in storage, on a disk and in a bucket."""

import uuid
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from made import USE_CASE
from made import make_batch
from made import make_scores

from lead_scoring.errors import IntegrityError
from lead_scoring.io.batch_files import BatchFiles

SCORES = (make_scores({"ann": 0.9, "bob": 0.1}), make_scores({"cyd": 0.5}))


@pytest.fixture(params=["disk", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> BatchFiles:
    """Give the files of a storage nobody else uses."""
    bucket = f"memory://{uuid.uuid4().hex}"
    return BatchFiles(str(tmp_path) if request.param == "disk" else bucket)


def test_scores_come_back_as_they_were(files):
    """Rows, order and instants survive the file, and their number is known."""
    stored = files.write(USE_CASE, "batch_1", iter(SCORES))
    batch = make_batch(scores=stored.uri, scores_digest=stored.digest)

    assert stored.rows == 3
    assert files.is_complete(batch)
    assert pa.Table.from_batches(files.read(batch)).to_pylist() == [
        row for scores in SCORES for row in scores.to_pylist()
    ]


def test_writing_again_gives_the_same_bytes(files):
    """The digest depends on the scores alone."""
    first = files.write(USE_CASE, "batch_1", iter(SCORES))

    assert files.write(USE_CASE, "batch_1", iter(SCORES)) == first


def test_other_bytes_are_refused(files):
    """A file that is not the one recorded, or not there, is never opened."""
    stored = files.write(USE_CASE, "batch_1", iter(SCORES))
    batch = make_batch(scores=stored.uri, scores_digest="0" * 64)

    with pytest.raises(IntegrityError, match="score load load_1 again"):
        list(files.read(batch))
    assert not files.is_complete(replace(batch, scores=f"{stored.uri}.lost"))


def test_a_failed_write_leaves_nothing(files):
    """If the scores break off, readers find no file."""

    def broken():
        yield SCORES[0]
        msg = "broke off"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="broke off"):
        files.write(USE_CASE, "batch_1", broken())

    again = files.write(USE_CASE, "other", iter(SCORES))
    lost = again.uri.replace("/other/", "/batch_1/")
    assert not files.is_complete(make_batch(scores=lost, scores_digest=again.digest))
