"""What the engine is asked about one joined file.

No name of a column ever stands in a query: keys, values and outputs have numbers.
"""

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Final

from lead_scoring.config.aggregates import Aggregate
from lead_scoring.config.aggregates import Keep
from lead_scoring.config.contract import ColumnType
from lead_scoring.config.joins import Join

_ENGINE_TYPES: Final[Mapping[ColumnType, str]] = {
    "string": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "timestamp": "BIGINT",
}
_KNOWN: Final = "FILTER ({value} IS NOT NULL AND {order} IS NOT NULL)"
_AGGREGATES: Final[Mapping[str, str]] = {
    "count": "count({value})",
    "nunique": "count(DISTINCT {value})",
    "sum": "fsum({value})",
    "mean": "favg({value})",
    "min": "min({value})",
    "max": "max({value})",
    "first": f"arg_min({{value}}, ({{order}}, row)) {_KNOWN}",
    "last": f"arg_max({{value}}, ({{order}}, row)) {_KNOWN}",
}
_WHOLE_SUM: Final = "CAST(sum({value}) AS BIGINT)"
_REPEATED: Final = """
    SELECT count(*), arg_min(shown, first_row), min(first_row), arg_min(second_row, first_row)
    FROM (
        SELECT concat_ws(', ', {keys}) AS shown, min(row) AS first_row, max(row) AS second_row
        FROM given_{table} WHERE {present} GROUP BY {keys} HAVING count(*) > 1
    )
"""
_ALL: Final = "CREATE TABLE lookup_{table} AS SELECT * FROM given_{table} WHERE {present}"
_KEPT: Final = """
    CREATE TABLE lookup_{table} AS SELECT * FROM given_{table} WHERE row IN (
        SELECT coalesce({chosen} FILTER ({order} IS NOT NULL), min(row))
        FROM given_{table} WHERE {present} GROUP BY {keys}
    )
"""
_KEYS: Final = "CREATE TABLE lookup_{table} AS SELECT DISTINCT {keys} FROM given_{table}"
_AGGREGATED: Final = """
    CREATE TABLE lookup_{table} AS SELECT {keys}{values} FROM given_{table}
    WHERE {present} GROUP BY {keys}
"""
_MODE: Final = """
    CREATE TABLE mode_{table}_{place} AS
    SELECT {keys}, arg_min(value, (-times, value)) AS o{place} FROM (
        SELECT {keys}, {value} AS value, count(*) AS times FROM given_{table}
        WHERE {present} AND {value} IS NOT NULL GROUP BY {keys}, {value}
    ) GROUP BY {keys}
"""
_FOUND: Final = """
    SELECT {outputs}lookup_{table}.k0 IS NOT NULL AS found
    FROM incoming LEFT JOIN lookup_{table} ON {same}{modes} ORDER BY incoming.row
"""
_UNUSED: Final = """
    SELECT count(*) FROM given_{table}
    WHERE NOT EXISTS (SELECT 1 FROM seen_{table} WHERE {same})
"""


