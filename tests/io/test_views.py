"""Views and tables explain themselves, count alike on both databases, and answer people."""

import pytest
import sqlalchemy as sa
from databases import postgresql_database
from databases import reader_of
from made import USE_CASE
from made import day
from made import make_batch
from made import make_check
from made import make_column
from made import make_decision
from made import make_load
from made import make_outcomes
from made import make_quarantined
from made import make_scores

from lead_scoring.config.loading import home
from lead_scoring.core.records import BatchStatus
from lead_scoring.core.records import DecisionKind
from lead_scoring.io.database import Database
from lead_scoring.io.sql_page import SQL_PAGE
from lead_scoring.io.sql_page import read_queries
from lead_scoring.io.sql_page import sql_page
from lead_scoring.io.tables import METADATA
from lead_scoring.io.views import METRICS
from lead_scoring.io.views import VIEWS
from lead_scoring.io.views import read_view

COLUMNS = [f"{table.name}.{column.name}" for table in METADATA.sorted_tables for column in table.c]
SECOND = 1 / 3600
"""SQLite's own clock counts whole seconds."""
QUESTIONS = {query.question: query.text for query in read_queries(home())}


@pytest.fixture
def filled(either_database) -> Database:
    """Give a database with two batches, a held one, outcomes, a check and quarantined rows."""
    either_database.save_load(make_load(), [make_quarantined(2)])
    first = make_scores({"ann": 0.9, "bob": 0.1, "eve": 0.2, "zoe": 0.7})
    first_batch = make_batch(rows_in=4, rows_scored=4, rows_skipped=0)
    either_database.save_batch(first_batch, [first])
    second = make_batch(batch_id="batch_2", as_of=day(12), rows_scored=2, rows_skipped=1)
    either_database.save_batch(second, [make_scores({"ann": 0.8, "new": 0.95})])
    held = make_batch(batch_id="held", as_of=day(13), status=BatchStatus.HELD)
    either_database.save_batch(held, [make_scores({"ann": 0.9, "bob": 0.1})])
    known = make_outcomes([("bob", 1.0, day(11)), ("eve", 0.0, day(11)), ("zoe", 1.0, day(11))])
    either_database.save_outcomes(USE_CASE, "load_1", [known])
    columns = (
        make_column(drifted=True, psi=0.3),
        make_column(column="calls", psi=0.1),
        make_column(column="probability", psi=0.2, mean_shift=0.5),
        make_column(column="clicks", psi=0.1),
    )
    either_database.save_check(make_check(columns=columns))
    promoted = make_decision(kind=DecisionKind.PROMOTION, subject="3", decision_id="decision_2")
    either_database.save_decision(promoted)
    return either_database


def rows_of(database: Database, query: str) -> list[dict[str, object]]:
    """Return what a query finds."""
    with database.reading("views") as connection:
        return [dict(row) for row in connection.execute(sa.text(query)).mappings()]


def test_every_column_of_a_table_says_what_it_means():
    """Who adds a column writes its words in lead_scoring/io/table_words.py."""
    tables = METADATA.tables.values()
    silent = [f"{table.name}.{one.name}" for table in tables for one in table.c if not one.comment]

    assert [table.name for table in tables if not table.comment] == []
    assert silent == []


def test_every_column_of_a_view_says_what_it_means(database):
    """The top of its file describes exactly the columns it has, in order."""
    views = [read_view(home(), name) for name in VIEWS]
    inspector = sa.inspect(database.engine)
    columns = {name: [one["name"] for one in inspector.get_columns(name)] for name in VIEWS}

    assert {view.name: list(view.columns) for view in views} == columns
    assert all(view.words.endswith(".") for view in views)


def test_every_view_has_a_file_and_every_file_a_view():
    """No file is forgotten when the database is made."""
    files = {file.stem for file in (home() / "database" / "views").glob("*.sql")}

    assert files == set(VIEWS)


def test_postgresql_shows_the_words(postgresql):
    """Tables, views and columns carry their comments in the database."""
    with postgresql_database(postgresql) as url, Database.open(url, home()) as database:
        rows = rows_of(
            database,
            "SELECT c.relname, a.attname, obj_description(c.oid) AS about, "
            "col_description(c.oid, a.attnum) AS meaning FROM pg_class AS c "
            "JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 "
            "WHERE c.relkind IN ('r', 'v') AND c.relnamespace = 'public'::regnamespace "
            "AND NOT a.attisdropped AND c.relname <> 'lead_scoring_alembic'",
        )
    described = {f"{row['relname']}.{row['attname']}": row["meaning"] for row in rows}
    views = {f"{name}.{each}" for name in VIEWS for each in read_view(home(), name).columns}

    assert set(described) == {*COLUMNS, *views}
    assert [name for name, meaning in described.items() if not meaning] == []
    assert [row["relname"] for row in rows if not row["about"]] == []


