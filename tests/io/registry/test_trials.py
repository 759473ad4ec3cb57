"""Trials in the real MLflow on SQLite."""

from dataclasses import replace
from datetime import UTC
from datetime import datetime

import pytest
from made import USE_CASE
from made import day

from lead_scoring.core.trials import Judged
from lead_scoring.core.trials import Proposal
from lead_scoring.core.trials import Search
from lead_scoring.core.trials import Trial
from lead_scoring.io.registry.runs import MODEL_DIGEST
from lead_scoring.io.registry.trials import MlflowTrials

pytestmark = pytest.mark.slow

STARTED = datetime(2024, 1, 11, 12, tzinfo=UTC)
BEST = Trial(
    2,
    Proposal("lightgbm", {"num_leaves": 31, "learning_rate": 0.1}),
    Judged((0.7, 0.75), 0.75, {"roc_auc": 0.75, "pr_auc": 0.5}),
    STARTED,
    90.0,
)
PRUNED = Trial(3, Proposal("random_forest", {"max_samples": None}), Judged((0.6,)), STARTED, 30.0)


@pytest.fixture(scope="module")
def trials(tmp_path_factory):
    """Open one MLflow for all tests; each has a search of its own."""
    folder = tmp_path_factory.mktemp("mlflow")
    return MlflowTrials.open(f"sqlite:///{folder / 'mlflow.db'}", str(folder / "artifacts"))


@pytest.fixture
def search(request):
    """Name a search after the test."""
    return Search(USE_CASE, f"train_{request.node.name}", day(10), "a test", "roc_auc")


def runs_of(trials: MlflowTrials, search: Search):
    """Return the run of the training and those below it, by the number of their trial."""
    client = trials._client
    experiment = client.get_experiment_by_name(f"lead_scoring/{USE_CASE}").experiment_id
    (parent,) = client.search_runs(
        [experiment], f"tags.`lead_scoring.training_id` = '{search.training_id}'"
    )
    below = client.search_runs([experiment], f"tags.`mlflow.parentRunId` = '{parent.info.run_id}'")
    return parent, {run.data.tags["lead_scoring.trial"]: run for run in below}


def test_a_trial_is_a_run_below_its_training(trials, search):
    """With its hyperparameters, its figures, and the course fold by fold."""
    trials.log_trials(search, [BEST])

    _, below = runs_of(trials, search)
    run = below["2"]
    course = trials._client.get_metric_history(run.info.run_id, "by_fold.roc_auc")
    assert run.info.run_name == "trial 002 lightgbm"
    assert run.info.status == "FINISHED"
    assert run.data.params == {
        "family": "lightgbm",
        "state": "complete",
        "lightgbm.num_leaves": "31",
        "lightgbm.learning_rate": "0.1",
    }
    assert run.data.metrics["out_of_fold.pr_auc"] == 0.5
    assert run.data.metrics["seconds"] == 90.0
    assert [(one.step, one.value) for one in course] == [(1, 0.7), (2, 0.75)]
    assert run.info.end_time - run.info.start_time == 90_000


def test_a_trial_that_was_given_up_has_no_figure_of_all_rows(trials, search):
    """It says that it was pruned, and how far it came."""
    trials.log_trials(search, [PRUNED])

    _, below = runs_of(trials, search)
    assert below["3"].info.status == "KILLED"
    assert below["3"].data.params["state"] == "pruned"
    assert below["3"].data.metrics == {"by_fold.roc_auc": 0.6, "seconds": 30.0}


def test_logging_again_changes_nothing(trials, search):
    """A search that was killed shows all its trials again."""
    trials.log_trials(search, [BEST, PRUNED])
    _, first = runs_of(trials, search)
    trials.log_trials(search, [BEST, PRUNED])
    trials.log_trials(search, [PRUNED])

    _, again = runs_of(trials, search)
    assert {run.info.run_id for run in again.values()} == {
        run.info.run_id for run in first.values()
    }


def test_a_run_that_a_kill_left_unfinished_is_finished(trials, search):
    """It is the same run, and has everything then."""
    trials.log_trials(search, [])
    parent, _ = runs_of(trials, search)
    begun = trials._client.create_run(
        parent.info.experiment_id,
        tags={"mlflow.parentRunId": parent.info.run_id, "lead_scoring.trial": "2"},
    )

    trials.log_trials(search, [BEST])

    _, below = runs_of(trials, search)
    assert below["2"].info.run_id == begun.info.run_id
    assert below["2"].info.status == "FINISHED"
    assert below["2"].data.metrics["out_of_fold.roc_auc"] == 0.75


def test_a_search_without_a_model_says_so(trials, search):
    """A training that is refused later leaves its trials and what came of them."""
    trials.log_outcome(search, "Tuned in 3 trials.")

    parent, _ = runs_of(trials, search)
    note = parent.data.tags["mlflow.note.content"]
    assert note == "Tuned in 3 trials.\nNo model of this training is registered yet."
    assert parent.info.status == "FINISHED"
    assert parent.data.tags["lead_scoring.reason"] == "a test"


def test_what_a_registered_model_says_stays(trials, search):
    """A training killed after its model was registered keeps the model's description."""
    trials.log_outcome(search, "first")
    parent, _ = runs_of(trials, search)
    trials._client.set_tag(parent.info.run_id, MODEL_DIGEST, "d" * 64)

    trials.log_outcome(replace(search, reason="again"), "second")

    parent, _ = runs_of(trials, search)
    assert parent.data.tags["mlflow.note.content"].startswith("first")
