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

from lead_scoring.local.services import program

pytestmark = pytest.mark.slow
DAYS = [f"2022-02-0{day}T00:00:00+00:00" for day in (1, 2, 3)]
TRAINING = {
    "approval": {"required": "always"},
    "candidates": {"logistic_regression": {}},
    "gate": {"max_calibration_error": 0.5},
}


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Train three times without a champion: nobody answers, Bob rejects, Cyd is quicker."""
    home = make_home(tmp_path_factory.mktemp("approvals") / "home")
    change_config(home, "codepro_leads", training=TRAINING)
    environment = environment_of(home)
    for command in (
        ("airflow", "db", "migrate"),
        ("lead-scoring", "migrate"),
        ("lead-scoring", "sample", "codepro_leads", "--rows", "6000"),
    ):
        subprocess.run(program(command, environment), env=environment, check=True)
    script = Path(__file__).with_name("run_approvals.py")
    return json.loads(run_script(script, home, *DAYS).splitlines()[-1])


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