def test_the_page_on_sql_is_that_of_the_database():
    """What people read is what tables, views and queries are."""
    written = (home() / "docs" / SQL_PAGE).read_text(encoding="utf-8")

    assert written == sql_page(home()), "run .venv/bin/lead-scoring schema --write"


def test_there_are_ten_questions():
    """A query that the page would lose is noticed."""
    text = (home() / "database" / "queries.sql").read_text(encoding="utf-8")

    assert len(QUESTIONS) == 10 == text.count(";\n")


def test_every_question_is_answered(filled):
    """Each query of the page runs on both databases and finds what was planted."""
    names = {"codepro_leads": USE_CASE, "the id of the lead": "ann"}
    found = {}
    for question, text in QUESTIONS.items():
        for placeholder, name in names.items():
            text = text.replace(placeholder, name)  # noqa: PLW2901 one placeholder after the other
        found[question] = len(rows_of(filled, text))

    assert [question for question, rows in found.items() if not rows] == []


def test_spread_and_grades_count_every_score(filled):
    """Bins and grades of a batch add up to its leads, held ones too."""
    bins = rows_of(filled, "SELECT * FROM metric_scores WHERE batch_id = 'batch_1'")
    grades = rows_of(filled, "SELECT * FROM metric_grades")
    held = [row for row in grades if row["status"] == "held"]

    assert {row["score_from"]: row["leads"] for row in bins} == {10: 1, 20: 1, 70: 1, 90: 1}
    assert sum(row["leads"] for row in grades) == 4 + 2 + 2
    assert sum(row["share"] for row in held) == pytest.approx(1)
    assert sum(row["expected_conversions"] for row in held) == pytest.approx(1.0)


def test_drift_shows_shares_and_what_became_of_promises(filled):
    """One of four columns drifted; the promise moved by half a deviation."""
    (check,) = rows_of(filled, "SELECT * FROM metric_drift")
    (missing,) = rows_of(filled, "SELECT * FROM metric_missing WHERE column_name = 'visits'")

    assert (check["columns_compared"], check["columns_drifted"]) == (4, 1)
    assert check["drifted_share"] == pytest.approx(0.25)
    assert (check["greatest_psi"], check["prediction_psi"]) == (0.3, 0.2)
    assert check["prediction_shift"] == 0.5
    assert missing["missing_change"] == pytest.approx(1 / 3)
    assert missing["drifted"] == 1


def test_promises_stand_beside_what_happened(filled):
    """Of two leads of grade D one converted, the one of grade A did: 2 of 3 in the batch."""
    good, poor = rows_of(filled, "SELECT * FROM metric_realised ORDER BY grade")

    assert (good["grade"], good["leads"], good["realised"]) == ("A", 1, 1.0)
    assert (poor["grade"], poor["leads"], poor["realised"]) == ("D", 2, 0.5)
    assert good["promised"] == pytest.approx(0.7)
    assert poor["promised"] == pytest.approx(0.15)
    assert poor["promised_variance"] == pytest.approx((0.09 + 0.16) / 4)
    assert good["realised_of_batch"] == pytest.approx(2 / 3)
    assert good["lift"] == pytest.approx(1.5)


def test_loads_runs_and_freshness_are_measured(filled):
    """Shares are of the rows read; hours count from when the work was done."""
    (load,) = rows_of(filled, "SELECT * FROM metric_loads")
    runs = rows_of(filled, "SELECT * FROM metric_runs")
    (fresh,) = rows_of(filled, "SELECT * FROM metric_freshness")
    (held,) = rows_of(filled, "SELECT * FROM metric_held")

    assert load["quarantined_share"] == pytest.approx(1 / 3)
    assert sorted(run["step"] for run in runs) == ["batch", "batch", "batch", "load"]
    assert all(0 <= run["seconds"] < 60 for run in runs)
    assert -SECOND <= fresh["hours_since_scores"] < 1
    assert -SECOND <= fresh["hours_since_load"] < 1
    assert (fresh["champion_version"], fresh["held_batches"]) == (3, 1)
    assert fresh["published_batches"] == 2
    assert (held["batch_id"], held["leads"]) == ("held", 2)
    assert -SECOND <= held["hours"] < 1


def test_dashboards_read_metrics_and_nothing_else(postgresql):
    """Their role sees no lead, and writes nothing."""
    may = sa.text("SELECT has_table_privilege(:name, :right)")
    rights = ("SELECT", "INSERT", "UPDATE", "DELETE")
    with (
        postgresql_database(postgresql) as url,
        reader_of(url) as engine,
        engine.connect() as connection,
    ):
        allowed = {
            (name, right)
            for name in (*METADATA.tables, *VIEWS)
            for right in rights
            if connection.scalar(may, {"name": name, "right": right})
        }

    assert allowed == {(name, "SELECT") for name in METRICS}
