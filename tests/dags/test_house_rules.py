"""Every DAG loads and keeps the house rules."""

import inspect

import pytest

from lead_scoring import errors
from lead_scoring.config.loading import use_case_names
from lead_scoring.core.drift_records import Verdict

pytestmark = pytest.mark.slow

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
    """Docs that say what to do on failure, a name, tags, no catch-up, one run at a time.

    Only trainings overlap, as one may wait for a person for days; each of their tasks does not.
    """
    for dag_id, dag in bag["dags"].items():
        use_case, _, kind = dag_id.removesuffix("_pipeline").partition("__")
        assert "When it fails" in dag["doc"], dag_id
        assert dag["description"]
        assert dag["display_name"] != dag_id
        assert set(dag["tags"]) == {"lead-scoring", use_case, kind}
        assert dag["catchup"] is False
        assert dag["max_active_runs"] == (16 if kind == "training" else 1)


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
        "snapshot": "release_snapshot",
        "training_request": "request_training",
        "champion": "promote",
        "batch": "batch.publish",
    }


def test_every_verdict_has_its_branch_in_the_graph(bag):
    """The graph shows where a data run may go, and says why."""
    dag = bag["dags"]["codepro_leads__data_pipeline"]

    branches = dag["labels"]["by_verdict"]
    assert set(branches) == {str(verdict) for verdict in Verdict}
    assert all(branches.values())


def test_every_action_but_stop_has_its_branch_in_the_graph(bag):
    """A verdict that goes on leads to a training or to one of three ways of none."""
    dag = bag["dags"]["codepro_leads__data_pipeline"]

    branches = dag["labels"]["by_action"]
    assert set(branches) == {"request_training", "wait", "ask", "no_training"}
    assert all(branches.values())


def test_data_fault_leads_to_no_training(bag):
    """Only the release of the snapshot comes after it, and that waits for a sound load."""
    tasks = bag["dags"]["codepro_leads__data_pipeline"]["tasks"]

    assert tasks["data_fault"]["downstream"] == ["release_snapshot"]
    assert tasks["release_snapshot"]["downstream"] == []


def test_data_fault_does_not_hold_a_load_back_that_is_scored_anyway(tuned_bag):
    """With ``score_anyway`` the snapshot is released whatever the verdict."""
    tasks = tuned_bag["dags"]["codepro_leads__data_pipeline"]["tasks"]

    assert tasks["data_fault"]["downstream"] == []
    assert "release_snapshot" in tasks["check_drift"]["downstream"]


def test_report_is_one_click_from_its_task_and_decides_nothing(bag):
    """The task that draws the report has the link, and its failure fails no run."""
    report = bag["dags"]["codepro_leads__data_pipeline"]["tasks"]["draw_report"]

    assert report["links"] == ["Drift report"]
    assert not report["decides"]


def test_nobody_is_told_where_the_config_names_nobody(bag):
    """Without ``alerts`` there is no task for them."""
    tasks = bag["dags"]["codepro_leads__data_pipeline"]["tasks"]

    assert not any(task_id.startswith("notify") for task_id in tasks)


def test_telling_people_decides_nothing(tuned_bag):
    """A task per way comes after the report, so that it can link to it, and fails no run."""
    tasks = tuned_bag["dags"]["codepro_leads__data_pipeline"]["tasks"]

    ways = ["notify_email", "notify_slack"]
    assert tasks["draw_report"]["downstream"] == ways
    assert not any(tasks[way]["decides"] for way in ways)


def test_people_are_told_that_a_version_waits(tuned_bag):
    """A task per way comes after the decision, beside the question, and fails no run."""
    tasks = tuned_bag["dags"]["codepro_leads__training_pipeline"]["tasks"]

    ways = ["notify_email", "notify_slack"]
    assert set(ways) < set(tasks["decide"]["downstream"])
    assert not any(tasks[way]["decides"] for way in ways)


def test_people_are_told_of_late_runs_where_the_config_says_when(bag, tuned_bag):
    """One deadline a way on what makes scores fresh; the callback is importable by its name."""
    dags = {
        name.split("__")[1]: dag for name, dag in tuned_bag["dags"].items() if "codepro" in name
    }
    kept = dags["data_pipeline"]["deadlines"]

    assert all(dag["deadlines"] == [] for dag in bag["dags"].values())
    assert dags["training_pipeline"]["deadlines"] == dags["summary_pipeline"]["deadlines"] == []
    assert dags["inference_pipeline"]["deadlines"] == kept
    assert {(seconds, path) for seconds, path, _ in kept} == {
        (6 * 3600, "lead_scoring_alerts.tell_late")
    }
    assert [given["way"] for _, _, given in kept] == ["email", "slack"]


def test_exports_come_after_what_is_published(bag, tuned_bag):
    """The task is there where the config names a place, and a held batch skips it."""
    name = "codepro_leads__inference_pipeline"
    tasks = tuned_bag["dags"][name]["tasks"]

    assert "batch.export" in tasks["batch.publish"]["downstream"]
    assert "batch.export" not in bag["dags"][name]["tasks"]


def test_the_summary_has_a_dag_where_somebody_gets_it(tuned_bag):
    """It is sent by the config's schedule, and says what to do when it fails."""
    summary = tuned_bag["dags"]["codepro_leads__summary_pipeline"]

    assert summary["timetable"] == "CronTriggerTimetable"
    assert list(summary["tasks"]) == ["send_summary"]
    assert "When it fails" in summary["doc"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("data", {"as_of", "window_from", "window_to", "override", "override_reason"}),
        ("training", {"as_of", "reason", "trials", "minutes"}),
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
        if name == "override":
            assert schema["enum"] == ["none", "train", "keep", "accept"]
            continue
        assert "null" in schema["type"]
        if name not in {"reason", "load_id", "override_reason", "trials", "minutes"}:
            assert schema["format"] == "date-time"


def test_a_wrong_config_gives_a_placeholder_that_says_why(spoiled_bag):
    """One DAG per kind under the usual id, whose only task fails with the reason."""
    for kind in KINDS:
        dag = spoiled_bag["dags"][f"broken_leads__{kind}_pipeline"]
        assert "broken-config" in dag["tags"]
        assert "source: is missing; needed: " in dag["doc"]
        assert list(dag["tasks"]) == ["show_reason"]


def test_a_wrong_config_spoils_no_other_use_case(bag, spoiled_bag):
    """The DAGs of the other use cases are what they were."""
    kept = {dag_id: dag for dag_id, dag in spoiled_bag["dags"].items() if dag_id in bag["dags"]}

    assert spoiled_bag["import_errors"] == {}
    assert kept == bag["dags"]
