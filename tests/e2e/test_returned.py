"""Outcomes come from files alone: the next run learns from them, for each kind of outcome."""

import json
import sqlite3

import numpy as np
import pandas as pd
import pytest
import yaml
from commands import Command
from commands import copied
from commands import new_command

from lead_scoring.core.records import Purpose
from lead_scoring.pipelines.returned import returned_outcomes
from lead_scoring.pipelines.training import split_mature
from lead_scoring.tasks.instants import parse
from lead_scoring.tasks.wiring import opened

pytestmark = pytest.mark.slow

AS_OF, LATER = "2024-02-10", "2024-02-18"
ROWS = 4_800
COLUMNS = {
    "lead": {"type": "string"},
    "created": {"type": "timestamp"},
    "visits": {"type": "number"},
    "medium": {"type": "string"},
}
CLASSES = ["high", "middle", "low"]
KINDS = {
    "binary": ({"column": "result", "maturity": "3d"}, {"type": "integer"}, "logistic_regression"),
    "regression": (
        {"column": "result", "maturity": "3d", "min": 0, "max": 9},
        {"type": "number"},
        "ridge",
    ),
    "multiclass": (
        {"column": "result", "maturity": "3d", "classes": CLASSES},
        {"type": "string"},
        "logistic_regression",
    ),
}


def made_leads() -> pd.DataFrame:
    """Make leads with visits, on which each kind of outcome depends."""
    random = np.random.default_rng(7)
    visits = random.integers(0, 7, ROWS)
    value = np.clip(visits + random.normal(size=ROWS), 0, 9).round(3)
    created = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(ROWS) * 15, unit="min")
    return pd.DataFrame(
        {
            "lead": [f"lead_{number:04d}" for number in range(ROWS)],
            "created": created.astype(str),
            "visits": visits,
            "medium": random.choice(["web", "mail"], ROWS),
            "binary": (value > 3).astype(int),
            "regression": value,
            "multiclass": np.select([value > 4, value > 2], ["high", "middle"], "low"),
            "known_at": (created + pd.Timedelta(days=2)).astype(str),
        }
    )


LEADS = made_leads()


def make_use_case(command: Command, task: str, *, timed: bool = True) -> None:
    """Write a use case whose source never says what became of a lead."""
    outcome, column, family = KINDS[task]
    config = {
        "use_case": task,
        "title": "Outcomes from files",
        "description": "The source knows leads, and the CRM what became of them.",
        "task": task,
        "source": {"kind": "csv", "location": "leads.csv"},
        "lead": {"id_column": "lead"} | ({"created_column": "created"} if timed else {}),
        "outcome": outcome,
        "contract": {"columns": COLUMNS | {"result": column}},
        "features": {"numeric": ["visits"], "categorical": ["medium"]},
        "training": {"candidates": {family: {}}, "gate": {"max_calibration_error": 0.5}},
        "drift": {"performance": {"min_outcomes": 20}, "window": "60d"},
        "inference": {"hold": {"max_grade_shift": 1.0}},
    }
    file = command.home / "configs" / f"{task}.yaml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    folder = command.home / "database" / "sample"
    folder.mkdir(parents=True, exist_ok=True)
    LEADS.assign(result="").to_csv(folder / "leads.csv", columns=[*COLUMNS, "result"], index=False)


def returned(command: Command, task: str, until: str, name: str) -> str:
    """Write what the CRM knows at an instant."""
    known = LEADS.head(count(until))
    file = command.home / f"{name}.csv"
    columns = {"lead": "lead_id", task: "outcome"}
    known.rename(columns=columns)[["lead_id", "outcome", "known_at"]].to_csv(file, index=False)
    return str(file)


@pytest.fixture(scope="module")
def command(tmp_path_factory) -> Command:
    """Give a home with the leads of the source."""
    command = new_command(tmp_path_factory.mktemp("returned") / "home")
    make_use_case(command, "binary")
    return command


@pytest.fixture(scope="module")
def first(command):
    """Run before an outcome is known, load a file of them, and run again."""
    too_early = command("run", "binary", "--as-of", AS_OF)
    file = returned(command, "binary", AS_OF, "first")
    loaded = command.json("outcomes", "load", "binary", file, "--as-of", AS_OF)
    return too_early, loaded, command.json("run", "binary", "--as-of", AS_OF)


@pytest.fixture(scope="module")
def second(command, first):
    """A week later, load what has become known since, and run."""
    assert first
    file = returned(command, "binary", LATER, "second")
    loaded = command.json("outcomes", "load", "binary", file, "--as-of", LATER)
    return loaded, command.json("run", "binary", "--as-of", LATER)


