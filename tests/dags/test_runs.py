"""All three DAGs run for real: SQLite, MLflow, Airflow, a sample of CodePro."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from homes import environment_of
from homes import make_home
from homes import run_script

from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
AS_OF = "2022-02-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Run inference, data, training, data and inference again, in this order."""
    home = make_home(tmp_path_factory.mktemp("runs") / "home")
    environment = environment_of(home)
    for command in (
        ("airflow", "db", "migrate"),
        ("lead-scoring", "migrate"),
        ("lead-scoring", "sample", "codepro_leads", "--rows", "6000"),
    ):
        subprocess.run(program(command, environment), env=environment, check=True)
    script = Path(__file__).with_name("run_dags.py")
    return json.loads(run_script(script, home, "codepro_leads", AS_OF).splitlines()[-1])


def events_of(runs: dict[str, Any], run: str, before: str | None) -> list[dict[str, Any]]:
    """Return the events one run added to those of the run before it."""
    return runs[run]["events"][len(runs[before]["events"]) if before else 0 :]


def test_scoring_before_anything_is_loaded_says_so(runs):
    """A run by hand without any load fails visibly; nothing is scored and turns green."""
    assert runs["inference"]["state"] == "failed"
    assert runs["inference"]["tasks"]["find_pending[-1]"] == "failed"


def test_a_first_load_asks_for_a_model(runs):
    """The branch goes to the request; both events carry the ids."""
    events = events_of(runs, "data", "inference")
    snapshot, request = sorted(events, key=lambda event: event["asset"])

    assert runs["data"]["state"] == "success"
    assert runs["data"]["tasks"]["no_training[-1]"] == "skipped"
    assert runs["data"]["tasks"]["by_action[-1]"] == "success"
    assert runs["data"]["tasks"]["draw_report[-1]"] == "skipped"
    assert snapshot["asset"] == "codepro_leads/snapshot"
    assert snapshot["verdict"] == "no_champion"
    assert request["asset"] == "codepro_leads/training_request"
    assert request["load_id"] == snapshot["load_id"]
    assert request["as_of"] == AS_OF


def test_a_training_announces_its_champion(runs):
    """The event names the version; inference can start from it."""
    (champion,) = events_of(runs, "training", "data")

    assert runs["training"]["state"] == "success"
    assert champion["asset"] == "codepro_leads/champion"
    assert champion["model_version"] == 1


def test_a_load_that_needs_no_model_sends_no_request(runs):
    """Whatever the verdict, a request is sent exactly if the branch says so."""
    sent = [event["asset"] for event in events_of(runs, "data again", "training")]
    asked = runs["data again"]["tasks"]["request_training[-1]"] == "success"

    assert "codepro_leads/snapshot" in sent
    assert ("codepro_leads/training_request" in sent) == asked
    assert runs["data again"]["tasks"]["no_training[-1]"] == ("skipped" if asked else "success")


def test_the_champion_scores_the_open_leads(runs):
    """Score and publish are green; the batch is announced."""
    (batch,) = events_of(runs, "inference again", "data again")

    assert runs["inference again"]["tasks"]["batch.publish[0]"] == "success"
    assert batch["asset"] == "codepro_leads/batch"
    assert batch["batch_id"].startswith("batch_")
