"""A use case that predicts a number: all three pipelines, twice."""

import json

import pytest
import yaml
from commands import Command
from commands import new_command
from numbers_made import number_leads

pytestmark = pytest.mark.slow

NAME = "delivery_rating"
AS_OF, LATER = "2024-02-10", "2024-02-26"
CONFIG = {
    "use_case": NAME,
    "title": "Rating of a delivery",
    "description": "Rank deliveries by how bad their rating is going to be.",
    "task": "regression",
    "source": {"kind": "csv", "location": "ratings.csv"},
    "lead": {"id_column": "order", "created_column": "created"},
    "outcome": {"column": "rating", "min": 1, "max": 5, "maturity": "3d"},
    "contract": {
        "columns": {
            "order": {"type": "string"},
            "created": {"type": "timestamp"},
            "rating": {"type": "number"},
            "visits": {"type": "number"},
            "medium": {"type": "string"},
        }
    },
    "features": {"numeric": ["visits"], "categorical": ["medium"]},
    "training": {
        "test_share": 0.4,
        "candidates": {"ridge": {}, "random_forest": {"n_estimators": 20}},
        "gate": {"metric": "mse", "min_gain_over_baseline": 0.1},
    },
    "drift": {"governor": {"cooldown": "0d"}},
    "inference": {"call_first": "low", "hold": {"max_grade_shift": 1.0}},
}


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> Command:
    """Give a home with the source: from the tenth of February on, ratings are lower by one."""
    command = new_command(tmp_path_factory.mktemp("numbers") / "home")
    (command.home / "configs" / f"{NAME}.yaml").write_text(yaml.safe_dump(CONFIG))
    leads = number_leads()
    after = leads["created_at"] > AS_OF
    leads.loc[after, "outcome"] = number_leads(lift=-1.0).loc[after, "outcome"]
    leads.loc[5, "outcome"] = 7.0
    rows = leads.rename(columns={"lead_id": "order", "created_at": "created", "outcome": "rating"})
    folder = command.home / "database" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    rows[list(CONFIG["contract"]["columns"])].to_csv(folder / "ratings.csv", index=False)
    return command


@pytest.fixture(scope="module")
def first(command):
    """Run everything for the first instant."""
    return command.json("run", NAME, "--as-of", AS_OF)


def test_a_model_is_promoted_by_its_own_metric(first):
    """The gate compares MSE with that of the mean, as a share of the loss."""
    reasons = " ".join(first["training"]["decision"]["reasons"])

    assert first["training"]["decision"]["kind"] == "promotion"
    assert "MSE" in reasons
    assert "of the loss saved" in reasons
    assert first["training"]["model"]["metrics"]["interval_coverage"] > 0.85


def test_the_worst_rating_is_called_first(command, first):
    """Leads come with prediction and interval, the least prediction first and graded best."""
    leads = first["leads"]
    predictions = [lead["prediction"] for lead in leads]
    stored = command.rows(
        "SELECT count(*), count(probability), min(score) >= 0, max(score) <= 100,"
        " sum(interval_low <= prediction AND prediction <= interval_high) FROM current_scores"
    )

    assert predictions == sorted(predictions)
    assert leads[0]["grade"] in {"A", "B"}
    assert leads[0]["interval_low"] <= leads[0]["prediction"] <= leads[0]["interval_high"]
    assert "probability" not in leads[0]
    assert stored == [(stored[0][0], 0, 1, 1, stored[0][0])]
    assert "prediction" in command("leads", NAME).stdout


def test_a_number_outside_the_range_is_quarantined(command, first):
    """A rating of seven cannot be: the row is set apart by the rule ``range``."""
    assert first["load"]["rows_quarantined"] == 1
    assert command.rows("SELECT column_name, rule, value FROM quarantine") == [
        ("rating", "range", "7.0")
    ]


def test_ratings_that_broke_the_promise_are_harmful(command, first):
    """Half a month later ratings are lower than promised: MSE is beyond its band."""
    later = command.json("run", NAME, "--as-of", LATER)
    (kept,), _ = command.rows("SELECT performance FROM drift_checks ORDER BY as_of DESC")
    realised = next(one for one in json.loads(kept) if one["evidence"] == "realised")

    assert first["batch"]["status"] == "published"
    assert later["drift"]["verdict"] == "harmful_drift"
    assert (realised["metric"], realised["worse"]) == ("mse", True)
    assert "MSE" in later["drift"]["summary"]


def test_a_number_cannot_be_replayed(command, first):
    """A backtest is refused in plain words."""
    assert first["batch"]["status"] == "published"
    refused = command("backtest", NAME, "--start", AS_OF, "--end", LATER, "--every", "7d")

    assert refused.code != 0
    assert "only task: binary can be replayed" in " ".join(refused.stderr.split())
