"""The page on SQL, made of what tables and views say of themselves and of tested queries."""

import re
from collections.abc import Iterable
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lead_scoring.io.tables import METADATA
from lead_scoring.io.views import METRICS
from lead_scoring.io.views import VIEWS
from lead_scoring.io.views import read_view

SQL_PAGE: Final = "SQL.md"

_OPENING: Final = """\
# Scores in SQL

`lead-scoring schema --write` makes this page from `lead_scoring/io/table_words.py`, the views in
`database/views` and the queries in `database/queries.sql`; change those, not this page.

Tables and views are the same on SQLite and PostgreSQL; on PostgreSQL the words below are comments
of the database, too (`\\d+ current_scores` in psql).
All instants are UTC. Read as much as you like; what writes is the platform alone.
"""

_QUERY: Final = re.compile(
    r"-- (?P<question>[^\n]+(?:\n-- [^\n]+)*)\n(?P<text>SELECT.*?;)", re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Query:
    """A question people ask, and the query that answers it."""

    question: str
    text: str


def read_queries(home: Path) -> tuple[Query, ...]:
    """Return the queries of ``database/queries.sql`` in order.

    Args:
        home: The project's folder.
    """
    text = (home / "database" / "queries.sql").read_text(encoding="utf-8")
    _, _, listed = text.partition("\n\n")
    found = _QUERY.finditer(listed)
    return tuple(Query(one["question"].replace("\n-- ", " "), one["text"]) for one in found)


def sql_page(home: Path) -> str:
    """Return the page as Markdown.

    Args:
        home: The project's folder.
    """
    parts = [_OPENING, "## Questions sales people ask\n", *_answers(home)]
    parts += [
        "## Views of leads\n",
        *_views(home, [view for view in VIEWS if view not in METRICS]),
    ]
    parts += ["## Metrics\n", "Counts, shares and times; there is no lead in them.\n"]
    parts += [*_views(home, METRICS), "## Tables\n", *_tables()]
    return "\n".join(parts).rstrip() + "\n"


def _answers(home: Path) -> Iterator[str]:
    for query in read_queries(home):
        yield f"### {query.question}\n\n```sql\n{query.text}\n```\n"


def _views(home: Path, names: Iterable[str]) -> Iterator[str]:
    for name in names:
        view = read_view(home, name)
        yield _described(name, view.words, view.columns.items())


def _tables() -> Iterator[str]:
    for table in METADATA.sorted_tables:
        columns = [(column.name, column.comment or "") for column in table.columns]
        yield _described(table.name, f"{table.comment}.", columns)


def _described(name: str, words: str, columns: Iterable[tuple[str, str]]) -> str:
    rows = "\n".join(f"| `{column}` | {meaning} |" for column, meaning in columns)
    return f"### `{name}`\n\n{words}\n\n| column | what it means |\n| --- | --- |\n{rows}\n"
