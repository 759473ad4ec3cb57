"""Views of the platform database, each a file under ``database/views`` that explains itself."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

VIEWS: Final = (
    "score_history",
    "realised",
    "metric_scores",
    "metric_grades",
    "metric_drift",
    "metric_missing",
    "metric_realised",
    "metric_loads",
    "metric_runs",
    "metric_held",
    "metric_freshness",
)
"""All views, each after those it reads."""

METRICS: Final = tuple(view for view in VIEWS if view.startswith("metric_"))
"""Views without a lead in them: counts, shares and times."""

READER: Final = "lead_scoring_reader"
"""Role of PostgreSQL that reads `METRICS` and nothing else; dashboards log in as it."""

_SECONDS: Final = re.compile(r"SECONDS_BETWEEN\(([\w.]+), ([\w.]+)\)")
_SECONDS_IN: Final = {
    "postgresql": r"CAST(EXTRACT(EPOCH FROM (\2 - \1)) AS DOUBLE PRECISION)",
    "sqlite": r"((JULIANDAY(\2) - JULIANDAY(\1)) * 86400.0)",
}
"""The one thing both databases have no common words for."""

_COLUMN: Final = re.compile(r"-- (\w+) {2,}(\S.*)")
_MORE: Final = re.compile(r"-- {3,}(\S.*)")


@dataclass(frozen=True, slots=True)
class View:
    """What a view is.

    Attributes:
        name: Its name.
        words: What one row of it is.
        columns: What each column means, in order.
        query: Statement that makes it.
    """

    name: str
    words: str
    columns: dict[str, str]
    query: str


def read_view(home: Path, name: str) -> View:
    """Return a view as its file describes it.

    Args:
        home: The project's folder.
        name: Name of the view.
    """
    text = (home / "database" / "views" / f"{name}.sql").read_text(encoding="utf-8")
    head, query = text.split("CREATE VIEW", 1)
    about, _, listed = head.partition("\n--\n")
    columns: dict[str, str] = {}
    for line in listed.splitlines():
        if begins := _COLUMN.fullmatch(line):
            columns[begins[1]] = begins[2]
        elif more := _MORE.fullmatch(line):
            last = next(reversed(columns))
            columns[last] += f" {more[1]}"
    words = " ".join(line.removeprefix("-- ") for line in about.splitlines())
    return View(name, words, columns, f"CREATE VIEW{query}")


def create_views(connection: sa.Connection, home: Path) -> None:
    """Make all views."""
    spelled = _SECONDS_IN[connection.dialect.name]
    for name in VIEWS:
        query = _SECONDS.sub(spelled, read_view(home, name).query)
        connection.exec_driver_sql(query, execution_options={"no_parameters": True})


def drop_views(connection: sa.Connection) -> None:
    """Drop all views that are there, the newest first, as they read the others."""
    for name in reversed(VIEWS):
        connection.exec_driver_sql(f"DROP VIEW IF EXISTS {name}")


def grant_views(connection: sa.Connection) -> None:
    """Let the role of dashboards read the metrics, where there is such a role."""
    if connection.dialect.name != "postgresql":
        return
    role = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
    if connection.scalar(role, {"role": READER}) is None:
        return
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {READER}")
    for view in METRICS:
        connection.exec_driver_sql(f"GRANT SELECT ON {view} TO {READER}")
