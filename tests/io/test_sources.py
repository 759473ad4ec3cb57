"""Which source is opened, and what it gives: the same rows whatever they lie in."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa
from loading import loading_use_case

from lead_scoring.core.records import Window
from lead_scoring.errors import ConfigError
from lead_scoring.errors import SourceError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.parquet_source import ParquetSource
from lead_scoring.io.sources import CONNECTION
from lead_scoring.io.sources import Source
from lead_scoring.io.sources import open_source
from lead_scoring.io.sources import resolve
from lead_scoring.io.sql_source import SqlSource

SQL = {"kind": "sql", "connection": "crm", "query": "SELECT id, city FROM leads ORDER BY id"}
TABLE = pa.table({"id": ["a1", "a2", "a3"], "city": ["delhi", None, "agra"]})
CSV = b"id,city\na1,delhi\na2,\na3,agra\n"


def opened(data: Path, source: dict[str, Any] | None = None, **given: Any) -> Source:
    """Open the source of a use case, two rows a batch."""
    use_case = loading_use_case(source=source)
    return open_source(use_case, str(data), window=Window(), batch_rows=2, **given)


def rows(source: Source) -> list[dict[str, Any]]:
    """Read a source to its end; a missing text is an empty one."""
    batches = [batch.table.to_pylist() for batch in source.batches()]
    assert max(len(batch) for batch in batches) <= 2
    return [
        {name: value or None for name, value in row.items()} for batch in batches for row in batch
    ]


def write(folder: Path) -> dict[str, str]:
    """Write the same rows as CSV, Parquet and a database; return the database's environment."""
    (folder / "leads.csv").write_bytes(CSV)
    pq.write_table(TABLE, folder / "leads.parquet")
    url = f"sqlite:///{folder}/crm.db"
    engine = sa.create_engine(url)
    TABLE.to_pandas().to_sql("leads", engine, index=False)
    engine.dispose()
    return {f"{CONNECTION}CRM": url}


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ({"location": "leads.csv"}, CsvSource),
        ({"kind": "parquet", "location": "leads.parquet"}, ParquetSource),
        (SQL, SqlSource),
    ],
)
def test_the_same_rows_come_from_every_kind(tmp_path, source, kind):
    """The config decides how rows are read; nobody else can tell."""
    found = opened(tmp_path, source, environment=write(tmp_path))

    assert isinstance(found, kind)
    assert rows(found) == TABLE.to_pylist()


@pytest.mark.parametrize(
    ("configured", "location", "kind"),
    [
        ({"location": "no.csv"}, "leads.parquet", ParquetSource),
        ({"kind": "parquet", "location": "no.parquet"}, "leads.csv", CsvSource),
        (SQL, "leads.parquet", ParquetSource),
        (SQL, "leads.csv", CsvSource),
    ],
)
def test_another_file_may_take_the_place_of_the_source(tmp_path, configured, location, kind):
    """The given file's name tells what it is, whatever the config names."""
    environment = write(tmp_path)
    found = opened(tmp_path, configured, location=location, environment=environment)

    assert isinstance(found, kind)
    assert rows(found) == TABLE.to_pylist()


def test_a_name_that_tells_nothing_is_what_the_config_says(tmp_path):
    """A file without ending is read as the configured kind."""
    write(tmp_path)
    (tmp_path / "leads.parquet").rename(tmp_path / "leads")
    found = opened(tmp_path, {"kind": "parquet", "location": "no"}, location="leads")

    assert rows(found) == TABLE.to_pylist()


def test_a_folder_of_parquet_files_is_one_source(tmp_path):
    """Files come in the order of their names; other files are left alone."""
    (tmp_path / "leads").mkdir()
    for place, name in enumerate(["a", "b", "c"]):
        pq.write_table(TABLE.slice(place, 1), tmp_path / "leads" / f"{name}.parquet")
    (tmp_path / "leads" / "_SUCCESS").touch()

    source = opened(tmp_path, {"kind": "parquet", "location": "leads"})
    batches = list(source.batches())

    assert [row for batch in batches for row in batch.table.to_pylist()] == TABLE.to_pylist()
    assert [n for batch in batches for n in batch.row_numbers.tolist()] == [1, 2, 3]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ({"location": "no.csv"}, "there is no such file"),
        ({"kind": "parquet", "location": "no.parquet"}, "there is no such file"),
        ({"location": "folder"}, "it is a folder, not a file"),
        ({"kind": "parquet", "location": "folder"}, "the folder holds no .parquet file"),
    ],
)
def test_a_file_that_is_not_there_is_named(tmp_path, source, message):
    """The error says which file and what to check, before anything is read."""
    (tmp_path / "folder").mkdir()

    with pytest.raises(SourceError, match=f"{source['location']}: {message}; check source.loc"):
        opened(tmp_path, source)


def test_a_file_that_is_no_parquet_is_refused(tmp_path):
    """The name alone does not make it Parquet."""
    (tmp_path / "leads.parquet").write_bytes(CSV)

    with pytest.raises(SourceError, match=r"leads\.parquet: cannot be read as Parquet"):
        list(opened(tmp_path, {"kind": "parquet", "location": "leads.parquet"}).batches())


@pytest.mark.parametrize("environment", [{}, {f"{CONNECTION}CRM": ""}])
def test_a_connection_without_url_is_refused(tmp_path, environment):
    """The error names the variable to set."""
    with pytest.raises(ConfigError, match=r"'crm' has no URL; set LEAD_SCORING_CONNECTION_CRM"):
        opened(tmp_path, SQL, environment=environment)


def test_the_name_of_a_query_keeps_its_secrets(tmp_path):
    """Neither user nor password of the connection is shown."""
    url = "postgresql+psycopg://someone:hush@localhost/crm"
    source = opened(tmp_path, SQL, environment={f"{CONNECTION}CRM": url})

    assert source.name == "sql:crm"


def test_the_digest_is_that_of_the_content(tmp_path):
    """The same bytes elsewhere have the same digest, others another one."""
    digests = []
    for name, content in (("a.csv", CSV), ("b.csv", CSV), ("c.csv", CSV + b"a4,\n")):
        (tmp_path / name).write_bytes(content)
        source = opened(tmp_path, {"location": name})
        rows(source)
        digests.append(source.digest)

    assert digests[0] == digests[1] != digests[2]


@pytest.mark.parametrize(
    ("data", "location", "expected"),
    [
        ("data", "codepro/leads.csv", "data/codepro/leads.csv"),
        ("data/", "leads.csv", "data/leads.csv"),
        ("s3://bucket/data", "leads.csv", "s3://bucket/data/leads.csv"),
        ("data", "/elsewhere/leads.csv", "/elsewhere/leads.csv"),
        ("data", "memory://leads.csv", "memory://leads.csv"),
    ],
)
def test_locations_are_below_the_data_folder(data, location, expected):
    """Unless they are absolute or say themselves where they lie."""
    assert resolve(data, location) == expected
