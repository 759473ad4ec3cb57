"""``customer_segments``: three classes, one of them rare, whose label is a rule of its columns."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from commands import new_command
from homes import change_config
from live import assert_live_equals_batch

from lead_scoring.config.loading import load_use_case

pytestmark = pytest.mark.slow

ROWS = 2_000
USE_CASE = "customer_segments"
AS_OF = "2026-01-05"
FOREST = {
    "n_estimators": 60, "min_samples_leaf": 1, "max_features": 0.8, "class_weight": "balanced",
}  # fmt: skip
CUSTOMER = {
    "age": "41.0", "gender": "Female", "annual_income": "60000", "total_spent": "45000",
    "num_purchases": "180", "avg_purchase_value": "250", "online_activity_score": "50",
    "loyalty_program": "1", "days_since_last_purchase": "7", "num_site_visits": "40",
}  # fmt: skip
"""Integers where the sample has floats, a float where it has integers, and no id."""


def small_home(home: Path, **leakage: Any) -> Command:
    """Return the command on a home with the sample, where one family competes."""
    command = new_command(home)
    settings = load_use_case(USE_CASE).training.model_dump(mode="json", exclude_unset=True)
    settings["candidates"] = {"random_forest": FOREST}
    settings["leakage"] |= leakage
    change_config(command.home, USE_CASE, training=settings)
    command.json("sample", USE_CASE, "--rows", ROWS)
    return command


@pytest.fixture(scope="module")
def ran(tmp_path_factory) -> Command:
    """Give a home where everything ran once on the sample."""
    command = small_home(tmp_path_factory.mktemp("ran") / "home")
    command.json("run", USE_CASE, "--as-of", AS_OF)
    return command


def test_sample_is_learned_and_customers_without_a_segment_get_one(ran):
    """The first model is promoted; one customer in ten is scored, the high ones called first."""
    decisions = ran.rows("SELECT kind FROM decisions")
    scored = ran.rows(
        "SELECT predicted_class, grade, count(*) FROM current_scores GROUP BY 1, 2 ORDER BY 2"
    )

    assert decisions == [("promotion",)]
    assert [row[:2] for row in scored][:2] == [("high_value", "A"), ("medium_value", "B")]
    assert sum(row[2] for row in scored) == ROWS // 10


def test_readers_of_sql_see_classes_by_name(ran):
    """Outcomes are spelled out, and a score has the probability of every class."""
    named = ran.rows("SELECT DISTINCT outcome, outcome_class FROM outcomes ORDER BY 1")
    ((shares, probability),) = ran.rows(
        "SELECT class_probabilities, probability FROM current_scores LIMIT 1"
    )

    assert named == [(0.0, "high_value"), (1.0, "medium_value"), (2.0, "low_value")]
    assert sum(json.loads(shares).values()) == pytest.approx(1.0)
    assert max(json.loads(shares).values()) == probability


def test_leads_are_listed_with_their_class(ran):
    """The best leads are those of the first class, with its name and probability."""
    best = ran.json("leads", USE_CASE, "--top", "3")["leads"]
    text = ran("leads", USE_CASE, "--top", "3").stdout

    assert [lead["predicted_class"] for lead in best] == ["high_value"] * 3
    assert [lead["grade"] for lead in best] == ["A"] * 3
    assert "class" in text
    assert "high_value" in text
    assert text.splitlines()[0].split()[-5:] == ["trend", "model", "created", "goes", "with"]
    assert "in the loyalty program +" in text
    assert {one["contribution"] > 0 for one in best[0]["reasons"][:1]} == {True}


def test_customer_without_an_id_gets_its_segment(ran, tmp_path):
    """So do integers where floats are expected; the id comes from the other columns."""
    file = tmp_path / "new.csv"
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, CUSTOMER)
        writer.writeheader()
        writer.writerow(CUSTOMER)
    answer = ran.json("score", USE_CASE, "--input", file, "--as-of", "2026-01-06")
    found = ran.rows("SELECT batch_id, lead_id, predicted_class FROM scores")

    ((lead_id, predicted),) = [row[1:] for row in found if row[0] == answer["batch"]["batch_id"]]
    assert predicted == "high_value"
    assert len(lead_id) == 32


def test_scoring_a_file_tells_of_its_rows_and_shows_its_best(ran, tmp_path):
    """A broken row is named; a customer whose segment is known is scored, and not listed."""
    file = tmp_path / "some.csv"
    ((known,),) = ran.rows("SELECT lead_id FROM outcomes LIMIT 1")
    others = [{"customer_id": f"CUST_{number}"} for number in range(99_000, 99_030)]
    rows = [{"customer_id": known}, {"customer_id": "CUST_99998", "age": "-3"}, *others]
    with file.open("w", newline="") as stream:
        writer = csv.DictWriter(stream, ["customer_id", *CUSTOMER])
        writer.writeheader()
        writer.writerows(CUSTOMER | row for row in rows)
    answer = ran("score", USE_CASE, "--input", file, "--as-of", "2026-01-07")
    text = " ".join(answer.stdout.split())

    assert answer.code == 0
    assert "quarantine: 1 row broke range in age" in text
    assert "1 of them not listed as open" in text
    assert "CUST_99000" in text


def test_without_its_reasons_the_rule_is_refused_and_its_columns_are_named(tmp_path):
    """A label that is a rule of its columns is no prediction, unless somebody says it is fine."""
    command = small_home(tmp_path / "home", allow=[])
    answer = command("run", USE_CASE, "--as-of", AS_OF)
    text = " ".join(answer.stderr.split())

    assert answer.code == 1
    assert "the candidate's macro ROC AUC is" in text
    for column in ("loyalty_program", "total_spent", "num_purchases"):
        assert column in text
    assert command.rows("SELECT count(*) FROM models") == [(0,)]


@pytest.mark.real_data
def test_public_file_is_learned_and_leaves_nobody_to_score(real_data, tmp_path):
    """1,000 customers, six of them low: promoted, and all have their segment already."""
    if not (real_data / load_use_case(USE_CASE).source.location).exists():
        pytest.skip(f"there are no customers in {real_data}: nothing was learned")
    command = new_command(tmp_path / "home", LEAD_SCORING_DATA=str(real_data))
    summary = command.json("run", USE_CASE, "--as-of", AS_OF)
    metrics = summary["training"]["model"]["metrics"]

    assert summary["load"]["rows_accepted"] == 1_000
    assert summary["training"]["promoted"] == 1
    assert metrics["rows_low_value"] == 1
    assert metrics["accuracy"] > 0.97
    assert metrics["log_loss"] < 0.1 < metrics["baseline_log_loss"]
    assert "has no open lead" in summary["unscored"]


def test_a_lead_as_json_gets_the_score_of_the_batch(ran):
    """Scored as a list and alone, each lead has the id, score and grade it was published with."""
    assert assert_live_equals_batch(ran, USE_CASE) > 100
