"""Writes into the database what its tables, views and columns mean.

SQLite keeps no comments: there the words stand in ``docs/SQL.md`` alone.
"""

from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa

from lead_scoring.io.tables import METADATA
from lead_scoring.io.views import VIEWS
from lead_scoring.io.views import read_view


def write_comments(connection: sa.Connection, home: Path) -> None:
    """Comment every table, view and column; comments that are there are replaced.

    Args:
        connection: In the transaction that made the tables and views.
        home: The project's folder.
    """
    if connection.dialect.name != "postgresql":
        return
    for thing, words in _comments(home):
        spelled = words.replace("'", "''")
        statement = f"COMMENT ON {thing} IS '{spelled}'"
        connection.exec_driver_sql(statement, execution_options={"no_parameters": True})


def _comments(home: Path) -> Iterator[tuple[str, str]]:
    for table in METADATA.sorted_tables:
        yield f"TABLE {table.name}", table.comment or ""
        for column in table.columns:
            yield f"COLUMN {table.name}.{column.name}", column.comment or ""
    for name in VIEWS:
        view = read_view(home, name)
        yield f"VIEW {name}", view.words
        for each, meaning in view.columns.items():
            yield f"COLUMN {name}.{each}", meaning
