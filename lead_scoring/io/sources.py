"""Opens the source a use case names, wherever it lies."""

import os
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from lead_scoring.config.contract import Action
from lead_scoring.config.contract import Rule
from lead_scoring.config.data_file import DataFile
from lead_scoring.config.source import FileSource
from lead_scoring.config.source import SqlSource as SqlConfig
from lead_scoring.config.use_case import UseCase
from lead_scoring.core.records import Window
from lead_scoring.errors import ConfigError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.downloads import is_web
from lead_scoring.io.downloads import without_secrets
from lead_scoring.io.joined_source import JOIN_MEMORY
from lead_scoring.io.joined_source import JoinedSource
from lead_scoring.io.joined_source import OneFile
from lead_scoring.io.parquet_source import ParquetSource
from lead_scoring.io.sql_source import SqlSource

CONNECTION: Final = "LEAD_SCORING_CONNECTION_"

Source = CsvSource | ParquetSource | JoinedSource | SqlSource


def open_source(
    use_case: UseCase,
    data: str,
    *,
    window: Window,
    batch_rows: int,
    location: str | None = None,
    memory: int = JOIN_MEMORY,
    environment: Mapping[str, str] | None = None,
) -> Source:
    """Open a use case's source; nothing is read yet.

    Args:
        use_case: Names the source.
        data: Folder or fsspec URL that relative locations are below.
        window: Bound to a query that asks for it; files are filtered later.
        batch_rows: Most rows of a batch.
        location: A file to read instead of the one the config names, or of the main one of
            several. Its name tells CSV from Parquet.
        memory: Limit of the engine that joins files, MiB.
        environment: Variables to read instead of the process's own.

    Raises:
        SourceError: There is no such file.
        ConfigError: The connection has no URL, or a location is given for a query.
    """
    source = use_case.source
    unreadable = use_case.contract.rule(Rule.ENCODING).action is not Action.FAIL

    def open_main(file: DataFile) -> OneFile:
        return _open_file(file, data, batch_rows, keep_unreadable=unreadable)

    if isinstance(source, SqlConfig):
        if location is not None:
            return open_main(_moved(DataFile(kind="csv", location=location), location))
        return SqlSource(_address(source, environment), source, window, batch_rows)
    if isinstance(source, FileSource):
        return open_main(_moved(source, location))
    main = open_main(_moved(source.main, location))
    return JoinedSource(source, main, lambda file: _open_file(file, data, batch_rows), memory)


def _open_file(
    file: DataFile, data: str, batch_rows: int, *, keep_unreadable: bool = False
) -> OneFile:
    url = resolve(data, file.location)
    if file.kind == "parquet":
        return ParquetSource(url, batch_rows)
    return CsvSource(url, file, batch_rows, keep_unreadable=keep_unreadable)


def _moved(file: DataFile, location: str | None) -> DataFile:
    """Return the file at another place, whose name tells CSV from Parquet."""
    if location is None:
        return file
    return file.model_copy(update={"location": location, "kind": _kind(location, file.kind)})


def _address(source: SqlConfig, environment: Mapping[str, str] | None) -> str:
    name = f"{CONNECTION}{source.connection.upper()}"
    given = (os.environ if environment is None else environment).get(name)
    if not given:
        msg = f"source.connection: {source.connection!r} has no URL; set {name}"
        raise ConfigError(msg)
    return given


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
    path = without_secrets(location) if is_web(location) else location
    ending = PurePosixPath(path).suffix.lower()
    return {".csv": "csv", ".parquet": "parquet"}.get(ending, otherwise)
