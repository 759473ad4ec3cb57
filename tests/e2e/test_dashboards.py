"""What Grafana would ask and when it would ring, on a real PostgreSQL filled by a real run.

Grafana itself is not run. What it does to a query before it sends it is done here: a variable
becomes a list of quoted texts, and ``$__timeFilter`` a range of time.
"""

import json
import operator
import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from commands import AS_OF
from commands import LATER
from commands import new_command
from databases import postgresql_database
from databases import reader_of
from homes import PROJECT

pytestmark = pytest.mark.slow

USE_CASE = "codepro_leads"
BEFORE = "2022-01-01"
GRAFANA = PROJECT / "grafana"
BOARD = json.loads((GRAFANA / "dashboards" / "lead_scoring.json").read_text(encoding="utf-8"))
PANELS = {panel["title"]: panel for panel in BOARD["panels"]}
RULES = {
    rule["uid"]: rule
    for group in yaml.safe_load(
        (GRAFANA / "provisioning" / "alerting" / "lead_scoring.yaml").read_text(encoding="utf-8")
    )["groups"]
    for rule in group["rules"]
}
TIME_FILTER = re.compile(r"\$__timeFilter\(([\w.]+)\)")
COMPARED = {"gt": operator.gt, "lt": operator.lt}
NUMBER, TEXT, INSTANT = (
    ("int8", "int4", "float8", "numeric"),
    ("varchar", "text"),
    ("timestamptz",),
)
TROUBLE = {
    "stale-scores": "UPDATE batches SET finished_at = finished_at - INTERVAL '40 hours'",
    "stale-load": "UPDATE loads SET finished_at = finished_at - INTERVAL '40 hours'",
    "data-fault": "UPDATE drift_checks SET verdict = 'data_fault'",
    "harmful-drift": "UPDATE drift_checks SET verdict = 'harmful_drift'",
    "held-batch": (
        "UPDATE batches SET status = 'held', finished_at = finished_at - INTERVAL '13 hours'"
    ),
    "quarantined-share": "UPDATE loads SET rows_quarantined = rows_read / 10",
    "drifted-share": "UPDATE drift_columns SET drifted = true",
    "realised-below-promised": "UPDATE outcomes SET outcome = 0",
    "no-champion": "UPDATE decisions SET kind = 'refusal'",
}
"""What makes each rule ring; everything else stays as the run left it."""


@pytest.fixture(scope="module")
def board(postgresql, tmp_path_factory) -> Iterator[tuple[sa.Engine, sa.Engine]]:
    """Give the owner's and the dashboards' connections to what a real run left."""
    home = tmp_path_factory.mktemp("board") / "home"
    with postgresql_database(postgresql) as url:
        command = new_command(home, LEAD_SCORING_DATABASE_URL=url)
        command.json("sample", USE_CASE, "--rows", 4_000)
        command.json("run", USE_CASE, "--as-of", BEFORE)
        command.json("check", USE_CASE, "--as-of", AS_OF)
        command.json("load", USE_CASE, "--as-of", LATER)
        file = home / "database/sample/codepro/leadscoring_inference.csv"
        command.json("score", USE_CASE, "--input", file, "--as-of", LATER)
        owner = sa.create_engine(url)
        with reader_of(url) as reader:
            yield owner, reader
        owner.dispose()


def expanded(query: str) -> str:
    """Return a query as Grafana sends it."""
    filled = query.replace("$use_case", f"'{USE_CASE}'")
    return TIME_FILTER.sub(r"\1 BETWEEN '2020-01-01T00:00:00Z' AND '2100-01-01T00:00:00Z'", filled)


def asked(connection: sa.Connection, query: str) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """Return the type of each column, and the rows."""
    assert "$" not in query
    result = connection.execute(sa.text(query))
    oids = {column[0]: column[1] for column in result.cursor.description}
    rows = [dict(row) for row in result.mappings()]
    names = {
        name: connection.scalar(sa.text("SELECT typname FROM pg_type WHERE oid = :o"), {"o": oid})
        for name, oid in oids.items()
    }
    return names, rows


def ringing(connection: sa.Connection, uid: str) -> list[dict[str, Any]]:
    """Return the rows a rule fires for, as Grafana evaluates the nodes up to its condition."""
    rule = RULES[uid]
    nodes = {node["refId"]: node["model"] for node in rule["data"]}
    threshold = nodes[rule["condition"]]
    reduce = nodes[threshold["expression"]]
    types, rows = asked(connection, nodes[reduce["expression"]]["rawSql"])
    numbers = [name for name, kind in types.items() if kind in NUMBER]
    labels = [tuple(row[name] for name in types if name not in numbers) for row in rows]
    (condition,) = threshold["conditions"]
    compare, (limit,) = COMPARED[condition["evaluator"]["type"]], condition["evaluator"]["params"]

    assert numbers == ["value"]
    assert {types[name] for name in types if name != "value"} <= {*TEXT}
    assert len(set(labels)) == len(labels)
    assert all(row["value"] is not None for row in rows)
    return [row for row in rows if compare(row["value"], limit)]


@pytest.mark.parametrize("title", PANELS)
def test_every_panel_shows_what_the_run_left(board, title):
    """Its query finds rows as the dashboards' role, in the shape its kind of panel draws."""
    (target,) = PANELS[title]["targets"]
    with board[1].connect() as connection:
        types, rows = asked(connection, expanded(target["rawSql"]))
    values = [name for name, kind in types.items() if kind in NUMBER]

    assert rows
    assert values
    if PANELS[title]["type"] == "timeseries":
        assert target["format"] == "time_series"
        assert next(iter(types)) == "time"
        assert types["time"] in INSTANT
        assert types.get("metric", "text") in TEXT
        assert [row["time"] for row in rows] == sorted(row["time"] for row in rows)
        assert all(row[name] is not None for row in rows for name in values)


def test_the_variable_lists_the_use_cases(board):
    """What people choose from is what has a load."""
    (variable,) = BOARD["templating"]["list"]
    with board[1].connect() as connection:
        _, rows = asked(connection, variable["query"])

    assert rows == [{"use_case": USE_CASE}]


@pytest.mark.parametrize("uid", RULES)
def test_every_rule_is_quiet_until_there_is_trouble(board, uid):
    """What a sound run left rings nothing; planted trouble rings for the use case."""
    owner, reader = board
    with reader.connect() as connection:
        before = ringing(connection, uid)
    with owner.connect() as connection:
        connection.execute(sa.text(TROUBLE[uid]))
        after = ringing(connection, uid)
        connection.rollback()

    assert before == []
    assert {row["use_case"] for row in after} == {USE_CASE}


def test_every_part_reads_the_provisioned_source_and_nothing_is_named_twice():
    """Panels and rules ask the source that is provisioned, under ids of their own."""
    file = GRAFANA / "provisioning" / "datasources" / "lead_scoring.yaml"
    (source,) = yaml.safe_load(file.read_text(encoding="utf-8"))["datasources"]
    asked_of = {panel["datasource"]["uid"] for panel in BOARD["panels"]}
    asked_of |= {rule["data"][0]["datasourceUid"] for rule in RULES.values()}

    assert asked_of == {source["uid"]}
    assert len({panel["id"] for panel in BOARD["panels"]}) == len(BOARD["panels"]) == len(PANELS)
    assert len(RULES) >= 6
    assert set(RULES) == set(TROUBLE)
