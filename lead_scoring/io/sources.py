"""Opens the source a use case names, wherever it lies."""

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from lead_scoring.config.contract import Action
from lead_scoring.config.contract import Rule
from lead_scoring.config.source import FileSource
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Window
from lead_scoring.errors import ConfigError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.parquet_source import ParquetSource
from lead_scoring.io.sql_source import SqlSource

CONNECTION: Final = "LEAD_SCORING_CONNECTION_"

Source = CsvSource | ParquetSource | SqlSource


def open_source(
    use_case: UseCase,
    data: str,
    *,
    window: Window,
    batch_rows: int,
    location: str | None = None,
    environment: Mapping[str, str] | None = None,
) -> Source:
    """Open a use case's source; nothing is read yet.

    Args:
        use_case: Names the source.
        data: Folder or fsspec URL that relative locations are below.
        window: Bound to a query that asks for it; files are filtered later.
        batch_rows: Most rows of a batch.
        location: A file to read instead of the one the config names. Its name tells CSV from
            Parquet.
        environment: Variables to read instead of the process's own.

    Raises:
        SourceError: There is no such file.
        ConfigError: The connection has no URL, or a location is given for a query.
    """
    source = use_case.source
    if isinstance(source, FileSource):
        if location is not None:
            source = source.model_copy(update={"kind": _kind(location, source.kind)})
        url = resolve(data, location or source.location)
        if source.kind == "parquet":
            return ParquetSource(url, batch_rows)
        unreadable = use_case.contract.rule(Rule.ENCODING).action is not Action.FAIL
        return CsvSource(url, source, batch_rows, keep_unreadable=unreadable)
    if location is not None:
        if _kind(location, "csv") == "parquet":
            return ParquetSource(resolve(data, location), batch_rows)
        config = FileSource(kind="csv", location=location)
        return CsvSource(resolve(data, location), config, batch_rows)
    name = f"{CONNECTION}{source.connection.upper()}"
    given = (os.environ if environment is None else environment).get(name)
    if not given:
        msg = f"source.connection: {source.connection!r} has no URL; set {name}"
        raise ConfigError(msg)
    return SqlSource(given, source, window, batch_rows)


def resolve(data: str, location: str) -> str:
    """Return a location as it is if it is absolute or a URL, else below the data folder.

    >>> resolve("data", "codepro/leads.csv")
    'data/codepro/leads.csv'
    >>> resolve("data", "s3://bucket/leads.csv")
    's3://bucket/leads.csv'
    """
    if "://" in location or PurePosixPath(location).is_absolute():
        return location
    return f"{data.rstrip('/')}/{location}"


def _kind(location: str, otherwise: str) -> str:
    ending = PurePosixPath(location).suffix.lower()
    return {".csv": "csv", ".parquet": "parquet"}.get(ending, otherwise)
