"""Sample files are written whole, the same every time, and never over something else."""

import csv

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from lead_scoring.core.samples.catalog import sample_files
from lead_scoring.errors import SourceError
from lead_scoring.io.sample_files import write_sample

MAIN = "codepro/leadscoring.csv"


def sample(seed=1):
    """Return a small sample."""
    return sample_files("codepro_leads", 200, seed)


def campaigns(rows):
    """Return a sample that is Parquet."""
    return sample_files("campaign_success", rows, 1)


def test_rows_and_header_are_written(tmp_path):
    """The file reads back with the unnamed index first and counts spelled as floats."""
    write_sample(sample(), str(tmp_path))
    with (tmp_path / MAIN).open(newline="") as stream:
        rows = list(csv.DictReader(stream))

    assert len(rows) == 200
    assert list(rows[0])[:2] == ["", "created_date"]
    assert rows[-1][""] == "199"
    assert {row["referred_lead"] for row in rows} <= {"", "0.0", "1.0"}


@pytest.mark.parametrize("rows", [100, 249, 1000])
def test_every_line_is_text(tmp_path, rows):
    """However small a sample is, its file has a line per row and no NUL byte."""
    write_sample(sample_files("codepro_leads", rows, 1), str(tmp_path))
    content = (tmp_path / MAIN).read_bytes()

    assert content.count(b"\n") == rows + 1
    assert b"\x00" not in content


def test_writing_twice_changes_nothing(tmp_path):
    """The same sample gives the same bytes, and the second call says so."""
    first = write_sample(sample(), str(tmp_path))
    second = write_sample(sample(), str(tmp_path))

    assert [file.changed for file in first] == [True, True]
    assert [file.changed for file in second] == [False, False]
    assert not list(tmp_path.rglob("*.part"))


def test_something_else_is_never_overwritten_unasked(tmp_path):
    """A file that holds something else stays, unless replacing it was asked for."""
    write_sample(sample(), str(tmp_path))
    before = (tmp_path / MAIN).read_bytes()
    with pytest.raises(SourceError, match="holds something else"):
        write_sample(sample(seed=2), str(tmp_path))
    kept = (tmp_path / MAIN).read_bytes()
    replaced = write_sample(sample(seed=2), str(tmp_path), replace=True)

    assert kept == before
    assert replaced[0].changed
    assert not list(tmp_path.rglob("*.part"))


def test_progress_counts_every_row(tmp_path):
    """What is reported adds up to the rows of all files."""
    seen = []
    files = write_sample(sample(), str(tmp_path), advance=seen.append)

    assert sum(seen) == sum(file.rows for file in files)


def test_parquet_reads_back_as_it_was_made(tmp_path):
    """A location that ends so is written as Parquet, a row group per block."""
    seen = []
    (written,) = write_sample(campaigns(60_000), str(tmp_path), advance=seen.append)
    (made,) = campaigns(60_000)
    read = pq.ParquetFile(written.path)

    assert read.read().equals(pa.concat_tables(made.blocks))
    assert read.metadata.num_row_groups == 2
    assert seen == [50_000, 10_000]


def test_writing_parquet_twice_changes_nothing(tmp_path):
    """The same sample gives the same bytes, and another one is not put in its place unasked."""
    first = write_sample(campaigns(200), str(tmp_path))
    second = write_sample(campaigns(200), str(tmp_path))

    assert [file.changed for file in (*first, *second)] == [True, False]
    with pytest.raises(SourceError, match="holds something else"):
        write_sample(campaigns(300), str(tmp_path))
    assert not list(tmp_path.rglob("*.part"))


def test_bucket_is_written_like_a_folder():
    """An fsspec URL serves as folder."""
    import fsspec

    written = write_sample(sample(), "memory://samples")

    assert fsspec.filesystem("memory").exists(written[0].path)
