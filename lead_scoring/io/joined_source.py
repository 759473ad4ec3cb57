"""Several files as one source: the main file's rows, each with what other files say about it."""

from collections.abc import Callable
from collections.abc import Iterator
from itertools import count
from typing import Final

import duckdb

from lead_scoring.config.data_file import DataFile
from lead_scoring.config.joins import Join
from lead_scoring.config.joins import JoinedSource as JoinedConfig
from lead_scoring.config.joins import every_join
from lead_scoring.core.identity import digest
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import SourceError
from lead_scoring.io.csv_source import CsvSource
from lead_scoring.io.engine import opened_engine
from lead_scoring.io.lookups import Lookup
from lead_scoring.io.parquet_source import ParquetSource

JOIN_MEMORY: Final = 128
"""MiB the engine gets for joined files, at most: it spills rather than grow with the rows."""

OneFile = CsvSource | ParquetSource


class JoinedSource:
    """Rows of a main file, in its order, with columns of the files joined to it.

    Each joined file is read whole before the main file is; a row of it that cannot be laid out
    refuses the load, as nobody could say which lead would go without it.

    Args:
        config: The files and how they are joined.
        main: The main file; its misfits stay misfits.
        open_file: Opens one of the others.
        memory: Limit of the engine, MiB.

    Raises:
        SourceError: There is no such file.
    """

    def __init__(
        self,
        config: JoinedConfig,
        main: OneFile,
        open_file: Callable[[DataFile], OneFile],
        memory: int,
    ) -> None:
        self._config = config
        self._main = main
        self._files = {join.name: open_file(join) for join in every_join(config.joins)}
        self._memory = min(memory, JOIN_MEMORY)
        self._notes: list[str] = []
        self._numbers = count()

    @property
    def name(self) -> str:
        """Where the leads come from: the main file."""
        return self._main.name

    @property
    def digest(self) -> str:
        """Digest of the bytes of all files, once all rows were read."""
        return digest([self._main.digest, *(file.digest for file in self._files.values())])

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was joined and what was not, and what looked odd in a file; once all were read."""
        odd = (text for file in self._files.values() for text in file.warnings)
        return (*self._main.warnings, *odd, *self._notes)

    def batches(self) -> Iterator[RawRows]:
        """Yield the main file's rows in order; at least one batch, which may be empty.

        Raises:
            SourceError: A file is not what it claims to be, lacks a column of a join, or has a
                key twice where it must stand once; names file and line.
            SourceChangedError: A file changed while it was read.
            ConservationError: A join lost or doubled rows.
        """
        self._notes = []
        with opened_engine(self._memory) as engine:
            engine.execute("SET threads TO 1")
            lookups = [self._settled(engine, join) for join in self._config.joins]
            for batch in self._main.batches():
                yield _with_columns(batch, lookups, self.name)
            self._notes += [lookup.note() for lookup in lookups]

    def _settled(self, engine: duckdb.DuckDBPyConnection, join: Join) -> Lookup:
        """Read a joined file, its own joins first, into one row per key."""
        inner = [self._settled(engine, one) for one in join.joins]
        file = self._files[join.name]
        lookup = Lookup(engine, next(self._numbers), join)
        for batch in file.batches():
            if batch.misfits:
                first = batch.misfits[0]
                place = f"row {first.row_number}" if first.line is None else f"line {first.line}"
                msg = (
                    f"{file.name} (source.joins.{join.name}), {place}: {first.problem};"
                    " a joined file must be whole; nothing was kept"
                )
                raise SourceError(msg)
            lookup.add(_with_columns(batch, inner, file.name), file.name)
        lookup.settle(file.name)
        self._notes += [one.note() for one in inner]
        return lookup


def _with_columns(batch: RawRows, lookups: list[Lookup], source: str) -> RawRows:
    table = batch.table
    for lookup in lookups:
        table = lookup.attach(table, source)
    return RawRows(table, batch.row_numbers, batch.lines, batch.misfits)
