"""Runs the data DAG over a load that breaks, by dag.test(); writes what became of it as JSON."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pandas as pd

FILE = Path("database/sample/codepro/leadscoring.csv")
SPOILED = "total_leads_droppped"


def spoil(since):
    """Count one column in hundredths from an instant on, as a source might without a word."""
    rows = pd.read_csv(FILE, dtype=str)
    late = rows["created_date"] >= since
    rows.loc[late, SPOILED] = (pd.to_numeric(rows.loc[late, SPOILED]) * 100).astype(str)
    rows.rename(columns={"Unnamed: 0": ""}).to_csv(FILE, index=False)


def describe(run):
    """Say what became of a run, and which events, versions and links there are now."""
    from airflow.models.asset import AssetEvent
    from airflow.models.xcom import XComModel
    from airflow.serialization.definitions.operatorlink import XComOperatorLink
    from airflow.utils.session import create_session

    from lead_scoring.tasks.wiring import opened

    with create_session() as session:
        events = [
            {"asset": event.asset.name, **event.extra}
            for event in session.query(AssetEvent).order_by(AssetEvent.id)
        ]
        values = [
            [value.task_id, value.key, str(value.value)]
            for value in session.query(XComModel).filter(XComModel.run_id == run.run_id)
        ]
    with opened("codepro_leads") as work:
        check = work.database.last_check("codepro_leads")
        decisions = [one.kind.value for one in work.database.decisions("codepro_leads")]
        report = work.database.report_of(check.check_id)
    drawn = run.get_task_instance("draw_report")
    link = XComOperatorLink(name="Drift report", xcom_key="_link_DriftReportLink")
    return {
        "state": run.state,
        "tasks": {task.task_id: task.state for task in run.get_task_instances()},
        "events": events,
        "values": values,
        "decisions": decisions,
        "verdict": check.verdict.value,
        "report": report,
        "link": drawn and link.get_link(None, ti_key=drawn.key),
    }


def refusal(dag, task_id, event):
    """Return what a task says to an event it must not act on; None if it acts."""
    from airflow.sdk.exceptions import AirflowSkipException

    asset = SimpleNamespace(name="codepro_leads/snapshot")
    events = {asset.name: [SimpleNamespace(asset=asset, extra=event)]}
    run = SimpleNamespace(run_after=pd.Timestamp("2022-02-01", tz="UTC"))
    params = {"as_of": None, "load_id": None, "reason": None}
    try:
        dag.get_task(task_id).python_callable(
            "codepro_leads", params=params, triggering_asset_events=events, dag_run=run
        )
    except AirflowSkipException as skipped:
        return str(skipped)
    return None


def tell_of_the_week(dag, week_of):
    """Send the summary of a week, as its DAG does."""
    dag.test(run_conf={"week_of": week_of})


def tell_of_a_late_run(due):
    """Do what Airflow does when a deadline has passed: import the callback and call it."""
    from airflow.sdk.execution_time.callback_supervisor import execute_callback
    from structlog import get_logger

    run = {"dag_id": "codepro_leads__data_pipeline", "dag_run_id": "a late one"}
    said = {"use_case": "codepro_leads", "to": ["ada@example.org"], "way": "email"}
    context = {"dag_run": run, "deadline": {"id": "1", "deadline_time": due}}
    execute_callback(
        "lead_scoring_alerts.tell_late", {**said, "context": context}, "", None, get_logger()
    )


def main(before, after):
    """Load and train before the source breaks; load afterwards, again and again."""
    import airflow.sdk  # noqa: F401 settings first
    from airflow.dag_processing.dagbag import DagBag

    bag = DagBag(collect_dags=True)
    data = bag.dags["codepro_leads__data_pipeline"]
    training = bag.dags["codepro_leads__training_pipeline"]
    inference = bag.dags["codepro_leads__inference_pipeline"]
    late = {"as_of": after}
    for task in data.tasks:
        task.retry_delay = timedelta(0)
    document = {}

    def run(name, dag, conf):
        document[name] = describe(dag.test(run_conf=conf))

    run("first", data, {"as_of": before})
    run("training", training, {"as_of": before})
    spoil(before[:10])
    run("fault", data, late)
    tell_of_the_week(bag.dags["codepro_leads__summary_pipeline"], before)
    tell_of_a_late_run(after)
    Path("refuse").touch()
    run("refused", data, late)
    del os.environ["AIRFLOW_CONN_LEAD_SCORING_SLACK"]
    os.environ["AIRFLOW_CONN_LEAD_SCORING_SMTP"] = "smtp://127.0.0.1:1"
    run("unreachable", data, late)
    run("unreasoned", data, {**late, "override": "accept"})
    run("accepted", data, {**late, "override": "accept", "override_reason": "new unit"})
    event = {"load_id": "load_unknown", "as_of": after}
    document["refusals"] = {
        f"{task_id} {json.dumps(given)}": refusal(dag, task_id, given)
        for dag, task_id in ((training, "resolve"), (inference, "find_pending"))
        for given in ({}, event, {**event, "as_of": "soon"})
    }
    sys.stdout.write("\n" + json.dumps(document) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
