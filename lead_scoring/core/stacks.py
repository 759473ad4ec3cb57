"""Columns with the same rules, laid end to end: forty of few rows are looked at as one is."""

from collections.abc import Callable
from collections.abc import Hashable
from collections.abc import Iterator
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from lead_scoring.core.rows import Indices

VALUES_AT_ONCE: Final = 10_000
"""Values in a stack, at most, unless one column has more: of many rows each column stands alone,
so that memory is bounded."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Columns of the same type and number of rows, one below the other.

    Attributes:
        names: Names of the columns, from the top.
        content: Their values, shape (n_columns * n_rows,).
    """

    names: tuple[str, ...]
    content: pa.ChunkedArray

    @property
    def rows(self) -> int:
        """Rows of each column."""
        return len(self.content) // len(self.names)

    def apart(self, places: Indices) -> Iterator[tuple[str, Indices]]:
        """Return for each column that has any which of its rows are among places of the stack.

        Args:
            places: Positions in ``content``, ascending, shape (n_places,).
        """
        if not places.size:
            return
        owners = places // self.rows
        for number, name in enumerate(self.names):
            own = places[owners == number]
            if own.size:
                yield name, own - number * self.rows


def stacks(
    columns: Mapping[str, pa.ChunkedArray], alike: Callable[[str], Hashable]
) -> Iterator[Stack]:
    """Lay columns end to end.

    Args:
        columns: Columns by name, all with the same number of rows.
        alike: Gives for a name what columns of one stack have in common, the type among it.

    >>> column = pa.chunked_array([[1, 2]])
    >>> [one.names for one in stacks({"a": column, "b": column, "c": column}, {"b"}.__contains__)]
    [('a', 'c'), ('b',)]
    """
    groups: dict[Hashable, list[str]] = {}
    for name in columns:
        groups.setdefault(alike(name), []).append(name)
    for group in groups.values():
        step = max(1, VALUES_AT_ONCE // max(1, len(columns[group[0]])))
        for first in range(0, len(group), step):
            names = tuple(group[first : first + step])
            chunks = [chunk for name in names for chunk in columns[name].chunks]
            yield Stack(names, pa.chunked_array(chunks, type=columns[names[0]].type))