class LookupQueries:
    """Queries on the tables of one join: ``given``, ``lookup``, ``seen`` and its modes.

    Args:
        number: Tells the tables of several joins apart.
        join: What is joined, and how.

    Attributes:
        inputs: Columns of the file whose values are kept, and how they are read.
        keys: Names of the key's columns in the engine.
    """

    def __init__(self, number: int, join: Join) -> None:
        self._join = join
        self._table = str(number)
        self.inputs = list(dict.fromkeys(_inputs(join)))
        self.keys = [f"k{place}" for place in range(len(join.key))]

    @property
    def values(self) -> list[str]:
        """Names of the inputs in the engine."""
        return [f"v{place}" for place in range(len(self.inputs))]

    def prepare(self) -> Iterator[str]:
        """Yield what makes the empty tables."""
        keys = [f"{key} VARCHAR" for key in self.keys]
        kinds = [_ENGINE_TYPES[kind] for _, kind in self.inputs]
        values = [f"{name} {kind}" for name, kind in zip(self.values, kinds, strict=True)]
        yield f"CREATE TABLE given_{self._table} ({', '.join(['row BIGINT', *keys, *values])})"
        yield f"CREATE TABLE seen_{self._table} ({', '.join(keys)})"

    def add(self) -> str:
        """Keep the rows of ``incoming``."""
        return f"INSERT INTO given_{self._table} SELECT * FROM incoming"  # noqa: S608 our number

    def see(self) -> str:
        """Note which keys were asked for."""
        keys, table = ", ".join(self.keys), self._table
        return f"INSERT INTO seen_{table} SELECT DISTINCT {keys} FROM incoming"  # noqa: S608 ours

    def repeated(self) -> str:
        """Count keys that stand more than once; show the first, and two of its rows."""
        return self._filled(_REPEATED)

    def count_kept(self) -> str:
        """Count the rows that rows can match."""
        return f"SELECT count(*) FROM lookup_{self._table}"  # noqa: S608 our number

    def unused(self) -> str:
        """Count the rows of the file whose key nobody asked for."""
        same = self._same(f"given_{self._table}", f"seen_{self._table}")
        return self._filled(_UNUSED, same=same)

    def settle(self, keep: Keep | None) -> Iterator[str]:
        """Yield what makes one row per key.

        Args:
            keep: Which row counts where a key is repeated; ``None`` where none is.
        """
        if self._join.aggregate:
            yield from self._settle_aggregates()
        elif keep is not None:
            order = self._value(keep.column, self._join.types[keep.column])
            newest = keep.newest is not None
            end, tie = ("arg_max", "-row") if newest else ("arg_min", "row")
            yield self._filled(_KEPT, chosen=f"{end}(row, ({order}, {tie}))", order=order)
        else:
            yield self._filled(_ALL if self._join.is_single else _KEYS)

    def found(self) -> str:
        """Find the outputs for the rows of ``incoming``, in their order."""
        return self._filled(
            _FOUND,
            outputs="".join(f"{output}, " for output in self._outputs()),
            modes="".join(self._modes()),
            same=self._same("incoming", f"lookup_{self._table}"),
        )

    def _settle_aggregates(self) -> Iterator[str]:
        values = ""
        for place, one in enumerate(self._join.aggregate.values()):
            kind = self._join.type_for(one)
            value = self._value(one.of, kind)
            if one.by == "mode":
                yield self._filled(_MODE, value=value, place=str(place))
                continue
            order = one.ordered_by
            template = _AGGREGATES[one.by]
            if one.by == "sum" and kind == "integer":
                template = _WHOLE_SUM
            ordered = "" if order is None else self._value(order, self._join.types[order])
            values += f", {template.format(value=value, order=ordered)} AS o{place}"
        yield self._filled(_AGGREGATED, values=values)

    def _outputs(self) -> Iterator[str]:
        for place, column in enumerate(self._join.take.values()):
            yield f"lookup_{self._table}.{self._value(column, 'string')} AS o{place}"
        for place, one in enumerate(self._join.aggregate.values()):
            if one.by == "mode":
                yield f"mode_{self._table}_{place}.o{place}"
            elif one.counts:
                yield f"coalesce(lookup_{self._table}.o{place}, 0) AS o{place}"
            else:
                yield f"lookup_{self._table}.o{place}"

    def _modes(self) -> Iterator[str]:
        for place, one in enumerate(self._join.aggregate.values()):
            if one.by == "mode":
                table = f"mode_{self._table}_{place}"
                yield f" LEFT JOIN {table} ON {self._same('incoming', table)}"

    def _value(self, column: str | None, kind: ColumnType) -> str:
        return "*" if column is None else self.values[self.inputs.index((column, kind))]

    def _same(self, left: str, right: str) -> str:
        return " AND ".join(f"{left}.{key} = {right}.{key}" for key in self.keys)

    def _filled(self, template: str, **parts: str) -> str:
        present = " AND ".join(f"{key} IS NOT NULL" for key in self.keys)
        keys = ", ".join(self.keys)
        return template.format(table=self._table, keys=keys, present=present, **parts)


def _inputs(join: Join) -> Iterator[tuple[str, ColumnType]]:
    for column in join.take.values():
        yield column, "string"
    if join.keep is not None:
        yield join.keep.column, join.types[join.keep.column]
    for one in join.aggregate.values():
        yield from _read_by(one, join)


def _read_by(one: Aggregate, join: Join) -> Iterator[tuple[str, ColumnType]]:
    if one.of is not None:
        yield one.of, join.type_for(one)
    if one.ordered_by is not None:
        yield one.ordered_by, join.types[one.ordered_by]
