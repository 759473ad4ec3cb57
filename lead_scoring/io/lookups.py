"""A joined file in the engine: its rows by key, and what is found for the rows of a batch."""

from collections.abc import Iterator
from typing import Any
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lead_scoring.config.contract import ColumnType
from lead_scoring.config.joins import Join
from lead_scoring.core.parsing import INSTANT
from lead_scoring.core.parsing import as_text
from lead_scoring.core.parsing import parse
from lead_scoring.core.rows import RawRows
from lead_scoring.errors import ConservationError
from lead_scoring.errors import SourceError
from lead_scoring.io.lookup_queries import LookupQueries

_MAX_SHOWN: Final = 12


class Lookup:
    """One joined file: first all its rows are added, then it is settled, then rows attach to it.

    Args:
        engine: Keeps the rows and spills them to disk. With one thread, so that the sum of the
            same numbers is the same to the last digit.
        number: Tells the tables of several joins apart.
        join: What is joined, and how.
    """

    def __init__(self, engine: duckdb.DuckDBPyConnection, number: int, join: Join) -> None:
        self._engine = engine
        self._join = join
        self._ask = LookupQueries(number, join)
        self._rows = self._repeats = self._joined = self._matched = 0
        for query in self._ask.prepare():
            engine.execute(query)

    def add(self, rows: RawRows, source: str) -> None:
        """Take in rows of the file, with the columns its own joins added.

        Raises:
            SourceError: A column is not there, or a value is not of the type it is read as.
        """
        where = f"{source} (source.joins.{self._join.name})"
        columns = [pa.array(rows.row_numbers, pa.int64())]
        columns += [_key(rows.table, name, where) for name in self._join.key.values()]
        columns += [_typed(rows, name, kind, where) for name, kind in self._ask.inputs]
        names = ["row", *self._ask.keys, *self._ask.values]
        self._engine.register("incoming", pa.table(columns, names=names))
        self._engine.execute(self._ask.add())
        self._rows += len(rows)

    def settle(self, source: str) -> None:
        """Make one row per key of the rows added.

        Raises:
            SourceError: A key that must stand once stands more than once.
        """
        keys, shown, first, second = self._answer(self._ask.repeated())
        keep = self._join.keep if keys else None
        if keys and keep is None and self._join.is_single:
            names = " and ".join(repr(name) for name in self._join.key.values())
            msg = (
                f"{source} (source.joins.{self._join.name}): {names} must stand once, but {keys}"
                f" keys stand more than once, first {shown!r} in rows {first} and {second}; say"
                " which row counts (keep: {newest: COLUMN}) or what they come to (aggregate);"
                " nothing was kept"
            )
            raise SourceError(msg)
        for query in self._ask.settle(keep):
            self._engine.execute(query)
        if keep is not None:
            self._repeats = self._rows - int(self._answer(self._ask.count_kept())[0])

    def attach(self, table: pa.Table, source: str) -> pa.Table:
        """Return rows with the columns this file adds; missing where no row has the key.

        Args:
            table: Rows of the main file, or of the file this one is joined to.
            source: Where they come from, for messages.

        Raises:
            SourceError: A column of the key is not there, or an added column already is.
            ConservationError: Rows came out more or fewer than they went in.
        """
        where = f"{source} (joined to by source.joins.{self._join.name})"
        keys = [_key(table, name, where) for name in self._join.key]
        numbers = pa.array(np.arange(table.num_rows))
        self._engine.register("incoming", pa.table([numbers, *keys], ["row", *self._ask.keys]))
        found = self._engine.sql(self._ask.found()).to_arrow_table()
        self._engine.execute(self._ask.see())
        if found.num_rows != table.num_rows:
            msg = f"{where}: {table.num_rows} rows became {found.num_rows}; nothing was kept"
            raise ConservationError(msg)
        self._joined += table.num_rows
        self._matched += pc.sum(found.column("found")).as_py() or 0
        for name, values in self._added(found):
            if name in table.column_names:
                msg = f"{where}: {name!r} is a column already; give the joined one another name"
                raise SourceError(msg)
            table = table.append_column(name, values)
        return table

    def note(self) -> str:
        """Return what was joined and what was not, in words, once all rows were attached."""
        unused = int(self._answer(self._ask.unused())[0])
        text = (
            f"joins.{self._join.name}: {self._matched:,} of {self._joined:,} rows have a match, "
            f"{self._joined - self._matched:,} have none; {unused:,} of the file's"
            f" {self._rows:,} rows belong to none"
        )
        if not self._repeats:
            return text
        return f"{text}; {self._repeats:,} rows repeat a key and were left out"

    def _added(self, found: pa.Table) -> Iterator[tuple[str, pa.ChunkedArray]]:
        join = self._join
        for place, name in enumerate(join.take):
            yield name, found.column(f"o{place}")
        for place, (name, one) in enumerate(join.aggregate.items()):
            values = found.column(f"o{place}")
            instants = not one.counts and join.type_for(one) == "timestamp"
            yield name, values.cast(INSTANT) if instants else values
        if join.matched_as is not None:
            yield join.matched_as, found.column("found")

    def _answer(self, query: str) -> tuple[Any, ...]:
        rows: list[tuple[Any, ...]] = self._engine.sql(query).fetchall()
        return rows[0]


def _column(table: pa.Table, name: str, where: str) -> pa.ChunkedArray:
    times = table.column_names.count(name)
    if times != 1:
        shown = ", ".join(table.column_names[:_MAX_SHOWN])
        what = f"has no column {name!r}" if not times else f"has {times} columns {name!r}"
        msg = f"{where}: {what}; it has {shown}; nothing was kept"
        raise SourceError(msg)
    return table.column(name)


def _key(table: pa.Table, name: str, where: str) -> pa.Array:
    return _missing_if_empty(as_text(_column(table, name, where)))


def _typed(rows: RawRows, name: str, kind: ColumnType, where: str) -> pa.Array:
    column = _column(rows.table, name, where)
    if kind == "string":
        return _missing_if_empty(as_text(column))
    parsed = parse(column, kind)
    faulty = np.flatnonzero(parsed.faulty.to_numpy(zero_copy_only=False))
    if faulty.size:
        at = int(faulty[0])
        row = f"row {rows.row_numbers[at]}"
        place = row if rows.lines is None else f"line {rows.lines[at]}"
        msg = (
            f"{where}, {place}, column {name!r}: {column[at].as_py()!r:.80} is no {kind};"
            " nothing was kept"
        )
        raise SourceError(msg)
    return parsed.read.cast(pa.int64()) if kind == "timestamp" else parsed.read


def _missing_if_empty(text: pa.Array) -> pa.Array:
    return pc.replace_with_mask(text, pc.equal(text, ""), pa.scalar(None, pa.string()))
