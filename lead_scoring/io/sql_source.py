"""Reads the rows of a SQL query as a stream; values are bound, nothing is ever committed."""

import hashlib
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import sqlalchemy as sa

from lead_scoring.config.source import SqlSource as SqlConfig
from lead_scoring.core.records import Window
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import SourceError
from lead_scoring.errors import TransientError


class SqlSource:
    """Rows of one query.

    The digest is that of the rows in the order they come: a query without ORDER BY may give
    the same rows as another load.

    Args:
        url: SQLAlchemy URL with its driver; never shown.
        config: Query, parameters and the connection's name.
        window: Bound as ``window_from`` and ``window_to`` where the config asks for it.
        batch_rows: Most rows of a batch.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, url: str, config: SqlConfig, window: Window, batch_rows: int) -> None:
        self.name = f"sql:{config.connection}"
        self._url = url
        self._config = config
        self._window = window
        self._batch_rows = batch_rows
        self._digest = hashlib.sha256()

    @property
    def digest(self) -> str:
        """SHA-256 of names and rows, once all rows were read."""
        return self._digest.hexdigest()

    def batches(self) -> Iterator[RawRows]:
        """Yield the rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: The query is wrong or a value is not bound.
            TransientError: The database cannot be reached or is busy.
        """
        engine = sa.create_engine(self._url)
        try:
            with engine.connect() as connection:
                yield from self._stream(connection)
        except sa.exc.OperationalError as error:
            msg = f"{self.name}: the database did not answer the query: {error.orig}"
            raise TransientError(msg) from error
        except sa.exc.SQLAlchemyError as error:
            shown = getattr(error, "orig", None) or error
            msg = f"{self.name}: the query failed: {shown}; check source.query and parameters"
            raise SourceError(msg) from error
        finally:
            engine.dispose()

    def _stream(self, connection: sa.Connection) -> Iterator[RawRows]:
        options = {"stream_results": True, "yield_per": self._batch_rows}
        cursor = connection.execution_options(**options).execute(
            sa.text(self._config.query), self._bound()
        )
        names = list(cursor.keys())
        self._digest.update(repr(names).encode())
        rows = 0
        yield RawRows(_table(names, []), np.arange(0))
        for part in cursor.partitions():
            self._digest.update("".join(f"\n{tuple(row)!r}" for row in part).encode())
            yield RawRows(_table(names, part), np.arange(rows + 1, rows + 1 + len(part)))
            rows += len(part)

    def _bound(self) -> dict[str, Any]:
        bound: dict[str, Any] = dict(self._config.parameters)
        if self._config.window == "interval":
            bound |= {"window_from": self._window.start, "window_to": self._window.end}
        return bound


def _table(names: Sequence[str], rows: Sequence[sa.Row[Any]]) -> pa.Table:
    columns = zip(*rows, strict=True) if rows else ([] for _ in names)
    return pa.Table.from_arrays([_array(list(column)) for column in columns], names=list(names))


def _array(values: list[Any]) -> pa.Array:
    """Return values as they come from the driver; as text where their types differ."""
    try:
        return pa.array(values, from_pandas=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.array([None if value is None else str(value) for value in values], pa.string())
