"""Every DAG loads and keeps the house rules."""

import inspect

import pytest

from lead_scoring import errors
from lead_scoring.config.loading import use_case_names

KINDS = ("data", "training", "inference")
PERMANENT = {
    name
    for name, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, errors.PermanentError)
}


def test_every_use_case_has_its_three_dags(bag):
    """The DAG files load without errors and give three DAGs per config."""
    expected = {f"{name}__{kind}_pipeline" for name in use_case_names() for kind in KINDS}

    assert bag["import_errors"] == {}
    assert set(bag["dags"]) == expected


def test_every_dag_has_its_furniture(bag):
    """Docs that say what to do on failure, a name, tags, no catch-up, one run at a time."""
    for dag_id, dag in bag["dags"].items():
        use_case, _, kind = dag_id.removesuffix("_pipeline").partition("__")
        assert "When it fails" in dag["doc"], dag_id
        assert dag["description"]
        assert dag["display_name"] != dag_id
        assert set(dag["tags"]) == {"lead-scoring", use_case, kind}
        assert dag["catchup"] is False
        assert dag["max_active_runs"] == 1


def test_every_task_is_retried_bounded_and_owned(bag):
    """Each task has retries, a time limit, and the owner its config names."""
    for dag in bag["dags"].values():
        for name, task in dag["tasks"].items():
            assert task["retries"] >= 1, name
            assert task["timeout"] > 0, name
            assert task["owner"] == "data-science", name


def test_errors_that_would_come_again_fail_at_once(bag):
    """Each PermanentError fails at once; every other error is left to the retries."""
    for dag in bag["dags"].values():
        for name, task in dag["tasks"].items():
            at_once = {error for error, action in task["on_error"].items() if action == "fail"}
            assert at_once == PERMANENT, name


def test_the_data_dag_has_a_real_interval_in_utc(bag):
    """A bare cron would give intervals of zero width."""
    dag = bag["dags"]["codepro_leads__data_pipeline"]

    assert dag["timetable"] == "CronDataIntervalTimetable"
    assert "UTC" in dag["schedule"]


def test_assets_join_the_dags(bag):
    """The data DAG asks for training; snapshots and champions start inference."""
    training = bag["dags"]["codepro_leads__training_pipeline"]["schedule"]
    inference = bag["dags"]["codepro_leads__inference_pipeline"]["schedule"]

    assert "x-lead-scoring://codepro_leads/training_request" in training
    assert "x-lead-scoring://codepro_leads/snapshot" in inference
    assert "x-lead-scoring://codepro_leads/champion" in inference


def test_only_the_task_of_an_asset_announces_it(bag):
    """Each asset has exactly one producer."""
    producers = {
        asset.rpartition("/")[2]: task_id
        for dag in bag["dags"].values()
        for task_id, task in dag["tasks"].items()
        for asset in task["outlets"]
    }

    assert producers == {
        "snapshot": "check_drift",
        "training_request": "request_training",
        "champion": "promote",
        "batch": "batch.publish",
    }


def test_whether_to_train_is_a_branch_in_the_graph(bag):
    """The graph shows both ways a data run may go."""
    tasks = bag["dags"]["codepro_leads__data_pipeline"]["tasks"]

    assert tasks["is_training_needed"]["downstream"] == ["no_training", "request_training"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("data", {"as_of", "window_from", "window_to"}),
        ("training", {"as_of", "reason"}),
        ("inference", {"load_id", "as_of"}),
    ],
)
def test_each_dag_has_a_form_whose_fields_may_stay_empty(bag, kind, names):
    """Fields are titled, described, optional; instants are checked as such."""
    params = bag["dags"][f"codepro_leads__{kind}_pipeline"]["params"]

    assert set(params) == names
    for name, schema in params.items():
        assert schema["title"]
        assert schema["description"]
        assert "null" in schema["type"]
        if name not in {"reason", "load_id"}:
            assert schema["format"] == "date-time"


@pytest.mark.slow
def test_a_wrong_config_gives_a_placeholder_that_says_why(spoiled_bag):
    """One DAG per kind under the usual id, whose only task fails with the reason."""
    for kind in KINDS:
        dag = spoiled_bag["dags"][f"broken_leads__{kind}_pipeline"]
        assert "broken-config" in dag["tags"]
        assert "source: Field required" in dag["doc"]
        assert list(dag["tasks"]) == ["show_reason"]


@pytest.mark.slow
def test_a_wrong_config_spoils_no_other_use_case(bag, spoiled_bag):
    """The DAGs of the other use cases are what they were."""
    kept = {dag_id: dag for dag_id, dag in spoiled_bag["dags"].items() if dag_id in bag["dags"]}

    assert spoiled_bag["import_errors"] == {}
    assert kept == bag["dags"]
