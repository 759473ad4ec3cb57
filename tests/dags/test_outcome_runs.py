"""DAGs of numbers and of classes for real: one of eight joined files, one without event times."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from commands import Command
from homes import change_config
from homes import environment_of
from homes import make_home
from homes import run_script

from lead_scoring.config.loading import load_use_case
from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
ORDERS, CUSTOMERS = "olist_satisfaction", "customer_segments"
QUICK = {
    ORDERS: {"random_forest": {"n_estimators": 30, "min_samples_leaf": 20, "max_features": 0.33}},
    CUSTOMERS: {"random_forest": {"n_estimators": 30, "max_features": 0.8}},
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a home with samples of both, where one small family competes."""
    home = make_home(tmp_path_factory.mktemp("outcomes") / "home")
    for use_case, candidates in QUICK.items():
        settings = load_use_case(use_case).training.model_dump(mode="json", exclude_unset=True)
        if use_case == ORDERS:
            settings["leakage"] = {"sample_rows": 1_000}
        change_config(home, use_case, training=settings | {"candidates": candidates})
    environment = environment_of(home)
    for command in (
        ("airflow", "db", "migrate"),
        ("lead-scoring", "migrate"),
        ("lead-scoring", "sample", ORDERS, "--rows", "2000"),
        ("lead-scoring", "sample", CUSTOMERS, "--rows", "1000"),
    ):
        subprocess.run(program(command, environment), env=environment, check=True)
    return home


@pytest.fixture(scope="module")
def runs(home: Path) -> dict[str, Any]:
    """Run data, training and inference of both; then of customers who all have their segment."""
    script = Path(__file__).with_name("run_outcomes.py")
    return json.loads(run_script(script, home, str(home / "database" / "sample")).splitlines()[-1])


@pytest.mark.parametrize("use_case", ["orders", "customers"])
def test_a_first_load_ends_in_published_scores(runs, use_case):
    """Loaded, asked for a model, trained, promoted, scored and published."""
    done = runs[use_case]

    assert [done[kind]["state"] for kind in ("data", "training", "inference")] == ["success"] * 3
    assert done["data"]["tasks"]["request_training[-1]"] == "success"
    assert done["inference"]["tasks"]["batch.publish[0]"] == "success"


def test_scores_are_of_the_kind_of_the_outcome(runs, home):
    """Orders have a prediction within its interval, customers a class and its probability."""
    rows = Command(home).rows(
        "SELECT use_case, count(*) > 0, count(prediction) = count(*), count(predicted_class) ="
        " count(*) FROM current_scores GROUP BY 1 ORDER BY 1"
    )

    assert runs["orders"]["inference"]["state"] == "success"
    assert rows == [(CUSTOMERS, 1, 0, 1), (ORDERS, 1, 1, 0)]


def test_where_every_outcome_is_known_scoring_is_skipped_and_does_not_fail(runs):
    """Without event times there is nobody to score and nothing wrong: the run stays green."""
    again = runs["customers"]["inference again"]

    assert runs["customers"]["data again"]["state"] == "success"
    assert again["state"] == "success"
    assert again["tasks"]["batch.score[0]"] == "skipped"
    assert again["tasks"]["batch.publish[0]"] == "skipped"
