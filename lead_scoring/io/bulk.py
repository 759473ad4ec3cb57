"""Bulk writes from Arrow: executemany of the driver on SQLite, COPY on PostgreSQL.

Values are stored exactly as SQLAlchemy Core stores them, so both may write the same table.
"""

import io
from collections.abc import Iterable
from collections.abc import Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import sqlalchemy as sa

CHUNK_ROWS: Final = 20_000


def insert_batches(
    connection: sa.Connection, table: sa.Table, batches: Iterable[pa.RecordBatch]
) -> int:
    """Append rows to a table inside the transaction of ``connection``.

    Args:
        connection: Connection with an open transaction.
        table: The table; columns that the batches lack become NULL.
        batches: Record batches whose columns are columns of the table. Instants are
            timestamps in UTC.

    Returns:
        How many rows were written.
    """
    write = _copy if connection.dialect.name == "postgresql" else _execute_many
    return sum(write(connection, table, chunk) for chunk in _chunks(batches))


def _chunks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Cut large batches, so that Python values of few rows are in memory at a time."""
    for batch in batches:
        for start in range(0, batch.num_rows, CHUNK_ROWS):
            yield batch.slice(start, CHUNK_ROWS)


def _execute_many(connection: sa.Connection, table: sa.Table, batch: pa.RecordBatch) -> int:
    columns = [_for_sqlite(column).to_pylist() for column in batch.columns]
    names = _quoted(connection, table, batch.schema.names)
    marks = ", ".join("?" for _ in columns)
    statement = f"INSERT INTO {table.name} ({names}) VALUES ({marks})"  # noqa: S608 names are ours
    connection.exec_driver_sql(statement, list(zip(*columns, strict=True)))
    return int(batch.num_rows)


def _for_sqlite(column: pa.Array) -> pa.Array:
    """Write instants as the text SQLAlchemy keeps them as: UTC, six decimals, no offset."""
    if pa.types.is_timestamp(column.type):
        return (
            column.cast(pa.timestamp("us", tz=column.type.tz))
            .cast(pa.timestamp("us"))
            .cast(pa.string())
        )
    if pa.types.is_dictionary(column.type):
        return column.dictionary_decode()
    return column


def _copy(connection: sa.Connection, table: sa.Table, batch: pa.RecordBatch) -> int:
    names = _quoted(connection, table, batch.schema.names)
    text = io.BytesIO()
    options = pa.csv.WriteOptions(include_header=False, quoting_style="needed")
    decoded = [_for_postgresql(column) for column in batch.columns]
    rows = pa.RecordBatch.from_arrays(decoded, names=batch.schema.names)
    pa.csv.write_csv(rows, text, options)
    driver = connection.connection.driver_connection
    if driver is None:
        msg = f"no open connection to copy into {table.name}"
        raise ValueError(msg)
    with (
        driver.cursor() as cursor,
        cursor.copy(f"COPY {table.name} ({names}) FROM STDIN (FORMAT csv)") as copy,
    ):
        copy.write(text.getbuffer())
    return int(batch.num_rows)


def _for_postgresql(column: pa.Array) -> pa.Array:
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        utc = column.cast(pa.timestamp("us", tz="UTC"))
        return pc.binary_join_element_wise(
            utc.cast(pa.timestamp("us")).cast(pa.string()), "+00", ""
        )
    return column


def _quoted(connection: sa.Connection, table: sa.Table, names: Iterable[str]) -> str:
    quote = connection.dialect.identifier_preparer.quote
    return ", ".join(quote(table.c[name].name) for name in names)
