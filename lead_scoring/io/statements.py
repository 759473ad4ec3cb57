"""Statements that both databases understand, and rows in pieces."""

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from itertools import islice
from typing import Any
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite

T = TypeVar("T")
Insert = postgresql.Insert | sqlite.Insert
Row = dict[str, Any]


def insert_into(connection: sa.Connection, table: sa.Table) -> Insert:
    """Return an INSERT that can say what happens on conflict."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def upsert(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Write rows; a row whose primary key is there already takes the new values."""
    if not rows:
        return
    insert = insert_into(connection, table)
    keys = [column.name for column in table.primary_key]
    changed = {name: insert.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(insert.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_new(connection: sa.Connection, table: sa.Table, rows: Sequence[Row]) -> None:
    """Write rows; a row whose primary key is there already is left as it is."""
    if not rows:
        return
    keys = [column.name for column in table.primary_key]
    insert = insert_into(connection, table).on_conflict_do_nothing(index_elements=keys)
    connection.execute(insert, rows)


def in_pieces(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """Cut an iterable into lists of ``size``, the last one shorter.

    >>> list(in_pieces("abcde", 2))
    [['a', 'b'], ['c', 'd'], ['e']]
    """
    rest = iter(rows)
    while piece := list(islice(rest, size)):
        yield piece
