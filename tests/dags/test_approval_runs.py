"""Trainings that wait for a person run for real, by Airflow's own form."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from homes import change_config
from homes import environment_of
from homes import make_home
from homes import run_script
from receivers import Received
from receivers import receiving

from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
DAYS = [f"2022-02-0{day}T00:00:00+00:00" for day in (1, 2, 3)]
TRAINING = {
    "approval": {"required": "always"},
    "candidates": {"logistic_regression": {}},
    "gate": {"max_calibration_error": 0.5},
}


@pytest.fixture(scope="module")
def told_and_written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Received, str]:
    """Train three times without a champion: nobody answers, Bob rejects, Cyd is quicker."""
    home = make_home(tmp_path_factory.mktemp("approvals") / "home")
    change_config(home, "codepro_leads", training=TRAINING, alerts={"slack": True})
    environment = environment_of(home)
    for command in (
        ("airflow", "db", "migrate"),
        ("lead-scoring", "migrate"),
        ("lead-scoring", "sample", "codepro_leads", "--rows", "6000"),
    ):
        subprocess.run(program(command, environment), env=environment, check=True)
    script = Path(__file__).with_name("run_approvals.py")
    with receiving(home / "refuse") as (received, _, webhook):
        slack = {"conn_type": "slackwebhook", "password": f"http://127.0.0.1:{webhook}/hook"}
        connection = {"AIRFLOW_CONN_LEAD_SCORING_SLACK": json.dumps(slack)}
        return received, run_script(script, home, *DAYS, **connection)


@pytest.fixture(scope="module")
def runs(told_and_written: tuple[Received, str]) -> dict[str, Any]:
    """Give what became of the three runs."""
    return json.loads(told_and_written[1].splitlines()[-1])


def test_people_are_told_that_a_version_waits(told_and_written, runs):
    """Once for each, with why it waits, until when, and both ways to answer."""
    told = [post["text"] for post in told_and_written[0].posts if "waits for" in post["text"]]

    assert [text.splitlines()[0] for text in told] == [
        f"CodePro leads: version {version} waits for approval" for version in (1, 2, 3)
    ]
    assert "every new champion needs a person's approval" in told[0]
    assert "UTC it is refused" in told[0]
    assert "lead-scoring approve codepro_leads 1 --by" in told[0]
    assert runs["timeout"]["tasks"]["notify_slack"] == "success"


def test_the_form_shows_the_evidence_and_asks_for_a_reason(runs):
    """Why it waits, the metrics, where more is, and how to answer without Airflow."""
    form = runs["rejected"]["form"]

    assert form["subject"] == "CodePro leads: promote version 2?"
    assert "every new champion needs a person's approval" in form["body"]
    assert "| roc_auc |" in form["body"]
    assert "lead-scoring approve codepro_leads 2" in form["body"]
    assert "#/models/lead_scoring__codepro_leads/versions/2" in form["body"]
    assert form["params"]["reason"]["description"]


def test_without_an_answer_a_version_is_refused(runs):
    """The run ends green, nothing is promoted, and the history says that nobody answered."""
    run = runs["timeout"]
    hold, refusal = run["decisions"]

    assert (run["state"], run["tasks"]["promote"]) == ("success", "skipped")
    assert hold[:2] == ["hold", "gate"]
    assert refusal[:2] == ["refusal", "timeout"]
    assert "nobody answered in time" in refusal[2]


def test_a_rejection_is_kept_with_name_and_reason(runs):
    """The run ends green; `promote` is skipped."""
    run = runs["rejected"]

    assert (run["state"], run["tasks"]["promote"]) == ("success", "skipped")
    assert run["decisions"][-1] == ["refusal", "bob", "sales are not ready"]


def test_who_answers_the_opposite_later_is_told_so(runs):
    """An approval on the command line stands; the form's rejection fails in words."""
    run = runs["contradicted"]

    assert (run["state"], run["tasks"]["promote"]) == ("failed", "failed")
    assert run["decisions"][-1] == ["approval", "cyd", "on the phone"]