def count(until: str, column: str = "known_at") -> int:
    """Count the leads of which something is known at an instant."""
    return int((pd.to_datetime(LEADS[column]) <= pd.Timestamp(until)).sum())


def test_without_outcomes_there_is_nothing_to_learn_from(first):
    """The run says so; the leads are loaded all the same, so that their outcomes may come."""
    too_early, loaded, _ = first

    assert too_early.code == 1
    assert "Nothing was trained" in too_early.stderr
    assert loaded["settled"]["new"] == loaded["load"]["rows_accepted"] == count(AS_OF)


def test_the_next_run_learns_from_the_file_and_scores_the_others(first, command):
    """A model is promoted on outcomes the source never said; leads without one are scored."""
    _, loaded, ran = first

    assert ran["training"]["promoted"] == 1
    assert ran["training"]["model"]["metrics"]["roc_auc"] > 0.8
    assert ran["batch"]["rows_scored"] == count(AS_OF, "created") - count(AS_OF)
    assert loaded["load"]["load_id"] in mlflow_tag(command, "lead_scoring.outcome_files")


def test_the_same_training_again_changes_nothing(first, command):
    """Same outcomes, same instant: same training."""
    assert first[2]["training"]["promoted"] == 1
    again = command.json("train", "binary", "--as-of", AS_OF)

    assert again["model"]["version"] == 1


def test_a_drift_check_judges_by_outcomes_of_files(second, command):
    """The champion is held against leads whose outcome came back since."""
    _, ran = second
    (kept,), _ = command.rows("SELECT performance FROM drift_checks ORDER BY as_of DESC")
    realised = [one for one in json.loads(kept) if one["evidence"] == "realised"]

    assert ran["drift"]["verdict"] == "stable"
    assert [one["worse"] for one in realised] == [False]


def test_a_batch_is_replayed_after_its_outcomes_came_back(first, second, command):
    """Who was open then is scored again, though a file says by now what became of them."""
    assert second
    batch = first[2]["batch"]
    replayed = command.json("replay", batch["batch_id"])

    assert (replayed["rows"], replayed["differing"]) == (batch["rows_scored"], 0)


def test_a_training_for_an_earlier_instant_is_what_it_was(first, second, command):
    """A file that was loaded for a later instant does not exist for it: same training."""
    assert second
    again = command.json("train", "binary", "--as-of", AS_OF)

    assert again["model"]["training_id"] == first[2]["training"]["model"]["training_id"]


def test_a_file_for_the_same_instant_makes_another_training(first, command, tmp_path):
    """What it learned from is part of a training; contradictions are told and counted."""
    assert first
    copy = copied(command, tmp_path / "copy")
    make_use_case(copy, "binary")
    known = LEADS.head(10)
    turned = known.assign(outcome=1 - known["binary"], lead_id=known["lead"], known_at=AS_OF)
    file = tmp_path / "turned.csv"
    turned[["lead_id", "outcome", "known_at"]].to_csv(file, index=False)
    loaded = copy.json("outcomes", "load", "binary", file, "--as-of", AS_OF)
    again = copy.json("train", "binary", "--as-of", AS_OF)

    assert loaded["settled"]["corrected"] == 10
    assert again["model"]["version"] == 2
    assert again["model"]["model_digest"] != first[2]["training"]["model"]["model_digest"]


@pytest.mark.parametrize("task", ["regression", "multiclass"])
def test_numbers_and_classes_come_back_too(command, task):
    """Also without event times: the rows a training reads have what the file says."""
    make_use_case(command, task, timed=False)
    command.json("load", task, "--as-of", AS_OF)
    file = returned(command, task, AS_OF, "first")
    command.json("outcomes", "load", task, file, "--as-of", AS_OF)
    with command.entered(), opened(task) as work:
        loads = work.database.loads(task, parse(AS_OF), Purpose.TRAIN_AND_SCORE)
        found = returned_outcomes(work.use_case, parse(AS_OF), work.database)
        split = split_mature(work.use_case, parse(AS_OF), loads, work.snapshots, found)
    rows = pd.concat([split.fit, split.test]).set_index("lead_id").sort_index()
    said = LEADS.head(count(AS_OF))[task]
    expected = said if task == "regression" else said.map(CLASSES.index)

    assert rows["outcome"].tolist() == expected.tolist()


def mlflow_tag(command: Command, name: str) -> str:
    """Return a tag of the only training's run."""
    with sqlite3.connect(command.home / "database" / "mlflow.db") as connection:
        ((value,),) = connection.execute("SELECT value FROM tags WHERE key = ?", [name]).fetchall()
    return value
